#include "views/versions/comparisonview.h"

#include "views/inspector/opentree.h"
#include "views/style/plainlabel.h"
#include "views/style/rowheights.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>
#include <QVBoxLayout>

namespace portolan {

namespace {

using Step = JsonComparison::Step;

constexpr std::size_t mostUnfolded = 2000; ///< lines of a tree that is opened as a whole
constexpr int gutter = 5 * gridUnit;
constexpr float tint = 0.16F;

StateTone toneOf(Step step) {
    switch (step) {
    case Step::Added:
        return StateTone::Good;
    case Step::Removed:
        return StateTone::Bad;
    case Step::Changed:
        return StateTone::Warning;
    case Step::Same:
        break;
    }
    return StateTone::Neutral;
}

QString signOf(Step step) {
    switch (step) {
    case Step::Added:
        return QStringLiteral("+");
    case Step::Removed:
        return QStringLiteral("−");
    case Step::Changed:
        return QStringLiteral("±");
    case Step::Same:
        break;
    }
    return {};
}

/// The cells of a comparison: what came, went or changed on a ground of its colour; in texts with its sign in front.
class StepDelegate : public QStyledItemDelegate {
public:
    StepDelegate(bool hasGutter, QObject* parent) : QStyledItemDelegate(parent), m_hasGutter(hasGutter) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto step = static_cast<Step>(index.data(StepRole).toInt());
        if (step != Step::Same) {
            QColor ground = toneColor(toneOf(step), option.palette);
            ground.setAlphaF(tint);
            painter->fillRect(option.rect, ground);
        }
        QStyleOptionViewItem inner = option;
        if (m_hasGutter) {
            painter->save();
            painter->setFont(option.font);
            painter->setPen(toneColor(toneOf(step), option.palette));
            painter->drawText(QRect(option.rect.topLeft(), QSize(gutter, option.rect.height())), Qt::AlignCenter,
                              signOf(step));
            painter->restore();
            inner.rect.setLeft(option.rect.left() + gutter);
        }
        QStyledItemDelegate::paint(painter, inner, index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        option->textElideMode = Qt::ElideRight;
        if (index.data(FoldRole).toBool())
            option->palette.setColor(QPalette::Text, toneColor(StateTone::Neutral, option->palette));
    }

private:
    bool m_hasGutter;
};

} // namespace

ComparisonView::ComparisonView(QWidget* parent)
    : QWidget(parent)
    , m_summary(plainLabel(this))
    , m_onlyChanges(new QCheckBox(tr("Changes only"), this))
    , m_tabs(new QTabWidget(this))
    , m_tree(new QTreeView(this))
    , m_text(new QTableView(this)) {
    m_tree->setModel(&m_treeModel);
    m_tree->setAccessibleName(tr("Differences"));
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setItemDelegate(new StepDelegate(false, m_tree));
    m_text->setModel(&m_textModel);
    m_text->setAccessibleName(tr("Side by side"));
    m_text->setShowGrid(false);
    m_text->setWordWrap(false);
    m_text->setTabKeyNavigation(false);
    m_text->setItemDelegate(new StepDelegate(true, m_text));
    m_text->verticalHeader()->hide();
    m_text->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_text->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_text->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_text->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Comparison views"));
    m_tabs->addTab(m_tree, tr("Tree"));
    m_tabs->addTab(m_text, tr("Side by side"));
    m_summary->setAccessibleName(tr("Summary of the comparison"));
    m_onlyChanges->setChecked(true);
    auto* head = new QHBoxLayout;
    head->addWidget(m_summary, 1);
    head->addWidget(m_onlyChanges);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addLayout(head);
    layout->addWidget(m_tabs, 1);
    connect(m_onlyChanges, &QCheckBox::toggled, this, &ComparisonView::showTree);
    connect(m_tabs, &QTabWidget::currentChanged, this,
            [this] { m_onlyChanges->setVisible(m_tabs->currentWidget() == m_tree); });
    wearFonts();
}

void ComparisonView::setComparison(const DocumentComparison& comparison) {
    m_comparison = comparison;
    const QString summary = comparison.outline ? comparisonText(*comparison.outline) : QString();
    m_summary->setText(summary);
    m_summary->setAccessibleName(summary);
    m_textModel.setComparison(comparison);
    showTree();
}

void ComparisonView::setNote(const QString& note) {
    setComparison({});
    m_summary->setText(note);
    m_summary->setAccessibleName(note);
}

void ComparisonView::showTree() {
    m_treeModel.setComparison(m_comparison, m_onlyChanges->isChecked());
    if (!m_comparison.outline)
        return;
    if (m_comparison.outline->lines.size() <= mostUnfolded)
        m_tree->expandAll();
    else
        openFirst(*m_tree);
    QHeaderView& header = *m_tree->header();
    header.setStretchLastSection(false);
    for (const int column : {ComparisonTreeModel::fieldColumn, ComparisonTreeModel::changeColumn}) {
        header.setSectionResizeMode(column, QHeaderView::Interactive);
        m_tree->resizeColumnToContents(column);
    }
    const int widest = 70 * gridUnit;
    if (m_tree->columnWidth(ComparisonTreeModel::fieldColumn) > widest)
        m_tree->setColumnWidth(ComparisonTreeModel::fieldColumn, widest);
    for (int column = ComparisonTreeModel::firstDocument; column < m_treeModel.columnCount(); ++column)
        header.setSectionResizeMode(column, QHeaderView::Stretch);
}

void ComparisonView::wearFonts() {
    const QFont face = dataFont(font());
    m_tree->setFont(face);
    m_text->setFont(face);
    setRowHeights(*m_text, QFontMetrics(face).height() + gridUnit);
}

void ComparisonView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange)
        wearFonts();
    QWidget::changeEvent(event);
}

} // namespace portolan
