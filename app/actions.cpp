#include "app/actions.h"

#include "views/icons.h"

#include <QWidget>

namespace portolan {

namespace {

struct Spec {
    ActionId id;
    const char* text;
    const char* keys; ///< portable text; empty: none
    const char* icon; ///< empty: none
};

#define ACTION(text) QT_TRANSLATE_NOOP("Actions", text)

constexpr std::array<Spec, actionCount> specs{{
    {ActionId::Open, ACTION("Open a store…"), "Ctrl+O", "database"},
    {ActionId::OpenFolder, ACTION("Open a folder of batch files…"), "", "open"},
    {ActionId::OpenDatabase, ACTION("Open a database…"), "", "database"},
    {ActionId::OpenSample, ACTION("Open the sample pipeline"), "", "sample"},
    {ActionId::NextStore, ACTION("Go to the next open store"), "Ctrl+Tab", ""},
    {ActionId::CloseStore, ACTION("Close this store"), "Ctrl+W", "clear"},
    {ActionId::StartReceiving, ACTION("Start receiving from the last source"), "", "play"},
    {ActionId::StopReceiving, ACTION("Stop receiving now"), "", "stop"},
    {ActionId::PauseReceiving, ACTION("Pause or resume receiving"), "", "pause"},
    {ActionId::ChooseSource, ACTION("Receive from another source…"), "", "play"},
    {ActionId::FocusFilter, ACTION("Go to the filter"), "Ctrl+F", "filter"},
    {ActionId::ClearFilter, ACTION("Remove the filter"), "", "clear"},
    {ActionId::SearchEverything, ACTION("Search everything…"), "Ctrl+Shift+F", "search"},
    {ActionId::Refresh, ACTION("Read again"), "F5", "refresh"},
    {ActionId::PauseLive, ACTION("Pause or resume the live view"), "", "pause"},
    {ActionId::Copy, ACTION("Copy the selected rows"), "Ctrl+C", "copy"},
    {ActionId::CopyWithHeader, ACTION("Copy the selected rows with their header"), "Ctrl+Shift+C", "copy"},
    {ActionId::ToggleTimes, ACTION("Show times in UTC or local time"), "", "clock"},
    {ActionId::ThemeLight, ACTION("Theme: light"), "", "theme"},
    {ActionId::ThemeDark, ACTION("Theme: dark"), "", "theme"},
    {ActionId::ThemeSystem, ACTION("Theme: as the desktop"), "", "theme"},
    {ActionId::ZoomIn, ACTION("Larger text"), "Ctrl++", ""},
    {ActionId::ZoomOut, ACTION("Smaller text"), "Ctrl+-", ""},
    {ActionId::ZoomReset, ACTION("Text of normal size"), "Ctrl+0", ""},
    {ActionId::Palette, ACTION("All commands"), "Ctrl+K", "command"},
    {ActionId::Help, ACTION("Keyboard shortcuts"), "F1", ""},
    {ActionId::Quit, ACTION("Quit"), "Ctrl+Q", ""},
}};

#undef ACTION

} // namespace

Actions::Actions(QWidget* window) : QObject(window) {
    for (const Spec& spec : specs) {
        auto* action = new QAction(tr(spec.text), window);
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
