#include "storage/ports/sampleworker.h"

#include "storage/base/backoff.h"
#include "storage/base/thread.h"

#include <array>

#include <unistd.h>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds shortWait{50}; ///< between two looks for work
constexpr milliseconds retryWait{500};
constexpr quint64 badOnceIn = 100;   ///< documents that no try can store
constexpr quint64 chanceOnceIn = 40; ///< tries that meet a lock
constexpr quint64 faultEvery = 360;  ///< tries at a port from one outage of its target to the next
constexpr quint64 faultLength = 45;

/// Hashes by FNV-1a, 64 bits: the same on every machine.
quint64 hashOf(const QByteArray& bytes, quint64 more) {
    quint64 hash = 0xCBF29CE484222325ULL;
    for (const char byte : bytes + QByteArray::number(more)) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001B3ULL;
    }
    return hash ^ (hash >> 29);
}

QByteArray number(quint64 value) {
    return QByteArray::number(value);
}

DeathNote note(const QByteArray& message, const char* type, const char* code, const char* frame) {
    return {message, QByteArray(R"({"type":")") + type + R"(","code":")" + code + R"(","stack":[")" + frame + R"("]})"};
}

DeathNote badDocument() {
    return note(R"(null value in column "customer_id" of relation "bookings" violates not-null constraint)",
                "IntegrityError", "23502", "ledger.sink.write (ledger/sink.py:88)");
}

/// The story of DemoRecords: the databases of the region eu-3 take longer than the short deadline.
bool isTooSlow(QByteArray data) {
    data.replace(": ", ":"); // a server's documents have blanks
    return data.contains("\"region\":\"eu-3\"") && data.contains("\"deadline_ms\":3000");
}

DeathNote tooSlow(quint64 drawn) {
    return note("timeout after 3000 ms on billing-db-" + number(1 + drawn % 4) + ".internal", "TimeoutError",
                "ETIMEDOUT", "billing.db.book (billing/db.py:52)");
}

DeathNote outage(std::size_t port, quint64 drawn) {
    switch (port) {
    case 0:
        return note("timeout after " + number(3000 + drawn % 900) + " ms on validator-" + number(1 + drawn % 4)
                        + ".internal:8443",
                    "TimeoutError", "ETIMEDOUT", "http.client.send (net/http.py:214)");
    case 1:
        return note("connection to ledger-db (10.0.3." + number(10 + drawn % 9) + ":5432) refused", "ConnectionError",
                    "ECONNREFUSED", "ledger.db.connect (ledger/db.py:31)");
    default:
        return note("HTTP 503 from https://warehouse.example/api/v2/shipments/" + number(drawn % 90'000), "HttpError",
                    "503", "warehouse.api.post (warehouse/api.py:57)");
    }
}

DeathNote lockTimeout(quint64 drawn) {
    return note("lock wait timeout exceeded after " + number(5000 + drawn % 90) + " ms", "LockTimeout", "55P03",
                "ledger.db.execute (ledger/db.py:74)");
}

/// A worker at its work.
class Shift {
public:
    Shift(const SampleWork& work, const CancelToken& token, const SampleProgress& progress)
        : m_work(work)
        , m_token(token)
        , m_progress(progress)
        , m_name("sample worker " + QByteArray::number(::getpid()))
        , m_faults(work.failing, work.story) {}

    Result<SampleCounts> run() {
        while (!m_token.stop_requested() && !isOver()) {
            const Result<bool> busy = round();
            if (!busy && busy.error().code == ErrorCode::Cancelled)
                break;
            if (!busy) {
                if (Clock::now() - m_lastGood > m_work.patience || busy.error().code == ErrorCode::Unsupported)
                    return busy.error();
                tell(busy.error().text);
                m_port.reset();
                pauseFor(retryWait, m_token);
                continue;
            }
            m_lastGood = Clock::now();
            tell({});
            m_idle = !*busy;
            if (*busy)
                m_lastWork = m_lastGood;
            if ((!*busy && m_work.idleExit.count() != 0) || m_work.perSecond > 0)
                pauseFor(shortWait, m_token);
        }
        return m_counts;
    }

private:
    [[nodiscard]] bool isOver() const {
        return (m_work.maximum > 0 && m_counts.taken >= m_work.maximum)
               || (m_work.idleExit.count() >= 0 && m_idle && Clock::now() - m_lastWork >= m_work.idleExit);
    }

    void tell(const QString& lastError) const {
        if (m_progress)
            m_progress(m_counts, lastError);
    }

    /// Returns how many may be taken now. Tries that were not made in a quiet time are not made up for.
    [[nodiscard]] int due() {
        qint64 most = m_work.most;
        if (m_work.perSecond > 0) {
            const Clock::time_point now = Clock::now();
            const double seconds = std::chrono::duration<double>(now - m_creditAt).count();
            m_credit = std::min(m_credit + seconds * m_work.perSecond, std::max(1.0, m_work.perSecond));
            m_creditAt = now;
            most = std::min(most, static_cast<qint64>(m_credit));
        }
        if (m_work.maximum > 0)
            most = std::min(most, m_work.maximum - m_counts.taken);
        return static_cast<int>(most);
    }

    /// Works for one round; returns false when there was nothing to do.
    Result<bool> round() {
        if (!m_port) {
            auto opened = openPortWork(m_work.store, m_token);
            PORTOLAN_TRY(opened);
            m_port = std::move(*opened);
        }
        const Result<qint64> back = m_port->putBack(m_name, m_work.pause);
        PORTOLAN_TRY(back);
        const int most = due();
        if (most <= 0)
            return true;
        const auto attempts = m_port->take(m_name, most, m_work.lease);
        PORTOLAN_TRY(attempts);
        std::vector<PortOutcome> outcomes;
        for (const PortAttempt& attempt : *attempts)
            outcomes.push_back({attempt.messageId, attempt.token, m_faults.meet(attempt)});
        m_counts.taken += std::ssize(outcomes);
        m_credit -= static_cast<double>(outcomes.size());
        const auto ended = m_port->end(m_name, outcomes);
        PORTOLAN_TRY(ended);
        m_counts.ended.completed += ended->completed;
        m_counts.ended.failed += ended->failed;
        m_counts.ended.dead += ended->dead;
        m_counts.ended.late += ended->late;
        return !attempts->empty() || *back > 0;
    }

    const SampleWork& m_work;
    const CancelToken& m_token;
    const SampleProgress& m_progress;
    const QByteArray m_name;
    SampleFaults m_faults;
    SampleCounts m_counts;
    std::unique_ptr<PortWork> m_port;
    const Clock::time_point m_begin = Clock::now();
    Clock::time_point m_lastGood = m_begin;
    Clock::time_point m_lastWork = m_begin;
    Clock::time_point m_creditAt = m_begin;
    double m_credit = 0; ///< messages that may be taken, where there is a rate
    bool m_idle = false; ///< the last round found nothing to do
};

} // namespace

std::optional<DeathNote> SampleFaults::meet(const PortAttempt& attempt) {
    const quint64 drawn = hashOf(attempt.messageId, ++m_met);
    if (static_cast<double>(drawn % 10'000) < m_failing * 10'000)
        return lockTimeout(drawn);
    if (!m_story)
        return std::nullopt;
    if (hashOf(attempt.messageId, 0) % badOnceIn == 0)
        return badDocument();
    if (isTooSlow(attempt.messageData))
        return tooSlow(drawn);
    const quint64 tries = m_tries[attempt.portName]++;
    const std::size_t port = attempt.portName == "orders" ? 0 : attempt.portName == "invoices" ? 1 : 2;
    if ((tries + port * (faultEvery / 3)) % faultEvery < faultLength && tries >= faultLength)
        return outage(port, drawn);
    if (drawn % chanceOnceIn == 0)
        return lockTimeout(drawn);
    return std::nullopt;
}

Result<SampleCounts> workOnSample(const SampleWork& work, const CancelToken& token, const SampleProgress& progress) {
    return Shift(work, token, progress).run();
}

SampleWorker::~SampleWorker() = default;

Result<void> SampleWorker::start(const SampleWork& work) {
    auto started = startThread([work](const CancelToken& token) {
        // The store is made by the program that fills it: until then there is nothing to work on.
        while (!token.stop_requested()) {
            const Result<SampleCounts> done = workOnSample(work, token);
            if (done)
                return;
            qWarning("The sample's worker starts again: %s", qPrintable(done.error().text));
            pauseFor(milliseconds(1'000), token);
        }
    });
    PORTOLAN_TRY(started);
    m_thread = std::move(*started);
    return {};
}

} // namespace portolan
