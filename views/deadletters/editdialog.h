#pragma once

#include <QByteArray>
#include <QDialog>
#include <QTimer>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace portolan {

/// A dead letter's document to be edited, beside the original, and what differs between them. Every byte that is not
/// touched stays: the text is the document's own, numbers, spacing, equal names and all. Shown with open().
class EditDialog : public QDialog {
    Q_OBJECT
public:
    /// `document` is UTF-8.
    EditDialog(const QString& what, const QByteArray& document, QWidget* parent = nullptr);

Q_SIGNALS:
    /// The operator wants to see what a replay of this would do.
    void edited(const QByteArray& document);

private:
    QWidget* makeTexts();
    void showDifference();
    [[nodiscard]] QByteArray text() const;

    const QByteArray m_document;
    QPlainTextEdit* m_edited;
    QLabel* m_difference;
    QPushButton* m_go;
    QTimer m_pause; ///< after the last key
};

} // namespace portolan
