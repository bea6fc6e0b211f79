#include "storage/ports/sql/sqldeadletters.h"

#include "storage/ports/ports.h"
#include "storage/ports/sql/rememberedgroups.h"
#include "storage/ports/sql/sqlprecursors.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowreader.h"

#include <QStringList>

namespace portolan {

namespace {

/// By the index, a page is this many dead letters; by the key, this many messages, whichever they are.
constexpr qint64 lettersAPage = 2'000;
constexpr qint64 messagesAChunk = 10'000;

/// Bytes of a text; null only where the database has NULL.
std::optional<QByteArray> optionalBytes(const QSqlQuery& row, int column) {
    QByteArray text = bytesAt(row, column);
    return text.isNull() ? std::nullopt : std::optional(std::move(text));
}

QString textColumn(const PortLayout& layout, const char* name, SqlDialect dialect) {
    const SqlColumn& column = layout.column(name);
    return column.keeping == ColumnEncoding::Plain ? bytesOf(column.expression, dialect) : column.expression;
}

/// Newest first, by the index of dead letters.
struct LetterWalk {
    SqlListing listing;
    ListQuery query;
    QString columns;
    qint64 rows = 0;
};

LetterWalk byIndex(const PortLayout& layout, const std::optional<QByteArray>& port, SqlDialect dialect) {
    LetterWalk letters{
        layout.deadLetters, {}, letterColumns(layout, dialect) + QStringLiteral(", 1 AS dead"), lettersAPage};
    letters.query.sort = {"died_at", true};
    if (port)
        letters.query.filter = equals(portMessageSchema(), "port_name", *port);
    return letters;
}

/// Goes over all messages, a bounded number at a time, where nothing leads to the dead letters.
LetterWalk byKey(const PortLayout& layout, SqlDialect dialect) {
    LetterWalk letters{layout.messages, {}, {}, messagesAChunk};
    letters.listing.order.reset(); // the key
    letters.query.sort.descending = true;
    letters.columns = letterColumns(layout, dialect)
                      + QStringLiteral(", CASE WHEN %1 THEN 1 ELSE 0 END AS dead").arg(layout.deadLetters.condition);
    return letters;
}

Result<DeadLetterSource::Letters> readLetters(Connection& connection, const LetterWalk& letters, const Cursor& after,
                                              const std::optional<QByteArray>& port) {
    const Result<KeysetQuery> keyset = KeysetQuery::make(letters.listing, letters.query, connection.dialect());
    PORTOLAN_TRY(keyset);
    const KeysetQuery::Statement statement = keyset->columns(letters.columns, after, letters.rows);
    Result<QSqlQuery> rows =
        connection.run(statement.sql, statement.bindings, QStringLiteral("read the dead letters of"));
    PORTOLAN_TRY(rows);
    constexpr int deadAt = letterColumnCount;
    constexpr int sortAt = letterColumnCount + 1;
    DeadLetterSource::Letters read{{}, after, false};
    QVariant sortValue;
    QVariantList keys;
    qint64 all = 0;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        ++all;
        sortValue = rows->value(sortAt);
        keys.clear();
        for (int i = 1; i <= keyset->keyCount(); ++i)
            keys << rows->value(sortAt + i);
        if (rows->value(deadAt).toInt() == 0)
            continue;
        DeadLetter letter = readLetter(*rows);
        if (!port || letter.portName == *port)
            read.letters.push_back(std::move(letter));
    }
    if (walk.error())
        return *walk.error();
    read.last = all < letters.rows;
    if (all == 0)
        return read;
    Result<Cursor> next = keyset->cursorOf(sortValue, keys);
    PORTOLAN_TRY(next);
    read.next = std::move(*next);
    return read;
}

} // namespace

QString letterColumns(const PortLayout& layout, SqlDialect dialect) {
    const auto text = [&](const char* name) { return textColumn(layout, name, dialect); };
    const QString silent =
        QStringLiteral("%1 IS NULL AND %2 IS NULL")
            .arg(layout.column("error_message").expression, layout.column("error_details").expression);
    return QStringLiteral("%1 AS letter_id, %2 AS letter_port, %3 AS letter_error, %4 AS letter_details, "
                          "CASE WHEN %5 THEN %6 END AS letter_data, %7 AS letter_time")
        .arg(text("id"), text("port_name"), text("error_message"), text("error_details"), silent, text("message_data"),
             layout.diedAt().expression);
}

DeadLetter readLetter(const QSqlQuery& row) {
    return {bytesAt(row, 0),       bytesAt(row, 1), optionalBytes(row, 2),
            optionalBytes(row, 3), bytesAt(row, 4), parseIsoTime(row.value(5).toString().toUtf8())};
}

Result<DeadLetterSource::Letters> SqlDeadLetters::letters(const std::optional<QByteArray>& port, const Cursor& after,
                                                          const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<Letters> {
        const Result<const PortLayout*> layout = m_layout(connection);
        PORTOLAN_TRY(layout);
        const PortLayout& table = **layout;
        const SqlDialect dialect = connection.dialect();
        return readLetters(connection, table.deadByIndex ? byIndex(table, port, dialect) : byKey(table, dialect), after,
                           port);
    });
}

Result<bool> SqlDeadLetters::isNewestFirst() {
    return m_session.read(m_session.token(), [&](Connection& connection) -> Result<bool> {
        const Result<const PortLayout*> layout = m_layout(connection);
        return layout ? Result<bool>((*layout)->deadByIndex) : Result<bool>(layout.error());
    });
}

Result<std::vector<RememberedGroup>> SqlDeadLetters::remembered(const CancelToken& token) {
    return m_session.read(token, [](Connection& connection) { return readRememberedGroups(connection); });
}

Result<void> SqlDeadLetters::remember(std::span<const DeadLetterGroup> groups, const CancelToken& token) {
    if (m_session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("%1 is open for reading only.").arg(m_session.url().display())};
    if (const Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    const Connection::Watch watch(m_session.connection(), token);
    Result<UnitOfWork> work = UnitOfWork::begin(m_session.connection());
    PORTOLAN_TRY(work);
    if (const Result<void> stored = storeRememberedGroups(m_session.connection(), groups); !stored)
        return stored;
    return work->commit();
}

Result<std::vector<Precursor>> SqlDeadLetters::precursors(const DeadLetterGroup& group, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) { return readPrecursors(connection, group); });
}

} // namespace portolan
