#include "storage/tables/sql/sqlitetable.h"

#include "storage/sql/sqlite/sqlitequery.h"
#include "storage/tables/sql/keptrows.h"
#include "storage/tables/sql/sqlitecatalogue.h"
#include "storage/tables/sql/tabledirectory.h"

#include <QRegularExpression>
#include <algorithm>
#include <sqlite3.h>

namespace portolan {

namespace {

using Keeps = ColumnSet::Keeps;

QString ofTable(const QString& quoted) {
    return QStringLiteral("t.") + quoted;
}

/// Our own tables keep times so; another program's would be compared as the texts that they are.
bool isOurTime(const TableDetail::Column& column) {
    return column.usual.contains("strftime('%Y-%m-%dT%H:%M:%fZ'");
}

bool isDocument(const TableDetail& detail, const TableDetail::Column& column) {
    return column.type.toUpper().contains("JSON") || detail.definition.contains("json_valid(" + column.name + ')');
}

/// Types of the affinity NUMERIC whose values are mostly numbers; the others are dates, mostly.
bool isNamedNumber(const QByteArray& declared) {
    const QByteArray type = declared.toUpper();
    return std::ranges::any_of(std::initializer_list<const char*>{"NUM", "DEC", "MONEY", "CURRENCY"},
                               [&](const char* word) { return type.contains(word); });
}

/// A column of a view that no table's is has no type, and a comparison goes by the type of whatever is in it.
bool isComputed(const TableDetail& detail, const TableDetail::Column& column) {
    return detail.info.kind == "view" && column.type.isEmpty();
}

ColumnSet::Column schemaColumn(const TableDetail& detail, const TableDetail::Column& column) {
    ColumnSet::Column made{column.name, ColumnType::Text, true};
    if (isDocument(detail, column)) {
        made.type = ColumnType::Json;
        return made;
    }
    if (isOurTime(column)) {
        made.type = ColumnType::Time;
        made.searched = false;
        return made;
    }
    made.mayHoldTimes = true;
    const bool isStrictAny = detail.isStrict && column.type.toUpper() == "ANY";
    switch (isStrictAny ? SqliteAffinity::Blob : affinityOf(column.type)) {
    case SqliteAffinity::Integer:
        made.type = ColumnType::Integer;
        made.keeps = Keeps::Numbers;
        made.searched = false;
        break;
    case SqliteAffinity::Real:
        made.type = ColumnType::Real;
        made.keeps = Keeps::Numbers;
        made.searched = false;
        break;
    case SqliteAffinity::Numeric:
        made.mayHoldTimes = !column.type.toUpper().contains("BOOL");
        if (!made.mayHoldTimes)
            made.type = ColumnType::Boolean;
        else if (isNamedNumber(column.type))
            made.type = ColumnType::Real;
        made.keeps = Keeps::Numbers;
        break;
    case SqliteAffinity::Blob:
        if (!isComputed(detail, column))
            made.keeps = Keeps::Anything;
        break;
    case SqliteAffinity::Text:
        break;
    }
    return made;
}

/// The collation by which a table's column is compared; empty: it is no table's.
QByteArray collationOf(const Connection& connection, const QByteArray& table, const QByteArray& column) {
    const char* collation = nullptr;
    const int code = sqlite3_table_column_metadata(connection.sqlite(), "main", table.constData(), column.constData(),
                                                   nullptr, &collation, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? QByteArray(collation) : QByteArray();
}

/// The collations that are not known here and that a statement sorts or finds rows by. Errors: it cannot be prepared.
Result<QStringList> unknownIn(Connection& connection, const QString& sql) {
    Result<SqliteQuery> steps =
        SqliteQuery::run(connection, QStringLiteral("EXPLAIN ") + sql, {}, QStringLiteral("read the rows of"));
    PORTOLAN_TRY(steps);
    QStringList names;
    while (!connection.unknownCollations().isEmpty()) {
        const Result<bool> more = steps->next();
        PORTOLAN_TRY(more);
        if (!*more)
            break;
        constexpr int argumentAt = 5; // of the columns of EXPLAIN: p4, "k(2,NOCASE,B)" of what is in an order
        const Value argument = steps->cell(argumentAt);
        const auto* const text = std::get_if<QByteArray>(&argument);
        if (!text || !text->startsWith("k("))
            continue;
        for (const QString& name : connection.unknownCollations()) {
            if (text->contains(name.toUtf8()) && !names.contains(name))
                names << name;
        }
    }
    return names;
}

/// Those of which rows are found by their number as quickly as in a table.
bool isFullText(const QByteArray& definition) {
    static const QRegularExpression module(QStringLiteral("\\busing\\s+[\"'`\\[]?fts[345]\\b"),
                                           QRegularExpression::CaseInsensitiveOption);
    return module.match(QString::fromUtf8(definition)).hasMatch();
}

} // namespace

Value timeOfOurs(Value cell) {
    constexpr qsizetype pointAt = 19;
    const auto* const text = std::get_if<QByteArray>(&cell);
    if (!text || text->size() != isoTimeSize || !text->endsWith('Z') || (*text)[pointAt] != '.')
        return cell;
    const auto time = parseIsoTime(*text);
    return time ? Value(*time) : cell;
}

SqliteTable::SqliteTable(Session& session, const TableDetail& detail)
    : m_session(session)
    , m_info(detail.info)
    , m_cells(*this) {}

SqliteTable::~SqliteTable() = default;

Result<std::shared_ptr<SqliteTable>> SqliteTable::open(Session& session, const TableDetail& detail) {
    std::shared_ptr<SqliteTable> table(new SqliteTable(session, detail));
    const Result<void> prepared =
        session.read(session.token(), [&](Connection& connection) { return table->prepare(connection, detail); });
    return prepared ? Result(table) : Result<std::shared_ptr<SqliteTable>>(asErrorOf(detail.info, prepared.error()));
}

QString SqliteTable::readingRows() {
    return QStringLiteral("read the rows of");
}

Result<void> SqliteTable::prepare(Connection& connection, const TableDetail& detail) {
    const Result<QString> table = quotedTable(m_info, connection.dialect());
    PORTOLAN_TRY(table);
    m_table = *table;
    // Prepared only: the database says what is wrong with a view.
    const Result<QStringList> within = unknownIn(connection, QStringLiteral("SELECT * FROM %1").arg(m_table));
    PORTOLAN_TRY(within);
    if (m_info.kind == "view")
        m_unsureBy = *within;
    for (const TableDetail::Column& column : detail.columns) {
        if (const Result<void> added = addColumn(connection, detail, column); !added)
            return added;
    }
    return findKey(connection, detail);
}

Result<void> SqliteTable::addColumn(Connection& connection, const TableDetail& detail,
                                    const TableDetail::Column& column) {
    const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(column.name));
    PORTOLAN_TRY(quoted);
    const QString name = ofTable(*quoted);
    // Prepared, a statement asks for the collations that it needs: those that are not known are told by then.
    const Result<QStringList> unknown =
        unknownIn(connection, QStringLiteral("SELECT 1 FROM %1 AS t ORDER BY +%2").arg(m_table, name));
    PORTOLAN_TRY(unknown);
    const QByteArray collation = collationOf(connection, m_info.name, column.name);
    const bool isUnknown = collation.isEmpty() ? !unknown->isEmpty()
                                               : connection.unknownCollations().contains(QString::fromUtf8(collation));
    if (isUnknown)
        m_byBytes << QString::fromUtf8(column.name);
    m_schema.columns.push_back(schemaColumn(detail, column));
    const ColumnType type = m_schema.columns.back().type;
    m_read << name;
    m_columns.emplace_back(isUnknown ? name + QStringLiteral(" COLLATE BINARY") : name,
                           type == ColumnType::Json   ? ColumnEncoding::Plain
                           : type == ColumnType::Time ? ColumnEncoding::IsoText
                                                      : ColumnEncoding::AsStored);
    if (isComputed(detail, column))
        m_columns.back().cast = QStringLiteral("NUMERIC"); // of a typed number beside a value that is one
    return {};
}

/// A key has collations of its own: two texts that are one to the column may be two keys, in the key's order.
Result<QString> SqliteTable::keyTerm(const Connection& connection, std::size_t column, const QByteArray& ofColumn,
                                     const QByteArray& ofKey) const {
    const QString& plain = m_read[static_cast<qsizetype>(column)];
    const QString name = QString::fromUtf8(ofKey);
    if (connection.unknownCollations().contains(name, Qt::CaseInsensitive))
        return plain + QStringLiteral(" COLLATE BINARY");
    if (ofKey.compare(ofColumn, Qt::CaseInsensitive) == 0)
        return m_columns[column].expression;
    const Result<QString> quoted = quoteIdentifier(name);
    PORTOLAN_TRY(quoted);
    return plain + QStringLiteral(" COLLATE ") + *quoted;
}

Result<void> SqliteTable::findKey(Connection& connection, const TableDetail& detail) {
    if (m_info.kind == "view" || (m_info.kind == "virtual table" && !isFullText(detail.definition)))
        return {};
    const Result<QVariant> withoutNumbers = connection.value(
        QStringLiteral("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE"),
        {QString::fromUtf8(m_info.name)});
    PORTOLAN_TRY(withoutNumbers);
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
        const bool isTaken = std::ranges::any_of(
            detail.columns, [&](const TableDetail::Column& column) { return column.name.toLower() == name; });
        if (withoutNumbers->toBool() || isTaken)
            continue;
        m_key = {ofTable(QLatin1String(name))};
        m_keyDescends = {false};
        m_isNumbered = true;
        return {};
    }
    if (!withoutNumbers->toBool()) // no name is left for its numbers
        return {};
    Result<SqliteQuery> keys = SqliteQuery::run(
        connection,
        QStringLiteral("SELECT x.cid, x.\"desc\", x.coll FROM pragma_index_list(?) AS i, pragma_index_xinfo(i.name) AS "
                       "x WHERE i.origin = 'pk' AND x.key AND x.cid >= 0 ORDER BY x.seqno"),
        {QString::fromUtf8(m_info.name)}, readingRows());
    PORTOLAN_TRY(keys);
    while (true) {
        const Result<bool> more = keys->next();
        PORTOLAN_TRY(more);
        if (!*more)
            return {};
        const Value column = keys->cell(0);
        const Value descends = keys->cell(1);
        const auto at = static_cast<std::size_t>(std::get<qint64>(column));
        const Value collation = keys->cell(2);
        const Result<QString> term =
            keyTerm(connection, at, collationOf(connection, m_info.name, detail.columns[at].name),
                    std::get<QByteArray>(collation));
        PORTOLAN_TRY(term);
        m_isKeyCollated = m_isKeyCollated || *term != m_columns[at].expression;
        m_key << *term;
        m_keyDescends.push_back(std::get<qint64>(descends) != 0);
    }
}

QString SqliteTable::note() const {
    if (m_byBytes.isEmpty())
        return {};
    return QStringLiteral("Compared and sorted by their bytes, as this program does not know their collation: %1.")
        .arg(m_byBytes.join(QLatin1String(", ")));
}

QString SqliteTable::leftOut() const {
    if (!m_unsureBy.isEmpty())
        return QStringLiteral("%1 itself sorts or looks for rows by a collation that this program does not know (%2): "
                              "some may be missing.")
            .arg(QString::fromUtf8(m_info.path()), m_unsureBy.join(QLatin1String(", ")));
    if (!m_kept || !m_kept->isFull())
        return {};
    return QStringLiteral("%1 has more than %2 MiB of rows; they end after %3.")
        .arg(QString::fromUtf8(m_info.path()), QString::number(KeptRows::mostBytes >> 20),
             QString::number(m_kept->count()));
}

Value SqliteTable::cellOf(Value cell, std::size_t column) const {
    return m_schema.columns[column].type == ColumnType::Time ? timeOfOurs(std::move(cell)) : cell;
}

Value SqliteTable::keyOf(const std::vector<SqliteValue>& key) const {
    return m_isNumbered ? key.front().value : Value(packed(key));
}

Result<TableRow> SqliteTable::row(const Value& key, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<TableRow> {
        const Error gone{ErrorCode::NotFound,
                         QStringLiteral("The row is not in %1 any more.").arg(QString::fromUtf8(m_info.path()))};
        const auto* const number = std::get_if<qint64>(&key);
        TableRow row{{}, key};
        const auto take = [&](const auto& cellAt) {
            for (std::size_t i = 0; i < m_columns.size(); ++i)
                row.cells.push_back(cellOf(cellAt(static_cast<int>(i)), i));
            return row;
        };
        if (m_key.isEmpty()) {
            if (!number || !m_kept || *number < 1 || *number > m_kept->count())
                return gone;
            const Result<SqliteRowBuffer> kept = m_kept->rows(*number - 1, false, 1, 0);
            PORTOLAN_TRY(kept);
            return kept->count() == 1 ? Result(take([&](int i) { return kept->cell(0, i); })) : Result<TableRow>(gone);
        }
        const auto* const bytes = std::get_if<QByteArray>(&key);
        std::optional<std::vector<SqliteValue>> place;
        if (m_isNumbered && number)
            place = std::vector{SqliteValue{*number}};
        else if (!m_isNumbered && bytes)
            place = unpackedValues(*bytes);
        if (!place || std::ssize(*place) != m_key.size())
            return gone;
        QStringList conditions;
        QVariantList bindings;
        for (std::size_t i = 0; i < place->size(); ++i) {
            conditions << QStringLiteral("%1 = %2").arg(m_key[static_cast<qsizetype>(i)], (*place)[i].placeholder());
            bindings << (*place)[i].bound();
        }
        Result<SqliteQuery> query = SqliteQuery::run(
            connection,
            QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3")
                .arg(m_read.join(QStringLiteral(", ")), m_table, conditions.join(QStringLiteral(" AND "))),
            bindings, readingRows());
        PORTOLAN_TRY(query);
        const Result<bool> found = query->next();
        PORTOLAN_TRY(found);
        return *found ? Result(take([&](int i) { return query->cell(i); })) : Result<TableRow>(gone);
    });
}

} // namespace portolan
