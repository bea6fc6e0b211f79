#include "views/batches/kindtable.h"

#include "models/batches/kindstatistics.h"
#include "views/style/rowheights.h"
#include "views/style/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QStyledItemDelegate>

namespace portolan {

namespace {

/// The widest texts that are usual, in characters; the last column takes the rest.
constexpr int kindColumnCharacters[] = {18, 12, 11, 12, 13, 11};

/// Cells begin and end where their headers' texts do.
class AlignedDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem inner = option;
        inner.rect.adjust(gridUnit, 0, -gridUnit, 0);
        QStyledItemDelegate::paint(painter, inner, index);
    }
};

} // namespace

KindTable::KindTable(KindStatistics& account, QWidget* parent) : QTableView(parent), m_account(account) {
    setAccessibleName(tr("Kinds received"));
    setModel(&m_account);
    setItemDelegate(new AlignedDelegate(this));
    setSelectionMode(NoSelection);
    setShowGrid(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setFrameShape(NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    connect(&m_account, &QAbstractItemModel::modelReset, this, &KindTable::updateGeometry);
    sizeSections();
}

QSize KindTable::sizeHint() const {
    const int rows = m_account.rowCount() * verticalHeader()->defaultSectionSize();
    return {horizontalHeader()->length(), horizontalHeader()->sizeHint().height() + rows};
}

void KindTable::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        sizeSections();
}

void KindTable::sizeSections() {
    const QFontMetrics metrics(font());
    setRowHeights(*this, metrics.height() + gridUnit);
    for (int column = 0; column < static_cast<int>(std::size(kindColumnCharacters)); ++column)
        setColumnWidth(column, kindColumnCharacters[column] * metrics.averageCharWidth() + 4 * gridUnit);
    updateGeometry();
}

} // namespace portolan
