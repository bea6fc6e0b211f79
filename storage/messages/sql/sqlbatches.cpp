#include "storage/messages/sql/sqlbatches.h"

#include "storage/json/jsontext.h"
#include "storage/messages/sql/batchtimes.h"
#include "storage/operations/sql/auditedrows.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/search/sql/searchindex.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/internaltable.h"
#include "storage/sql/rowmetadata.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/tablelistingfactory.h"

#include <span>

namespace portolan {

namespace {

/// A column of a listing and what it is made from; NULL when the database lacks that.
struct Source {
    struct Sql {
        const char* expression;
        ColumnEncoding keeping = ColumnEncoding::Plain;
    };
    const char* needs; ///< a column of the listing's table, or of `messages` when the expression looks there
    Sql sql;
    bool inMessages = false;
    const char* onServer = nullptr; ///< the expression in PostgreSQL, where it is another
    const char* without = nullptr;  ///< the expression where `needs` is missing; null: nothing
};

// A line of a batch file is "[YYYY-MM-DD HH:MM:SS] Message #", the number, ": ", the content and a line break:
// 34 bytes, the number and the content. One without a number is its content and a line break. {bytes} are those of the
// content.
constexpr Source batchSources[] = {
    {"id", {"b.id"}},
    {"filename", {"b.filename"}},
    {"message_count", {"b.message_count"}},
    {"message_number",
     {"(SELECT coalesce(sum(coalesce(34 + length(CAST(m.message_number AS TEXT)), 1) "
      "+ coalesce(length({bytes}), 0)), 0) FROM messages AS m WHERE m.batch_id = b.id)"},
     true,
     "(SELECT CAST(coalesce(sum(coalesce(34 + length(CAST(m.message_number AS TEXT)), 1) "
     "+ coalesce(octet_length(m.content), 0)), 0) AS bigint) FROM messages AS m WHERE m.batch_id = b.id)"},
    {"date_created", {"b.date_created", ColumnEncoding::UnixMilliseconds}},
    {"date_modified", {"b.date_modified", ColumnEncoding::UnixMilliseconds}},
    {"message_number",
     {"(SELECT m.message_number FROM messages AS m WHERE m.batch_id = b.id ORDER BY m.id LIMIT 1)"},
     true},
    {"message_number",
     {"(SELECT m.message_number FROM messages AS m WHERE m.batch_id = b.id ORDER BY m.id DESC LIMIT 1)"},
     true},
};
constexpr Source messageSources[] = {
    {"id", {"m.id", ColumnEncoding::Integer}},
    {"batch_id", {"m.batch_id"}},
    {"message_number", {"m.message_number"}},
    {"content", {"m.content"}},
    {"timestamp", {"m.timestamp", ColumnEncoding::UnixMilliseconds}},
    {"", {"NULL"}}, // metadata, which is in a table of ours
};
constexpr Source rejectSources[] = {
    {"id", {"r.id"}},
    {"rejected_at", {"r.rejected_at", ColumnEncoding::IsoText}},
    {"source", {"r.source"}},
    {"key", {"r.key"}},
    {"last_reason", {"coalesce(r.last_reason, r.reason)"}, false, nullptr, "r.reason"},
    {"payload", {"r.payload", ColumnEncoding::Bytes}},
    {"reinjected_at", {"r.reinjected_at", ColumnEncoding::IsoText}},
    {"dismissed_at",
     {"CASE WHEN r.reinjected_at IS NOT NULL THEN 'reinjected' WHEN r.dismissed_at IS NOT NULL THEN 'dismissed' "
      "ELSE 'open' END"},
     false,
     nullptr,
     "CASE WHEN r.reinjected_at IS NOT NULL THEN 'reinjected' ELSE 'open' END"},
    {"dismissed_at", {"r.dismissed_at", ColumnEncoding::IsoText}},
    {"settled_by", {"r.settled_by"}},
    {"settled_reason", {"r.settled_reason"}},
    {"mended_payload", {"r.mended_payload", ColumnEncoding::Bytes}},
    {"metadata", {"r.metadata"}},
};

constexpr Source gapSources[] = {
    {"id", {"g.id"}},
    {"source", {"g.source"}},
    {"kind", {"g.kind"}},
    {"epoch", {"g.epoch"}},
    {"first_number", {"g.first_number"}},
    {"last_number", {"g.last_number"}},
    {"missing", {"g.missing"}},
    {"detected_at", {"g.detected_at", ColumnEncoding::IsoText}},
    {"closed_at", {"g.closed_at", ColumnEncoding::IsoText}},
    {"details", {"g.details"}},
};

std::optional<QString> lacksNumber(const SchemaInspector& catalogue, const QString& table) {
    const SchemaInspector::Column* id = catalogue.table(table)->column(QStringLiteral("id"));
    const bool onServer = catalogue.table(table)->dialect == SqlDialect::Postgresql;
    if (isWholeNumber(*id, onServer ? SqlDialect::Postgresql : SqlDialect::Sqlite) && id->keyPosition > 0)
        return lacksRowKey(*catalogue.table(table), table);
    return QStringLiteral("The column id of the table %1 is not a whole-number primary key.").arg(table);
}

std::optional<QString> missingTable(const SchemaInspector& catalogue, const QString& table,
                                    std::initializer_list<const char*> columns) {
    const std::optional<QString> lacking = catalogue.lacks(table, columns);
    return lacking ? lacking : lacksNumber(catalogue, table);
}

std::optional<QString> missingMessages(const SchemaInspector& catalogue) {
    return missingTable(catalogue, QStringLiteral("messages"), {"id", "batch_id", "content"});
}

/// The database as the listings see it: its tables, and which of them another program made.
struct FoundTables {
    const SchemaInspector& catalogue;
    SqlDialect dialect;
    QStringList foreign;
};

Result<SqlListing> listingOf(const FoundTables& tables, const ColumnSet& schema, const char* table, const char* alias,
                             std::span<const Source> sources) {
    const auto& [catalogue, dialect, foreign] = tables;
    const QString name = QLatin1String(table);
    SqlListing listing{&schema, QLatin1Char('"') + name + QLatin1Char('"'), QLatin1String(alias), {}, {}, {}};
    const bool messagesUsable = !missingMessages(catalogue);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const Source& source = sources[i];
        const QString from = source.inMessages ? QStringLiteral("messages") : name;
        const SchemaInspector::Entry* entry = catalogue.table(from);
        const SchemaInspector::Column* column = entry ? entry->column(QLatin1String(source.needs)) : nullptr;
        const bool there = column && (!source.inMessages || messagesUsable);
        const char* expression = there            ? source.sql.expression
                                 : source.without ? source.without
                                                  : nothingOf(schema.columns[i].type, source.sql.keeping, dialect);
        if (there && source.onServer && dialect == SqlDialect::Postgresql)
            expression = source.onServer;
        SqlColumn sql(QString::fromLatin1(expression)
                          .replace(QLatin1String("{bytes}"), bytesOf(QStringLiteral("m.content"), dialect)),
                      source.sql.keeping);
        if (there && source.sql.keeping == ColumnEncoding::UnixMilliseconds && foreign.contains(name))
            sql = foreignBatchTime(QLatin1String(expression), *column, dialect);
        else if (there && !source.inMessages && !source.without)
            sql.keeping = keepingOf(*column, sql.keeping, dialect);
        listing.sql.push_back(sql);
        const bool never = there && !source.inMessages && (column->notNull || column->keyPosition > 0)
                           && entry->heirs == SchemaInspector::Heirs::None;
        listing.nullable.push_back(!never);
    }
    const SchemaInspector::Entry& own = *catalogue.table(name);
    if (isKeyAlone(own, *own.column(QStringLiteral("id")))) {
        listing.key.expression = listing.alias + QStringLiteral(".id");
        return listing;
    }
    Result<SqlKey> key = keyOfTable(own, name, schema, listing.sql, listing.alias);
    PORTOLAN_TRY(key);
    listing.key = std::move(*key);
    return listing;
}

Result<SqlListing> listingUnless(const std::optional<QString>& missing, const FoundTables& tables,
                                 const ColumnSet& schema, const char* table, const char* alias,
                                 std::span<const Source> sources) {
    if (missing)
        return Error{ErrorCode::Unsupported, *missing};
    return listingOf(tables, schema, table, alias, sources);
}

/// Reads Unix milliseconds, or the text of a time.
std::optional<Timestamp> batchTimeAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    if (std::holds_alternative<std::monostate>(value))
        return std::nullopt;
    if (!std::holds_alternative<qint64>(value) && !std::holds_alternative<double>(value))
        return timeAt(row, column);
    // Hostile milliseconds must not overflow the microseconds that storage passes.
    constexpr qint64 farthest = Q_INT64_C(9'000'000'000'000'000);
    return Timestamp(std::chrono::milliseconds(qBound(-farthest, numberAt(row, column), farthest)));
}

Batch readBatch(const RowView& row) {
    return Batch{numberAt(row, 0),
                 bytesAt(row, 1),
                 numberAt(row, 2),
                 numberAt(row, 3),
                 batchTimeAt(row, 4).value_or(Timestamp()),
                 batchTimeAt(row, 5).value_or(Timestamp()),
                 integerAt(row, 6),
                 integerAt(row, 7)};
}

Message readMessage(const RowView& row) {
    return Message{{0, numberAt(row, 0)}, numberAt(row, 1), integerAt(row, 2),
                   batchTimeAt(row, 4),   bytesAt(row, 3),  bytesAt(row, 5)};
}

Reject readReject(const RowView& row) {
    return Reject{numberAt(row, 0),
                  timeAt(row, 1).value_or(Timestamp()),
                  bytesAt(row, 2),
                  bytesAt(row, 3),
                  QString::fromUtf8(bytesAt(row, 4)),
                  bytesAt(row, 5),
                  timeAt(row, 6),
                  timeAt(row, 8),
                  textAt(row, 9),
                  textAt(row, 10),
                  textAt(row, 11),
                  bytesAt(row, 12)};
}

Gap readGap(const RowView& row) {
    const auto number = [&](int column) { return integerAt(row, column); };
    const auto time = [&](int column) { return timeAt(row, column); };
    return Gap{numberAt(row, 0),
               bytesAt(row, 1),
               gapKindNamed(bytesAt(row, 2)).value_or(GapKind::Numbers),
               numberAt(row, 3),
               number(4),
               number(5),
               number(6),
               time(7).value_or(Timestamp()),
               time(8),
               bytesAt(row, 9)};
}

} // namespace

std::optional<QString> SqlBatches::missingBatches(const SchemaInspector& catalogue) {
    const std::optional<QString> lacking = missingTable(catalogue, QStringLiteral("batches"), {"id"});
    return lacking ? lacking : missingMessages(catalogue);
}

std::optional<QString> SqlBatches::missingRejects(const SchemaInspector& catalogue) {
    return withMigration(missingTable(catalogue, QStringLiteral("portolan_rejects"),
                                      {"id", "rejected_at", "source", "key", "reason", "payload"}));
}

std::optional<QString> SqlBatches::missingGaps(const SchemaInspector& catalogue) {
    return withMigration(
        missingTable(catalogue, QStringLiteral("portolan_gaps"), {"id", "source", "kind", "detected_at"}));
}

SqlBatches::SqlBatches(Session& session)
    : m_session(session)
    , m_batches(session, finder(&Layout::batches), &readBatch)
    , m_messages(session, finder(&Layout::messages), &readMessage)
    , m_rejects(session, finder(&Layout::rejects), &readReject)
    , m_gaps(session, finder(&Layout::gaps), &readGap) {}

SqlRowSource<Batch>::Finder SqlBatches::finder(Result<SqlListing> Layout::*listing) {
    return [this, listing](Connection& connection) -> Result<const SqlListing*> {
        const Result<const Layout*> known = layout(connection);
        PORTOLAN_TRY(known);
        const Result<SqlListing>& found = (*known)->*listing;
        return found ? Result<const SqlListing*>(&*found) : Result<const SqlListing*>(found.error());
    };
}

Result<const SqlBatches::Layout*> SqlBatches::layout(Connection& connection) {
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (m_layout && m_layout->generation == m_session.generation() && m_layout->catalogueMark == *now)
        return &*m_layout;
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    const Result<PlaceSearch> places = placeSearchOf(connection, *catalogue, QStringLiteral("messages"));
    PORTOLAN_TRY(places);
    const Result<QStringList> foreign = adoptedTables(connection, *catalogue);
    PORTOLAN_TRY(foreign);
    const Result<bool> hasMetadata = canReadRowMetadata(connection, *catalogue);
    PORTOLAN_TRY(hasMetadata);
    const FoundTables tables{*catalogue, connection.dialect(), *foreign};
    m_layout.emplace(Layout{
        m_session.generation(), *now,
        listingUnless(missingTable(*catalogue, QStringLiteral("batches"), {"id"}), tables, batchSchema(), "batches",
                      "b", batchSources),
        listingUnless(missingMessages(*catalogue), tables, messageSchema(), "messages", "m", messageSources),
        listingUnless(missingRejects(*catalogue), tables, rejectSchema(), "portolan_rejects", "r", rejectSources),
        listingUnless(missingGaps(*catalogue), tables, gapSchema(), "portolan_gaps", "g", gapSources)});
    if (m_layout->messages) {
        m_layout->messages->places = *places;
        if (*hasMetadata)
            m_layout->messages->sql.back() = rowMetadata("messages", QStringLiteral("m.id"));
    }
    return &*m_layout;
}

Result<Batch> SqlBatches::batch(qint64 id) {
    return m_batches.one(id, QStringLiteral("batch %1").arg(id));
}

Result<Message> SqlBatches::message(MessageId id) {
    const QString what = QStringLiteral("message %1").arg(QString::fromLatin1(id.toText()));
    if (id.batch != 0)
        return Error{ErrorCode::NotFound, QStringLiteral("There is no %1 in %2: messages of a database have plain "
                                                         "numbers as ids.")
                                              .arg(what, m_session.connection().where())};
    return m_messages.one(id.row, what);
}

Result<Reject> SqlBatches::reject(qint64 id) {
    return m_rejects.one(id, QStringLiteral("reject %1").arg(id));
}

Result<void> SqlBatches::markReinjected(std::span<const qint64> ids, Timestamp at) {
    if (const Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const QString time = QString::fromLatin1(toIsoTime(at));
    const QString doing = QStringLiteral("mark rejects in");
    std::optional<QSqlQuery> update;
    for (const qint64 id : ids) {
        const QVariantList values{time, id};
        if (update) {
            if (const Result<void> again = connection.rerun(*update, values, doing); !again)
                return again;
            continue;
        }
        Result<QSqlQuery> first = connection.run(
            QStringLiteral("UPDATE portolan_rejects SET reinjected_at = ? WHERE id = ? AND reinjected_at IS NULL"),
            values, doing);
        PORTOLAN_TRY(first);
        update.emplace(std::move(*first));
    }
    update.reset();
    return work->commit();
}

Result<qint64> SqlBatches::noteRejects(const RejectActs& acts) {
    PORTOLAN_TRY(m_session.freshen());
    Connection& connection = m_session.connection();
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const auto lacking = catalogue->lacks(QStringLiteral("portolan_rejects"),
                                              {"dismissed_at", "settled_by", "settled_reason", "last_reason"}))
        return Error{ErrorCode::Unsupported, *lacking + QStringLiteral(" `portolan migrate up` adds it.")};
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    qint64 changed = 0;
    for (const RejectActs::Outcome& outcome : acts.outcomes) {
        const Result<bool> noted = noteReject(*work, *catalogue, acts, outcome);
        PORTOLAN_TRY(noted);
        changed += *noted ? 1 : 0;
    }
    const Result<void> committed = work->commit();
    return committed ? Result<qint64>(changed) : Result<qint64>(committed.error());
}

/// Notes the outcome of a reject; returns false when it is not open any more.
Result<bool> SqlBatches::noteReject(UnitOfWork& work, const SchemaInspector& catalogue, const RejectActs& acts,
                                    const RejectActs::Outcome& outcome) {
    using Act = RejectActs::Act;
    const QString isIt = QStringLiteral("m.id = ?");
    Result<AuditedRows> rows =
        AuditedRows::before(work.connection(), catalogue, QStringLiteral("portolan_rejects"), isIt, {outcome.id},
                            {QStringLiteral("id"), QStringLiteral("dismissed_at"), QStringLiteral("settled_by"),
                             QStringLiteral("settled_reason")});
    PORTOLAN_TRY(rows);
    const QString at = QString::fromLatin1(toIsoTime(acts.at));
    QString sets = QStringLiteral("settled_by = ?, settled_reason = ?");
    QVariantList values{QString::fromUtf8(acts.actor), QString::fromUtf8(acts.reason)};
    if (outcome.act == Act::Refused) {
        sets += QStringLiteral(", last_reason = ?");
        values << outcome.why;
    } else {
        sets +=
            outcome.act == Act::Stored ? QStringLiteral(", reinjected_at = ?") : QStringLiteral(", dismissed_at = ?");
        values << at;
    }
    if (outcome.mended) {
        sets += QStringLiteral(", mended_payload = ?");
        values << *outcome.mended;
    }
    values << outcome.id;
    Result<QSqlQuery> update =
        work.connection().run(QStringLiteral("UPDATE portolan_rejects SET %1 WHERE id = ? AND reinjected_at IS NULL "
                                             "AND dismissed_at IS NULL")
                                  .arg(sets),
                              values, QStringLiteral("note what became of rejects in"));
    PORTOLAN_TRY(update);
    const bool isChanged = update->numRowsAffected() > 0;
    update->finish();
    if (!isChanged)
        return false;
    AuditEntry entry;
    entry.actor = acts.actor;
    entry.action = outcome.act == Act::Dismissed ? "dismiss_reject" : outcome.mended ? "edit_reject" : "retry_reject";
    entry.subjectKind = "reject";
    entry.subjectId = QByteArray::number(outcome.id);
    entry.reason = acts.reason;
    entry.before = "{\"state\":\"open\"}";
    QByteArray after = "{\"state\":";
    appendJsonString(after, outcome.act == Act::Stored      ? "reinjected"
                            : outcome.act == Act::Dismissed ? "dismissed"
                                                            : "open");
    if (outcome.act == Act::Refused) {
        after += ",\"rejected\":";
        appendJsonString(after, outcome.why.toUtf8());
    }
    entry.after = after + '}';
    if (!acts.act.isEmpty())
        entry.runId = acts.act;
    if (outcome.act == Act::Dismissed) {
        PORTOLAN_TRY(rows->tell(entry, {outcome.id}));
    }
    const Result<void> audited = SqlAudit::append(work, entry);
    return audited ? Result<bool>(true) : Result<bool>(audited.error());
}

} // namespace portolan
