#pragma once

#include <QTableView>

namespace portolan {

class KindAccount;

/// The account of each kind of message that a receiver met, as high as it has rows.
class KindTable : public QTableView {
    Q_OBJECT
public:
    /// The account is borrowed and outlives it.
    explicit KindTable(KindAccount& account, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void sizeSections();

    KindAccount& m_account;
};

} // namespace portolan
