#pragma once

#include <QTableView>

namespace portolan {

class KindAccount;
struct ReceiverStatus;

/// The account of each kind of message that a receiver met, as high as it has rows.
class KindTable : public QTableView {
    Q_OBJECT
public:
    explicit KindTable(QWidget* parent = nullptr);
    void setStatus(const ReceiverStatus& status);
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void sizeSections();

    KindAccount* m_account;
};

} // namespace portolan
