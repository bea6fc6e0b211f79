#pragma once

#include "storage/ingest/writer.h"
#include "storage/stores/opencontent.h"
#include "storage/transfer/following.h"
#include "storage/transfer/storecomparison.h"
#include "tests/support/contentrows.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <functional>

namespace portolan::test {

inline const QStringList& ownTables() {
    static const QStringList names =
        QStringLiteral(
            "portolan_sources portolan_source_offsets portolan_rejects portolan_metadata portolan_replay_runs "
            "portolan_replay_items")
            .split(u' ');
    return names;
}

/// A database of one kind, as another program uses it.
struct Place {
    StoreUrl url;
    std::function<QString(const QByteArray&)> run;
    std::function<QString(const QByteArray&)> value;
    std::function<QStringList(const QByteArray&)> rows;
    bool isServer = false;
    [[nodiscard]] QString text() const {
        return isServer ? QStringLiteral("postgresql://postgres@127.0.0.1:%1/%2").arg(url.port).arg(url.database)
                        : QStringLiteral("sqlite://") + url.path;
    }
};

inline QStringList differencesOf(const StoreUrl& a, const StoreUrl& b) {
    QStringList rows;
    for (const QStringList& tables : {QStringList(), ownTables()}) {
        const auto left = need(openContent(a));
        const auto right = need(openContent(b));
        const auto report = need(compareStores(*left, *right, {tables}, [&](const RowDifference& each) -> Result<void> {
            rows << QString::fromUtf8(each.table + '|' + each.key + '|' + rowDifferenceName(each.kind) + '|'
                                      + each.columns);
            return {};
        }));
        rows << report.leftOut;
    }
    return rows;
}

inline Result<CopyReport> tryCopy(const StoreUrl& from, const StoreUrl& into, const QStringList& only = {}) {
    const auto source = need(openCopySource(from));
    const auto target = openCopyDestination(into);
    if (!target)
        return target.error();
    CopyOptions options;
    options.only = only;
    options.from = from.display();
    options.actor = "test";
    return (*target)->take(*source, options, [](const CopyReport&) {});
}

inline CopyReport copied(const StoreUrl& from, const StoreUrl& into, const QStringList& only = {}) {
    return need(tryCopy(from, into, only));
}

/// Copies what went, too, until all is alike.
inline CopyReport followed(const StoreUrl& from, const StoreUrl& into) {
    CopyOptions options;
    options.from = from.display();
    options.actor = "test";
    const auto watched = need(openStore(from, Access::Read));
    const FollowedStores stores{[&] { return openCopySource(from); }, [&] { return openCopyDestination(into); },
                                [&] { return watched->changeMark(); }};
    CopyReport report;
    need(followStore(
        stores, options, {std::chrono::milliseconds(0)}, report, [](const CopyReport&) {}, [](const QString&) {}, {}));
    return report;
}

/// Names the two kinds: whence and where to.
inline void addDirections() {
    QTest::addColumn<bool>("fromServer");
    QTest::addColumn<bool>("intoServer");
    QTest::newRow("SQLite to server") << false << true;
    QTest::newRow("server to SQLite") << true << false;
    QTest::newRow("SQLite to SQLite") << false << false;
    QTest::newRow("server to server") << true << true;
}

/// A test over databases of both kinds, between which rows are copied.
class CopyPlaces : public QObject {
protected:
    [[nodiscard]] QString path(const QString& kind) {
        return m_folder.path(QStringLiteral("%1.%2").arg(++m_places).arg(kind));
    }
    Place place(bool isServer) {
        Place place;
        place.isServer = isServer;
        if (isServer) {
            place.url = m_server.createStore();
            place.run = [url = place.url](const QByteArray& sql) { return PostgresScript(url).run(sql); };
            place.value = [url = place.url](const QByteArray& sql) { return PostgresScript(url).value(sql); };
            place.rows = [url = place.url](const QByteArray& sql) { return PostgresScript(url).rows(sql); };
        } else {
            place.url.kind = StoreKind::Sqlite;
            place.url.path = path(QStringLiteral("db"));
            place.run = [path = place.url.path](const QByteArray& sql) { return SqliteScript(path).run(sql); };
            place.value = [path = place.url.path](const QByteArray& sql) { return SqliteScript(path).value(sql); };
            place.rows = [path = place.url.path](const QByteArray& sql) { return SqliteScript(path).rows(sql); };
        }
        need(openStore(place.url, Access::Write));
        return place;
    }
    Place filled(bool isServer, quint32 seed, int rows) {
        Place filled = place(isServer);
        change(filled, ContentRows(seed).statements(rows, isServer));
        return filled;
    }
    static void change(const Place& place, const QByteArray& sql) {
        const QString failed = place.run(sql);
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    static IngestCounts store(const StoreUrl& url, const std::vector<IngestItem>& items) {
        const auto store = need(openStore(url, Access::Write));
        const auto writer = need(store->ingestWriter());
        return need(writer->store(items));
    }

private:
    TempFolder m_folder;
    int m_places = 0;
    PostgresServer m_server;
};

} // namespace portolan::test
