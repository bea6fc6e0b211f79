#pragma once

#include "storage/base/databasesettings.h"
#include "storage/base/result.h"

#include <QString>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

enum class StoreKind { Files, Sqlite, Postgresql, Bundle };

/// The end of a backup's file name: a path that ends so is a store for reading, as a bundle is.
inline constexpr char backupSuffix[] = ".portolan.tar.zst";

/// A parsed store URL (CONTRACT §1).
struct StoreUrl {
    StoreKind kind = StoreKind::Files;
    QString path;       ///< Files: absolute folder as given; Sqlite, Bundle: absolute file
    QString service;    ///< Files: service folder, "example_receiver" unless given
    int batchSize = 10; ///< Files and SQL: messages a batch (`?batch_size=N`)

    QString
        host; ///< Postgresql: also the folder of a socket ("/…"); empty where PG* variables or the service file decide
    int port = 0; ///< 0: not given
    QString database;
    QString schema; ///< Postgresql: where the pipeline's tables are (`?schema=NAME`); empty: `public`
    QString user;
    QString password;                                 ///< never shown, logged or saved
    std::vector<std::pair<QString, QString>> options; ///< the query's other parts (sslmode, service, …), checked
    DatabaseSettings settings;                        ///< Postgresql: limits, from a configuration; not in the URL

    /// Writes the URL without its password, to be shown, logged and saved.
    [[nodiscard]] QString display() const;
    /// Returns a short name for titles: the last part of the path, or the database's name.
    [[nodiscard]] QString name() const;

    friend bool operator==(const StoreUrl&, const StoreUrl&) = default;

    /// Reads a URL. Error Usage in words, with the part that is wrong. Relative paths count from the working directory.
    static Result<StoreUrl> parse(const QString& text);
};

enum class SourceKind { RedisChannel, RedisPattern, RedisList, RedisStream, Kafka, Demo, Rejects };

/// Stands in a source's name before the number of its epoch (sourceInEpoch()); no identity contains it.
inline constexpr char epochMark[] = "#epoch=";

/// A parsed source URL (CONTRACT §2).
struct SourceUrl {
    SourceKind kind = SourceKind::RedisStream;
    QString host;
    int port = 6379;
    QString socketPath; ///< Redis over a Unix socket: redis+unix:///path/to.sock?db=0&stream=…
    QString user;
    QString password; ///< never shown, logged or saved
    int database = 0;
    bool tls = false;
    QString caFile;
    QString certFile; ///< TLS: our own certificate, for servers that want one of their clients
    QString keyFile;  ///< TLS: its key
    std::vector<std::pair<QString, int>> sentinels; ///< Redis: who knows where the master is; `host` is the first's
    QString master;                                 ///< Redis: its name at the sentinels
    QString sentinelPassword;                       ///< never shown, logged or saved

    bool isTakenRight = false; ///< List: `side=right`, for producers that LPUSH
    QByteArray name;           ///< channel, pattern, list, stream or topic
    QString group = QStringLiteral("portolan");
    QString consumer;                             ///< empty: the receiver's own default (host name)
    std::vector<std::pair<QString, int>> brokers; ///< Kafka
    QByteArray sourceName;                        ///< `identity=`; empty: the source is its address

    int rate = 50;                                    ///< Demo: messages a second, 0 is as fast as it goes
    quint64 seed = 1;                                 ///< Demo
    qint64 count = 0;                                 ///< Demo: ends after so many; 0 is never
    bool messagesOnly = false;                        ///< Demo: `kinds=messages`, for stores that keep no others
    QString numberPattern;                            ///< `number=`: finds the number of a text (CONTRACT §3.2)
    std::optional<StoreUrl> store;                    ///< Rejects: whose
    std::vector<std::pair<QString, QString>> options; ///< passed through (Kafka settings)

    [[nodiscard]] QString display() const; ///< the URL without its passwords
    /// Returns the source's identity: its name, where it has one (`identity=`), else its address without user,
    /// password, group and consumer: host:port/db/name, or master/db/name where sentinels know the host. The keys of
    /// its messages are unique within it. Kafka's own identity is the cluster's id, which only the brokers tell
    /// (KafkaSource).
    [[nodiscard]] QByteArray identity() const;
    /// Returns identity(), then those under which a store may know the same source: its address, where it has a name.
    [[nodiscard]] std::vector<QByteArray> identities() const;
    /// Names the series of a channel's numbers: identity() with this channel in place of the pattern.
    [[nodiscard]] QByteArray seriesOf(const QByteArray& channel) const;

    friend bool operator==(const SourceUrl&, const SourceUrl&) = default;

    static Result<SourceUrl> parse(const QString& text); ///< Error Usage, as of StoreUrl::parse()
};

/// Names a receiver among the consumers of a stream or list: by the URL's consumer, else by this machine's name.
[[nodiscard]] QByteArray consumerOf(const SourceUrl& url);

/// Adds a consumer to a URL that names none: this machine's name and a hash of the store it receives into. So two
/// receivers of one machine are two consumers, and a receiver that is started again finds what it was given before.
[[nodiscard]] SourceUrl withConsumer(SourceUrl url, const StoreUrl& into);

} // namespace portolan
