#include "storage/messages/files/checks/filemeter.h"

#include <chrono>
#include <utility>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int newestQuestions = 20;
constexpr qint64 mostRecent = 100'000;

/// Asks for pages, and notes how long each took.
class PageClock {
public:
    explicit PageClock(const CancelToken& token) : m_token(token) {}

    /// Calls take() for each row, a page at a time, until it says false.
    template <class Row, class Take>
    Result<void> each(RowSource<Row>& source, ListQuery query, Take take) {
        while (true) {
            const auto begin = steady_clock::now();
            const Result<Page<Row>> page = source.page(query, m_token);
            const double took = duration<double, std::milli>(steady_clock::now() - begin).count();
            m_all.push_back(took);
            m_now.push_back(took);
            PORTOLAN_TRY(page);
            for (const Row& row : page->rows) {
                if (!take(row))
                    return {};
            }
            if (page->last || page->rows.empty())
                return {};
            query.after = page->next;
        }
    }
    /// Takes the latency of the questions since the last call.
    std::optional<Latency> latency() { return Latency::of(std::exchange(m_now, {})); }
    std::optional<Latency> whole() const { return Latency::of(m_all); }

private:
    const CancelToken& m_token;
    std::vector<double> m_now;
    std::vector<double> m_all;
};

Result<void> measureMessages(PageClock& clock, int questions, RowSource<Message>& messages, StoreStats& stats) {
    ListQuery newest;
    newest.sort.descending = true;
    newest.limit = 100;
    for (int i = 0; i < questions; ++i) {
        const Result<void> asked = clock.each(messages, newest, [](const Message&) { return false; });
        if (!asked)
            return asked;
    }
    const Timestamp now = currentTime();
    qint64 seen = 0;
    qint64 minute = 0;
    qint64 hour = 0;
    newest.limit = 1'000;
    const Result<void> read = clock.each(messages, newest, [&](const Message& message) {
        if (++seen > mostRecent || (message.timestamp && *message.timestamp < now - hours(1)))
            return false;
        minute += message.timestamp && *message.timestamp >= now - minutes(1) ? 1 : 0;
        hour += message.timestamp ? 1 : 0;
        return true;
    });
    if (!read)
        return read;
    stats.lastMinute = minute;
    if (seen <= mostRecent)
        stats.lastHour = hour;
    stats.latency = clock.latency();
    return {};
}

template <class Row>
Result<StoreStats> countRows(PageClock& clock, const char* name, RowSource<Row>& source) {
    StoreStats stats{name, 0};
    const Result<void> read = clock.each(source, {}, [&](const Row&) {
        ++*stats.rows;
        return true;
    });
    PORTOLAN_TRY(read);
    stats.latency = clock.latency();
    return stats;
}

} // namespace

Result<std::vector<StoreStats>> FileMeter::measure(Extent extent, const CancelToken& token) {
    PageClock clock(token);
    StoreStats batches{"batches", 0};
    StoreStats messages{"messages", 0};
    batches.bytes = 0;
    const Result<void> read = clock.each(m_batches.batches(), {}, [&](const Batch& batch) {
        ++*batches.rows;
        *batches.bytes += batch.fileSizeBytes;
        *messages.rows += batch.messageCount;
        return true;
    });
    PORTOLAN_TRY(read);
    batches.latency = clock.latency();
    const int questions = extent == Extent::Latencies ? newestQuestions : 0;
    PORTOLAN_TRY(measureMessages(clock, questions, m_batches.messages(), messages));
    const Result<StoreStats> gaps = countRows(clock, "gaps", m_batches.gaps());
    PORTOLAN_TRY(gaps);
    const Result<StoreStats> rejects = countRows(clock, "rejects", m_batches.rejects());
    PORTOLAN_TRY(rejects);
    StoreStats store{"store", *batches.rows + *messages.rows + *gaps->rows + *rejects->rows};
    store.bytes = batches.bytes;
    store.latency = clock.whole();
    return std::vector<StoreStats>{store, batches, *gaps, messages, *rejects};
}

} // namespace portolan
