#include "views/versions/changesview.h"

#include "models/versions/versionmodels.h"
#include "views/style/rowheights.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QEvent>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

enum DifferenceColumn { placeColumn, valuesColumn, byColumn, differenceColumns };
constexpr int leastHeight = 30 * gridUnit;

QString textIn(const Inspection::FactValue& cell) {
    const auto* const text = std::get_if<QString>(&cell);
    return text ? *text : QString();
}

} // namespace

ChangesView::ChangesView(QWidget* parent)
    : QWidget(parent)
    , m_title(new WrappedLabel(this))
    , m_note(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_table(new QTableWidget(0, differenceColumns, this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_table->setAccessibleName(tr("Version differences"));
    m_table->setHorizontalHeaderLabels({tr("Place"), tr("Before → after"), tr("By")});
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeaderItem(byColumn)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(placeColumn, QHeaderView::Interactive);
    m_table->horizontalHeader()->setSectionResizeMode(valuesColumn, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(byColumn, QHeaderView::Interactive);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_note->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, 2 * gridUnit);
    m_title->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, gridUnit);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_title);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    layout->addStretch(0);
    setMinimumHeight(leastHeight);
    wearFonts();
    setNote({});
}

void ChangesView::setNote(const QString& note) {
    m_title->setText(tr("Differences"));
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    m_table->setRowCount(0);
    m_table->hide();
}

void ChangesView::setInspection(const Inspection& inspection) {
    const VersionDifferences found = differencesIn(inspection);
    setNote(!found.table                ? tr("There is no version before it.")
            : found.table->rows.empty() ? found.table->noRows
                                        : QString());
    m_title->setText(found.since.isEmpty() ? inspection.title : tr("%1, since %2").arg(inspection.title, found.since));
    if (!found.table || found.table->rows.empty())
        return;
    m_table->setRowCount(static_cast<int>(found.table->rows.size()));
    int row = 0;
    for (const auto& cells : found.table->rows) {
        const QString before = textIn(cells[1]);
        const QString after = textIn(cells[2]);
        const QString values = before.isEmpty()  ? after
                               : after.isEmpty() ? before
                                                 : before + QStringLiteral(" → ") + after;
        const QString change = before.isEmpty() == after.isEmpty() ? textIn(cells[3])
                               : before.isEmpty()                  ? tr("+ added")
                                                                   : tr("− removed");
        const QString texts[] = {textIn(cells[0]), values, change};
        for (int column = 0; column < differenceColumns; ++column) {
            auto* const item = new QTableWidgetItem(texts[column]);
            item->setToolTip(texts[column]);
            if (column == byColumn)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
        ++row;
    }
    m_table->show();
    wearFonts();
}

void ChangesView::wearFonts() {
    const QFont face = dataFont(font());
    m_table->setFont(face);
    const QFontMetrics metrics(face);
    setRowHeights(*m_table, metrics.height() + 2 * gridUnit);
    for (const int column : {placeColumn, byColumn}) {
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column), 22 * metrics.horizontalAdvance(u'0')));
    }
}

void ChangesView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange)
        wearFonts();
    QWidget::changeEvent(event);
}

} // namespace portolan
