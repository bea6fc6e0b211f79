#include "app/window/preferenceactions.h"

#include "app/desktop/settings.h"

namespace portolan {

PreferenceActions::PreferenceActions(Settings& settings, QWidget* window)
    : QObject(window)
    , m_settings(settings)
    , m_window(window)
    , m_bindings([&settings](const QString& name) { return settings.keys(name); }) {
    connect(&m_bindings, &KeyBindings::bound, this, [this](const QString& name, const QKeySequence& keys) {
        m_settings.setKeys(name,
                           keys.isEmpty() ? QString(QLatin1String("")) : keys.toString(QKeySequence::PortableText));
    });
    connect(&m_bindings, &KeyBindings::released, this, [this](const QString& name) { m_settings.setKeys(name, {}); });
}

void PreferenceActions::takeActions() {
    m_bindings.add(m_window->findChildren<QAction*>());
}

void PreferenceActions::ask() {
    makeDialog()->open();
}

void PreferenceActions::askLanguage() {
    SettingsDialog* const dialog = makeDialog();
    dialog->open();
    dialog->showLanguage();
}

void PreferenceActions::askKeysOf(QAction* action) {
    m_bindings.add({action});
    SettingsDialog* const dialog = makeDialog();
    dialog->showKeysOf(action);
    dialog->open();
}

SettingsDialog* PreferenceActions::makeDialog() {
    const Preferences now{m_settings.theme(), m_settings.zoom(), m_settings.timeDisplay(),
                          languageWord(m_settings.language())};
    auto* const dialog = new SettingsDialog(now, m_bindings, m_window);
    connect(dialog, &SettingsDialog::preferred, this, &PreferenceActions::preferred);
    return dialog;
}

} // namespace portolan
