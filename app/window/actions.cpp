#include "app/window/actions.h"

#include "views/style/icons.h"

#include <QCoreApplication>
#include <QWidget>

namespace portolan {

namespace {

struct Spec {
    ActionId id;
    const char* text;
    const char* keys; ///< portable text; empty: none
    const char* icon; ///< empty: none
};

constexpr std::array<Spec, actionCount> specs{{
    {ActionId::Open, QT_TRANSLATE_NOOP("Actions", "Open a store…"), "Ctrl+O", "database"},
    {ActionId::OpenFolder, QT_TRANSLATE_NOOP("Actions", "Open a folder of batch files…"), "", "open"},
    {ActionId::OpenDatabase, QT_TRANSLATE_NOOP("Actions", "Open a database…"), "", "database"},
    {ActionId::OpenServer, QT_TRANSLATE_NOOP("Actions", "Connect to a server…"), "", "ports"},
    {ActionId::OpenSample, QT_TRANSLATE_NOOP("Actions", "Open the sample pipeline"), "", "sample"},
    {ActionId::NextStore, QT_TRANSLATE_NOOP("Actions", "Go to the next open store"), "Ctrl+Tab", ""},
    {ActionId::CloseStore, QT_TRANSLATE_NOOP("Actions", "Close this store"), "Ctrl+W", "clear"},
    {ActionId::StartReceiving, QT_TRANSLATE_NOOP("Actions", "Start receiving from the last source"), "", "play"},
    {ActionId::StopReceiving, QT_TRANSLATE_NOOP("Actions", "Stop receiving now"), "", "stop"},
    {ActionId::PauseReceiving, QT_TRANSLATE_NOOP("Actions", "Pause or resume receiving"), "", "pause"},
    {ActionId::ChooseSource, QT_TRANSLATE_NOOP("Actions", "Receive from another source…"), "", "play"},
    {ActionId::FocusFilter, QT_TRANSLATE_NOOP("Actions", "Go to the filter"), "Ctrl+F", "filter"},
    {ActionId::ClearFilter, QT_TRANSLATE_NOOP("Actions", "Remove the filter"), "", "clear"},
    {ActionId::SearchEverything, QT_TRANSLATE_NOOP("Actions", "Search everything…"), "Ctrl+Shift+F", "search"},
    {ActionId::Refresh, QT_TRANSLATE_NOOP("Actions", "Read again"), "F5", "refresh"},
    {ActionId::PauseLive, QT_TRANSLATE_NOOP("Actions", "Pause or resume the live view"), "", "pause"},
    {ActionId::Import, QT_TRANSLATE_NOOP("Actions", "Import a file…"), "Ctrl+I", "open"},
    {ActionId::Export, QT_TRANSLATE_NOOP("Actions", "Export rows to a file…"), "Ctrl+E", "save"},
    {ActionId::Report, QT_TRANSLATE_NOOP("Actions", "Report of this store…"), "", "report"},
    {ActionId::Alerts, QT_TRANSLATE_NOOP("Actions", "Alerts of this store…"), "", "warning"},
    {ActionId::Undo, QT_TRANSLATE_NOOP("Actions", "Undo what you did last…"), "Ctrl+Z", "undo"},
    {ActionId::Copy, QT_TRANSLATE_NOOP("Actions", "Copy the selected rows"), "Ctrl+C", "copy"},
    {ActionId::CopyWithHeader, QT_TRANSLATE_NOOP("Actions", "Copy the selected rows with their header"), "Ctrl+Shift+C",
     "copy"},
    {ActionId::ToggleTimes, QT_TRANSLATE_NOOP("Actions", "Show times in UTC or local time"), "", "clock"},
    {ActionId::ThemeLight, QT_TRANSLATE_NOOP("Actions", "Theme: light"), "", "theme"},
    {ActionId::ThemeDark, QT_TRANSLATE_NOOP("Actions", "Theme: dark"), "", "theme"},
    {ActionId::ThemeSystem, QT_TRANSLATE_NOOP("Actions", "Theme: as the desktop"), "", "theme"},
    {ActionId::ZoomIn, QT_TRANSLATE_NOOP("Actions", "Larger text"), "Ctrl++", ""},
    {ActionId::ZoomOut, QT_TRANSLATE_NOOP("Actions", "Smaller text"), "Ctrl+-", ""},
    {ActionId::ZoomReset, QT_TRANSLATE_NOOP("Actions", "Text of normal size"), "Ctrl+0", ""},
    {ActionId::Palette, QT_TRANSLATE_NOOP("Actions", "All commands"), "Ctrl+K", "command"},
    {ActionId::Preferences, QT_TRANSLATE_NOOP("Actions", "Settings…"), "Ctrl+,", ""},
    {ActionId::Help, QT_TRANSLATE_NOOP("Actions", "Help: this pane"), "F1", "guide"},
    {ActionId::Shortcuts, QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"), "", "keyboard"},
    {ActionId::Guide, QT_TRANSLATE_NOOP("Actions", "User guide"), "", "guide"},
    {ActionId::About, QT_TRANSLATE_NOOP("Actions", "About Portolan, and diagnostics"), "", ""},
    {ActionId::Quit, QT_TRANSLATE_NOOP("Actions", "Quit"), "Ctrl+Q", ""},
}};

/// "Open a store…" → "open-a-store": what settings know an action by, in every language.
QString nameOf(const char* text) {
    QString name;
    for (const QChar c : QString::fromUtf8(text).toLower())
        name += c.isLetterOrNumber() ? c : QChar(u'-');
    while (name.endsWith(u'-'))
        name.chop(1);
    return name;
}

} // namespace

Actions::Actions(QWidget* window) : QObject(window) {
    for (const Spec& spec : specs) {
        auto* action = new QAction(QCoreApplication::translate("Actions", spec.text), window);
        action->setObjectName(nameOf(spec.text));
        const QKeySequence keys(QString::fromLatin1(spec.keys));
        QList<QKeySequence> shortcuts{keys};
        if (spec.id == ActionId::ZoomIn) // the same key without Shift
            shortcuts << QKeySequence(QStringLiteral("Ctrl+="));
        if (!keys.isEmpty())
            action->setShortcuts(shortcuts);
        if (*spec.icon)
            action->setIcon(themedIcon(QLatin1String(spec.icon)));
        action->setToolTip(action->text());
        window->addAction(action);
        m_actions[static_cast<std::size_t>(spec.id)] = action;
    }
}

QList<QAction*> Actions::all() const {
    return {m_actions.begin(), m_actions.end()};
}

} // namespace portolan
