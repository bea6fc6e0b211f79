#include "tests/support/memorystore.h"

#include <algorithm>
#include <condition_variable>

namespace portolan::test {

namespace {

constexpr qint64 batchSize = 10;

template <class Row>
bool matches(const FilterNode& node, const Row& row, std::span<const Column<Row>> columns, const ColumnSet& schema);

bool compare(const Value& value, const FilterTerm& term) {
    if (term.comparison == Comparison::IsSet)
        return !std::holds_alternative<std::monostate>(value);
    if (std::holds_alternative<std::monostate>(value))
        return false;
    if (term.comparison == Comparison::Contains)
        return std::get<QByteArray>(value).contains(std::get<QByteArray>(term.value.value));
    if (value.index() != term.value.value.index())
        return false;
    const bool less = value < term.value.value;
    const bool greater = term.value.value < value;
    switch (term.comparison) {
    case Comparison::Equal:
        return !less && !greater;
    case Comparison::Less:
        return less;
    case Comparison::LessOrEqual:
        return !greater;
    case Comparison::Greater:
        return greater;
    case Comparison::GreaterOrEqual:
        return !less;
    case Comparison::Contains:
    case Comparison::IsSet:
        break;
    }
    return false;
}

template <class Row>
bool matchesText(const QByteArray& text, const Row& row, std::span<const Column<Row>> columns,
                 const ColumnSet& schema) {
    return std::any_of(columns.begin(), columns.end(), [&](const Column<Row>& column) {
        const auto* known = schema.find(column.name);
        const Value value = column.value(row);
        const auto* bytes = std::get_if<QByteArray>(&value);
        return known && known->searched && bytes && bytes->contains(text);
    });
}

template <class Row>
bool matchesTerm(const FilterTerm& term, const Row& row, std::span<const Column<Row>> columns,
                 const ColumnSet& schema) {
    const QByteArray& name = schema.columns[static_cast<std::size_t>(term.field.column)].name;
    const auto column =
        std::find_if(columns.begin(), columns.end(), [&](const Column<Row>& c) { return name == c.name; });
    return column != columns.end() && compare(column->value(row), term);
}

template <class Row>
bool matches(const FilterNode& node, const Row& row, std::span<const Column<Row>> columns, const ColumnSet& schema) {
    const auto child = [&](const FilterChild& part) { return matches(*part, row, columns, schema); };
    if (const auto* term = std::get_if<FilterTerm>(&node.node))
        return matchesTerm(*term, row, columns, schema);
    if (const auto* text = std::get_if<FilterText>(&node.node))
        return matchesText(text->text, row, columns, schema);
    if (const auto* all = std::get_if<FilterAnd>(&node.node))
        return std::all_of(all->children.begin(), all->children.end(), child);
    if (const auto* any = std::get_if<FilterOr>(&node.node))
        return std::any_of(any->children.begin(), any->children.end(), child);
    return !child(std::get<FilterNot>(node.node).child);
}

/// Rows numbered from 1, made when asked for. A cursor's key is the number.
template <class Row>
class MemoryRows final : public RowSource<Row> {
public:
    using Count = qint64 (*)(const MemoryPipeline&);
    using Make = Row (*)(const MemoryPipeline&, qint64);

    MemoryRows(MemoryPipeline& pipeline, Count count, Make make, std::span<const Column<Row>> columns,
               const ColumnSet& schema)
        : m_pipeline(pipeline)
        , m_count(count)
        , m_make(make)
        , m_columns(columns)
        , m_schema(schema) {}

    Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) override {
        Page<Row> page;
        page.next = query.after;
        bool ended = true;
        const auto take = [&](qint64 number) {
            if (static_cast<int>(page.rows.size()) == query.limit) {
                ended = false;
                return false;
            }
            page.rows.push_back(m_make(m_pipeline, number));
            page.next = Cursor{{number}};
            return true;
        };
        PORTOLAN_TRY(walk(query, token, take));
        page.last = ended;
        return page;
    }

    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override {
        PageIndex pageIndex;
        pageIndex.next = query.after;
        pageIndex.complete = true;
        const auto count = [&](qint64 number) {
            if (pageIndex.counts.empty() || pageIndex.counts.back() == query.limit) {
                if (static_cast<int>(pageIndex.counts.size()) == pages) {
                    pageIndex.complete = false;
                    return false;
                }
                pageIndex.starts.push_back(pageIndex.next);
                pageIndex.counts.push_back(0);
            }
            ++pageIndex.counts.back();
            pageIndex.next = Cursor{{number}};
            return true;
        };
        PORTOLAN_TRY(walk(query, token, count));
        return pageIndex;
    }

private:
    Result<void> pause(const CancelToken& token) {
        ++m_pipeline.questions;
        if (const int delay = m_pipeline.delayMilliseconds; delay > 0) {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any never;
            never.wait_for(lock, token, std::chrono::milliseconds(delay), [] { return false; });
        }
        if (token.stop_requested())
            return cancelled();
        ++m_pipeline.answers;
        if (const auto failure = m_pipeline.failure())
            return *failure;
        return {};
    }

    template <class Take>
    Result<void> walk(const ListQuery& query, const CancelToken& token, Take take) {
        if (auto ready = pause(token); !ready)
            return ready;
        if (!query.sort.column.isEmpty())
            return Error{
                ErrorCode::Usage,
                QStringLiteral("A list in memory cannot be sorted by %1.").arg(QString::fromUtf8(query.sort.column))};
        const qint64 count = m_count(m_pipeline);
        const qint64 step = query.sort.descending ? -1 : 1;
        qint64 number = query.after.atStart() ? (query.sort.descending ? count : 1)
                                              : std::get<qint64>(query.after.keys.front()) + step;
        for (; number >= 1 && number <= count; number += step) {
            if (token.stop_requested())
                return cancelled();
            if (m_pipeline.isRemoved(number))
                continue;
            if (query.filter.root && !matches<Row>(*query.filter.root, m_make(m_pipeline, number), m_columns, m_schema))
                continue;
            if (!take(number))
                return {};
        }
        return {};
    }

    MemoryPipeline& m_pipeline;
    Count m_count;
    Make m_make;
    std::span<const Column<Row>> m_columns;
    const ColumnSet& m_schema;
};

Message makeMessage(const MemoryPipeline&, qint64 number) {
    return MemoryStore::message(number);
}

Batch makeBatch(const MemoryPipeline& pipeline, qint64 id) {
    const qint64 first = (id - 1) * batchSize + 1;
    const qint64 last = std::min(id * batchSize, pipeline.messages.load());
    return Batch{.id = id,
                 .storedName = {},
                 .messageCount = last - first + 1,
                 .fileSizeBytes = 91 * (last - first + 1),
                 .dateCreated = MemoryStore::firstTime() + std::chrono::seconds(first),
                 .dateModified = MemoryStore::firstTime() + std::chrono::seconds(last),
                 .firstMessageNumber = first,
                 .lastMessageNumber = last};
}

Reject makeReject(const MemoryPipeline&, qint64 id) {
    return Reject{.id = id,
                  .rejectedAt = MemoryStore::firstTime() + std::chrono::minutes(id),
                  .source = "localhost:6379/0/orders",
                  .key = "1729090565" + QByteArray::number(100 + id) + "-0",
                  .reason = QStringLiteral("port_message: the field target_component is missing"),
                  .payload = R"({"kind":"port_message","port_name":"orders.in","source_component":"gateway"})"};
}

Gap makeGap(const MemoryPipeline&, qint64 id) {
    return Gap{.id = id,
               .source = "localhost:6379/0/orders",
               .kind = GapKind::Numbers,
               .epoch = 0,
               .firstNumber = 100 * id,
               .lastNumber = 100 * id + 4,
               .missing = 5,
               .detectedAt = MemoryStore::firstTime() + std::chrono::minutes(id),
               .closedAt = std::nullopt,
               .details = {}};
}

} // namespace

void MemoryPipeline::fail(std::optional<Error> error) {
    const std::lock_guard lock(m_mutex);
    m_failure = std::move(error);
}

std::optional<Error> MemoryPipeline::failure() const {
    const std::lock_guard lock(m_mutex);
    return m_failure;
}

void MemoryPipeline::remove(qint64 number) {
    const std::lock_guard lock(m_mutex);
    m_removed.insert(number);
    m_anyRemoved = true;
}

bool MemoryPipeline::isRemoved(qint64 number) const {
    if (!m_anyRemoved)
        return false;
    const std::lock_guard lock(m_mutex);
    return m_removed.contains(number);
}

class MemoryStore::Repository final : public Batches {
public:
    explicit Repository(MemoryPipeline& pipeline)
        : m_pipeline(pipeline)
        , m_batches(
              pipeline, [](const MemoryPipeline& p) { return (p.messages + batchSize - 1) / batchSize; }, makeBatch,
              batchColumns(), batchSchema())
        , m_messages(
              pipeline, [](const MemoryPipeline& p) { return p.messages.load(); }, makeMessage, messageColumns(),
              messageSchema())
        , m_rejects(
              pipeline, [](const MemoryPipeline& p) { return p.rejects.load(); }, makeReject, rejectColumns(),
              rejectSchema())
        , m_gaps(
              pipeline, [](const MemoryPipeline& p) { return p.gaps.load(); }, makeGap, gapColumns(), gapSchema()) {}

    RowSource<Batch>& batches() override { return m_batches; }
    RowSource<Message>& messages() override { return m_messages; }
    RowSource<Reject>& rejects() override { return m_rejects; }
    RowSource<Gap>& gaps() override { return m_gaps; }
    Result<Batch> batch(qint64 id) override { return makeBatch(m_pipeline, id); }
    Result<Message> message(MessageId id) override { return makeMessage(m_pipeline, id.row); }
    Result<Reject> reject(qint64 id) override { return makeReject(m_pipeline, id); }
    Result<void> markReinjected(std::span<const qint64>, Timestamp) override {
        return Error{ErrorCode::ReadOnly, QStringLiteral("It is open for reading only.")};
    }
    Result<qint64> noteRejects(const RejectActs&) override {
        return Error{ErrorCode::ReadOnly, QStringLiteral("It is open for reading only.")};
    }

private:
    MemoryPipeline& m_pipeline;
    MemoryRows<Batch> m_batches;
    MemoryRows<Message> m_messages;
    MemoryRows<Reject> m_rejects;
    MemoryRows<Gap> m_gaps;
};

MemoryStore::MemoryStore(std::shared_ptr<MemoryPipeline> pipeline)
    : m_pipeline(std::move(pipeline))
    , m_repository(std::make_unique<Repository>(*m_pipeline)) {
    m_url.kind = StoreKind::Sqlite;
    m_url.path = QStringLiteral("/memory.db");
    offer({.ports = &m_pipeline->ports});
}

MemoryStore::~MemoryStore() = default;

std::optional<QString> MemoryStore::unavailableReason(Feature) const {
    return std::nullopt;
}

Batches& MemoryStore::batches() {
    return *m_repository;
}

Result<ChangeMark> MemoryStore::changeMark() {
    if (const auto failure = m_pipeline->failure())
        return *failure;
    return ChangeMark{static_cast<quint64>(m_pipeline->messages) * 1000 + static_cast<quint64>(m_pipeline->rejects)
                      + m_pipeline->changes};
}

Result<std::unique_ptr<IngestWriter>> MemoryStore::ingestWriter() {
    return Error{ErrorCode::ReadOnly, QStringLiteral("A store in memory is for reading.")};
}

std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>
MemoryStore::opener(std::shared_ptr<MemoryPipeline> pipeline) {
    return [pipeline = std::move(pipeline)](const CancelToken&) -> Result<std::unique_ptr<Store>> {
        return std::unique_ptr<Store>(std::make_unique<MemoryStore>(pipeline));
    };
}

Message MemoryStore::message(qint64 number) {
    const QByteArray content =
        number % 5 == 0 ? R"({"order":)" + QByteArray::number(number) + R"(,"customer":{"id":42,"name":"Ada"}})"
                        : "this is Message N° " + QByteArray::number(number) + " being posted into Redis";
    return {.id = {0, number},
            .batchId = (number - 1) / batchSize + 1,
            .messageNumber = number,
            .timestamp = firstTime() + std::chrono::seconds(number),
            .content = content};
}

Timestamp MemoryStore::firstTime() {
    return *parseIsoTime("2025-10-16T14:56:05Z");
}

} // namespace portolan::test
