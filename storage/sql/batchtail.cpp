#include "storage/sql/batchtail.h"

#include "storage/batchname.h"

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

BatchTail::BatchTail(Connection& connection, const Catalogue& catalogue, int batchSize)
    : m_connection(connection)
    , m_catalogue(catalogue)
    , m_batches(connection, "batches", {"id", "filename", "message_count", "date_created", "date_modified"})
    , m_messages(connection, "messages", {"batch_id", "message_number", "content", "timestamp"})
    , m_batchSize(batchSize) {}

/// Once a connection: from then on the newest rows are written in these forms, too.
Result<void> BatchTail::learnForms() {
    const Result<QStringList> foreign = adoptedTables(m_connection, m_catalogue);
    if (!foreign)
        return foreign.error();
    Forms forms;
    const std::tuple<const char*, const char*, TimeForm*> columns[] = {{"batches", "date_created", &forms.created},
                                                                       {"batches", "date_modified", &forms.modified},
                                                                       {"messages", "timestamp", &forms.message}};
    for (const auto& [table, column, form] : columns) {
        if (!foreign->contains(QLatin1String(table)))
            continue;
        const Result<TimeForm> found =
            foreignTimeForm(m_connection, m_catalogue, QLatin1String(table), QLatin1String(column));
        if (!found)
            return found.error();
        *form = *found;
    }
    m_forms = forms;
    return {};
}

Result<void> BatchTail::begin(Timestamp now) {
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
    const Result<QVariant> batch = m_connection.value(QStringLiteral("SELECT max(id) FROM batches"));
    if (!batch)
        return batch.error();
    m_batch = m_lastStored = batch->toLongLong();
    // Counted, not read from message_count, which another program may keep otherwise.
    const Result<QVariant> count =
        m_connection.value(QStringLiteral("SELECT count(*) FROM messages WHERE batch_id = ?"), {m_batch});
    if (!count)
        return count.error();
    m_count = count->toLongLong();
    const Result<QVariant> number =
        m_connection.value(QStringLiteral("SELECT message_number FROM messages ORDER BY id DESC LIMIT 1"));
    if (!number)
        return number.error();
    m_lastNumber = number->isNull() ? std::optional<qint64>() : number->toLongLong();
    return {};
}

std::optional<qint64> BatchTail::nextNumber() const {
    if (!m_lastNumber)
        return 1;
    if (*m_lastNumber == std::numeric_limits<qint64>::max())
        return std::nullopt;
    return *m_lastNumber + 1;
}

void BatchTail::add(qint64 number, Timestamp timestamp, QByteArrayView content) {
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
    m_messages.integer(m_batch);
    m_messages.integer(number);
    m_messages.text(content);
    put(m_messages, m_forms->message, timestamp);
}

void BatchTail::put(BulkInsert& rows, TimeForm form, Timestamp time) {
    const QVariant value = inForm(form, time);
    if (form == TimeForm::UnixMilliseconds || form == TimeForm::UnixSeconds)
        rows.integer(value.toLongLong());
    else
        rows.text(m_times.emplace_back(value.toString().toLatin1()));
}

Result<void> BatchTail::growContinued() {
    if (m_continued == 0)
        return {};
    return m_connection.execute(
        QStringLiteral("UPDATE batches SET message_count = coalesce(message_count, 0) + ?, date_modified = ? "
                       "WHERE id = ?"),
        {m_continued, inForm(m_forms->modified, m_now), m_lastStored}, QStringLiteral("write to"));
}

Result<void> BatchTail::finish() {
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
        return tookOurNumber(inserted.error());
    return m_messages.flush();
}

} // namespace portolan
