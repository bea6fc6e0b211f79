#pragma once

#include "app/desktop/language.h"
#include "models/list/format.h"
#include "views/style/theme.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <memory>

class QSettings;

namespace portolan {

/// The settings that the program remembers between runs; the only place that knows how. No secret is ever given to it:
/// stores and sources come as their display() URLs. GUI thread.
class Settings {
public:
    /// `file`: an INI file, for tests; empty: the user's own.
    explicit Settings(const QString& file = {});
    ~Settings();
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;

    [[nodiscard]] ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);
    [[nodiscard]] Language language() const; ///< of the next start
    void setLanguage(Language language);
    [[nodiscard]] int zoom() const; ///< percent
    void setZoom(int percent);
    [[nodiscard]] TimeDisplay timeDisplay() const;
    void setTimeDisplay(TimeDisplay display);

    /// The keys that were chosen for an action, by its name: portable text, which is empty for none. Null: nothing was
    /// chosen, and the usual ones are meant.
    [[nodiscard]] QString keys(const QString& action) const;
    void setKeys(const QString& action, const QString& keys);

    [[nodiscard]] QStringList recentStores() const; ///< latest first
    void addRecentStore(const QString& url);

    [[nodiscard]] QStringList recentSources() const; ///< without passwords, latest first
    void addRecentSource(const QString& url);

    [[nodiscard]] QString exportFolder() const; ///< where files went last; may be empty
    void setExportFolder(const QString& folder);

    /// Returns a map for each store in which the last window stopped something when it was closed.
    [[nodiscard]] QVariantList stopped() const;
    void setStopped(const QVariantList& stopped);

    /// Of one store, by its URL without password.
    enum class PerStore { Source, FilterHistory, Geometry, Docks, PaneLayouts, Views, Verification };
    [[nodiscard]] QVariant of(const QString& store, PerStore what) const;
    void setOf(const QString& store, PerStore what, const QVariant& value);

    void flush(); ///< writes what was set; happens by itself soon after

private:
    std::unique_ptr<QSettings> m_settings;
};

} // namespace portolan
