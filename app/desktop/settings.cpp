#include "app/desktop/settings.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QSettings>
#include <algorithm>

namespace portolan {

namespace {

constexpr int recentKept = 12;
constexpr int smallestZoom = 70;
constexpr int largestZoom = 200;

const QString organization = QStringLiteral("portolan");
const QString themeKey = QStringLiteral("window/theme");
const QString languageKey = QStringLiteral("window/language");
const QString zoomKey = QStringLiteral("window/zoom");
const QString localTimesKey = QStringLiteral("window/local_times");
const QString keysGroup = QStringLiteral("keys/");
const QString noKeys = QStringLiteral("none"); ///< an INI file does not tell an empty text from nothing
const QString recentKey = QStringLiteral("stores/recent");
const QString recentSourcesKey = QStringLiteral("sources/recent");
const QString stoppedKey = QStringLiteral("stores/stopped");
const QString exportFolderKey = QStringLiteral("export/folder");

QString themeWord(ThemeChoice theme) {
    switch (theme) {
    case ThemeChoice::System:
        return QStringLiteral("system");
    case ThemeChoice::Light:
        return QStringLiteral("light");
    case ThemeChoice::Dark:
        return QStringLiteral("dark");
    }
    return {};
}

QString wordOf(Settings::PerStore what) {
    switch (what) {
    case Settings::PerStore::Source:
        return QStringLiteral("source");
    case Settings::PerStore::FilterHistory:
        return QStringLiteral("filters");
    case Settings::PerStore::Geometry:
        return QStringLiteral("geometry");
    case Settings::PerStore::Docks:
        return QStringLiteral("docks");
    case Settings::PerStore::PaneLayouts:
        return QStringLiteral("panes");
    case Settings::PerStore::Views:
        return QStringLiteral("views");
    case Settings::PerStore::Verification:
        return QStringLiteral("verification");
    }
    return {};
}

/// URLs hold slashes, which would be groups.
QString keyOf(const QString& store, Settings::PerStore what) {
    const QByteArray hash = QCryptographicHash::hash(store.toUtf8(), QCryptographicHash::Sha256).toHex().first(16);
    return QStringLiteral("store/%1/%2").arg(QString::fromLatin1(hash), wordOf(what));
}

} // namespace

Settings::Settings(const QString& file)
    : m_settings(file.isEmpty() ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, organization,
                                                              organization)
                                : std::make_unique<QSettings>(file, QSettings::IniFormat)) {}

Settings::~Settings() = default;

ThemeChoice Settings::theme() const {
    const QString word = m_settings->value(themeKey).toString();
    for (const auto theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
        if (word == themeWord(theme))
            return theme;
    }
    return ThemeChoice::System;
}

void Settings::setTheme(ThemeChoice theme) {
    m_settings->setValue(themeKey, themeWord(theme));
}

Language Settings::language() const {
    return languageNamed(m_settings->value(languageKey).toString()).value_or(Language::System);
}

void Settings::setLanguage(Language language) {
    m_settings->setValue(languageKey, languageWord(language));
}

int Settings::zoom() const {
    return std::clamp(m_settings->value(zoomKey, 100).toInt(), smallestZoom, largestZoom);
}

void Settings::setZoom(int percent) {
    m_settings->setValue(zoomKey, std::clamp(percent, smallestZoom, largestZoom));
}

TimeDisplay Settings::timeDisplay() const {
    return m_settings->value(localTimesKey).toBool() ? TimeDisplay::Local : TimeDisplay::Utc;
}

void Settings::setTimeDisplay(TimeDisplay display) {
    m_settings->setValue(localTimesKey, display == TimeDisplay::Local);
}

QString Settings::keys(const QString& action) const {
    const QString keys = m_settings->value(keysGroup + action).toString();
    return keys.isEmpty() ? QString() : keys == noKeys ? QString(QLatin1String("")) : keys;
}

void Settings::setKeys(const QString& action, const QString& keys) {
    if (keys.isNull())
        m_settings->remove(keysGroup + action);
    else
        m_settings->setValue(keysGroup + action, keys.isEmpty() ? noKeys : keys);
}

QStringList Settings::recentStores() const {
    return m_settings->value(recentKey).toStringList();
}

QStringList Settings::recentSources() const {
    return m_settings->value(recentSourcesKey).toStringList();
}

void Settings::addRecentSource(const QString& url) {
    QStringList recent = recentSources();
    recent.removeAll(url);
    recent.prepend(url);
    m_settings->setValue(recentSourcesKey, recent.mid(0, recentKept));
}

void Settings::addRecentStore(const QString& url) {
    QStringList recent = recentStores();
    recent.removeAll(url);
    recent.prepend(url);
    m_settings->setValue(recentKey, recent.mid(0, recentKept));
}

QString Settings::exportFolder() const {
    return m_settings->value(exportFolderKey).toString();
}

void Settings::setExportFolder(const QString& folder) {
    m_settings->setValue(exportFolderKey, folder);
}

QVariantList Settings::stopped() const {
    return QJsonDocument::fromJson(m_settings->value(stoppedKey).toString().toUtf8()).toVariant().toList();
}

void Settings::setStopped(const QVariantList& stopped) {
    if (stopped.isEmpty())
        m_settings->remove(stoppedKey);
    else
        m_settings->setValue(stoppedKey,
                             QString::fromUtf8(QJsonDocument::fromVariant(stopped).toJson(QJsonDocument::Compact)));
}

QVariant Settings::of(const QString& store, PerStore what) const {
    return m_settings->value(keyOf(store, what));
}

void Settings::setOf(const QString& store, PerStore what, const QVariant& value) {
    m_settings->setValue(keyOf(store, what), value);
}

void Settings::flush() {
    m_settings->sync();
}

} // namespace portolan
