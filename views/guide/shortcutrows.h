#pragma once

#include <QList>
#include <QString>

class QAction;

namespace portolan {

/// A key, or several, and what they do.
struct ShortcutRow {
    QString keys;
    QString does;
};

/// The keys that are in force, of these actions and of the lists.
[[nodiscard]] QList<ShortcutRow> shortcutRows(const QList<QAction*>& actions);

/// The same as an HTML table for the guide.
[[nodiscard]] QString shortcutTable(const QList<ShortcutRow>& rows);

} // namespace portolan
