#include "storage/messages/sql/openbatch.h"

#include "storage/messages/batchname.h"
#include "storage/messages/sql/batchtimes.h"

#include <QString>
#include <limits>
#include <tuple>

namespace portolan {

namespace {

/// Nothing of a message is in a row of `batches`. When one is refused all the same, another program, which does not
/// know our lock, has added that batch meanwhile; the messages are not to blame.
Error tookOurNumber(Error error) {
    if (error.code != ErrorCode::Invalid)
        return error;
    error.code = ErrorCode::Busy;
    error.text = QStringLiteral("Another program is adding batches at the same time; it is tried again. ") + error.text;
    return error;
}

} // namespace

OpenBatch::OpenBatch(Connection& connection, const SchemaInspector& catalogue, int batchSize)
    : m_connection(connection)
    , m_catalogue(catalogue)
    , m_batches(connection, "batches", {"id", "filename", "message_count", "date_created", "date_modified"})
    , m_messages(connection, "messages", {"batch_id", "message_number", "content", "timestamp"})
    , m_numbered(connection, "messages", {"id", "batch_id", "message_number", "content", "timestamp"})
    , m_metadata(connection)
    , m_hasMetadataTable(hasRowMetadata(catalogue))
    , m_batchSize(batchSize) {
    m_batches.lookFor("id");
}

/// Learns the forms of times, once a connection: from then on the newest rows are of these forms, too.
Result<void> OpenBatch::learnForms() {
    const Result<QStringList> foreign = adoptedTables(m_connection, m_catalogue);
    PORTOLAN_TRY(foreign);
    Forms forms;
    const QString created = QStringLiteral("date_created");
    const QString modified = QStringLiteral("date_modified");
    const std::tuple<const char*, QStringList, StoredTimeForm*> tables[] = {
        {"batches", {created, modified}, &forms.created},
        {"batches", {modified, created}, &forms.modified},
        {"messages", {QStringLiteral("timestamp")}, &forms.message}};
    for (const auto& [table, columns, form] : tables) {
        if (!foreign->contains(QLatin1String(table)))
            continue;
        const Result<StoredTimeForm> found = storedTimeForm(m_connection, m_catalogue, QLatin1String(table), columns);
        PORTOLAN_TRY(found);
        *form = *found;
    }
    m_forms = forms;
    return {};
}

/// Returns the expression of which a server makes a new id; nothing where its rows get theirs in another way.
Result<std::optional<QString>> OpenBatch::idExpression() {
    const Result<QVariant> found = m_connection.value(QStringLiteral(
        "SELECT coalesce((SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d JOIN pg_attribute AS a "
        "ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = CAST('\"messages\"' AS regclass) "
        "AND a.attname = 'id'), 'nextval(' || quote_literal(pg_get_serial_sequence('\"messages\"', 'id')) || ')')"));
    PORTOLAN_TRY(found);
    return found->isNull() ? std::optional<QString>() : found->toString();
}

/// Reserves ids for messages with metadata, which are kept by the message's id. A reserved id that nobody takes stays
/// unused.
Result<void> OpenBatch::reserveIds(qint64 count) {
    m_cannotKeepMetadata.reset();
    if (!m_hasMetadataTable) {
        m_cannotKeepMetadata =
            QStringLiteral("The database has no place for what came beside it; `portolan migrate up` adds it.");
        return {};
    }
    if (m_connection.dialect() == SqlDialect::Sqlite) { // nobody else writes in this transaction
        const Result<QVariant> last =
            m_connection.value(QStringLiteral("SELECT max((SELECT coalesce(max(id), 0) FROM messages), (SELECT "
                                              "coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'messages'))"));
        PORTOLAN_TRY(last);
        for (qint64 i = 1; i <= count; ++i)
            m_ids.push_back(last->toLongLong() + i);
        return {};
    }
    if (!m_idExpression) {
        const Result<std::optional<QString>> expression = idExpression();
        PORTOLAN_TRY(expression);
        m_idExpression = *expression;
    }
    if (!*m_idExpression) {
        m_cannotKeepMetadata = QStringLiteral("Its metadata cannot be kept: how the table messages numbers its "
                                              "rows is not known.");
        return {};
    }
    Result<QSqlQuery> ids =
        m_connection.run(QStringLiteral("SELECT %1 FROM generate_series(1, %2)").arg(**m_idExpression).arg(count), {},
                         QStringLiteral("number messages of"));
    PORTOLAN_TRY(ids);
    Result<bool> row = m_connection.next(*ids);
    for (; row && *row; row = m_connection.next(*ids))
        m_ids.push_back(ids->value(0).toLongLong());
    return row ? Result<void>() : Result<void>(row.error());
}

Result<void> OpenBatch::begin(Timestamp now, qint64 withMetadata) {
    if (!m_forms) {
        if (const Result<void> learned = learnForms(); !learned)
            return learned;
    }
    m_now = now;
    m_times.clear();
    m_continued = 0;
    m_fresh.clear();
    m_batches.clear();
    m_messages.clear();
    m_numbered.clear();
    m_metadata.clear();
    m_ids.clear();
    if (const Result<void> reserved = withMetadata > 0 ? reserveIds(withMetadata) : Result<void>(); !reserved)
        return reserved;
    const Result<QVariant> batch = m_connection.value(QStringLiteral("SELECT max(id) FROM batches"));
    PORTOLAN_TRY(batch);
    m_batch = m_lastStored = batch->toLongLong();
    // Counted, not read from message_count, which another program may keep otherwise.
    const Result<QVariant> count =
        m_connection.value(QStringLiteral("SELECT count(*) FROM messages WHERE batch_id = ?"), {m_batch});
    PORTOLAN_TRY(count);
    m_count = m_before = count->toLongLong();
    const Result<QVariant> number = m_connection.value(QStringLiteral(
        "SELECT message_number FROM messages WHERE message_number IS NOT NULL ORDER BY id DESC LIMIT 1"));
    PORTOLAN_TRY(number);
    m_lastNumber = number->isNull() ? std::optional<qint64>() : number->toLongLong();
    return {};
}

std::optional<qint64> OpenBatch::nextNumber() const {
    if (!m_lastNumber)
        return 1;
    if (*m_lastNumber == std::numeric_limits<qint64>::max())
        return std::nullopt;
    return *m_lastNumber + 1;
}

void OpenBatch::add(qint64 number, Timestamp timestamp, QByteArrayView content, const QByteArray& metadata) {
    if (m_batch == 0 || m_count >= m_batchSize) {
        ++m_batch;
        m_count = 0;
        m_fresh.push_back({m_batch, batchFileName(m_batch), 0});
    }
    ++m_count;
    if (m_fresh.empty())
        ++m_continued;
    else
        ++m_fresh.back().count;
    m_lastNumber = number;
    BulkInsert& messages = m_ids.empty() ? m_messages : m_numbered;
    if (!m_ids.empty()) {
        const qint64 id = m_ids.front();
        m_ids.pop_front();
        messages.integer(id);
        if (!metadata.isEmpty())
            m_metadata.add("messages", QByteArray::number(id), metadata);
    }
    messages.integer(m_batch);
    messages.integer(number);
    messages.text(content);
    put(messages, m_forms->message, timestamp);
}

void OpenBatch::put(BulkInsert& rows, StoredTimeForm form, Timestamp time) {
    const QVariant value = inForm(form, time);
    if (isNumber(form))
        rows.integer(value.toLongLong());
    else
        rows.text(m_times.emplace_back(value.toString().toLatin1()));
}

Result<void> OpenBatch::growContinued() {
    if (m_continued == 0)
        return {};
    return m_connection.execute(
        QStringLiteral("UPDATE batches SET message_count = coalesce(message_count, 0) + ?, date_modified = ? "
                       "WHERE id = ?"),
        {m_continued, inForm(m_forms->modified, m_now), m_lastStored}, QStringLiteral("write to"));
}

/// Counts the messages of the batches that this group wrote to: its own have no numbers yet that they could be looked
/// for by.
Result<bool> OpenBatch::areThere() {
    qint64 wanted = m_continued > 0 ? m_before + m_continued : 0;
    for (const Fresh& fresh : m_fresh)
        wanted += fresh.count;
    const qint64 first = m_continued > 0 ? m_lastStored : m_lastStored + 1;
    const Result<QVariant> count =
        m_connection.value(QStringLiteral("SELECT count(*) FROM messages WHERE batch_id >= ?"), {first});
    PORTOLAN_TRY(count);
    return count->toLongLong() == wanted;
}

Result<void> OpenBatch::finish() {
    if (const Result<void> grown = growContinued(); !grown)
        return grown;
    for (const Fresh& fresh : m_fresh) {
        m_batches.integer(fresh.id);
        m_batches.text(fresh.filename);
        m_batches.integer(fresh.count);
        put(m_batches, m_forms->created, m_now);
        put(m_batches, m_forms->modified, m_now);
    }
    if (const Result<void> inserted = m_batches.flush(); !inserted)
        return m_batches.isLeftOut() ? inserted : tookOurNumber(inserted.error());
    std::optional<Error> leftOut;
    for (BulkInsert* const messages : {&m_messages, &m_numbered}) {
        const Result<void> inserted = messages->flush();
        if (!inserted && !messages->isLeftOut())
            return inserted;
        if (!inserted)
            leftOut = inserted.error();
    }
    if (leftOut) {
        const Result<bool> there = areThere();
        PORTOLAN_TRY(there);
        if (!*there)
            return *leftOut;
    }
    return m_metadata.flush();
}

} // namespace portolan
