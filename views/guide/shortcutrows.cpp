#include "views/guide/shortcutrows.h"

#include <QAction>
#include <QCoreApplication>

namespace portolan {

namespace {

/// Those that are no action's.
constexpr struct {
    const char* keys;
    const char* does;
} ofLists[] = {
    {QT_TRANSLATE_NOOP("Shortcuts", "Space"),
     QT_TRANSLATE_NOOP("Shortcuts", "Pause or resume the live view (in a list)")},
    {QT_TRANSLATE_NOOP("Shortcuts", "Esc"),
     QT_TRANSLATE_NOOP("Shortcuts", "Let go of what is chosen; empty the filter")},
    {QT_TRANSLATE_NOOP("Shortcuts", "Menu, Shift+F10"),
     QT_TRANSLATE_NOOP("Shortcuts", "What can be done with the chosen rows")},
};

QString inShortcuts(const char* text) {
    return QCoreApplication::translate("Shortcuts", text);
}

} // namespace

QList<ShortcutRow> shortcutRows(const QList<QAction*>& actions) {
    QList<ShortcutRow> rows;
    for (const QAction* action : actions) {
        if (!action->shortcut().isEmpty())
            rows << ShortcutRow{action->shortcut().toString(QKeySequence::NativeText), action->text()};
    }
    for (const auto& [keys, does] : ofLists)
        rows << ShortcutRow{inShortcuts(keys), inShortcuts(does)};
    return rows;
}

QString shortcutTable(const QList<ShortcutRow>& rows) {
    QString html = QStringLiteral("<table class=\"rows\" width=\"100%\" cellspacing=\"0\" cellpadding=\"5\">"
                                  "<tr><th align=\"left\" width=\"30%\">%1</th><th align=\"left\">%2</th></tr>")
                       .arg(inShortcuts(QT_TRANSLATE_NOOP("Shortcuts", "Keys")),
                            inShortcuts(QT_TRANSLATE_NOOP("Shortcuts", "What they do")));
    for (const ShortcutRow& row : rows)
        html += QStringLiteral("<tr><td><code>%1</code></td><td>%2</td></tr>")
                    .arg(row.keys.toHtmlEscaped(), row.does.toHtmlEscaped());
    return html + QStringLiteral("</table>");
}

} // namespace portolan
