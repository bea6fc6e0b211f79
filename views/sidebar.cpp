#include "views/sidebar.h"

#include "models/panes.h"
#include "views/entrydelegate.h"
#include "views/icons.h"
#include "views/theme.h"

#include <QEvent>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

namespace portolan {

namespace {

QListWidget* makeList(const QString& name, QWidget* parent) {
    auto* list = new QListWidget(parent);
    list->setAccessibleName(name);
    list->setItemDelegate(new EntryDelegate(list));
    list->setMouseTracking(true);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->viewport()->setBackgroundRole(QPalette::Window);
    return list;
}

QLabel* makeTitle(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setFont(smallFont(parent->font()));
    label->setContentsMargins(5 * gridUnit, 3 * gridUnit, 0, gridUnit);
    return label;
}

} // namespace

Sidebar::Sidebar(QWidget* parent)
    : QWidget(parent)
    , m_stores(makeList(QStringLiteral("Stores"), this))
    , m_panes(makeList(QStringLiteral("Panes"), this)) {
    for (const PaneEntry& entry : paneEntries()) {
        auto* item = new QListWidgetItem(themedIcon(QLatin1String(entry.icon)), paneName(entry), m_panes);
        item->setData(Qt::AccessibleTextRole, paneName(entry));
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTitle(tr("STORES"), this));
    layout->addWidget(m_stores);
    layout->addWidget(makeTitle(tr("PANES"), this));
    layout->addWidget(m_panes, 1);
    connect(m_stores, &QListWidget::currentRowChanged, this, &Sidebar::storeChosen);
    connect(m_panes, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && m_panes->item(row)->flags().testFlag(Qt::ItemIsEnabled))
            Q_EMIT paneChosen(row);
    });
    sizeStores();
}

void Sidebar::setStores(const QStringList& names, int current) {
    const QSignalBlocker quiet(m_stores);
    m_stores->clear();
    for (const QString& name : names)
        new QListWidgetItem(themedIcon(QStringLiteral("database")), name, m_stores);
    m_stores->setCurrentRow(current);
    sizeStores();
}

void Sidebar::setPaneReason(int pane, const QString& reason) {
    QListWidgetItem* item = m_panes->item(pane);
    item->setFlags(reason.isEmpty() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags);
    item->setToolTip(reason);
    item->setData(Qt::AccessibleDescriptionRole, reason);
}

void Sidebar::setCurrentPane(int pane) {
    m_panes->setCurrentRow(pane);
}

void Sidebar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_stores)
        sizeStores();
}

void Sidebar::sizeStores() {
    const int rows = std::clamp(m_stores->count(), 1, 5);
    m_stores->setFixedHeight(rows * (m_stores->fontMetrics().height() + 3 * gridUnit) + gridUnit);
}

} // namespace portolan
