#include "storage/config/connectionvalues.h"

#include "storage/config/passwordfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <map>
#include <optional>
#include <pwd.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr qint64 mostRead = 1 << 20; // bytes of a file
constexpr const char* socketFolder = "/var/run/postgresql";

QByteArrayList linesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(mostRead).split('\n') : QByteArrayList();
}

struct ServiceFile {
    QString path;
    std::map<QByteArray, QString> values; ///< of the section; empty: there is none
};

std::map<QByteArray, QString> sectionOf(const QString& path, const QByteArray& service) {
    std::map<QByteArray, QString> values;
    bool isInside = false;
    for (const QByteArray& each : linesOf(path)) {
        const QByteArray line = each.trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        if (line.startsWith('[')) {
            isInside = line == '[' + service + ']';
            continue;
        }
        if (const qsizetype equals = line.indexOf('='); isInside && equals > 0)
            values.emplace(line.left(equals).trimmed(), QString::fromUtf8(line.mid(equals + 1).trimmed()));
    }
    return values;
}

/// Finds the URL's service, first in the user's own file, then in the system's.
ServiceFile serviceOf(const StoreUrl& url) {
    QString service = qEnvironmentVariable("PGSERVICE");
    for (const auto& [name, value] : url.options) {
        if (name == QLatin1String("service"))
            service = value;
    }
    if (service.isEmpty())
        return {};
    const QString own =
        qEnvironmentVariable("PGSERVICEFILE", QDir::home().filePath(QStringLiteral(".pg_service.conf")));
    const QString systems = qEnvironmentVariable("PGSYSCONFDIR", QStringLiteral("/etc/postgresql-common"))
                            + QStringLiteral("/pg_service.conf");
    for (const QString& path : {own, systems}) {
        if (auto values = sectionOf(path, service.toUtf8()); !values.empty())
            return {path, std::move(values)};
    }
    return {own, {}};
}

QString systemUser() {
    const passwd* const entry = ::getpwuid(::geteuid());
    return entry ? QString::fromLocal8Bit(entry->pw_name) : QString();
}

/// Splits a line at its colons; a backslash takes the next byte as it is.
QByteArrayList passwordFields(const QByteArray& line) {
    QByteArrayList fields{QByteArray()};
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size())
            fields.last() += line[++i];
        else if (line[i] == ':' && fields.size() < 5)
            fields << QByteArray();
        else
            fields.last() += line[i];
    }
    return fields;
}

bool hasPassword(const QString& path, const std::array<QByteArray, 4>& wanted) {
    return std::ranges::any_of(linesOf(path), [&](const QByteArray& line) {
        const QByteArrayList fields = line.startsWith('#') ? QByteArrayList() : passwordFields(line);
        if (fields.size() < 5)
            return false;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (fields[static_cast<qsizetype>(i)] != "*" && fields[static_cast<qsizetype>(i)] != wanted[i])
                return false;
        }
        return true;
    });
}

class Lookup {
public:
    explicit Lookup(const StoreUrl& url) : m_url(url), m_service(serviceOf(url)) {}

    std::vector<ConnectionValue> all() {
        ConnectionValue host = one("host", m_url.host, "PGHOST", QString::fromLatin1(socketFolder));
        ConnectionValue port =
            one("port", m_url.port > 0 ? QString::number(m_url.port) : QString(), "PGPORT", QStringLiteral("5432"));
        ConnectionValue user = one("user", m_url.user, "PGUSER", systemUser());
        ConnectionValue database = one("dbname", m_url.database, "PGDATABASE", user.value);
        ConnectionValue password = passwordFor(host, port, database, user);
        ConnectionValue mode = one("sslmode", option(QStringLiteral("sslmode")), "PGSSLMODE", QStringLiteral("prefer"));
        return {host, port, database, user, password, mode};
    }

private:
    [[nodiscard]] QString option(const QString& name) const {
        for (const auto& [known, value] : m_url.options) {
            if (known == name)
                return value;
        }
        return {};
    }

    [[nodiscard]] ConnectionValue one(const QByteArray& name, const QString& typed, const char* variable,
                                      const QString& usual) const {
        if (!typed.isEmpty())
            return {name, typed, ValueSource::Typed, {}};
        if (const auto found = m_service.values.find(name); found != m_service.values.end())
            return {name, found->second, ValueSource::Service, m_service.path};
        if (!qEnvironmentVariableIsEmpty(variable))
            return {name, qEnvironmentVariable(variable), ValueSource::Environment, QLatin1String(variable)};
        return {name, usual, ValueSource::Default, {}};
    }

    [[nodiscard]] ConnectionValue passwordFor(const ConnectionValue& host, const ConnectionValue& port,
                                              const ConnectionValue& database, const ConnectionValue& user) const {
        const QByteArray name = "password";
        if (!m_url.password.isEmpty())
            return {name, {}, ValueSource::Typed, {}};
        if (!qEnvironmentVariableIsEmpty("PORTOLAN_PASSWORD"))
            return {name, {}, ValueSource::Environment, QStringLiteral("PORTOLAN_PASSWORD")};
        const PasswordFile kept;
        const auto found = kept.passwordOf(m_url);
        if (found && *found)
            return {name, {}, ValueSource::PasswordFile, kept.path()};
        if (m_service.values.contains(name))
            return {name, {}, ValueSource::Service, m_service.path};
        if (!qEnvironmentVariableIsEmpty("PGPASSWORD"))
            return {name, {}, ValueSource::Environment, QStringLiteral("PGPASSWORD")};
        const QString path = qEnvironmentVariable("PGPASSFILE", QDir::home().filePath(QStringLiteral(".pgpass")));
        // A socket's folder of the usual place stands in the file as localhost.
        const QByteArray where = host.value == QLatin1String(socketFolder) ? "localhost" : host.value.toUtf8();
        if (!hasPassword(path, {where, port.value.toUtf8(), database.value.toUtf8(), user.value.toUtf8()}))
            return {name, {}, ValueSource::None, {}};
        constexpr QFileDevice::Permissions others = QFileDevice::ReadGroup | QFileDevice::WriteGroup
                                                    | QFileDevice::ExeGroup | QFileDevice::ReadOther
                                                    | QFileDevice::WriteOther | QFileDevice::ExeOther;
        if (QFileInfo(path).permissions() & others)
            return {name, {}, ValueSource::None, QStringLiteral("%1 is not used: others may read it").arg(path)};
        return {name, {}, ValueSource::PasswordFile, path};
    }

    const StoreUrl& m_url;
    ServiceFile m_service;
};

} // namespace

std::vector<ConnectionValue> connectionValues(const StoreUrl& url) {
    return Lookup(url).all();
}

} // namespace portolan
