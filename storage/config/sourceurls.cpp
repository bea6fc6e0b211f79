#include "storage/config/urls.h"

#include "storage/config/urltext.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <limits>

namespace portolan {

namespace {

constexpr int redisPort = 6379;
constexpr int sentinelPort = 26379;
constexpr int kafkaPort = 9092;
constexpr int lastRedisDatabase = 65'535;
constexpr int fastestDemo = 10'000'000;    // messages a second
constexpr qsizetype longestKey = 512;      // bytes
constexpr qsizetype longestIdentity = 512; // bytes

QString sourceWhat() {
    return QStringLiteral("Source URL");
}

QString defaultGroup() {
    return QStringLiteral("portolan");
}

QString sourceForms() {
    return QStringLiteral("a source is redis://host/0?stream=NAME (or list=, channel=, pattern=; rediss, "
                          "redis+sentinel, redis+unix), kafka://host/topic, demo:?rate=N or rejects:STORE");
}

struct RedisPlace {
    const char* parameter;
    SourceKind kind;
};
constexpr RedisPlace redisPlaces[] = {
    {"channel", SourceKind::RedisChannel},
    {"pattern", SourceKind::RedisPattern},
    {"list", SourceKind::RedisList},
    {"stream", SourceKind::RedisStream},
};

/// Settings of librdkafka that an operator may give. Those that the guarantee rests on, that load code or that are
/// secrets are not among them.
constexpr const char* kafkaOptions[] = {
    "security.protocol",
    "sasl.mechanism",
    "sasl.kerberos.service.name",
    "sasl.kerberos.principal",
    "sasl.kerberos.keytab",
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.key.location",
    "ssl.crl.location",
    "ssl.cipher.suites",
    "ssl.curves.list",
    "ssl.sigalgs.list",
    "ssl.endpoint.identification.algorithm",
    "client.id",
    "client.rack",
    "session.timeout.ms",
    "socket.timeout.ms",
    "socket.keepalive.enable",
    "fetch.wait.max.ms",
    "fetch.min.bytes",
    "fetch.max.bytes",
    "queued.max.messages.kbytes",
    "broker.address.family",
    "isolation.level",
};

Result<void> readRedisPlace(const UrlText& url, SourceUrl& source) {
    int given = 0;
    for (const RedisPlace& place : redisPlaces) {
        const auto name = url.parameter(QString::fromLatin1(place.parameter));
        if (!name)
            continue;
        ++given;
        source.kind = place.kind;
        source.name = name->toUtf8();
    }
    if (given != 1)
        return urlError(sourceWhat(), QStringLiteral("it names exactly one of channel, pattern, list and stream, as in "
                                                     "redis://host:6379/0?stream=orders."));
    if (source.name.isEmpty() || source.name.size() > longestKey)
        return urlError(sourceWhat(), QStringLiteral("the name to read from is 1 to %1 bytes long.").arg(longestKey));
    return {};
}

Result<void> readGroup(const UrlText& url, SourceUrl& source) {
    const auto group = url.parameter(u"group");
    const auto consumer = url.parameter(u"consumer");
    const bool hasGroups = source.kind == SourceKind::RedisStream || source.kind == SourceKind::Kafka;
    if (!hasGroups && group)
        return urlError(sourceWhat(), QStringLiteral("group goes with stream only."));
    if (!hasGroups && source.kind != SourceKind::RedisList && consumer)
        return urlError(sourceWhat(), QStringLiteral("consumer goes with stream and list only."));
    if ((group && group->isEmpty()) || (consumer && consumer->isEmpty()))
        return urlError(sourceWhat(), QStringLiteral("group and consumer are not empty where they are given."));
    source.group = group.value_or(source.group);
    source.consumer = consumer.value_or(QString());
    return {};
}

Result<void> readSide(const UrlText& url, SourceUrl& source) {
    const auto side = url.parameter(u"side");
    if (!side)
        return {};
    if (source.kind != SourceKind::RedisList)
        return urlError(sourceWhat(), QStringLiteral("side goes with list only."));
    if (*side != u"left" && *side != u"right")
        return urlError(sourceWhat(), QStringLiteral("side is left (producers that RPUSH) or right (LPUSH)."));
    source.isTakenRight = *side == u"right";
    return {};
}

Result<void> readIdentity(const UrlText& url, SourceUrl& source) {
    const auto name = url.parameter(u"identity");
    if (!name)
        return {};
    source.sourceName = name->toUtf8();
    const bool isPlain = std::ranges::all_of(*name, [](QChar c) { return c.isPrint(); });
    if (source.sourceName.isEmpty() || source.sourceName.size() > longestIdentity || !isPlain
        || source.sourceName.contains(epochMark))
        return urlError(sourceWhat(), QStringLiteral("identity is a name of 1 to %1 printable bytes, without \"%2\".")
                                          .arg(longestIdentity)
                                          .arg(QLatin1StringView(epochMark)));
    return {};
}

/// Reads "", "/" or "/N" as the number of a database.
Result<int> readDatabase(const QString& path) {
    if (path.isEmpty() || path == u"/")
        return 0;
    bool ok = false;
    const int number = path.sliced(1).toInt(&ok);
    if (!ok || number < 0 || number > lastRedisDatabase || QString::number(number) != path.sliced(1))
        return urlError(sourceWhat(), QStringLiteral("after the host comes the number of the database, as in /0."));
    return number;
}

Result<std::vector<std::pair<QString, int>>> readHosts(const UrlText& url, int defaultPort) {
    std::vector<std::pair<QString, int>> hosts;
    const QStringList texts = url.hosts.split(u',');
    for (const QString& each : texts) {
        const auto host = parseUrlHost(each, sourceWhat());
        PORTOLAN_TRY(host);
        hosts.emplace_back(host->host, host->port == 0 ? defaultPort : host->port);
    }
    return hosts;
}

/// "/MASTER", "/MASTER/" or "/MASTER/N".
Result<void> readSentinels(const UrlText& url, SourceUrl& source) {
    auto hosts = readHosts(url, sentinelPort);
    PORTOLAN_TRY(hosts);
    source.sentinels = *std::move(hosts);
    source.host = source.sentinels.front().first;
    source.port = source.sentinels.front().second;
    const auto path = decodeUrlPath(url.path, sourceWhat());
    PORTOLAN_TRY(path);
    const QString rest = path->startsWith(u'/') ? path->sliced(1) : *path;
    const qsizetype slash = rest.indexOf(u'/');
    source.master = slash < 0 ? rest : rest.first(slash);
    const auto isOfName = [](QChar c) { return c.isLetterOrNumber() || c == u'.' || c == u'_' || c == u'-'; };
    if (source.master.isEmpty() || !std::ranges::all_of(source.master, isOfName))
        return urlError(sourceWhat(), QStringLiteral("after the sentinels comes the master's name, as in "
                                                     "redis+sentinel://host:26379/mymaster/0?stream=orders."));
    const auto database = readDatabase(slash < 0 ? QString() : rest.sliced(slash));
    PORTOLAN_TRY(database);
    source.database = *database;
    source.sentinelPassword = url.parameter(u"sentinel_password").value_or(QString());
    return {};
}

/// The files of TLS. A certificate and its key may be in one file.
Result<void> readFiles(const UrlText& url, SourceUrl& source) {
    for (const auto& [name, file] : {std::pair(u"cafile", &source.caFile), std::pair(u"certfile", &source.certFile),
                                     std::pair(u"keyfile", &source.keyFile)}) {
        const auto path = url.parameter(name);
        if (path && path->isEmpty())
            return urlError(sourceWhat(), QStringLiteral("%1 is the path of a file (PEM).").arg(QStringView(name)));
        if (path)
            *file = absoluteUrlPath(*path);
    }
    if (!source.keyFile.isEmpty() && source.certFile.isEmpty())
        return urlError(sourceWhat(), QStringLiteral("keyfile goes with certfile."));
    return {};
}

Result<void> readRedisServer(const UrlText& url, SourceUrl& source) {
    const auto host = parseUrlHost(url.hosts, sourceWhat());
    PORTOLAN_TRY(host);
    source.host = host->host;
    source.port = host->port == 0 ? redisPort : host->port;
    const auto database = readDatabase(url.path);
    PORTOLAN_TRY(database);
    source.database = *database;
    return {};
}

Result<void> readRedisSocket(const UrlText& url, SourceUrl& source) {
    auto path = decodeUrlPath(url.path, sourceWhat());
    PORTOLAN_TRY(path);
    if (!url.hosts.isEmpty() || !path->startsWith(u'/') || path->endsWith(u'/'))
        return urlError(sourceWhat(), QStringLiteral("redis+unix names a socket by its absolute path, as in "
                                                     "redis+unix:///run/redis.sock?db=0&stream=orders."));
    source.socketPath = absoluteUrlPath(*path);
    source.port = 0;
    const auto database = urlNumber(url, u"db", 0, 0, lastRedisDatabase, sourceWhat());
    PORTOLAN_TRY(database);
    source.database = static_cast<int>(*database);
    return {};
}

/// Reads `number=`, a regular expression with one group at most.
Result<void> readNumber(const UrlText& url, SourceUrl& source) {
    const auto pattern = url.parameter(u"number");
    if (!pattern)
        return {};
    const QRegularExpression expression(*pattern);
    if (pattern->isEmpty() || !expression.isValid() || expression.captureCount() > 1)
        return urlError(sourceWhat(),
                        QStringLiteral("number is a regular expression that finds a number, in its one group "
                                       "if it has one, as in number=order-(\\d+)."));
    source.numberPattern = *pattern;
    return {};
}

UrlParameters numberParameters(const SourceUrl& url) {
    if (url.numberPattern.isEmpty())
        return {};
    return {{QStringLiteral("number"), url.numberPattern}};
}

Result<SourceUrl> parseRedis(const UrlText& url) {
    const bool isSocket = url.scheme == u"redis+unix" || url.scheme == u"unix";
    const bool asksSentinels = url.scheme.endsWith(u"+sentinel");
    if (!url.hasAuthority)
        return urlError(sourceWhat(), QStringLiteral("two slashes are missing: redis://host:6379/0?stream=NAME."));
    SourceUrl source;
    source.tls = url.scheme.startsWith(u"rediss");
    source.user = url.user;
    source.password = url.password;
    QStringList known{QStringLiteral("channel"), QStringLiteral("pattern"),  QStringLiteral("list"),
                      QStringLiteral("stream"),  QStringLiteral("group"),    QStringLiteral("consumer"),
                      QStringLiteral("number"),  QStringLiteral("identity"), QStringLiteral("side")};
    if (source.tls)
        known << QStringLiteral("cafile") << QStringLiteral("certfile") << QStringLiteral("keyfile");
    if (isSocket)
        known << QStringLiteral("db");
    if (asksSentinels)
        known << QStringLiteral("sentinel_password");
    PORTOLAN_TRY(checkUrlParameters(url, known, sourceWhat()));
    PORTOLAN_TRY(isSocket        ? readRedisSocket(url, source)
                 : asksSentinels ? readSentinels(url, source)
                                 : readRedisServer(url, source));
    PORTOLAN_TRY(readRedisPlace(url, source));
    PORTOLAN_TRY(readGroup(url, source));
    PORTOLAN_TRY(readNumber(url, source));
    PORTOLAN_TRY(readIdentity(url, source));
    PORTOLAN_TRY(readSide(url, source));
    PORTOLAN_TRY(readFiles(url, source));
    return source;
}

bool isTopic(const QString& name) {
    constexpr qsizetype longestTopic = 249; // Kafka's own limit
    const auto isPart = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'.'
               || c == u'_' || c == u'-';
    };
    return !name.isEmpty() && name.size() <= longestTopic && name != u"." && name != u".."
           && std::all_of(name.begin(), name.end(), isPart);
}

Result<void> readBrokers(const UrlText& url, SourceUrl& source) {
    auto hosts = readHosts(url, kafkaPort);
    PORTOLAN_TRY(hosts);
    source.brokers = *std::move(hosts);
    source.host = source.brokers.front().first;
    source.port = source.brokers.front().second;
    return {};
}

Result<SourceUrl> parseKafka(const UrlText& url) {
    if (!url.hasAuthority)
        return urlError(sourceWhat(), QStringLiteral("two slashes are missing: kafka://host:9092/topic."));
    QStringList known{QStringLiteral("group"), QStringLiteral("consumer"), QStringLiteral("number"),
                      QStringLiteral("identity")};
    for (const char* option : kafkaOptions)
        known << QString::fromLatin1(option);
    PORTOLAN_TRY(checkUrlParameters(url, known, sourceWhat()));
    SourceUrl source;
    source.kind = SourceKind::Kafka;
    source.user = url.user;
    source.password = url.password;
    PORTOLAN_TRY(readBrokers(url, source));
    const auto path = decodeUrlPath(url.path, sourceWhat());
    PORTOLAN_TRY(path);
    const QString topic = path->startsWith(u'/') ? path->sliced(1) : *path;
    if (!isTopic(topic))
        return urlError(sourceWhat(),
                        QStringLiteral("after the hosts comes the topic: letters, digits, \".\", \"_\" and "
                                       "\"-\", as in kafka://host:9092/orders."));
    source.name = topic.toUtf8();
    PORTOLAN_TRY(readGroup(url, source));
    PORTOLAN_TRY(readNumber(url, source));
    PORTOLAN_TRY(readIdentity(url, source));
    for (const char* option : kafkaOptions) {
        const QString name = QString::fromLatin1(option);
        if (const auto value = url.parameter(name))
            source.options.emplace_back(name, *value);
    }
    return source;
}

Result<SourceUrl> parseDemo(const UrlText& url) {
    if (url.hasAuthority || !url.path.isEmpty())
        return urlError(sourceWhat(),
                        QStringLiteral("demo: has no host and no path, as in demo:?rate=50&seed=1&count=1000."));
    const QStringList known{QStringLiteral("rate"), QStringLiteral("seed"), QStringLiteral("count"),
                            QStringLiteral("kinds"), QStringLiteral("identity")};
    PORTOLAN_TRY(checkUrlParameters(url, known, sourceWhat()));
    SourceUrl source;
    source.kind = SourceKind::Demo;
    source.port = 0;
    PORTOLAN_TRY(readIdentity(url, source));
    const auto rate = urlNumber(url, u"rate", source.rate, 0, fastestDemo, sourceWhat());
    PORTOLAN_TRY(rate);
    const auto count = urlNumber(url, u"count", 0, 0, std::numeric_limits<qint64>::max(), sourceWhat());
    PORTOLAN_TRY(count);
    source.rate = static_cast<int>(*rate);
    source.count = *count;
    if (const auto seed = url.parameter(u"seed")) {
        bool ok = false;
        source.seed = seed->toULongLong(&ok);
        if (!ok || QString::number(source.seed) != *seed)
            return urlError(sourceWhat(), QStringLiteral("seed is a whole number from 0 to 18446744073709551615."));
    }
    if (const auto kinds = url.parameter(u"kinds")) {
        source.messagesOnly = *kinds == u"messages";
        if (!source.messagesOnly && *kinds != u"all")
            return urlError(sourceWhat(), QStringLiteral("kinds is all or messages."));
    }
    return source;
}

/// Returns a single name for this machine, so that the same server is the same source.
QString sameHost(const QString& host) {
    return host == u"127.0.0.1" || host == u"::1" ? QStringLiteral("localhost") : host;
}

constexpr QStringView rejectsScheme = u"rejects:";

/// Reads rejects:STORE; after the colon comes a store's own URL.
Result<SourceUrl> parseRejects(const QString& text) {
    const auto store = StoreUrl::parse(text.sliced(rejectsScheme.size()));
    if (!store)
        return urlError(sourceWhat(),
                        QStringLiteral("after rejects: comes the URL of the store whose rejects are read. ")
                            + store.error().text);
    SourceUrl source;
    source.kind = SourceKind::Rejects;
    source.port = 0;
    source.store = *store;
    return source;
}

/// Returns the canonical name of a place in the file system, as long as it is there.
QByteArray samePath(const QString& path) {
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return QFile::encodeName(canonical.isEmpty() ? path : canonical);
}

QByteArray rejectsIdentity(const StoreUrl& store) {
    switch (store.kind) {
    case StoreKind::Files:
        return "rejects:file:" + samePath(store.path) + "?service=" + store.service.toUtf8();
    case StoreKind::Sqlite:
        return "rejects:sqlite:" + samePath(store.path);
    case StoreKind::Bundle:
        return "rejects:bundle:" + samePath(store.path);
    case StoreKind::Postgresql:
        return "rejects:postgresql:" + displayUrlHost(sameHost(store.host), store.port).toUtf8() + '/'
               + store.database.toUtf8();
    }
    Q_UNREACHABLE();
}

void addIdentity(UrlParameters& parameters, const SourceUrl& url) {
    if (!url.sourceName.isEmpty())
        parameters.emplace_back(QStringLiteral("identity"), QString::fromUtf8(url.sourceName));
}

UrlParameters demoParameters(const SourceUrl& url) {
    UrlParameters parameters{{QStringLiteral("rate"), QString::number(url.rate)},
                             {QStringLiteral("seed"), QString::number(url.seed)}};
    if (url.count > 0)
        parameters.emplace_back(QStringLiteral("count"), QString::number(url.count));
    if (url.messagesOnly)
        parameters.emplace_back(QStringLiteral("kinds"), QStringLiteral("messages"));
    addIdentity(parameters, url);
    return parameters;
}

UrlParameters groupParameters(const SourceUrl& url) {
    UrlParameters parameters;
    if (url.group != defaultGroup())
        parameters.emplace_back(QStringLiteral("group"), url.group);
    if (!url.consumer.isEmpty())
        parameters.emplace_back(QStringLiteral("consumer"), url.consumer);
    addIdentity(parameters, url);
    return parameters;
}

UrlParameters redisParameters(const SourceUrl& url) {
    UrlParameters parameters;
    if (!url.socketPath.isEmpty() && url.database != 0)
        parameters.emplace_back(QStringLiteral("db"), QString::number(url.database));
    for (const RedisPlace& place : redisPlaces) {
        if (place.kind == url.kind)
            parameters.emplace_back(QString::fromLatin1(place.parameter), QString::fromUtf8(url.name));
    }
    const UrlParameters group = groupParameters(url);
    parameters.insert(parameters.end(), group.begin(), group.end());
    const UrlParameters number = numberParameters(url);
    parameters.insert(parameters.end(), number.begin(), number.end());
    if (url.isTakenRight)
        parameters.emplace_back(QStringLiteral("side"), QStringLiteral("right"));
    for (const auto& [name, file] :
         {std::pair("cafile", &url.caFile), std::pair("certfile", &url.certFile), std::pair("keyfile", &url.keyFile)}) {
        if (!file->isEmpty())
            parameters.emplace_back(QString::fromLatin1(name), *file);
    }
    return parameters;
}

QString displayUser(const SourceUrl& url) {
    return url.user.isEmpty() ? QString() : encodeUrlPart(url.user) + u'@';
}

QStringList hostTexts(const std::vector<std::pair<QString, int>>& hosts) {
    QStringList texts;
    for (const auto& [host, port] : hosts)
        texts << displayUrlHost(host, port);
    return texts;
}

QString displayRedis(const SourceUrl& url) {
    const QString query = encodeUrlParameters(redisParameters(url));
    if (!url.socketPath.isEmpty())
        return QStringLiteral("redis+unix://") + displayUser(url) + encodeUrlPart(url.socketPath, "/:+,=") + query;
    const QString scheme = url.tls ? QStringLiteral("rediss") : QStringLiteral("redis");
    const QString database = QString::number(url.database);
    if (!url.sentinels.empty())
        return scheme + QStringLiteral("+sentinel://") + displayUser(url) + hostTexts(url.sentinels).join(u',') + u'/'
               + encodeUrlPart(url.master) + u'/' + database + query;
    return scheme + QStringLiteral("://") + displayUser(url) + displayUrlHost(url.host, url.port) + u'/' + database
           + query;
}

QString displayKafka(const SourceUrl& url) {
    UrlParameters parameters = groupParameters(url);
    const UrlParameters number = numberParameters(url);
    parameters.insert(parameters.end(), number.begin(), number.end());
    parameters.insert(parameters.end(), url.options.begin(), url.options.end());
    return QStringLiteral("kafka://") + displayUser(url) + hostTexts(url.brokers).join(u',') + u'/'
           + QString::fromUtf8(url.name) + encodeUrlParameters(parameters);
}

QByteArray addressOf(const SourceUrl& url) {
    switch (url.kind) {
    case SourceKind::RedisChannel:
    case SourceKind::RedisPattern:
    case SourceKind::RedisList:
    case SourceKind::RedisStream: {
        const QString server = !url.master.isEmpty()       ? url.master
                               : !url.socketPath.isEmpty() ? url.socketPath
                                                           : displayUrlHost(sameHost(url.host), url.port);
        return server.toUtf8() + '/' + QByteArray::number(url.database) + '/' + url.name;
    }
    case SourceKind::Kafka: {
        QStringList all = hostTexts(url.brokers);
        all.sort(); // the order in which they are named makes no other cluster
        return all.join(u',').toUtf8() + '/' + url.name;
    }
    case SourceKind::Rejects:
        return url.store ? rejectsIdentity(*url.store) : QByteArray();
    case SourceKind::Demo:
        break;
    }
    return QByteArrayLiteral("demo");
}

/// Escapes epochMark in an identity, so that no source is named as an epoch of another.
QByteArray withoutEpochMark(QByteArray identity) {
    return identity.replace(epochMark, "#epoch%3D");
}

Result<SourceUrl> parseSource(const QString& text) {
    if (text.startsWith(rejectsScheme, Qt::CaseInsensitive))
        return parseRejects(text);
    const auto url = UrlText::split(text, sourceWhat());
    PORTOLAN_TRY(url);
    constexpr std::array redisSchemes{u"redis", u"rediss",         u"redis+unix",
                                      u"unix",  u"redis+sentinel", u"rediss+sentinel"};
    if (std::ranges::find(redisSchemes, QStringView(url->scheme)) != redisSchemes.end())
        return parseRedis(*url);
    if (url->scheme == u"kafka")
        return parseKafka(*url);
    if (url->scheme == u"demo")
        return parseDemo(*url);
    return urlError(sourceWhat(),
                    QStringLiteral("unknown kind of source \"%1:\"; %2.").arg(url->scheme.left(20), sourceForms()));
}

} // namespace

Result<SourceUrl> SourceUrl::parse(const QString& text) {
    return unlessTooLong(parseSource(text), sourceWhat());
}

QString SourceUrl::display() const {
    switch (kind) {
    case SourceKind::RedisChannel:
    case SourceKind::RedisPattern:
    case SourceKind::RedisList:
    case SourceKind::RedisStream:
        return displayRedis(*this);
    case SourceKind::Kafka:
        return displayKafka(*this);
    case SourceKind::Rejects:
        return rejectsScheme.toString() + (store ? store->display() : QString());
    case SourceKind::Demo:
        break;
    }
    return QStringLiteral("demo:") + encodeUrlParameters(demoParameters(*this));
}

QByteArray SourceUrl::identity() const {
    return sourceName.isEmpty() ? withoutEpochMark(addressOf(*this)) : sourceName;
}

std::vector<QByteArray> SourceUrl::identities() const {
    std::vector<QByteArray> all{identity()};
    if (!sourceName.isEmpty())
        all.push_back(withoutEpochMark(addressOf(*this)));
    return all;
}

QByteArray SourceUrl::seriesOf(const QByteArray& channel) const {
    if (!sourceName.isEmpty())
        return channel == name ? sourceName : sourceName + '/' + channel;
    const QByteArray address = addressOf(*this);
    return withoutEpochMark(address.chopped(name.size()) + channel);
}

} // namespace portolan
