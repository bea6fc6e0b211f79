#include "storage/search/sql/searchindex.h"

#include "storage/json/jsonmeaning.h"
#include "storage/listing/filtertexts.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/search/sql/serversearch.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/keyset.h"
#include "storage/versions/pipelinerows.h"

#include <QStringList>
#include <QUtf8StringView>
#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_set>

namespace portolan {

namespace {

constexpr int mostCandidates = 20'000; ///< more are found sooner by going through the rows
constexpr int mostEntries = 40'000;    ///< of all tables, that are gone through for those of one
constexpr int mostBehind = 1'000;      ///< rows without an entry that are named one by one
constexpr int mostTrigrams = 16;
constexpr qsizetype longestDocument = 1 << 20;

template <PipelineTable table>
const ColumnSet& schemaOfStored() {
    return pipelineSchema(table);
}

constexpr std::array<SearchedTable, 5> indexedTables{{
    {1, "messages", &messageSchema, false},
    {2, "port_messages", &portMessageSchema, true},
    {3, "checkpoints", &schemaOfStored<PipelineTable::Checkpoints>, true},
    {4, "component_state", &schemaOfStored<PipelineTable::Components>, true},
    {5, "sink_storage", &schemaOfStored<PipelineTable::Sinks>, true},
}};

QString searching() {
    return QStringLiteral("search");
}

/// Numbers of rows that a statement gives, at most so many and one.
Result<std::vector<qint64>> numbers(Connection& connection, const QString& sql, QVariantList bindings, int most) {
    bindings << most + 1;
    Result<QSqlQuery> rows = connection.run(sql + QStringLiteral(" LIMIT ?"), bindings, searching());
    PORTOLAN_TRY(rows);
    std::vector<qint64> found;
    QueryCursor walk(connection, *rows, searching());
    while (walk.next())
        found.push_back(rows->value(0).toLongLong());
    if (walk.error())
        return *walk.error();
    return found;
}

} // namespace

Result<std::optional<SearchState>> readSearchState(Connection& connection, const SearchedTable& table) {
    // A column's own numbers stay with their rows.
    const QString stands = table.hasRowKey
                               ? QStringLiteral("s.schema_mark = ? OR s.row_key IS (SELECT CAST(t.id AS TEXT) FROM %1 "
                                                "AS t WHERE t.rowid = s.indexed_until)")
                                     .arg(QLatin1String(table.table))
                               : QStringLiteral("? IS NOT NULL");
    const Result<qint64> mark = SchemaInspector::mark(connection);
    PORTOLAN_TRY(mark);
    Result<QSqlQuery> row = connection.run(
        QStringLiteral("SELECT s.indexed_until, %1 FROM portolan_search_state AS s WHERE s.kind = ?").arg(stands),
        {*mark, table.kind}, searching());
    PORTOLAN_TRY(row);
    const Result<bool> found = connection.next(*row, searching());
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<SearchState>();
    return std::optional(SearchState{row->value(0).toLongLong(), row->value(1).toBool()});
}

namespace {

SqlCondition amongRows(const SqlListing& listing, const std::unordered_set<qint64>& rows) {
    QByteArray list("[");
    for (const qint64 row : rows)
        list += QByteArray::number(row) + ',';
    if (list.endsWith(','))
        list.chop(1);
    list += ']';
    return {QStringLiteral("%1 IN (SELECT value FROM json_each(?))").arg(listing.key.expression),
            {QString::fromLatin1(list)}};
}

/// Nothing: very many.
Result<std::optional<std::vector<SqlCondition>>> sqlitePlaces(Connection& connection, const SqlListing& listing,
                                                              const SearchedTable& table, const QString& query) {
    using Places = std::optional<std::vector<SqlCondition>>;
    const Result<std::optional<SearchState>> state = readSearchState(connection, table);
    PORTOLAN_TRY(state);
    if (!*state || !(*state)->stands)
        return Places();
    const qint64 until = (*state)->indexedUntil;
    const Result<QVariant> entries = connection.value(
        QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM portolan_search WHERE portolan_search MATCH ? LIMIT ?)"),
        {query, mostEntries + 1});
    PORTOLAN_TRY(entries);
    if (entries->toInt() > mostEntries)
        return Places();
    const Result<std::vector<qint64>> hits =
        numbers(connection,
                QStringLiteral("SELECT rowid FROM portolan_search WHERE portolan_search MATCH ? AND (rowid & %1) = ?")
                    .arg(SearchedTable::kinds - 1),
                {query, table.kind}, mostCandidates);
    PORTOLAN_TRY(hits);
    const Result<std::vector<qint64>> pending =
        numbers(connection, QStringLiteral("SELECT DISTINCT row_id FROM portolan_search_pending WHERE kind = ?"),
                {table.kind}, mostCandidates);
    PORTOLAN_TRY(pending);
    const Result<std::vector<qint64>> behind = numbers(connection,
                                                       QStringLiteral("SELECT %1 FROM %2 AS %3 WHERE %1 > ?")
                                                           .arg(listing.key.expression, listing.table, listing.alias),
                                                       {until}, mostBehind);
    PORTOLAN_TRY(behind);
    if (static_cast<int>(hits->size()) > mostCandidates || static_cast<int>(pending->size()) > mostCandidates)
        return Places();
    const bool isFarBehind = static_cast<int>(behind->size()) > mostBehind;
    std::unordered_set<qint64> rows;
    const auto take = [&](qint64 row) {
        if (!isFarBehind || row <= until)
            rows.insert(row);
    };
    for (const qint64 hit : *hits)
        take(hit >> 3);
    std::ranges::for_each(*pending, take);
    std::ranges::for_each(*behind, take);
    std::vector<SqlCondition> places{amongRows(listing, rows)};
    if (isFarBehind)
        places.push_back({QStringLiteral("%1 > ?").arg(listing.key.expression), {QVariant(until)}});
    return Places(std::move(places));
}

} // namespace

static_assert(SearchedTable::kinds == 1 << 3);

std::span<const SearchedTable> searchedTables() {
    return indexedTables;
}

namespace {

/// Returns the texts that every entry has whose row the filter takes. Entries have documents with the escapes of their
/// strings, and a text may be said by a string or be between them: what lies between its own escapes is there either
/// way.
std::vector<QByteArray> indexedTexts(const Filter& filter, const ColumnSet& schema) {
    std::vector<QByteArray> texts = requiredTexts(filter, schema);
    const bool hasDocuments = std::ranges::any_of(
        schema.columns, [](const auto& column) { return column.searched && column.type == ColumnType::Json; });
    if (!hasDocuments)
        return texts;
    std::vector<QByteArray> stretches;
    for (const QByteArray& text : texts)
        std::ranges::move(betweenEscapes(text), std::back_inserter(stretches));
    return stretches;
}

Result<SearchPlaces> placesIn(const SearchedTable& table, Connection& connection, const SqlListing& listing,
                              const Filter& filter) {
    SearchPlaces found;
    const std::vector<QByteArray> texts = indexedTexts(filter, *listing.schema);
    const QString query = trigramQuery(texts);
    if (query.isEmpty())
        return found;
    Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
    PORTOLAN_TRY(snapshot);
    Result<std::optional<std::vector<SqlCondition>>> places = connection.dialect() == SqlDialect::Sqlite
                                                                  ? sqlitePlaces(connection, listing, table, query)
                                                                  : serverPlaces(connection, listing, table, texts);
    // An index that is broken, or of a module that this SQLite lacks, tells nothing either; the rows are all there.
    const bool isBroken =
        !places && (places.error().code == ErrorCode::Corrupt || places.error().code == ErrorCode::Invalid);
    if (!places && !isBroken)
        return places.error();
    if (isBroken || !*places)
        return found;
    found.candidates = std::move(**places);
    found.snapshot.emplace(std::move(*snapshot));
    return found;
}

} // namespace

Result<bool> isIndexed(Connection& connection, const SchemaInspector& catalogue, const SearchedTable& table) {
    const SchemaInspector::Entry* const index = catalogue.find(QStringLiteral("portolan_search"));
    if (!index)
        return false;
    if (connection.dialect() == SqlDialect::Postgresql)
        return isIndexedByServer(connection, catalogue, table);
    const bool hasTables =
        index->kind == SchemaInspector::Kind::Virtual
        && !catalogue.lacks(QStringLiteral("portolan_search_state"), {"kind", "indexed_until", "row_key"})
        && !catalogue.lacks(QStringLiteral("portolan_search_pending"), {"id", "kind", "row_id", "kept"});
    if (!hasTables)
        return false;
    const QString trigger =
        QStringLiteral("EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? "
                       "AND name = ?)");
    const QString ofTrigrams =
        QStringLiteral("EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'portolan_search' AND sql LIKE "
                       "'CREATE VIRTUAL TABLE portolan_search USING fts5%tokenize = ''trigram''%')");
    const QString name = QLatin1String(table.table);
    const Result<QVariant> own = connection.value(QStringLiteral("SELECT %1 AND %1 AND %2").arg(trigger, ofTrigrams),
                                                  {name, QStringLiteral("portolan_%1_search_insert").arg(name), name,
                                                   QStringLiteral("portolan_%1_search_update").arg(name)});
    PORTOLAN_TRY(own);
    return own->toBool();
}

Result<PlaceSearch> placeSearchOf(Connection& connection, const SchemaInspector& catalogue, const QString& table) {
    const auto* const searched = std::ranges::find_if(
        indexedTables, [&](const SearchedTable& each) { return table == QLatin1String(each.table); });
    if (searched == indexedTables.end())
        return PlaceSearch();
    const Result<bool> kept = isIndexed(connection, catalogue, *searched);
    PORTOLAN_TRY(kept);
    return *kept ? PlaceSearch(std::bind_front(&placesIn, *searched)) : PlaceSearch();
}

QString trigramQuery(std::span<const QByteArray> texts) {
    constexpr int length = 3; // characters, not bytes
    QStringList wanted;
    for (const QByteArray& text : texts) {
        if (!QUtf8StringView(text).isValidUtf8() || text.contains('\0'))
            continue;
        const QList<uint> characters = wholeText(text).toUcs4();
        const qsizetype last = characters.size() - length;
        if (last < 0)
            continue;
        // Of a long text some, from one end to the other.
        const qsizetype count = std::min<qsizetype>(last + 1, mostTrigrams);
        for (qsizetype i = 0; i < count; ++i) {
            const qsizetype at = count == 1 ? 0 : i * last / (count - 1);
            QString trigram = QString::fromUcs4(reinterpret_cast<const char32_t*>(&characters[at]), length);
            trigram.replace(QLatin1Char('"'), QLatin1String("\"\""));
            wanted << QLatin1Char('"') + trigram + QLatin1Char('"');
        }
    }
    wanted.removeDuplicates();
    return wanted.join(QLatin1String(" AND "));
}

std::optional<QString> searchDocument(const ColumnSet& schema, std::span<const QByteArray> searched) {
    QByteArray document;
    auto text = searched.begin();
    for (const ColumnSet::Column& column : schema.columns) {
        if (!column.searched)
            continue;
        if (document.size() + text->size() > longestDocument)
            return std::nullopt;
        // In front of each, so that nothing at the head can be taken for a mark of the byte order.
        document += '\n';
        const auto meaning = column.type == ColumnType::Json ? jsonMeaning(*text) : std::nullopt;
        document += meaning ? *meaning : *text;
        ++text;
    }
    if (document.contains('\0') || !QUtf8StringView(document).isValidUtf8())
        return std::nullopt;
    return QString::fromUtf8(document);
}

} // namespace portolan
