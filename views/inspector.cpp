#include "views/inspector.h"

#include "models/hexmodel.h"
#include "views/icons.h"
#include "views/theme.h"

#include <QClipboard>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

namespace portolan {

namespace {

/// What is laid out at once: a text edit lays a line out whole, and a payload is often one line.
constexpr qsizetype pieceBytes = 32 * 1024;

QLabel* plainLabel(QWidget* parent, QPalette::ColorRole color) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setForegroundRole(color);
    return label;
}

/// Cuts between two characters: not inside a UTF-8 sequence.
qsizetype wholeCharacters(const QByteArray& bytes, qsizetype from, qsizetype size) {
    qsizetype end = std::min(bytes.size(), from + size);
    for (int back = 0; back < 3 && end < bytes.size() && (static_cast<unsigned char>(bytes[end]) & 0xC0U) == 0x80U;
         ++back)
        --end;
    return end - from;
}

} // namespace

Inspector::Inspector(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
    , m_hint(plainLabel(this, QPalette::PlaceholderText))
    , m_facts(new QFormLayout)
    , m_tabs(new QTabWidget(this))
    , m_text(new QPlainTextEdit(this))
    , m_more(new QPushButton(this))
    , m_tree(new QTreeView(this))
    , m_noTree(plainLabel(this, QPalette::PlaceholderText))
    , m_treeModel(new JsonTreeModel(this))
    , m_hex(new QTableView(this))
    , m_hexModel(new HexModel(this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_hint->setText(tr("Choose a row to see it whole."));
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setContentsMargins(4 * gridUnit, 0, 4 * gridUnit, 0);
    m_pages->addWidget(m_hint);

    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(makeHeader());
    m_facts->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, gridUnit);
    m_facts->setHorizontalSpacing(4 * gridUnit);
    m_facts->setVerticalSpacing(gridUnit);
    layout->addLayout(m_facts);
    layout->addWidget(m_tabs, 1);
    m_pages->addWidget(page);

    m_text->setReadOnly(true);
    m_text->setAccessibleName(QStringLiteral("Inspector"));
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text->document()->setDocumentMargin(3 * gridUnit);
    auto* textPage = new QWidget(m_tabs);
    auto* textLayout = new QVBoxLayout(textPage);
    textLayout->setContentsMargins(0, 0, 0, 0);
    textLayout->addWidget(m_text, 1);
    textLayout->addWidget(m_more, 0, Qt::AlignHCenter);
    m_more->setAccessibleName(tr("Show more of the text"));
    connect(m_more, &QPushButton::clicked, this, &Inspector::showMore);

    m_tree->setModel(m_treeModel);
    m_tree->setAccessibleName(tr("Inspector tree"));
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(false);
    auto* treePage = new QWidget(m_tabs);
    auto* treeLayout = new QVBoxLayout(treePage);
    treeLayout->setContentsMargins(0, 0, 0, 0);
    m_noTree->setAlignment(Qt::AlignCenter);
    m_noTree->setContentsMargins(4 * gridUnit, 0, 4 * gridUnit, 0);
    treeLayout->addWidget(m_noTree, 1);
    treeLayout->addWidget(m_tree, 100);

    m_hex->setModel(m_hexModel);
    m_hex->setAccessibleName(tr("Inspector bytes"));
    m_hex->setShowGrid(false);
    m_hex->setWordWrap(false);
    m_hex->setTabKeyNavigation(false);
    m_hex->verticalHeader()->hide();
    m_hex->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_hex->horizontalHeader()->setStretchLastSection(true);
    m_hex->setSelectionBehavior(QAbstractItemView::SelectRows);

    m_tabs->setDocumentMode(true);
    m_tabs->addTab(textPage, tr("Text"));
    m_tabs->addTab(treePage, tr("Tree"));
    m_tabs->addTab(m_hex, tr("Hex"));
    m_tabs->setAccessibleName(tr("Inspector views"));
    wearFonts();
    clear();
}

QWidget* Inspector::makeHeader() {
    auto* header = new QWidget(this);
    m_title = plainLabel(header, QPalette::WindowText);
    m_copy = new QPushButton(themedIcon(QStringLiteral("copy")), QString(), header);
    m_copy->setToolTip(tr("Copy the whole payload"));
    m_copy->setAccessibleName(tr("Copy the payload"));
    m_save = new QPushButton(themedIcon(QStringLiteral("save")), QString(), header);
    m_save->setToolTip(tr("Save the payload in a file"));
    m_save->setAccessibleName(tr("Save the payload…"));
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 2 * gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_title, 1);
    layout->addWidget(m_copy);
    layout->addWidget(m_save);
    connect(m_copy, &QPushButton::clicked, this, &Inspector::copy);
    connect(m_save, &QPushButton::clicked, this, &Inspector::save);
    return header;
}

void Inspector::show(const Inspection& inspection) {
    m_inspection = inspection;
    m_title->setText(inspection.title);
    showFacts();
    m_copy->setEnabled(!inspection.bytes.isEmpty());
    m_save->setEnabled(!inspection.bytes.isEmpty());
    m_shown = 0;
    m_text->clear();
    showMore();
    m_treeModel->setTree(inspection.tree);
    m_tree->setVisible(inspection.tree != nullptr);
    const bool cut = inspection.tree && inspection.tree->cut;
    m_noTree->setVisible(!inspection.tree || cut);
    m_noTree->setText(cut ? tr("The document is too large: only its first %1 values are shown.")
                                .arg(groupedNumber(JsonTree::maxNodes))
                          : inspection.noTree);
    if (inspection.tree)
        m_tree->expandToDepth(1);
    m_tree->resizeColumnToContents(0);
    m_hexModel->setBytes(inspection.bytes);
    m_pages->setCurrentIndex(1);
}

void Inspector::showError(const Error& error) {
    clear();
    m_hint->setText(error.text);
}

void Inspector::clear() {
    m_inspection = {};
    m_text->clear();
    m_treeModel->setTree({});
    m_hexModel->setBytes({});
    m_hint->setText(tr("Choose a row to see it whole."));
    m_pages->setCurrentIndex(0);
}

void Inspector::setTimeDisplay(TimeDisplay display) {
    m_timeDisplay = display;
    showFacts();
}

void Inspector::showFacts() {
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    for (const auto& [name, value] : m_inspection.facts) {
        auto* label = plainLabel(this, QPalette::PlaceholderText);
        label->setWordWrap(false);
        label->setText(name);
        auto* text = plainLabel(this, QPalette::WindowText);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (const auto* time = std::get_if<Timestamp>(&value)) {
            const auto other = m_timeDisplay == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc;
            text->setText(timeWithZone(*time, m_timeDisplay) + QStringLiteral(" · ") + ageText(*time, currentTime()));
            text->setToolTip(timeWithZone(*time, other));
        } else if (const auto* number = std::get_if<qint64>(&value)) {
            text->setText(groupedNumber(*number));
        } else {
            text->setText(std::get<QString>(value));
        }
        m_facts->addRow(label, text);
    }
}

void Inspector::showMore() {
    const QByteArray& bytes = m_inspection.bytes;
    const qsizetype size = wholeCharacters(bytes, m_shown, pieceBytes);
    m_text->moveCursor(QTextCursor::End);
    m_text->textCursor().insertText(visibleLines(QByteArrayView(bytes).sliced(m_shown, size)));
    if (m_shown == 0)
        m_text->moveCursor(QTextCursor::Start);
    m_shown += size;
    const qsizetype left = bytes.size() - m_shown;
    m_more->setVisible(left > 0);
    m_more->setText(tr("Show more (%1 KiB left)").arg(groupedNumber((left + 1023) / 1024)));
}

void Inspector::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        wearFonts();
}

void Inspector::wearFonts() {
    const QFont face = dataFont(font());
    m_text->setFont(face);
    m_tree->setFont(face);
    m_hex->setFont(smallFont(face));
    m_hex->verticalHeader()->setMinimumSectionSize(QFontMetrics(face).height() + 2);
    m_hex->verticalHeader()->setDefaultSectionSize(QFontMetrics(face).height() + 2);
    const int character = QFontMetrics(m_hex->font()).horizontalAdvance(u'0');
    m_hex->setColumnWidth(0, 7 * character + 2 * gridUnit);
    m_hex->setColumnWidth(1, 23 * character + 3 * gridUnit);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
}

void Inspector::copy() {
    QGuiApplication::clipboard()->setText(QString::fromUtf8(m_inspection.bytes));
    Q_EMIT notice(tr("Bytes copied: %1").arg(groupedNumber(m_inspection.bytes.size())));
}

void Inspector::save() {
    auto* dialog = new QFileDialog(this, tr("Save the payload"), m_inspection.fileName);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_inspection.fileName + (m_inspection.tree ? QStringLiteral(".json") : QStringLiteral(".txt")));
    connect(dialog, &QFileDialog::fileSelected, this, [this, bytes = m_inspection.bytes](const QString& path) {
        QSaveFile file(path);
        const bool saved = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
        Q_EMIT notice(saved ? tr("Saved in %1.").arg(path)
                            : tr("%1 could not be written: %2.").arg(path, file.errorString()));
    });
    dialog->open();
}

} // namespace portolan
