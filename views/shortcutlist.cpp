#include "views/shortcutlist.h"

#include "views/theme.h"

#include <QAction>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace portolan {

namespace {

struct Key {
    QString keys;
    QString does;
};

QList<Key> keysOf(const QList<QAction*>& actions) {
    QList<Key> keys;
    for (const QAction* action : actions) {
        if (!action->shortcut().isEmpty())
            keys << Key{action->shortcut().toString(QKeySequence::NativeText), action->text()};
    }
    keys << Key{ShortcutList::tr("Space"), ShortcutList::tr("Pause or resume the live view (in a list)")}
         << Key{ShortcutList::tr("Esc"), ShortcutList::tr("Let go of what is chosen; empty the filter")}
         << Key{ShortcutList::tr("Menu, Shift+F10"), ShortcutList::tr("What can be done with the chosen rows")};
    return keys;
}

} // namespace

ShortcutList::ShortcutList(const QList<QAction*>& actions, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    const QList<Key> keys = keysOf(actions);
    auto* table = new QTableWidget(static_cast<int>(keys.size()), 2, this);
    table->setAccessibleName(tr("Keyboard shortcuts"));
    table->setHorizontalHeaderLabels({tr("Keys"), tr("What they do")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (int row = 0; row < static_cast<int>(keys.size()); ++row) {
        table->setItem(row, 0, new QTableWidgetItem(keys[row].keys));
        table->setItem(row, 1, new QTableWidgetItem(keys[row].does));
    }
    table->setColumnWidth(0, 45 * gridUnit);
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(table);
    layout->addWidget(close, 0, Qt::AlignRight);
    resize(150 * gridUnit, 150 * gridUnit);
}

} // namespace portolan
