#include "views/window/sidebar.h"

#include "models/list/panes.h"
#include "views/style/entrydelegate.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QApplication>
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
    // The accessibility bus selects an entry without making it the current one.
    QObject::connect(list, &QListWidget::itemSelectionChanged, list, [list] {
        if (const QList<QListWidgetItem*> chosen = list->selectedItems(); !chosen.isEmpty())
            list->setCurrentItem(chosen.first());
    });
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

/// Returns what is read aloud after the name: in other languages than the contract's the shown name comes first.
QString description(const QListWidgetItem* item, const QString& more) {
    const QString shown = item->text();
    return shown == item->data(Qt::AccessibleTextRole).toString() ? more
           : more.isEmpty()                                       ? shown
                                                                  : shown + QStringLiteral(": ") + more;
}

} // namespace

Sidebar::Sidebar(QWidget* parent)
    : QWidget(parent)
    , m_storesTitle(makeTitle(tr("STORES"), this))
    , m_panesTitle(makeTitle(tr("PANES"), this))
    , m_stores(makeList(QStringLiteral("Stores"), this))
    , m_panes(makeList(QStringLiteral("Panes"), this)) {
    for (const PaneEntry& entry : paneEntries()) {
        auto* item = new QListWidgetItem(themedIcon(QLatin1String(entry.icon)), paneName(entry), m_panes);
        item->setData(Qt::AccessibleTextRole, QString::fromUtf8(entry.name)); // the contract's, in every language
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    setMinimumWidth(36 * gridUnit); // the names are what it is for
    layout->addWidget(m_storesTitle);
    layout->addWidget(m_stores);
    layout->addWidget(m_panesTitle);
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
    item->setData(Qt::AccessibleDescriptionRole, description(item, reason));
}

void Sidebar::setPaneBadge(int pane, const QString& figure, const QString& meaning) {
    QListWidgetItem* item = m_panes->item(pane);
    item->setData(EntryDelegate::KeysRole, figure);
    if (item->flags().testFlag(Qt::ItemIsEnabled)) { // else its tooltip says why it is not
        item->setToolTip(meaning);
        item->setData(Qt::AccessibleDescriptionRole, description(item, meaning));
    }
}

void Sidebar::setCurrentPane(int pane) {
    m_panes->setCurrentRow(pane);
}

void Sidebar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        sizeStores();
    if (event->type() == QEvent::ApplicationFontChange) { // a size of their own does not follow by itself
        m_storesTitle->setFont(smallFont(QApplication::font()));
        m_panesTitle->setFont(smallFont(QApplication::font()));
    }
}

void Sidebar::sizeStores() {
    const int rows = std::clamp(m_stores->count(), 1, 5);
    m_stores->setFixedHeight(rows * (m_stores->fontMetrics().height() + 3 * gridUnit) + gridUnit);
}

} // namespace portolan
