#include "views/deadletters/editdialog.h"

#include "models/list/format.h"
#include "storage/json/jsondifference.h"
#include "storage/json/jsonedit.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

namespace portolan {

namespace {

constexpr int pauseMilliseconds = 250;
constexpr std::size_t mostDifferences = 8;
constexpr qsizetype comparedAtOnce = 512 * 1024; ///< bytes; of longer documents only the preview tells

QPlainTextEdit* makeText(const QString& name, const QByteArray& document, QWidget* parent) {
    auto* text = new QPlainTextEdit(parent);
    text->setAccessibleName(name);
    text->setFont(dataFont(parent->font()));
    text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    text->setPlainText(QString::fromUtf8(document));
    return text;
}

} // namespace

EditDialog::EditDialog(const QString& what, const QByteArray& document, QWidget* parent)
    : QDialog(parent)
    , m_document(document) {
    setWindowTitle(tr("Edit and replay"));
    takeSize(this, QSize(220 * gridUnit, 130 * gridUnit));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(what, this));
    layout->addWidget(makeTexts(), 1);
    m_difference = new WrappedLabel(this);
    m_difference->setAccessibleName(tr("Difference"));
    m_difference->setFont(dataFont(font()));
    m_difference->setMinimumHeight(5 * m_difference->fontMetrics().lineSpacing());
    m_difference->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    layout->addWidget(m_difference);
    const DialogButtons buttons = makeDialogButtons(this, tr("Preview the replay…"));
    m_go = buttons.act;
    m_go->setText(m_go->accessibleName());
    addFoot(this, buttons.bar);
    connect(m_go, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT edited(text());
    });
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseMilliseconds);
    connect(&m_pause, &QTimer::timeout, this, &EditDialog::showDifference);
    connect(m_edited, &QPlainTextEdit::textChanged, this, [this] {
        m_go->setEnabled(false); // until it is known what it is
        m_pause.start();
    });
    showDifference();
    if (text() != m_document) { // carriage returns, a byte order mark, bytes that are no UTF-8
        m_pause.stop();
        m_edited->setReadOnly(true);
        m_go->setEnabled(false);
        m_difference->setText(tr("▲ An editor would change bytes of this document that are not shown. "
                                 "`portolan replay --edit` changes only what a patch is about."));
    }
    m_edited->setFocus();
}

QWidget* EditDialog::makeTexts() {
    auto* texts = new QWidget(this);
    auto* layout = new QHBoxLayout(texts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3 * gridUnit);
    auto* original = makeText(tr("Original document"), m_document, texts);
    original->setReadOnly(true);
    original->setToolTip(tr("The original; it is kept in the archive, byte for byte"));
    m_edited = makeText(tr("Edited document"), m_document, texts);
    const auto add = [&](const QString& title, QWidget* text) {
        auto* column = new QVBoxLayout;
        column->setSpacing(gridUnit);
        auto* label = new QLabel(title, texts);
        label->setForegroundRole(QPalette::PlaceholderText);
        column->addWidget(label);
        column->addWidget(text, 1);
        layout->addLayout(column, 1);
    };
    add(tr("Original"), original);
    add(tr("Edited"), m_edited);
    return texts;
}

/// toPlainText() would make blanks of no-break spaces.
QByteArray EditDialog::text() const {
    return m_edited->document()->toRawText().replace(QChar::ParagraphSeparator, QLatin1Char('\n')).toUtf8();
}

void EditDialog::showDifference() {
    const QByteArray now = text();
    if (now == m_document) {
        m_difference->setText(tr("Nothing is changed yet."));
        m_go->setEnabled(false);
        return;
    }
    if (now.size() > comparedAtOnce) {
        m_difference->setText(tr("The document is long: the preview says whether it can be stored."));
        m_go->setEnabled(true);
        return;
    }
    const Result<JsonEdit> edit = JsonEdit::parse(now);
    m_go->setEnabled(edit && !edit->isPatch());
    if (!m_go->isEnabled()) {
        m_difference->setText(edit ? tr("▲ A list of operations would be taken for a patch; edit it by command.")
                                   : QStringLiteral("▲ ") + edit.error().text);
        return;
    }
    QStringList lines;
    for (const JsonDifference& difference : jsonDifferences(m_document, now, mostDifferences))
        lines << visibleText(differenceText(difference), 200);
    m_difference->setText(lines.isEmpty() ? tr("Only spacing or the order of members differs.")
                                          : lines.join(QLatin1Char('\n')));
}

} // namespace portolan
