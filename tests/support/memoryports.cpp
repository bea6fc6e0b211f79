#include "tests/support/memoryports.h"

#include "storage/listing/memorylisting.h"

#include <map>

namespace portolan::test {

namespace {

RowOrder<PortMessage> orderOf(const PortMessage*, const char* time) {
    const ColumnSet& schema = portMessageSchema();
    return {portMessageColumns(), &schema, 0, static_cast<int>(schema.find(time) - schema.columns.data())};
}

RowOrder<Port> orderOf(const Port*, const char*) {
    return {portColumns(), &portSchema(), 0, 0};
}

void count(Port& port, const PortMessage& message) {
    switch (message.status) {
    case PortStatus::Pending:
        ++port.pending;
        if (const auto since = message.pendingSince(); since && (!port.oldestPending || *since < *port.oldestPending))
            port.oldestPending = since;
        break;
    case PortStatus::Processing:
        ++port.processing;
        break;
    case PortStatus::Completed:
        ++port.completed;
        break;
    case PortStatus::Failed:
        ++port.failed;
        break;
    case PortStatus::DeadLetter:
        ++port.deadLetter;
        break;
    case PortStatus::Other:
        break;
    }
    for (const auto& time : {message.createdAt, message.processedAt, message.completedAt})
        port.lastActivity = std::max(port.lastActivity, time);
}

} // namespace

template <class Row>
Result<Page<Row>> MemoryPorts::Rows<Row>::page(const ListQuery& query, const CancelToken& token) {
    if (token.stop_requested())
        return cancelled();
    return pageOfRows(m_read(m_from), orderOf(static_cast<const Row*>(nullptr), m_time), query);
}

template <class Row>
Result<PageIndex> MemoryPorts::Rows<Row>::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    if (token.stop_requested())
        return cancelled();
    return pageIndexOfRows(m_read(m_from), orderOf(static_cast<const Row*>(nullptr), m_time), query, pages);
}

MemoryPorts::MemoryPorts()
    : m_messages(
        *this, [](const MemoryPorts& from) { return from.all(); }, "created_at")
    , m_deadLetters(
          *this,
          [](const MemoryPorts& from) {
              std::vector<PortMessage> rows = from.all();
              std::erase_if(rows, [](const PortMessage& each) { return !each.isDeadLetter(); });
              return rows;
          },
          "died_at")
    , m_ports(*this, [](const MemoryPorts& from) { return from.counted(); })
    , m_letters(*this)
    , m_groups(m_letters) {}

void MemoryPorts::set(std::vector<PortMessage> messages) {
    const std::lock_guard lock(m_mutex);
    m_rows = std::move(messages);
    ++m_changes;
}

void MemoryPorts::add(const PortMessage& message) {
    const std::lock_guard lock(m_mutex);
    m_rows.push_back(message);
    ++m_changes;
}

std::vector<PortMessage> MemoryPorts::all() const {
    const std::lock_guard lock(m_mutex);
    return m_rows;
}

std::vector<Port> MemoryPorts::counted() const {
    std::map<QByteArray, Port> ports;
    for (const PortMessage& message : all()) {
        Port& port = ports[message.portName];
        port.portName = message.portName;
        port.exact = true;
        count(port, message);
    }
    std::vector<Port> listed;
    for (auto& [name, port] : ports)
        listed.push_back(std::move(port));
    return listed;
}

Result<PortMessage> MemoryPorts::message(const QByteArray& id) {
    for (const PortMessage& each : all()) {
        if (each.id == id)
            return each;
    }
    return Error{ErrorCode::NotFound, QStringLiteral("There is no port message %1.").arg(QString::fromUtf8(id))};
}

Result<PortCounting> MemoryPorts::countPorts(std::chrono::milliseconds, const CancelToken& token) {
    if (token.stop_requested())
        return cancelled();
    return PortCounting{true, static_cast<qint64>(all().size()), true};
}

Result<PortActivity> MemoryPorts::activity(Timestamp now, const CancelToken& token) {
    if (token.stop_requested())
        return cancelled();
    const auto minute = [](Timestamp time) {
        return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
    };
    PortActivity activity;
    for (const PortMessage& message : all()) {
        auto& figures = activity.made[message.portName];
        figures.resize(PortActivity::minutes, 0);
        const qint64 at = message.createdAt && *message.createdAt <= now
                              ? PortActivity::minutes - 1 - (minute(now) - minute(*message.createdAt))
                              : -1;
        if (at >= 0)
            figures[static_cast<std::size_t>(at)] = *figures[static_cast<std::size_t>(at)] + 1;
    }
    return activity;
}

Result<MessageHistory> MemoryPorts::history(const QByteArray& id, const CancelToken& token) {
    if (token.stop_requested())
        return cancelled();
    Result<PortMessage> found = message(id);
    PORTOLAN_TRY(found);
    MessageHistory history;
    history.message = std::move(*found);
    history.correlationId = namedInMessage(history.message, "correlation_id");
    return history;
}

Result<ChangeMark> MemoryPorts::Letters::changeMark() {
    const std::lock_guard lock(m_from.m_mutex);
    return ChangeMark{m_from.m_changes};
}

Result<DeadLetterSource::Letters> MemoryPorts::Letters::letters(const std::optional<QByteArray>& port,
                                                                const Cursor& after, const CancelToken& token) {
    if (token.stop_requested())
        return cancelled();
    std::vector<PortMessage> rows = m_from.all();
    std::erase_if(rows,
                  [&](const PortMessage& each) { return !each.isDeadLetter() || (port && each.portName != *port); });
    ListQuery query;
    query.sort = {"died_at", true};
    query.after = after;
    query.limit = 3;
    auto page = pageOfRows(rows, orderOf(static_cast<const PortMessage*>(nullptr), "died_at"), query);
    PORTOLAN_TRY(page);
    DeadLetterSource::Letters read{{}, std::move(page->next), page->last};
    for (const PortMessage& row : page->rows) {
        const bool isSilent = !row.errorMessage && !row.errorDetails;
        read.letters.push_back({row.id, row.portName, row.errorMessage, row.errorDetails,
                                isSilent ? row.messageData : QByteArray(), row.diedAt()});
    }
    return read;
}

Result<std::vector<RememberedGroup>> MemoryPorts::Letters::remembered(const CancelToken&) {
    return m_remembered;
}

Result<void> MemoryPorts::Letters::remember(std::span<const DeadLetterGroup> groups, const CancelToken&) {
    for (const DeadLetterGroup& group : groups) {
        const auto known = std::ranges::find(m_remembered, group.fingerprint, &RememberedGroup::fingerprint);
        RememberedGroup& kept = known == m_remembered.end() ? m_remembered.emplace_back() : *known;
        kept.fingerprint = group.fingerprint;
        kept.portName = group.portName;
        kept.errorType = group.errorType;
        kept.text = group.text;
        kept.sampleId = group.sampleId;
        kept.firstSeen = group.everFirst;
        kept.lastSeen = std::max(kept.lastSeen, group.lastSeen);
        kept.letters = std::max(kept.letters, group.everSeen);
    }
    return {};
}

Result<std::vector<Precursor>> MemoryPorts::Letters::precursors(const DeadLetterGroup&, const CancelToken& token) {
    return token.stop_requested() ? Result<std::vector<Precursor>>(cancelled()) : std::vector<Precursor>();
}

} // namespace portolan::test
