#include "views/ask/textprompt.h"

#include <QLabel>
#include <QLineEdit>

namespace portolan {

QInputDialog* makeLineQuestion(const QString& title, const QString& text, const QString& field, QWidget* parent) {
    auto* question = new QInputDialog(parent);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setWindowTitle(title);
    question->setLabelText(text);
    question->setTextEchoMode(QLineEdit::Normal); // has the line made, which is not there before
    for (QLabel* label : question->findChildren<QLabel*>()) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    for (QLineEdit* line : question->findChildren<QLineEdit*>())
        line->setAccessibleName(field);
    return question;
}

} // namespace portolan
