#include "storage/search/sql/serversearch.h"

#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/keyset.h"
#include "storage/sql/tablelistingfactory.h"

#include <QStringList>
#include <QUtf8StringView>
#include <algorithm>

namespace portolan {

namespace {

constexpr int mostDocuments = 20'000; ///< more are found sooner by going through the rows
constexpr std::size_t mostStretches = 50;
constexpr int documentsAStep = 2'000;
constexpr int longestIndexed = 1 << 20; ///< bytes

QString askingServer() {
    return QStringLiteral("search");
}

QString indexingServer() {
    return QStringLiteral("keep the search index of");
}

QString keyType(const SearchedTable& table) {
    return table.hasRowKey ? QStringLiteral("uuid") : QStringLiteral("bigint");
}

/// Returns true when trigrams can be taken from a text: they are of letters and digits alone.
bool hasTrigram(const QByteArray& text) {
    int run = 0;
    for (const QChar c : QString::fromUtf8(text)) {
        run = c.isLetterOrNumber() && !c.isSurrogate() ? run + 1 : 0;
        if (run == 3)
            return true;
    }
    return false;
}

/// Keys as they are compared: numbers by their value, UUIDs by their text.
struct Key {
    qint64 number = 0;
    QString text;
    friend auto operator<=>(const Key& a, const Key& b) {
        return a.number != b.number ? a.number <=> b.number : a.text.compare(b.text) <=> 0;
    }
    friend bool operator==(const Key&, const Key&) = default;
};

Key keyOf(const SearchedTable& table, const QString& text) {
    return table.hasRowKey ? Key{0, text} : Key{text.toLongLong(), text};
}

/// From one key to another, both inclusive.
struct KeyRange {
    Key first;
    Key last;
    [[nodiscard]] bool has(const Key& key) const { return first <= key && key <= last; }
};

/// Those that meet made one, and so few: between some there may be rows that need not be looked at.
std::vector<KeyRange> joined(std::vector<KeyRange> stretches) {
    std::ranges::sort(stretches, {}, &KeyRange::first);
    std::vector<KeyRange> out;
    for (KeyRange& each : stretches) {
        if (!out.empty() && (each.first <= out.back().last || out.size() == mostStretches))
            out.back().last = std::max(out.back().last, each.last);
        else
            out.push_back(std::move(each));
    }
    return out;
}

/// Makes the condition that those who write to the table are noted: triggers may be switched off for a while, which
/// shows nowhere else.
QString areNoted() {
    const QString one = QStringLiteral(
        "EXISTS (SELECT 1 FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid "
        "WHERE c.relname = ? AND c.relnamespace = to_regnamespace(quote_ident(current_schema)) AND t.tgname = ? AND "
        "t.tgenabled IN ('O', 'A'))");
    return QStringLiteral("(%1 AND %1)").arg(one);
}

QVariantList noters(const SearchedTable& table) {
    const QString name = QLatin1String(table.table);
    return {name, QStringLiteral("portolan_%1_search_insert").arg(name), name,
            QStringLiteral("portolan_%1_search_update").arg(name)};
}

struct State {
    std::optional<Key> filledUntil;
    bool isFilled = false;
};

Result<std::optional<State>> readState(Connection& connection, const SearchedTable& table) {
    Result<QSqlQuery> row =
        connection.run(QStringLiteral("SELECT filled_until, is_filled FROM portolan_search_state WHERE kind = ? AND %1")
                           .arg(areNoted()),
                       QVariantList{table.kind} + noters(table), askingServer());
    PORTOLAN_TRY(row);
    const Result<bool> found = connection.next(*row, askingServer());
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<State>();
    State state;
    state.isFilled = row->value(1).toBool();
    if (!row->value(0).isNull())
        state.filledUntil = keyOf(table, row->value(0).toString());
    return std::optional(state);
}

/// Nothing: very many.
Result<std::optional<std::vector<KeyRange>>> readPending(Connection& connection, const SearchedTable& table) {
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT first_key, last_key FROM portolan_search_pending WHERE kind = ? LIMIT ?"),
                       {table.kind, mostDocuments + 1}, askingServer());
    PORTOLAN_TRY(rows);
    std::vector<KeyRange> pending;
    QueryCursor walk(connection, *rows, askingServer());
    while (walk.next())
        pending.push_back({keyOf(table, rows->value(0).toString()), keyOf(table, rows->value(1).toString())});
    if (walk.error())
        return *walk.error();
    if (static_cast<int>(pending.size()) > mostDocuments)
        return std::optional<std::vector<KeyRange>>();
    return std::optional(std::move(pending));
}

/// The keys of the documents that have all texts; nothing: very many. The planner takes a text for more common than it
/// is, and would read every document.
Result<std::optional<std::vector<Key>>> readHits(Connection& connection, const SearchedTable& table,
                                                 const std::vector<QByteArray>& texts) {
    QString sql = QStringLiteral("SELECT row_key FROM portolan_search WHERE kind = ?");
    QVariantList bindings{table.kind};
    for (const QByteArray& text : texts) {
        const SqlFragment contains = containsText(QStringLiteral("document"), text, SqlDialect::Postgresql);
        sql += QStringLiteral(" AND document LIKE ? ESCAPE '\\'");
        bindings << contains.bindings;
    }
    bindings << mostDocuments + 1;
    PORTOLAN_TRY(connection.execute(QStringLiteral("SET LOCAL enable_seqscan = off"), {}, askingServer()));
    std::vector<Key> keys;
    {
        Result<QSqlQuery> rows = connection.run(sql + QStringLiteral(" LIMIT ?"), bindings, askingServer());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows, askingServer());
        while (walk.next())
            keys.push_back(keyOf(table, rows->value(0).toString()));
        if (walk.error())
            return *walk.error();
    }
    PORTOLAN_TRY(connection.execute(QStringLiteral("SET LOCAL enable_seqscan = on"), {}, askingServer()));
    if (static_cast<int>(keys.size()) > mostDocuments)
        return std::optional<std::vector<Key>>();
    return std::optional(std::move(keys));
}

QString arrayOf(const std::vector<Key>& keys) {
    QStringList texts;
    for (const Key& key : keys)
        texts << key.text;
    return QLatin1Char('{') + texts.join(u',') + QLatin1Char('}');
}

/// The columns' texts as the filter compares them.
QString documentOf(const SearchedTable& table) {
    QStringList columns;
    for (const ColumnSet::Column& column : table.schema().columns) {
        if (column.searched)
            columns << QStringLiteral("CAST(t.\"%1\" AS text)").arg(QString::fromUtf8(column.name));
    }
    return QStringLiteral("lower(concat_ws(chr(10), %1) COLLATE \"C\")").arg(columns.join(QLatin1String(", ")));
}

/// The rows that were put: how many, and the last of them.
struct Put {
    qint64 rows = 0;
    QString last; ///< key
};

/// Entries for the first rows at a place, in order of their keys.
Result<Put> put(Connection& connection, const SearchedTable& table, const QString& place, const QVariantList& values) {
    const QString sql =
        QStringLiteral(
            "WITH chosen AS MATERIALIZED (SELECT t.id, %1 AS document FROM %2 AS t WHERE %3 ORDER BY t.id LIMIT %4), "
            "entries AS (INSERT INTO portolan_search (kind, row_key, document) SELECT %5, CAST(id AS text), "
            "document FROM chosen WHERE octet_length(document) <= %6), "
            "oversized AS (INSERT INTO portolan_search_pending (kind, first_key, last_key, kept) SELECT %5, CAST(id "
            "AS text), CAST(id AS text), TRUE FROM chosen WHERE octet_length(document) > %6) "
            "SELECT (SELECT count(*) FROM chosen), (SELECT CAST(id AS text) FROM chosen ORDER BY id DESC LIMIT 1)")
            .arg(documentOf(table), QLatin1String(table.table), place, QString::number(documentsAStep),
                 QString::number(table.kind), QString::number(longestIndexed));
    Result<QSqlQuery> row = connection.run(sql, values, indexingServer());
    PORTOLAN_TRY(row);
    const Result<bool> found = connection.next(*row, indexingServer());
    PORTOLAN_TRY(found);
    return Put{row->value(0).toLongLong(), row->value(1).toString()};
}

/// True: it was begun, or it must be waited for.
Result<bool> begin(Connection& connection, const SearchedTable& table, bool& waits) {
    Result<QSqlQuery> row = connection.run(
        QStringLiteral(
            "SELECT marked_by IS NULL, CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) >= "
            "marked_by FROM portolan_search_state WHERE kind = ?"),
        {table.kind}, indexingServer());
    PORTOLAN_TRY(row);
    const Result<bool> found = connection.next(*row, indexingServer());
    PORTOLAN_TRY(found);
    const bool isMarked = *found && !row->value(0).toBool();
    waits = isMarked && !row->value(1).toBool();
    if (isMarked)
        return waits;
    const QString sql =
        *found ? QStringLiteral("UPDATE portolan_search_state SET marked_by = CAST(CAST(pg_snapshot_xmax("
                                "pg_current_snapshot()) AS text) AS bigint) WHERE kind = ? AND source_table "
                                "= ? AND marked_by IS NULL")
               : QStringLiteral("INSERT INTO portolan_search_state (kind, source_table) VALUES (?, ?) ON "
                                "CONFLICT DO NOTHING");
    const Result<void> done = connection.execute(sql, {table.kind, QLatin1String(table.table)}, indexingServer());
    return done ? Result<bool>(true) : Result<bool>(done.error());
}

/// Makes entries for what the table held before.
Result<Put> fill(Connection& connection, const SearchedTable& table) {
    Result<QSqlQuery> row =
        connection.run(QStringLiteral("SELECT filled_until FROM portolan_search_state WHERE kind = ? "
                                      "AND NOT is_filled FOR UPDATE SKIP LOCKED"),
                       {table.kind}, indexingServer());
    PORTOLAN_TRY(row);
    const Result<bool> found = connection.next(*row, indexingServer());
    PORTOLAN_TRY(found);
    if (!*found)
        return Put();
    const bool isFirst = row->value(0).isNull();
    const QVariantList until = isFirst ? QVariantList() : QVariantList{row->value(0).toString()};
    const Result<Put> done =
        put(connection, table,
            isFirst ? QStringLiteral("TRUE") : QStringLiteral("t.id > CAST(? AS %1)").arg(keyType(table)), until);
    PORTOLAN_TRY(done);
    const Result<void> moved =
        done->rows < documentsAStep
            ? connection.execute(QStringLiteral("UPDATE portolan_search_state SET is_filled = TRUE WHERE kind = ?"),
                                 {table.kind}, indexingServer())
            : connection.execute(QStringLiteral("UPDATE portolan_search_state SET filled_until = ? WHERE kind = ?"),
                                 {done->last, table.kind}, indexingServer());
    PORTOLAN_TRY(moved);
    return Put{std::max<qint64>(done->rows, 1), done->last}; // that it is filled is something done
}

struct Pending {
    qint64 id;
    QString first;
    QString last;
};

Result<std::vector<Pending>> lockPending(Connection& connection, const SearchedTable& table) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT id, first_key, last_key FROM portolan_search_pending WHERE kind = ? AND NOT "
                       "kept ORDER BY id LIMIT %1 FOR UPDATE SKIP LOCKED")
            .arg(table.hasRowKey ? documentsAStep : 1),
        {table.kind}, indexingServer());
    PORTOLAN_TRY(rows);
    std::vector<Pending> pending;
    QueryCursor walk(connection, *rows, indexingServer());
    while (walk.next())
        pending.push_back({rows->value(0).toLongLong(), rows->value(1).toString(), rows->value(2).toString()});
    if (walk.error())
        return *walk.error();
    return pending;
}

/// Makes entries for messages: the first rows of a stretch, which begins after them then.
Result<Put> putStretch(Connection& connection, const SearchedTable& table, const Pending& stretch) {
    PORTOLAN_TRY(connection.execute(
        QStringLiteral("DELETE FROM portolan_search_pending WHERE kind = ? AND kept AND CAST(first_key AS bigint) "
                       "BETWEEN CAST(? AS bigint) AND CAST(? AS bigint)"),
        {table.kind, stretch.first, stretch.last}, indexingServer()));
    const Result<Put> done =
        put(connection, table, QStringLiteral("t.id BETWEEN CAST(? AS bigint) AND CAST(? AS bigint)"),
            {stretch.first, stretch.last});
    PORTOLAN_TRY(done);
    const Result<void> moved =
        done->rows < documentsAStep
            ? connection.execute(QStringLiteral("DELETE FROM portolan_search_pending WHERE id = ?"), {stretch.id},
                                 indexingServer())
            : connection.execute(
                QStringLiteral("UPDATE portolan_search_pending SET first_key = CAST(CAST(? AS bigint) + 1 "
                               "AS text) WHERE id = ?"),
                {done->last, stretch.id}, indexingServer());
    return moved ? done : Result<Put>(moved.error());
}

/// Rows that are named one by one.
Result<Put> putRows(Connection& connection, const SearchedTable& table, const std::vector<Pending>& pending) {
    std::vector<Key> keys;
    QStringList ids;
    for (const Pending& each : pending) {
        keys.push_back(keyOf(table, each.first));
        ids << QString::number(each.id);
    }
    const QString array = arrayOf(keys);
    PORTOLAN_TRY(
        connection.execute(QStringLiteral("DELETE FROM portolan_search_pending WHERE kind = ? AND (id = ANY (CAST(? AS "
                                          "bigint[])) OR (kept AND first_key = ANY (CAST(? AS text[]))))"),
                           {table.kind, QString(u'{' + ids.join(u',') + u'}'), array}, indexingServer()));
    return put(connection, table, QStringLiteral("t.id = ANY (CAST(? AS %1[]))").arg(keyType(table)), {array});
}

} // namespace

Result<bool> isIndexedByServer(Connection& connection, const SchemaInspector& catalogue, const SearchedTable& table) {
    if (catalogue.lacks(QStringLiteral("portolan_search"), {"kind", "row_key", "document"})
        || catalogue.lacks(QStringLiteral("portolan_search_state"), {"kind", "filled_until", "is_filled"})
        || catalogue.lacks(QStringLiteral("portolan_search_pending"), {"kind", "first_key", "last_key", "kept"}))
        return false;
    // Entries go by the id: several rows with one would have one entry.
    const SchemaInspector::Entry* const searched = catalogue.table(QLatin1String(table.table));
    const SchemaInspector::Column* const id = searched ? searched->column(QStringLiteral("id")) : nullptr;
    if (!id || !isKeyAlone(*searched, *id))
        return false;
    const Result<QVariant> own = connection.value(
        QStringLiteral("SELECT to_regclass('idx_portolan_search_document') IS NOT NULL AND %1").arg(areNoted()),
        noters(table));
    PORTOLAN_TRY(own);
    return own->toBool();
}

Result<std::optional<std::vector<SqlCondition>>> serverPlaces(Connection& connection, const SqlListing& listing,
                                                              const SearchedTable& table,
                                                              const std::vector<QByteArray>& texts) {
    using Places = std::optional<std::vector<SqlCondition>>;
    std::vector<QByteArray> wanted;
    std::ranges::copy_if(texts, std::back_inserter(wanted), [](const QByteArray& text) {
        return QUtf8StringView(text).isValidUtf8() && !text.contains('\0') && hasTrigram(text);
    });
    if (wanted.empty())
        return Places();
    const Result<std::optional<State>> state = readState(connection, table);
    PORTOLAN_TRY(state);
    if (!*state || (!(*state)->isFilled && !(*state)->filledUntil))
        return Places();
    const Result<std::optional<std::vector<KeyRange>>> pending = readPending(connection, table);
    PORTOLAN_TRY(pending);
    const Result<std::optional<std::vector<Key>>> hits = readHits(connection, table, wanted);
    PORTOLAN_TRY(hits);
    if (!*pending || !*hits)
        return Places();

    const std::optional<Key> filledUntil = (*state)->isFilled ? std::nullopt : (*state)->filledUntil;
    const auto isAfter = [&](const Key& key) { return filledUntil && key > *filledUntil; };
    std::vector<KeyRange> stretches;
    std::vector<Key> keys;
    for (const KeyRange& each : **pending) {
        if (each.first == each.last)
            keys.push_back(each.first);
        else
            stretches.push_back(each);
    }
    stretches = joined(std::move(stretches));
    keys.insert(keys.end(), (*hits)->begin(), (*hits)->end());
    std::erase_if(keys, [&](const Key& key) {
        return isAfter(key) || std::ranges::any_of(stretches, [&](const KeyRange& each) { return each.has(key); });
    });
    const QString& key = listing.sql.front().expression; // the id, which entries go by
    const QString type = keyType(table);
    const QString until = filledUntil ? QStringLiteral(" AND %1 <= CAST(? AS %2)").arg(key, type) : QString();
    std::vector<SqlCondition> places{{QStringLiteral("%1 = ANY (CAST(? AS %2[]))").arg(key, type), {arrayOf(keys)}}};
    for (const KeyRange& each : stretches) {
        SqlCondition place{QStringLiteral("(%1 BETWEEN CAST(? AS %2) AND CAST(? AS %2)%3)").arg(key, type, until),
                           {each.first.text, each.last.text}};
        if (filledUntil)
            place.bindings << filledUntil->text;
        places.push_back(std::move(place));
    }
    if (filledUntil)
        places.push_back({QStringLiteral("%1 > CAST(? AS %2)").arg(key, type), {filledUntil->text}});
    return Places(std::move(places));
}

Result<bool> serverSearchStep(Connection& connection, const SearchedTable& table, qint64& documents) {
    bool waits = false;
    const Result<bool> begun = begin(connection, table, waits);
    PORTOLAN_TRY(begun);
    if (*begun)
        return !waits;
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    Result<Put> done = fill(connection, table);
    PORTOLAN_TRY(done);
    if (done->rows == 0) {
        const Result<std::vector<Pending>> pending = lockPending(connection, table);
        PORTOLAN_TRY(pending);
        if (pending->empty())
            return false;
        done = table.hasRowKey ? putRows(connection, table, *pending) : putStretch(connection, table, pending->front());
        PORTOLAN_TRY(done);
    }
    PORTOLAN_TRY(work->commit());
    documents += done->rows;
    return true;
}

} // namespace portolan
