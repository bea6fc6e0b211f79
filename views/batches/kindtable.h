#pragma once

#include <QTableView>

namespace portolan {

class KindStatistics;

/// The account of each kind of message that a receiver met, as high as it has rows.
class KindTable : public QTableView {
    Q_OBJECT
public:
    /// The account is borrowed and outlives it.
    explicit KindTable(KindStatistics& account, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void sizeSections();

    KindStatistics& m_account;
};

} // namespace portolan
