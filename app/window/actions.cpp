#include "app/window/actions.h"

#include "views/style/icons.h"

#include <QCoreApplication>
#include <QWidget>

namespace portolan {

namespace {

struct Spec {
    ActionId id;
    const char* text;
    const char* keys;  ///< portable text; empty: none
    const char* icon;  ///< empty: none
    const char* words; ///< other words for it, which the palette finds it by
};

constexpr std::array<Spec, actionCount> specs{{
    {ActionId::Open, QT_TRANSLATE_NOOP("Actions", "Open a store…"), "Ctrl+O", "database",
     QT_TRANSLATE_NOOP("Synonyms", "connect database folder url server")},
    {ActionId::OpenFolder, QT_TRANSLATE_NOOP("Actions", "Open a folder of batch files…"), "", "open",
     QT_TRANSLATE_NOOP("Synonyms", "directory batch files")},
    {ActionId::OpenDatabase, QT_TRANSLATE_NOOP("Actions", "Open a database…"), "", "database",
     QT_TRANSLATE_NOOP("Synonyms", "sqlite file")},
    {ActionId::OpenServer, QT_TRANSLATE_NOOP("Actions", "Connect to a server…"), "", "ports",
     QT_TRANSLATE_NOOP("Synonyms", "postgresql timescaledb connection host")},
    {ActionId::OpenSample, QT_TRANSLATE_NOOP("Actions", "Open the sample pipeline"), "", "sample",
     QT_TRANSLATE_NOOP("Synonyms", "demo example")},
    {ActionId::NextStore, QT_TRANSLATE_NOOP("Actions", "Go to the next open store"), "Ctrl+Tab", "",
     QT_TRANSLATE_NOOP("Synonyms", "switch other database")},
    {ActionId::CloseStore, QT_TRANSLATE_NOOP("Actions", "Close this store"), "Ctrl+W", "clear",
     QT_TRANSLATE_NOOP("Synonyms", "disconnect leave")},
    {ActionId::StartReceiving, QT_TRANSLATE_NOOP("Actions", "Start receiving from the last source"), "", "play",
     QT_TRANSLATE_NOOP("Synonyms", "ingest listen subscribe consume")},
    {ActionId::StopReceiving, QT_TRANSLATE_NOOP("Actions", "Stop receiving now"), "", "stop",
     QT_TRANSLATE_NOOP("Synonyms", "end ingest")},
    {ActionId::PauseReceiving, QT_TRANSLATE_NOOP("Actions", "Pause or resume receiving"), "", "pause",
     QT_TRANSLATE_NOOP("Synonyms", "hold continue")},
    {ActionId::ChooseSource, QT_TRANSLATE_NOOP("Actions", "Receive from another source…"), "", "play",
     QT_TRANSLATE_NOOP("Synonyms", "redis kafka stream ingest")},
    {ActionId::FocusFilter, QT_TRANSLATE_NOOP("Actions", "Go to the filter"), "Ctrl+F", "filter",
     QT_TRANSLATE_NOOP("Synonyms", "narrow find where")},
    {ActionId::ClearFilter, QT_TRANSLATE_NOOP("Actions", "Remove the filter"), "", "clear",
     QT_TRANSLATE_NOOP("Synonyms", "reset show all")},
    {ActionId::ChooseTimes, QT_TRANSLATE_NOOP("Actions", "Show only the time between…"), "Ctrl+T", "clock",
     QT_TRANSLATE_NOOP("Synonyms", "time range from to period between hours")},
    {ActionId::AllTimes, QT_TRANSLATE_NOOP("Actions", "Show all times"), "", "clear",
     QT_TRANSLATE_NOOP("Synonyms", "time range reset")},
    {ActionId::SearchEverything, QT_TRANSLATE_NOOP("Actions", "Search everything…"), "Ctrl+Shift+F", "search",
     QT_TRANSLATE_NOOP("Synonyms", "find text grep")},
    {ActionId::Refresh, QT_TRANSLATE_NOOP("Actions", "Read again"), "F5", "refresh",
     QT_TRANSLATE_NOOP("Synonyms", "reload update refresh")},
    {ActionId::PauseLive, QT_TRANSLATE_NOOP("Actions", "Pause or resume the live view"), "", "pause",
     QT_TRANSLATE_NOOP("Synonyms", "freeze follow tail")},
    {ActionId::Import, QT_TRANSLATE_NOOP("Actions", "Import a file…"), "Ctrl+I", "open",
     QT_TRANSLATE_NOOP("Synonyms", "load csv json xlsx upload")},
    {ActionId::Export, QT_TRANSLATE_NOOP("Actions", "Export rows to a file…"), "Ctrl+E", "save",
     QT_TRANSLATE_NOOP("Synonyms", "save download csv xlsx excel json")},
    {ActionId::Report, QT_TRANSLATE_NOOP("Actions", "Report of this store…"), "", "report",
     QT_TRANSLATE_NOOP("Synonyms", "pdf html summary handover")},
    {ActionId::ReportYesterday, QT_TRANSLATE_NOOP("Actions", "Report of yesterday as PDF…"), "", "report",
     QT_TRANSLATE_NOOP("Synonyms", "daily handover day before")},
    {ActionId::Alerts, QT_TRANSLATE_NOOP("Actions", "Alerts of this store…"), "", "warning",
     QT_TRANSLATE_NOOP("Synonyms", "rules notify threshold alarm")},
    {ActionId::Undo, QT_TRANSLATE_NOOP("Actions", "Undo what you did last…"), "Ctrl+Z", "undo",
     QT_TRANSLATE_NOOP("Synonyms", "revert take back restore")},
    {ActionId::Copy, QT_TRANSLATE_NOOP("Actions", "Copy the selected rows"), "Ctrl+C", "copy",
     QT_TRANSLATE_NOOP("Synonyms", "clipboard")},
    {ActionId::CopyWithHeader, QT_TRANSLATE_NOOP("Actions", "Copy the selected rows with their header"), "Ctrl+Shift+C",
     "copy", QT_TRANSLATE_NOOP("Synonyms", "clipboard columns")},
    {ActionId::ToggleTimes, QT_TRANSLATE_NOOP("Actions", "Show times in UTC or local time"), "", "clock",
     QT_TRANSLATE_NOOP("Synonyms", "timezone clock zone")},
    {ActionId::ThemeLight, QT_TRANSLATE_NOOP("Actions", "Theme: light"), "", "theme",
     QT_TRANSLATE_NOOP("Synonyms", "bright colours appearance")},
    {ActionId::ThemeDark, QT_TRANSLATE_NOOP("Actions", "Theme: dark"), "", "theme",
     QT_TRANSLATE_NOOP("Synonyms", "night colours appearance")},
    {ActionId::ThemeSystem, QT_TRANSLATE_NOOP("Actions", "Theme: as the desktop"), "", "theme",
     QT_TRANSLATE_NOOP("Synonyms", "automatic colours appearance")},
    {ActionId::ZoomIn, QT_TRANSLATE_NOOP("Actions", "Larger text"), "Ctrl++", "",
     QT_TRANSLATE_NOOP("Synonyms", "bigger zoom font size")},
    {ActionId::ZoomOut, QT_TRANSLATE_NOOP("Actions", "Smaller text"), "Ctrl+-", "",
     QT_TRANSLATE_NOOP("Synonyms", "zoom font size")},
    {ActionId::ZoomReset, QT_TRANSLATE_NOOP("Actions", "Text of normal size"), "Ctrl+0", "",
     QT_TRANSLATE_NOOP("Synonyms", "zoom font size")},
    {ActionId::Palette, QT_TRANSLATE_NOOP("Actions", "All commands"), "Ctrl+K", "command",
     QT_TRANSLATE_NOOP("Synonyms", "command menu")},
    {ActionId::Preferences, QT_TRANSLATE_NOOP("Actions", "Settings…"), "Ctrl+,", "",
     QT_TRANSLATE_NOOP("Synonyms", "options preferences configuration language")},
    {ActionId::Language, QT_TRANSLATE_NOOP("Actions", "Language…"), "", "",
     QT_TRANSLATE_NOOP("Synonyms", "german english deutsch translation")},
    {ActionId::Help, QT_TRANSLATE_NOOP("Actions", "Help: this pane"), "F1", "guide",
     QT_TRANSLATE_NOOP("Synonyms", "manual documentation")},
    {ActionId::Shortcuts, QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"), "", "keyboard",
     QT_TRANSLATE_NOOP("Synonyms", "keys hotkeys bindings")},
    {ActionId::Guide, QT_TRANSLATE_NOOP("Actions", "User guide"), "", "guide",
     QT_TRANSLATE_NOOP("Synonyms", "manual documentation help")},
    {ActionId::About, QT_TRANSLATE_NOOP("Actions", "About Portolan, and diagnostics"), "", "",
     QT_TRANSLATE_NOOP("Synonyms", "version licence bug")},
    {ActionId::Quit, QT_TRANSLATE_NOOP("Actions", "Quit"), "Ctrl+Q", "",
     QT_TRANSLATE_NOOP("Synonyms", "exit close leave")},
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
        // In English, too: what people know from commands and other programs.
        action->setProperty("words", QCoreApplication::translate("Synonyms", spec.words) + u' '
                                         + QLatin1String(spec.words) + u' ' + QString::fromUtf8(spec.text));
        window->addAction(action);
        m_actions[static_cast<std::size_t>(spec.id)] = action;
    }
}

QList<QAction*> Actions::all() const {
    return {m_actions.begin(), m_actions.end()};
}

} // namespace portolan
