#pragma once

#include "models/batches/batchmodels.h"
#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/grouptally.h"
#include "models/ports/portmodels.h"
#include "storage/listing/listing.h"
#include "storage/stores/openstore.h"
#include "tests/support/changingrows.h"
#include "tests/support/portrows.h"

#include <QDateTime>
#include <array>
#include <map>

namespace portolan::test {

/// A database of one kind, empty, and a connection of another program's.
struct ChangedDatabase {
    StoreUrl url;
    std::function<QString(const QByteArray& sql)> run; ///< says what went wrong
};

/// One of the program's own listings over a database: the rows of the world in memory are written into its table.
class DatabaseWorld final : public World {
public:
    struct Table {
        std::function<std::shared_ptr<const ListingAdapter>()> listing;
        /// Writes a row as it is now, over what was there.
        std::function<QByteArray(const Letter&)> write;
        QByteArray remove; ///< DELETE … WHERE …=
        std::function<QByteArray(const Letter&)> key;
        std::vector<Sort> sorts;
        std::vector<const char*> filters;
        bool isCounted = false; ///< as the groups of dead letters, and what is of one of them
    };
    DatabaseWorld(Table table, ChangedDatabase database)
        : m_table(std::move(table))
        , m_database(std::move(database))
        , m_listing(m_table.listing())
        , m_fresh(m_table.listing())
        , m_reader(openStore(m_database.url, Access::Read).value()) {}
    std::shared_ptr<const ListingAdapter> listing() override { return m_listing; }
    void apply(const Change& change) override {
        std::map<qint64, Letter> were;
        for (const Letter& letter : m_letters.rows)
            were.emplace(letter.id, letter);
        m_letters.apply(change);
        QByteArray sql = "BEGIN;";
        for (const Letter& letter : m_letters.rows) {
            const auto was = were.find(letter.id);
            if (was == were.end() || was->second.time != letter.time || was->second.open != letter.open)
                sql += m_table.write(letter);
            if (was != were.end())
                were.erase(was);
        }
        for (const auto& [id, letter] : were)
            sql += m_table.remove + m_table.key(letter) + ";";
        const QString failed = m_database.run(sql + "COMMIT;");
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    void applyLate(const Change& change, int) override { apply(change); }
    bool flush() override { return false; }
    Result<RowBlock> fresh(const ListQuery& query) override {
        const std::shared_ptr<const ListingAdapter> listing = m_table.isCounted ? m_fresh->forExport() : m_fresh;
        if (m_table.isCounted) {
            PORTOLAN_TRY(listing->prepareExport(*m_reader, {}));
        }
        auto page = listing->page(*m_reader, query, RowExtent::Cells, {});
        return page ? Result<RowBlock>(page->block) : page.error();
    }
    std::function<Result<std::unique_ptr<Store>>(const CancelToken&)> opener() override {
        return [url = m_database.url](const CancelToken& token) { return openStore(url, Access::Read, token); };
    }
    std::function<Result<void>(Store&, const CancelToken&)> counting() override {
        if (!m_table.isCounted)
            return {};
        return [listing = m_listing](Store& store, const CancelToken& token) {
            return listing->prepareExport(store, token);
        };
    }
    std::vector<Sort> sorts() const override { return m_table.sorts; }
    std::vector<Filter> filters() const override {
        std::vector<Filter> filters;
        for (const char* text : m_table.filters)
            filters.push_back(filterOf(text, m_listing->schema()));
        return filters;
    }

private:
    Table m_table;
    ChangedDatabase m_database;
    LetterRows m_letters;
    std::shared_ptr<const ListingAdapter> m_listing;
    std::shared_ptr<const ListingAdapter> m_fresh;
    std::unique_ptr<Store> m_reader;
};

inline QByteArray timeText(qint64 time) {
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(1'760'000'000'000 + time * 60'000, Qt::UTC);
    return at.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzzZ")).toLatin1();
}

inline QByteArray messageKey(const Letter& letter) {
    return "'" + test::portMessageId(static_cast<int>(letter.id)) + "'";
}

/// Errors that no template has two of.
inline constexpr std::array<const char*, 3> errors{"disk full", "connection reset by the other side", "x"};

/// A dead letter, whichever of its times lists go by; one that is gone is pending again.
inline QByteArray writeMessage(const Letter& letter) {
    const QByteArray time = "'" + timeText(letter.time) + "'";
    return "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
           "retry_count, max_retries, created_at, processed_at, error_message) VALUES ("
           + messageKey(letter) + ", '" + (letter.id % 2 == 0 ? "even" : "odd") + "', 'a', 'b', '{}', '"
           + (letter.open ? "dead_letter" : "pending") + "', " + QByteArray::number(letter.time % 5) + ", 3, " + time
           + ", " + time + ", '" + errors[static_cast<std::size_t>(letter.id) % errors.size()]
           + "') ON CONFLICT (id) DO UPDATE SET status = excluded.status, retry_count = excluded.retry_count, "
             "created_at = excluded.created_at, processed_at = excluded.processed_at;";
}

inline QByteArray writeReject(const Letter& letter, bool isServer) {
    return "INSERT INTO portolan_rejects (id, rejected_at, source, key, reason, payload, deleted_at) VALUES ("
           + QByteArray::number(letter.id) + ", '" + timeText(letter.time) + "', '"
           + (letter.id % 2 == 0 ? "even" : "odd") + "', 'k', 'why', CAST('0' AS "
           + QByteArray(isServer ? "bytea" : "blob") + "), " + (letter.open ? "NULL" : "'2026-01-01T00:00:00.000Z'")
           + ") ON CONFLICT (id) DO UPDATE SET rejected_at = excluded.rejected_at, deleted_at = excluded.deleted_at;";
}

/// The fingerprint of the letters with even ids of one error, as the program has it.
inline QByteArray groupOfSomeLetters(const ChangedDatabase& database) {
    QByteArray sql;
    for (qint64 id = 1; id <= 12; ++id)
        sql += writeMessage({id, id});
    if (const QString failed = database.run(sql); !failed.isEmpty())
        qFatal("%s", qPrintable(failed));
    const auto store = openStore(database.url, Access::Read).value();
    const auto listing = deadLetterGroupListing(std::make_shared<GroupTally>(Filter{}));
    const auto counted = listing->prepareExport(*store, {});
    ListQuery query;
    query.limit = 100;
    const auto page = listing->page(*store, query, RowExtent::Cells, {});
    if (!counted || !page || page->block.count != 6)
        qFatal("there are not six groups");
    if (const QString failed = database.run("DELETE FROM port_messages"); !failed.isEmpty())
        qFatal("%s", qPrintable(failed));
    return listing->identity(page->block, 0);
}

/// The list of that name over such a database.
inline DatabaseWorld::Table tableOf(const QByteArray& list, const ChangedDatabase& database, bool isServer) {
    DatabaseWorld::Table table{.listing = [] { return letterListing(); },
                               .write = writeMessage,
                               .remove = "DELETE FROM port_messages WHERE id = ",
                               .key = messageKey,
                               .sorts = {{{}, true}, {{}, false}, {"retry_count", true}, {"port_name", false}},
                               .filters = {"", "port_name:even"}};
    if (list == "port messages") {
        table.listing = portMessageListing;
        table.filters = {"", "status:dead_letter", "status:pending port_name:odd"};
    } else if (list == "rejects") {
        table.listing = rejectListing;
        table.write = [isServer](const Letter& letter) { return writeReject(letter, isServer); };
        table.remove = "DELETE FROM portolan_rejects WHERE id = ";
        table.key = [](const Letter& letter) { return QByteArray::number(letter.id); };
        table.sorts = {{{}, true}, {{}, false}, {"rejected_at", true}, {"source", false}};
        table.filters = {"", "source:even"};
    } else if (list == "groups") { // which are filtered by counting others, and have one order
        table.listing = [] { return deadLetterGroupListing(std::make_shared<GroupTally>(Filter{})); };
        table.sorts = {{}};
        table.filters = {""};
        table.isCounted = true;
    } else if (list == "letters of a group") {
        table.listing = [group = groupOfSomeLetters(database)] { return lettersOfGroupListing(group); };
        table.sorts = {{{}, true}, {{}, false}};
        table.isCounted = true;
    }
    return table;
}

} // namespace portolan::test
