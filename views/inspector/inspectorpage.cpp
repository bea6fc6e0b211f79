#include "views/inspector/inspectorpage.h"

#include "models/inspect/hexmodel.h"
#include "models/inspect/inspectiontable.h"
#include "views/inspector/opentree.h"
#include "views/style/icons.h"
#include "views/style/rowheights.h"
#include "views/style/theme.h"
#include "views/style/wrappedcells.h"
#include "views/style/wrappedlabel.h"

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
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

namespace portolan {

namespace {

/// The bytes that are laid out at once: a text edit lays a line out whole, and a payload is often one line.
constexpr qsizetype pieceBytes = 32 * 1024;

/// Cuts between two characters: not inside a UTF-8 sequence.
qsizetype wholeCharacters(const QByteArray& bytes, qsizetype from, qsizetype size) {
    qsizetype end = std::min(bytes.size(), from + size);
    for (int back = 0; back < 3 && end < bytes.size() && (static_cast<unsigned char>(bytes[end]) & 0xC0U) == 0x80U;
         ++back)
        --end;
    return end - from;
}

} // namespace

InspectorPage::InspectorPage(QWidget* parent)
    : QWidget(parent)
    , m_facts(new QFormLayout)
    , m_parts(new QTabBar(this))
    , m_views(new QStackedWidget(this))
    , m_tabs(new QTabWidget(this))
    , m_text(new QPlainTextEdit(this))
    , m_more(new QPushButton(this))
    , m_tree(new QTreeView(this))
    , m_noTree(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_treeModel(new JsonTreeModel(this))
    , m_hex(new QTableView(this))
    , m_hexModel(new HexModel(this))
    , m_tablePages(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_noRows(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_tableModel(new InspectionTable(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(makeHeader());
    m_facts->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, gridUnit);
    m_facts->setHorizontalSpacing(4 * gridUnit);
    m_facts->setVerticalSpacing(gridUnit);
    layout->addLayout(m_facts);
    m_parts->setDocumentMode(true);
    m_parts->setDrawBase(true);
    m_parts->setExpanding(false);
    m_parts->setAccessibleName(tr("Parts of the row"));
    layout->addWidget(m_parts);
    m_views->addWidget(makeViews());
    m_views->addWidget(makeTable());
    layout->addWidget(m_views, 1);
    connect(m_parts, &QTabBar::currentChanged, this, &InspectorPage::showPart);
    connect(m_parts, &QTabBar::tabBarClicked, this, [this](int part) { m_part = m_parts->tabText(part); });
    wearFonts();
}

QWidget* InspectorPage::makeViews() {
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
    connect(m_more, &QPushButton::clicked, this, &InspectorPage::showMore);

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
    return m_tabs;
}

QWidget* InspectorPage::makeTable() {
    m_table->setModel(m_tableModel);
    m_table->setItemDelegate(new WrappedCells(m_table));
    m_table->verticalHeader()->setMinimumSectionSize(0);
    m_table->setAccessibleName(tr("Inspector table"));
    m_table->setShowGrid(false);
    m_table->setWordWrap(true);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_noRows->setAlignment(Qt::AlignCenter);
    m_noRows->setContentsMargins(4 * gridUnit, 0, 4 * gridUnit, 0);
    m_tablePages->addWidget(m_table);
    m_tablePages->addWidget(m_noRows);
    return m_tablePages;
}

QWidget* InspectorPage::makeHeader() {
    auto* header = new QWidget(this);
    m_title = new WrappedLabel(header, QPalette::WindowText);
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
    connect(m_copy, &QPushButton::clicked, this, &InspectorPage::copy);
    connect(m_save, &QPushButton::clicked, this, &InspectorPage::save);
    return header;
}

void InspectorPage::show(const Inspection& inspection) {
    m_inspection = inspection;
    m_title->setText(inspection.title);
    showFacts();
    showParts();
}

/// The part that was chosen last, if this row has it.
void InspectorPage::showParts() {
    {
        const QSignalBlocker quiet(m_parts);
        while (m_parts->count() > 0)
            m_parts->removeTab(0);
        for (const InspectedDocument& each : m_inspection.documents)
            m_parts->addTab(each.name);
        for (const Inspection::Table& each : m_inspection.tables)
            m_parts->addTab(each.name);
        for (int part = 0; part < m_parts->count(); ++part) {
            Q_ASSERT_X(m_parts->count() == 1 || !m_parts->tabText(part).isEmpty(), "InspectorPage",
                       "a part without a name");
            if (m_parts->tabText(part) == m_part)
                m_parts->setCurrentIndex(part);
        }
    }
    m_parts->setVisible(m_parts->count() > 1);
    m_parts->updateGeometry(); // a bar that was hidden keeps the height of none
    showPart(m_parts->currentIndex());
}

void InspectorPage::showPart(int part) {
    const int documents = static_cast<int>(m_inspection.documents.size());
    const int tables = static_cast<int>(m_inspection.tables.size());
    if (part < 0 || part >= documents + tables)
        return;
    if (part < documents) {
        m_document = part;
        showDocument();
        m_views->setCurrentIndex(0);
        return;
    }
    const Inspection::Table& table = m_inspection.tables[static_cast<std::size_t>(part - documents)];
    m_tableModel->setTable(table);
    m_table->setAccessibleName(table.name);
    m_noRows->setText(table.noRows);
    m_tablePages->setCurrentIndex(table.rows.empty() ? 1 : 0);
    m_views->setCurrentIndex(1);
    layOutTable();
}

const InspectedDocument& InspectorPage::document() const {
    static const InspectedDocument none;
    const auto at = static_cast<std::size_t>(m_document);
    return at < m_inspection.documents.size() ? m_inspection.documents[at] : none;
}

void InspectorPage::showDocument() {
    const InspectedDocument& shown = document();
    m_copy->setEnabled(!shown.bytes.isEmpty());
    m_save->setEnabled(!shown.bytes.isEmpty());
    m_shown = 0;
    m_text->clear();
    m_text->setPlaceholderText(shown.bytes.isEmpty() ? shown.noTree : QString());
    showMore();
    m_treeModel->setTree(shown.tree);
    m_tree->setVisible(shown.tree != nullptr);
    m_noTree->setVisible(!shown.tree);
    m_noTree->setText(shown.noTree);
    if (shown.tree)
        openFirst(*m_tree);
    m_tree->resizeColumnToContents(0);
    m_hexModel->setBytes(shown.bytes);
}

/// The last column has what the others leave; fields and their values share what there is.
void InspectorPage::layOutTable() {
    const int columns = m_tableModel->columnCount();
    const int width = m_table->viewport()->width();
    const int character = QFontMetrics(m_table->font()).horizontalAdvance(u'0');
    for (int column = 0; column + 1 < columns; ++column)
        m_table->setColumnWidth(column, columns == 2 ? 21 * character + 4 * gridUnit : width / columns);
    m_table->resizeRowsToContents();
}

void InspectorPage::clear() {
    m_inspection = {};
    m_document = 0;
    m_text->clear();
    m_treeModel->setTree({});
    m_hexModel->setBytes({});
}

void InspectorPage::setTimeDisplay(TimeDisplay display) {
    m_timeDisplay = display;
    m_tableModel->setTimeDisplay(display);
    showFacts();
}

void InspectorPage::showFacts() {
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    for (const auto& [name, value] : m_inspection.facts) {
        auto* label = new WrappedLabel(this, QPalette::PlaceholderText);
        label->setWordWrap(false);
        label->setText(name);
        auto* text = new WrappedLabel(this, QPalette::WindowText);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (const auto* time = std::get_if<Timestamp>(&value)) {
            const auto other = m_timeDisplay == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc;
            const QString age = ageText(*time, currentTime()).replace(u' ', QChar::Nbsp); // goes to a line of its own
            text->setText(timeWithZone(*time, m_timeDisplay) + QStringLiteral(" ·") + QChar(QChar::Nbsp) + age);
            text->setToolTip(timeWithZone(*time, other));
        } else if (const auto* number = std::get_if<qint64>(&value)) {
            text->setText(groupedNumber(*number));
        } else {
            text->setText(std::get<QString>(value));
        }
        m_facts->addRow(label, text);
    }
}

void InspectorPage::showMore() {
    const QByteArray& bytes = document().bytes;
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

void InspectorPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        wearFonts();
}

void InspectorPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layOutTable();
}

void InspectorPage::wearFonts() {
    const QFont face = dataFont(font());
    m_text->setFont(face);
    m_tree->setFont(face);
    m_table->setFont(smallFont(font()));
    m_hex->setFont(smallFont(face));
    setRowHeights(*m_hex, QFontMetrics(face).height() + 2);
    const int character = QFontMetrics(m_hex->font()).horizontalAdvance(u'0');
    m_hex->setColumnWidth(0, 7 * character + 2 * gridUnit);
    m_hex->setColumnWidth(1, 23 * character + 3 * gridUnit);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
}

void InspectorPage::copy() {
    QGuiApplication::clipboard()->setText(QString::fromUtf8(document().bytes));
    Q_EMIT notice(tr("Bytes copied: %1").arg(groupedNumber(document().bytes.size())));
}

void InspectorPage::save() {
    auto* dialog = new QFileDialog(this, tr("Save the payload"), document().fileName);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(document().fileName + (document().tree ? QStringLiteral(".json") : QStringLiteral(".txt")));
    connect(dialog, &QFileDialog::fileSelected, this, [this, bytes = document().bytes](const QString& path) {
        QSaveFile file(path);
        const bool saved = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
        Q_EMIT notice(saved ? tr("Saved in %1.").arg(path)
                            : tr("%1 could not be written: %2.").arg(path, file.errorString()));
    });
    dialog->open();
}

} // namespace portolan
