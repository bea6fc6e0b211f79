#include "storage/stores/diagnostics.h"

#include "storage/base/libarchive.h"
#include "storage/export/libxlsxwriter.h"
#include "storage/sql/connection/libpq.h"
#include "storage/stores/makesource.h"

#include <QLocale>
#include <QSysInfo>
#include <sqlite3.h>
#include <thread>
#include <unistd.h>

namespace portolan {

namespace {

QString orAbsent(const QByteArray& version) {
    return version.isEmpty() ? QStringLiteral("not there") : QString::fromLatin1(version);
}

/// Those that are set, by their names alone.
QString setVariables() {
    constexpr std::array known{"PORTOLAN_PASSWORD",
                               "PORTOLAN_FROM_PASSWORD",
                               "PORTOLAN_FROM_SENTINEL_PASSWORD",
                               "PORTOLAN_TO_PASSWORD",
                               "PGHOST",
                               "PGPORT",
                               "PGUSER",
                               "PGDATABASE",
                               "PGPASSWORD",
                               "PGPASSFILE",
                               "PGSERVICE",
                               "PGSERVICEFILE",
                               "PGSSLMODE",
                               "PGOPTIONS",
                               "PGCONNECT_TIMEOUT",
                               "QT_QPA_PLATFORM",
                               "QT_SCALE_FACTOR",
                               "QT_STYLE_OVERRIDE",
                               "WAYLAND_DISPLAY",
                               "DISPLAY",
                               "XDG_RUNTIME_DIR",
                               "TMPDIR",
                               "LANG",
                               "LC_ALL"};
    QStringList names;
    for (const char* name : known) {
        if (qEnvironmentVariableIsSet(name))
            names << QLatin1String(name);
    }
    return names.isEmpty() ? QStringLiteral("none") : names.join(u' ');
}

QString memoryText() {
    constexpr qint64 mebibyte = 1024 * 1024;
    const qint64 pages = ::sysconf(_SC_PHYS_PAGES);
    return QStringLiteral("%1 MiB").arg(pages * ::sysconf(_SC_PAGESIZE) / mebibyte);
}

} // namespace

std::vector<std::pair<QString, QString>> diagnostics(const QByteArray& version) {
    const auto word = [](const char* text) { return QLatin1String(text); };
    return {
        {word("Portolan"), QString::fromLatin1(version)},
        {word("Qt"), QStringLiteral("%1 (built with %2)").arg(word(qVersion()), word(QT_VERSION_STR))},
        {word("SQLite"), word(sqlite3_libversion())},
        {word("libpq"), orAbsent(libpqVersion())},
        {word("librdkafka"), orAbsent(kafkaSupport())},
        {word("libarchive"), orAbsent(libarchiveVersion())},
        {word("libxlsxwriter"), orAbsent(libxlsxwriterVersion())},
        {word("System"), QSysInfo::prettyProductName()},
        {word("Kernel"), QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion()},
        {word("Processors"),
         QStringLiteral("%1 × %2").arg(std::thread::hardware_concurrency()).arg(QSysInfo::currentCpuArchitecture())},
        {word("Memory"), memoryText()},
        {word("Locale"), QLocale::system().name()},
        {word("Variables"), setVariables()},
    };
}

QByteArray diagnosticsText(const QByteArray& version) {
    constexpr qsizetype nameWidth = 15;
    QString text;
    for (const auto& [name, value] : diagnostics(version))
        text += name.leftJustified(nameWidth) + value + u'\n';
    return text.toUtf8();
}

} // namespace portolan
