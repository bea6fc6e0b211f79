#pragma once

#include <QAction>
#include <QObject>
#include <array>

namespace portolan {

/// Everything that can be done in the window, except in a pane of its own. In the order of the command palette.
enum class ActionId {
    Open,
    OpenFolder,
    OpenDatabase,
    OpenServer,
    OpenSample,
    NextStore,
    CloseStore,
    StartReceiving,
    StopReceiving,
    PauseReceiving,
    ChooseSource,
    FocusFilter,
    ClearFilter,
    ChooseTimes,
    AllTimes,
    SearchEverything,
    Refresh,
    PauseLive,
    Import,
    Export,
    Report,
    ReportYesterday,
    Alerts,
    Undo,
    Copy,
    CopyWithHeader,
    ToggleTimes,
    ThemeLight,
    ThemeDark,
    ThemeSystem,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    Palette,
    Preferences,
    Language,
    Help,
    Shortcuts,
    Guide,
    About,
    Quit,
};
inline constexpr std::size_t actionCount = static_cast<std::size_t>(ActionId::Quit) + 1;

/// The actions, made from one table, with their shortcuts on `window`.
class Actions : public QObject {
    Q_OBJECT
public:
    explicit Actions(QWidget* window);

    [[nodiscard]] QAction* operator[](ActionId id) const { return m_actions[static_cast<std::size_t>(id)]; }
    template <class Receiver, class Slot>
    void on(ActionId id, Receiver* receiver, Slot slot) const {
        connect((*this)[id], &QAction::triggered, receiver, slot);
    }
    [[nodiscard]] QList<QAction*> all() const;

private:
    std::array<QAction*, actionCount> m_actions{};
};

} // namespace portolan
