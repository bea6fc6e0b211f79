#include "storage/config/urls.h"

#include "storage/config/urltext.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QSysInfo>
#include <algorithm>

namespace portolan {

namespace {

constexpr int defaultBatchSize = 10;
constexpr int largestBatchSize = 1'000'000;

QString storeWhat() {
    return QStringLiteral("Store URL");
}

QString defaultService() {
    return QStringLiteral("example_receiver");
}

QString storeForms() {
    return QStringLiteral("a store is file:///folder, sqlite:///file.db, postgresql://user@host/database or "
                          "bundle:///file.zip");
}

/// The options that libpq may be told through the URL: names, and the values where there are few. Options that would
/// override the authority, run a command or carry a secret (hostaddr, passfile, password, options, …) are not among
/// them; host and port are read where the authority has none (readServer()).
struct PostgresqlOption {
    const char* name;
    const char* values; ///< blank-separated; empty: any text
};
constexpr PostgresqlOption postgresqlOptions[] = {
    {"sslmode", "disable allow prefer require verify-ca verify-full"},
    {"sslrootcert", ""},
    {"sslcert", ""},
    {"sslkey", ""},
    {"sslcrl", ""},
    {"ssl_min_protocol_version", "TLSv1.2 TLSv1.3"},
    {"channel_binding", "disable prefer require"},
    {"gssencmode", "disable prefer require"},
    {"krbsrvname", ""},
    {"target_session_attrs", "any read-write read-only primary standby prefer-standby"},
    {"connect_timeout", ""},
    {"tcp_user_timeout", ""},
    {"keepalives", "0 1"},
    {"keepalives_idle", ""},
    {"keepalives_interval", ""},
    {"keepalives_count", ""},
    {"application_name", ""},
    {"service", ""},
};

Result<int> readBatchSize(const UrlText& url) {
    const auto size = urlNumber(url, u"batch_size", defaultBatchSize, 1, largestBatchSize, storeWhat());
    PORTOLAN_TRY(size);
    return static_cast<int>(*size);
}

/// Returns true when it is a single plain path segment: it becomes the name of a folder.
bool isPlainSegment(const QString& name) {
    constexpr qsizetype longestName = 255; // bytes of a file's name (NAME_MAX)
    return !name.isEmpty() && !name.startsWith(u'.') && !name.contains(u'/') && name.toUtf8().size() <= longestName;
}

/// Reads the path of file: and sqlite: URLs; there is no host but this one.
Result<QString> readLocalPath(const UrlText& url) {
    const bool local = url.hosts.isEmpty() || url.hosts.compare(u"localhost", Qt::CaseInsensitive) == 0;
    if (url.hasAuthority && (!local || !url.user.isEmpty() || !url.password.isEmpty()))
        return urlError(storeWhat(),
                        QStringLiteral("%1: names no host; an absolute path has three slashes (%1:///folder/x), "
                                       "one from the working directory none (%1:folder/x).")
                            .arg(url.scheme));
    auto path = decodeUrlPath(url.path, storeWhat());
    if (path && path->isEmpty())
        return urlError(storeWhat(), QStringLiteral("the path is missing; %1.").arg(storeForms()));
    return path;
}

Result<StoreUrl> parseFiles(const UrlText& url) {
    const auto known = checkUrlParameters(url, {QStringLiteral("service"), QStringLiteral("batch_size")}, storeWhat());
    PORTOLAN_TRY(known);
    const auto path = readLocalPath(url);
    PORTOLAN_TRY(path);
    StoreUrl store;
    store.kind = StoreKind::Files;
    store.path = absoluteUrlPath(*path);
    store.service = url.parameter(u"service").value_or(defaultService());
    if (!isPlainSegment(store.service))
        return urlError(storeWhat(),
                        QStringLiteral("service is the name of one folder: no \"/\", no \".\" at its beginning, "
                                       "at most 255 bytes, not empty."));
    const auto size = readBatchSize(url);
    PORTOLAN_TRY(size);
    store.batchSize = *size;
    return store;
}

Result<StoreUrl> parseSqlite(const UrlText& url) {
    const auto known = checkUrlParameters(url, {QStringLiteral("batch_size")}, storeWhat());
    PORTOLAN_TRY(known);
    const auto path = readLocalPath(url);
    PORTOLAN_TRY(path);
    if (path->endsWith(u'/'))
        return urlError(storeWhat(), QStringLiteral("sqlite: names a file, and this is a folder."));
    StoreUrl store;
    store.kind = StoreKind::Sqlite;
    store.path = absoluteUrlPath(*path);
    const auto size = readBatchSize(url);
    PORTOLAN_TRY(size);
    store.batchSize = *size;
    return store;
}

/// Reads the URL of a file that keeps an incident, as it was taken home.
Result<StoreUrl> parseBundle(const UrlText& url) {
    const auto known = checkUrlParameters(url, {}, storeWhat());
    PORTOLAN_TRY(known);
    const auto path = readLocalPath(url);
    PORTOLAN_TRY(path);
    if (path->endsWith(u'/'))
        return urlError(storeWhat(), QStringLiteral("bundle: names a file, and this is a folder."));
    StoreUrl store;
    store.kind = StoreKind::Bundle;
    store.path = absoluteUrlPath(*path);
    return store;
}

/// Drivers paste option values into connection strings: blanks, quotes, backslashes and semicolons would end them.
bool isSafeOptionValue(const QString& value) {
    return !value.isEmpty() && std::none_of(value.begin(), value.end(), [](QChar c) {
        return c.isSpace() || c == u';' || c == u'\'' || c == u'"' || c == u'\\';
    });
}

Result<void> readPostgresqlOptions(const UrlText& url, StoreUrl& store) {
    QStringList known{QStringLiteral("batch_size"), QStringLiteral("schema"), QStringLiteral("host"),
                      QStringLiteral("port")};
    for (const PostgresqlOption& option : postgresqlOptions)
        known << QString::fromLatin1(option.name);
    if (auto checked = checkUrlParameters(url, known, storeWhat()); !checked)
        return checked;
    for (const PostgresqlOption& option : postgresqlOptions) {
        const QString name = QString::fromLatin1(option.name);
        const auto value = url.parameter(name);
        if (!value)
            continue;
        const QString values = QString::fromLatin1(option.values);
        if (!values.isEmpty() && !values.split(u' ').contains(*value))
            return urlError(storeWhat(), QStringLiteral("%1 is one of: %2.").arg(name, values));
        if (!isSafeOptionValue(*value))
            return urlError(storeWhat(),
                            QStringLiteral("the value of %1 is empty or holds blanks, quotes, backslashes or "
                                           "semicolons.")
                                .arg(name));
        store.options.emplace_back(name, *value);
    }
    return {};
}

/// Reads `schema=`; empty: the usual one.
Result<QString> readSchema(const UrlText& url) {
    constexpr qsizetype longest = 63; // of a server's names, in bytes
    const QString schema = url.parameter(QStringLiteral("schema")).value_or(QStringLiteral("public"));
    if (schema.isEmpty() || schema.toUtf8().size() > longest || schema.contains(QChar(0)))
        return urlError(storeWhat(), QStringLiteral("schema names a schema, in 1 to 63 bytes."));
    if (schema.startsWith(QLatin1String("pg_")) || schema == QLatin1String("information_schema"))
        return urlError(storeWhat(), QStringLiteral("the schema %1 is the server's own.").arg(schema));
    return schema == QLatin1String("public") ? QString() : schema;
}

/// Reads the folder of a server's socket, which libpq takes in a host's place.
Result<QString> readSocketFolder(const QString& folder) {
    constexpr qsizetype longest = 90; // a socket's path has 107 bytes, with the name of the file
    const bool isClean = isSafeOptionValue(folder) && folder.toUtf8().size() <= longest;
    return isClean ? Result<QString>(folder)
                   : urlError(storeWhat(), QStringLiteral("the folder of the server's socket has more than 90 bytes or "
                                                          "holds blanks, quotes, backslashes or semicolons."));
}

/// Reads the server before the database, as host:port or as %2Fvar%2Frun%2Fpostgresql:port.
Result<void> readAuthority(const UrlText& url, StoreUrl& store) {
    for (const char* name : {"host", "port"}) {
        if (url.parameter(QString::fromLatin1(name)))
            return urlError(storeWhat(), QStringLiteral("%1= is for a URL without a server before the database, and "
                                                        "this one has one.")
                                             .arg(QLatin1String(name)));
    }
    if (!url.hosts.startsWith(QLatin1String("%2F"), Qt::CaseInsensitive)) {
        const auto host = parseUrlHost(url.hosts, storeWhat());
        PORTOLAN_TRY(host);
        store.host = host->host;
        store.port = host->port;
        return {};
    }
    const QString written = url.hosts.section(u':', 0, 0);
    const auto decoded = decodeUrlPart(written, storeWhat(), QStringLiteral("host"));
    PORTOLAN_TRY(decoded);
    auto folder = readSocketFolder(*decoded);
    PORTOLAN_TRY(folder);
    store.host = *std::move(folder);
    if (written.size() == url.hosts.size())
        return {};
    const auto port = parseUrlHost(QStringLiteral("socket") + url.hosts.sliced(written.size()), storeWhat());
    PORTOLAN_TRY(port);
    store.port = port->port;
    return {};
}

/// Reads the server as parameters, postgresql:///database?host=/var/run/postgresql&port=5433, as libpq's own URLs have
/// it.
Result<void> readServer(const UrlText& url, StoreUrl& store) {
    if (!url.hosts.isEmpty())
        return readAuthority(url, store);
    constexpr qint64 lastPort = 65535;
    const auto port = urlNumber(url, u"port", 0, 1, lastPort, storeWhat());
    PORTOLAN_TRY(port);
    store.port = static_cast<int>(*port);
    const auto host = url.parameter(u"host");
    if (!host)
        return {};
    if (host->startsWith(u'/')) {
        auto folder = readSocketFolder(*host);
        PORTOLAN_TRY(folder);
        store.host = *std::move(folder);
        return {};
    }
    const bool isIpv6 = host->count(u':') > 1;
    const auto named = parseUrlHost(isIpv6 ? u'[' + *host + u']' : *host, storeWhat());
    PORTOLAN_TRY(named);
    if (named->port > 0)
        return urlError(storeWhat(), QStringLiteral("host= names a host or the folder of a socket; port= its port."));
    store.host = named->host;
    return {};
}

Result<StoreUrl> parsePostgresql(const UrlText& url) {
    if (!url.hasAuthority)
        return urlError(storeWhat(), QStringLiteral("two slashes are missing: postgresql://user@host/database."));
    StoreUrl store;
    store.kind = StoreKind::Postgresql;
    store.user = url.user;
    store.password = url.password;
    auto path = decodeUrlPath(url.path, storeWhat());
    PORTOLAN_TRY(path);
    store.database = path->startsWith(u'/') ? path->sliced(1) : *path;
    if (store.database.contains(u'/'))
        return urlError(storeWhat(), QStringLiteral("after the host comes one database name, without \"/\" in it."));
    PORTOLAN_TRY(readPostgresqlOptions(url, store));
    PORTOLAN_TRY(readServer(url, store));
    auto schema = readSchema(url);
    PORTOLAN_TRY(schema);
    store.schema = *std::move(schema);
    const auto size = readBatchSize(url);
    PORTOLAN_TRY(size);
    store.batchSize = *size;
    return store;
}

/// Reads a path in a URL's place: a folder that exists, or a file that is called a database.
Result<StoreUrl> parsePlainPath(const QString& text) {
    StoreUrl store;
    store.path = absoluteUrlPath(text);
    const QFileInfo info(store.path);
    if (info.isDir()) {
        store.kind = StoreKind::Files;
        store.service = defaultService();
        return store;
    }
    static const QStringList suffixes{QStringLiteral("db"), QStringLiteral("sqlite"), QStringLiteral("sqlite3")};
    if (!text.endsWith(u'/') && suffixes.contains(info.suffix(), Qt::CaseInsensitive)) {
        store.kind = StoreKind::Sqlite;
        return store;
    }
    if (text.endsWith(QLatin1String(backupSuffix))
        || (!text.endsWith(u'/') && info.suffix().compare(QLatin1String("zip"), Qt::CaseInsensitive) == 0)) {
        store.kind = StoreKind::Bundle;
        return store;
    }
    return urlError(storeWhat(),
                    QStringLiteral("this path is neither a folder that exists nor a file called *.db, *.sqlite, "
                                   "*.sqlite3, *.zip or *.portolan.tar.zst; %1.")
                        .arg(storeForms()));
}

Result<StoreUrl> parseStore(const QString& text) {
    if (text.isEmpty())
        return urlError(storeWhat(), QStringLiteral("it is empty; %1.").arg(storeForms()));
    const bool isPath = !hasUrlScheme(text);
    // A plain path is read as it stands, but has to be as clean as a URL.
    const auto url = UrlText::split(isPath ? QStringLiteral("path:") + encodeUrlPart(text) : text, storeWhat());
    PORTOLAN_TRY(url);
    if (isPath) {
        const auto path = decodeUrlPart(url->path, storeWhat(), QStringLiteral("path"));
        return path ? parsePlainPath(*path) : Result<StoreUrl>(path.error());
    }
    if (url->scheme == u"file")
        return parseFiles(*url);
    if (url->scheme == u"sqlite")
        return parseSqlite(*url);
    if (url->scheme == u"postgresql" || url->scheme == u"postgres")
        return parsePostgresql(*url);
    if (url->scheme == u"bundle")
        return parseBundle(*url);
    return urlError(storeWhat(),
                    QStringLiteral("unknown kind of store \"%1:\"; %2.").arg(url->scheme.left(20), storeForms()));
}

} // namespace

Result<StoreUrl> StoreUrl::parse(const QString& text) {
    return unlessTooLong(parseStore(text), storeWhat());
}

QString StoreUrl::display() const {
    UrlParameters parameters;
    const bool isInAuthority = !host.isEmpty() && !host.startsWith(u'/');
    if (kind == StoreKind::Postgresql && !isInAuthority) {
        if (!host.isEmpty())
            parameters.emplace_back(QStringLiteral("host"), host);
        if (port > 0)
            parameters.emplace_back(QStringLiteral("port"), QString::number(port));
    }
    if (kind == StoreKind::Files && service != defaultService())
        parameters.emplace_back(QStringLiteral("service"), service);
    if (!schema.isEmpty())
        parameters.emplace_back(QStringLiteral("schema"), schema);
    if (batchSize != defaultBatchSize)
        parameters.emplace_back(QStringLiteral("batch_size"), QString::number(batchSize));
    parameters.insert(parameters.end(), options.begin(), options.end());
    const QString query = encodeUrlParameters(parameters);
    switch (kind) {
    case StoreKind::Files:
        return QStringLiteral("file://") + encodeUrlPart(path, "/:+,=") + query;
    case StoreKind::Sqlite:
        return QStringLiteral("sqlite://") + encodeUrlPart(path, "/:+,=") + query;
    case StoreKind::Bundle:
        return QStringLiteral("bundle://") + encodeUrlPart(path, "/:+,=") + query;
    case StoreKind::Postgresql:
        break;
    }
    const QString userPart = user.isEmpty() ? QString() : encodeUrlPart(user) + u'@';
    const QString databasePart = database.isEmpty() ? QString() : u'/' + encodeUrlPart(database);
    const QString server = isInAuthority ? displayUrlHost(host, port) : QString();
    return QStringLiteral("postgresql://") + userPart + server + databasePart + query;
}

QString StoreUrl::name() const {
    const auto isService = [](const auto& option) { return option.first == u"service"; };
    switch (kind) {
    case StoreKind::Files:
    case StoreKind::Sqlite:
    case StoreKind::Bundle: {
        const QString last = path.section(u'/', -1, -1, QString::SectionSkipEmpty);
        return last.isEmpty() ? QStringLiteral("/") : last;
    }
    case StoreKind::Postgresql:
        break;
    }
    if (!database.isEmpty())
        return database;
    const auto named = std::find_if(options.begin(), options.end(), isService);
    if (named != options.end())
        return named->second;
    return host.isEmpty() ? QStringLiteral("postgresql") : host;
}

static QString machineName() {
    const QString name = QSysInfo::machineHostName();
    return name.isEmpty() ? QStringLiteral("portolan") : name;
}

QByteArray consumerOf(const SourceUrl& url) {
    return (url.consumer.isEmpty() ? machineName() : url.consumer).toUtf8();
}

SourceUrl withConsumer(SourceUrl url, const StoreUrl& into) {
    constexpr qsizetype figures = 8;
    if (url.consumer.isEmpty() && url.kind != SourceKind::Kafka) {
        const QByteArray store = QCryptographicHash::hash(into.display().toUtf8(), QCryptographicHash::Sha256).toHex();
        url.consumer = machineName() + QLatin1Char('-') + QString::fromLatin1(store.first(figures));
    }
    return url;
}

} // namespace portolan
