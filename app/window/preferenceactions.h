#pragma once

#include "views/style/keybindings.h"
#include "views/window/settingsdialog.h"

#include <QObject>

namespace portolan {

class Settings;

/// The operator's preferences: asked for by the settings' dialog and remembered. The keys are its own to set, the rest
/// is told. GUI thread.
class PreferenceActions : public QObject {
    Q_OBJECT
public:
    /// Borrowed, and outlives it; `window` has the actions.
    PreferenceActions(Settings& settings, QWidget* window);

    /// Every named action below the window gets the keys that were chosen for it.
    void takeActions();
    void add(const QList<QAction*>& actions) { m_bindings.add(actions); } ///< that were made later
    void ask();
    void askLanguage();              ///< opens them at the language
    void askKeysOf(QAction* action); ///< opens the page of the keys, with this one chosen

Q_SIGNALS:
    void preferred(const portolan::Preferences& preferences);

private:
    [[nodiscard]] SettingsDialog* makeDialog();

    Settings& m_settings;
    QWidget* m_window;
    KeyBindings m_bindings;
};

} // namespace portolan
