#pragma once

#include "models/list/format.h"
#include "views/style/theme.h"

#include <QDialog>
#include <QString>

class QAction;
class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QTabWidget;

namespace portolan {

class KeyBindings;
class KeyboardPage;

/// The settings on the dialog's first page.
struct Preferences {
    ThemeChoice theme = ThemeChoice::System;
    int zoom = 100; ///< percent
    TimeDisplay times = TimeDisplay::Utc;
    QString language; ///< "system", "en", "de"

    friend bool operator==(const Preferences&, const Preferences&) = default;
};

/// Ctrl+,: how the program looks, which keys do what, which passwords are kept. A choice holds at once and is
/// remembered; there is nothing to confirm. GUI thread.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// `bindings` is borrowed.
    SettingsDialog(const Preferences& preferences, KeyBindings& bindings, QWidget* parent);

    void showKeysOf(const QAction* action);
    void showLanguage();

Q_SIGNALS:
    void preferred(const portolan::Preferences& preferences);

private:
    [[nodiscard]] QWidget* makeLook();
    [[nodiscard]] QWidget* makePasswords();
    void takeLook();
    void showPasswords();
    void forgetPassword();

    Preferences m_preferences;
    QTabWidget* m_pages;
    KeyboardPage* m_keyboard;
    QComboBox* m_theme;
    QComboBox* m_zoom;
    QComboBox* m_times;
    QComboBox* m_language;
    QLabel* m_restart;
    QListWidget* m_passwords;
    QLabel* m_passwordNote;
    QPushButton* m_forget;
};

} // namespace portolan
