#pragma once

#include <QByteArray>
#include <QDialog>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace portolan {

/// Asks why rejected messages are stored again, mended or dismissed; of one that is mended shows its payload to be
/// edited. Changes nothing itself: confirmed() says what was confirmed. Blocks its window alone; shown with open().
class RejectDialog : public QDialog {
    Q_OBJECT
public:
    enum class Act { Retry, Edit, Dismiss };
    /// `what` says in words which are meant; `reason` is why the one to be mended was rejected, `payload` its bytes.
    RejectDialog(Act act, const QString& what, const QString& reason, const QByteArray& payload,
                 QWidget* parent = nullptr);

Q_SIGNALS:
    void confirmed(const QByteArray& reason, const QByteArray& payload);

private:
    void showButton();
    void confirm();
    [[nodiscard]] QByteArray text() const;

    const Act m_act;
    const QByteArray m_payload;
    QPlainTextEdit* m_text = nullptr; ///< of one that is mended
    bool m_isLossless = true;
    QLineEdit* m_reason;
    QPushButton* m_go;
};

} // namespace portolan
