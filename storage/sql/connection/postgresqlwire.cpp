#include "storage/sql/connection/postgresqlwire.h"

#include "storage/base/thread.h"

#include <algorithm>
#include <cerrno>
#include <libpq-fe.h>
#include <limits>
#include <memory>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The time that a cancelled statement may take to end. A server that is frozen does not even take the request, and the
/// callers that cancelled wait: they have to be let go within a second.
constexpr milliseconds stopPatience{500};
/// The time that the request may be on its way after its statement has ended: the server is alive.
constexpr milliseconds settlePatience{2000};

PostgresqlAnswer answer(PGresult* result) {
    return PostgresqlAnswer(result, &PQclear);
}

bool isRefusal(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

} // namespace

struct PostgresqlWire::Statement {
    QByteArray sql;
    std::span<const PostgresqlValue> values = {};
    PostgresqlForm form = PostgresqlForm::Text;
};

/// An exchange: until when it may last, and the token that may end it.
class PostgresqlWire::Turn {
public:
    explicit Turn(PostgresqlWire& wire) : m_wire(wire), m_drained(drain()) {
        if (wire.m_patience.count() > 0)
            m_end = Clock::now() + wire.m_patience;
        if (wire.m_token)
            m_onStop.emplace(*wire.m_token, Wake{wire.m_wakeUp});
    }
    ~Turn() {
        m_onStop.reset();
        m_wire.settleCancel();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// Waits until the socket is ready. Returns false when it was given up.
    bool wait(short events);
    /// Asks the server to end the statement, and does not wait for long.
    void stop() {
        m_stopped = true;
        m_end = Clock::now() + stopPatience;
        m_wire.requestCancel();
    }
    [[nodiscard]] bool isStopped() const { return m_stopped; }

private:
    struct Wake {
        int descriptor;
        void operator()() const { ::eventfd_write(descriptor, 1); }
    };
    /// Takes a wake-up that came after the last turn was over: it is meant for nobody.
    [[nodiscard]] bool drain() const {
        eventfd_t count = 0;
        return ::eventfd_read(m_wire.m_wakeUp, &count) == 0;
    }
    [[nodiscard]] int millisecondsLeft() const {
        if (!m_end)
            return -1;
        const auto left = std::chrono::ceil<milliseconds>(*m_end - Clock::now()).count();
        return static_cast<int>(std::clamp<qint64>(left, 0, std::numeric_limits<int>::max()));
    }

    PostgresqlWire& m_wire;
    bool m_drained;
    bool m_stopped = false;
    std::optional<Clock::time_point> m_end;
    std::optional<std::stop_callback<Wake>> m_onStop;
};

bool PostgresqlWire::Turn::wait(short events) {
    while (true) {
        const int left = millisecondsLeft();
        if (left == 0) {
            m_wire.giveUp(m_stopped ? PostgresqlFailure::Cause::Stopped : PostgresqlFailure::Cause::Silent);
            return false;
        }
        pollfd waited[] = {{PQsocket(m_wire.m_connection), events, 0}, {m_wire.m_wakeUp, POLLIN, 0}};
        const int ready = ::poll(waited, m_stopped ? 1 : 2, left);
        if (ready < 0 && errno != EINTR) {
            m_wire.giveUp(PostgresqlFailure::Cause::Lost);
            return false;
        }
        if (ready <= 0)
            continue;
        if (waited[1].revents != 0) {
            stop();
        } else if (waited[0].revents != 0) {
            return true;
        }
    }
}

PostgresqlWire::PostgresqlWire(pg_conn* connection, milliseconds patience)
    : m_connection(connection)
    , m_patience(patience)
    , m_wakeUp(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    PQsetnonblocking(m_connection, 1);
    PQsetNoticeReceiver(
        m_connection, [](void*, const PGresult*) {}, nullptr);
}

PostgresqlWire::~PostgresqlWire() {
    settleCancel();
    ::close(m_wakeUp);
}

bool PostgresqlWire::isAlive() const {
    return !m_givenUp && PQstatus(m_connection) == CONNECTION_OK;
}

bool PostgresqlWire::isInTransaction() const {
    return isAlive() && PQtransactionStatus(m_connection) != PQTRANS_IDLE;
}

void PostgresqlWire::note(const pg_result* refusal) {
    const auto field = [&](int code) { return QByteArray(PQresultErrorField(refusal, code)); };
    m_failure = {PostgresqlFailure::Cause::Refused, field(PG_DIAG_SQLSTATE),
                 QString::fromUtf8(PQresultErrorMessage(refusal)).trimmed(), field(PG_DIAG_CONSTRAINT_NAME),
                 field(PG_DIAG_SOURCE_FUNCTION)};
    if (m_failure.state.isEmpty() || PQstatus(m_connection) != CONNECTION_OK)
        m_failure.cause = PostgresqlFailure::Cause::Lost;
}

void PostgresqlWire::giveUp(PostgresqlFailure::Cause cause) {
    m_givenUp = true;
    m_failure = {cause, {}, QString::fromUtf8(PQerrorMessage(m_connection)).trimmed(), {}, {}};
}

bool PostgresqlWire::beginReset() {
    return isAlive() && PQtransactionStatus(m_connection) == PQTRANS_IDLE
           && PQsendQuery(m_connection, "DISCARD ALL") == 1 && PQflush(m_connection) == 0;
}

bool PostgresqlWire::endReset() {
    Turn turn(*this);
    return collect(turn) != nullptr;
}

void PostgresqlWire::leave() {
    giveUp(PostgresqlFailure::Cause::Lost);
    m_connection = nullptr; // which libpq takes for a lost one
}

/// Calls a question lost, not stopped, when endRows() gave up the connection before it.
PostgresqlAnswer PostgresqlWire::lost() {
    const bool isStopped = m_token && m_token->stop_requested();
    if (!m_givenUp || (m_failure.cause == PostgresqlFailure::Cause::Stopped && !isStopped))
        giveUp(PostgresqlFailure::Cause::Lost);
    return answer(nullptr);
}

/// Asks the server to cancel, on a thread that is waited for but not joined: libpq waits for the server to take the
/// request, which a frozen server never does. The thread touches nothing but libpq's copy of what a request needs.
/// Where the system starts none there is no request, and the statement is given up as that of a frozen server is.
void PostgresqlWire::requestCancel() {
    if (m_cancelling.valid())
        return;
    std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(m_connection), &PQfreeCancel);
    if (!cancel)
        return;
    std::packaged_task<void()> request([cancel = std::move(cancel)] {
        char words[256];
        PQcancel(cancel.get(), words, sizeof words);
    });
    m_cancelling = request.get_future();
    if (auto started = startThread(std::move(request)))
        started->detach();
}

/// Waits for a request to cancel that is on its way: it would end whatever runs next.
void PostgresqlWire::settleCancel() {
    if (!m_cancelling.valid())
        return;
    if (m_cancelling.wait_for(m_givenUp ? milliseconds(0) : settlePatience) != std::future_status::ready)
        m_givenUp = true;
    m_cancelling = {};
}

bool PostgresqlWire::flush(Turn& turn) {
    while (true) {
        const int left = PQflush(m_connection);
        if (left == 0)
            return true;
        if (left < 0) {
            // The server's words before it hung up are worth more than that it did.
            PQconsumeInput(m_connection);
            return PQisBusy(m_connection) == 0;
        }
        if (!turn.wait(POLLIN | POLLOUT))
            return false;
        if (PQconsumeInput(m_connection) == 0)
            return false;
    }
}

/// Waits until there is a next result. Returns false when it was given up or the connection is lost.
bool PostgresqlWire::await(Turn& turn) {
    while (PQisBusy(m_connection) != 0) {
        if (!turn.wait(POLLIN))
            return false;
        if (PQconsumeInput(m_connection) == 0 && PQisBusy(m_connection) != 0) {
            lost();
            return false;
        }
    }
    return true;
}

/// Notes the first of several refusals, which tells why.
void PostgresqlWire::noteFirst(const pg_result* next, const Turn& turn, bool& refused) {
    if (!isRefusal(next) || refused)
        return;
    refused = true;
    note(next);
    if (turn.isStopped() && m_failure.state == "57014")
        m_failure.cause = PostgresqlFailure::Cause::Stopped;
}

/// Reads until the server has said everything; the first refusal, or the last answer.
PostgresqlAnswer PostgresqlWire::collect(Turn& turn) {
    PostgresqlAnswer last = answer(nullptr);
    bool refused = false;
    while (true) {
        if (!await(turn))
            return answer(nullptr);
        PostgresqlAnswer next = answer(PQgetResult(m_connection));
        if (!next)
            break;
        noteFirst(next.get(), turn, refused);
        const ExecStatusType status = PQresultStatus(next.get());
        last = std::move(next);
        if (status == PGRES_COPY_IN)
            break;
        if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) { // which would be the next answer, too, for ever
            giveUp(PostgresqlFailure::Cause::Refused);
            m_failure.words = QStringLiteral("the statement copies rows out, and nobody takes them");
            return answer(nullptr);
        }
    }
    if (refused)
        return answer(nullptr);
    return last ? std::move(last) : lost();
}

/// Collects the answers of statements that were sent in one message: the first refusal, or the answer to one of them.
/// libpq tells the end of each answer by a null.
PostgresqlAnswer PostgresqlWire::collectTogether(Turn& turn, std::size_t wanted) {
    PostgresqlAnswer found = answer(nullptr);
    bool refused = false;
    for (std::size_t at = 0;;) {
        if (!await(turn))
            return answer(nullptr);
        PostgresqlAnswer next = answer(PQgetResult(m_connection));
        if (!next) {
            if (PQstatus(m_connection) != CONNECTION_OK)
                return refused ? answer(nullptr) : lost();
            ++at;
            continue;
        }
        if (PQresultStatus(next.get()) == PGRES_PIPELINE_SYNC)
            break;
        noteFirst(next.get(), turn, refused);
        if (at == wanted)
            found = std::move(next);
    }
    if (PQexitPipelineMode(m_connection) != 1)
        return lost();
    if (refused)
        return answer(nullptr);
    return found ? std::move(found) : lost();
}

/// Returns false for a text with a NUL character, which would end there as a C string and be another text.
bool PostgresqlWire::isPassable(std::span<const PostgresqlValue> values) {
    const bool passable = std::ranges::none_of(
        values, [](const PostgresqlValue& value) { return !value.isBinary && value.bytes.contains('\0'); });
    if (!passable)
        m_failure = {PostgresqlFailure::Cause::Refused, "22021", QStringLiteral("a text with a NUL character"), {}};
    return passable;
}

/// Hands a statement to libpq.
bool PostgresqlWire::send(const Statement& statement) {
    std::vector<Oid> types;
    std::vector<const char*> pointers;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const PostgresqlValue& value : statement.values) {
        types.push_back(value.type);
        pointers.push_back(value.isNull ? nullptr : value.bytes.constData());
        lengths.push_back(static_cast<int>(value.bytes.size()));
        formats.push_back(value.isBinary ? 1 : 0);
    }
    return PQsendQueryParams(m_connection, statement.sql.constData(), static_cast<int>(statement.values.size()),
                             types.data(), pointers.data(), lengths.data(), formats.data(),
                             statement.form == PostgresqlForm::Binary ? 1 : 0)
           == 1;
}

/// Runs statements in one message, so that they take no longer than one. A transaction that is left open and failed is
/// rolled back.
PostgresqlAnswer PostgresqlWire::executeTogether(std::span<const Statement> statements, std::size_t wanted) {
    PostgresqlAnswer found = answer(nullptr);
    {
        Turn turn(*this);
        bool sent = PQenterPipelineMode(m_connection) == 1;
        for (const Statement& statement : statements)
            sent = sent && send(statement);
        if (!sent || PQpipelineSync(m_connection) != 1 || !flush(turn))
            return lost();
        found = collectTogether(turn, wanted);
    }
    if (!found && isInTransaction())
        rollBack();
    return found;
}

/// Rolls back after a statement that failed, whose failure stays the one that is told. Never cut short: the connection
/// goes on.
void PostgresqlWire::rollBack() {
    const PostgresqlFailure why = m_failure;
    const CancelToken* const outer = std::exchange(m_token, nullptr);
    const PostgresqlAnswer done = execute("ROLLBACK");
    m_token = outer;
    if (!done)
        m_givenUp = true;
    m_failure = why;
}

PostgresqlAnswer PostgresqlWire::execute(const QByteArray& sql, std::span<const PostgresqlValue> values,
                                         PostgresqlForm form) {
    if (!isAlive())
        return lost();
    if (!isPassable(values))
        return answer(nullptr);
    const Statement asked{sql, values, form};
    if (m_terms && !isInTransaction()) {
        const Statement together[] = {
            {"BEGIN " + m_terms->manner}, {m_termsStatement, m_termsValues}, asked, {"COMMIT"}};
        return executeTogether(together, 2);
    }
    Turn turn(*this);
    if (!send(asked) || !flush(turn))
        return lost();
    return collect(turn);
}

bool PostgresqlWire::beginRows(const QByteArray& sql, std::span<const PostgresqlValue> values) {
    if (!isAlive()) {
        lost();
        return false;
    }
    if (!isPassable(values))
        return false;
    m_isForRows = m_terms && !isInTransaction();
    if (m_isForRows && !begin("BEGIN"))
        return false;
    Turn turn(*this);
    m_hasRows = send({sql, values, PostgresqlForm::Binary}) && PQsetSingleRowMode(m_connection) == 1 && flush(turn);
    if (!m_hasRows)
        lost();
    return m_hasRows;
}

PostgresqlAnswer PostgresqlWire::nextRow() {
    if (!m_hasRows)
        return lost();
    if (m_token && m_token->stop_requested()) {
        endRows();
        m_failure = {PostgresqlFailure::Cause::Stopped, {}, {}, {}, {}};
        return answer(nullptr);
    }
    bool isStopped = false;
    if (PQisBusy(m_connection) != 0) { // most rows have come with the one before
        Turn turn(*this);
        if (!await(turn)) {
            m_hasRows = false;
            return answer(nullptr);
        }
        isStopped = turn.isStopped();
    }
    PostgresqlAnswer next = answer(PQgetResult(m_connection));
    if (next && PQresultStatus(next.get()) == PGRES_SINGLE_TUPLE)
        return next;
    return endOfRows(std::move(next), isStopped);
}

/// Takes what the server says after the last row.
PostgresqlAnswer PostgresqlWire::endOfRows(PostgresqlAnswer last, bool isStopped) {
    m_hasRows = false;
    if (!last)
        return lost();
    {
        Turn turn(*this);
        bool refused = false;
        noteFirst(last.get(), turn, refused);
        while (await(turn)) {
            const PostgresqlAnswer next = answer(PQgetResult(m_connection));
            if (!next)
                break;
            noteFirst(next.get(), turn, refused);
        }
        if (refused) {
            if (isStopped && m_failure.state == "57014")
                m_failure.cause = PostgresqlFailure::Cause::Stopped;
            last.reset();
        }
    }
    if (m_isForRows && !last)
        rollBack();
    else if (m_isForRows && !execute("COMMIT"))
        return answer(nullptr);
    return isAlive() ? std::move(last) : answer(nullptr);
}

void PostgresqlWire::endRows() {
    if (!m_hasRows || !isAlive())
        return;
    m_hasRows = false;
    {
        Turn turn(*this);
        turn.stop();
        while (await(turn)) {
            if (!answer(PQgetResult(m_connection)))
                break;
        }
    }
    if (m_isForRows)
        rollBack();
}

bool PostgresqlWire::begin(const QByteArray& words) {
    if (!isAlive()) { // why it was lost is said again
        lost();
        return false;
    }
    m_failure = {};
    if (!m_terms)
        return execute(words) != nullptr;
    const Statement together[] = {{words == "BEGIN" ? "BEGIN " + m_terms->manner : words},
                                  {m_termsStatement, m_termsValues}};
    return executeTogether(together, 1) != nullptr;
}

void PostgresqlWire::share(PostgresqlTerms terms) {
    m_terms = std::move(terms);
    m_termsStatement.clear();
    m_termsValues.clear();
    for (const auto& [name, value] : m_terms->settings) {
        const auto number = m_termsValues.size();
        m_termsStatement += (number == 0 ? "SELECT pg_catalog.set_config($" : ", pg_catalog.set_config($")
                            + QByteArray::number(qint64(number + 1)) + ", $" + QByteArray::number(qint64(number + 2))
                            + ", true)";
        m_termsValues.push_back({0, false, false, name});
        m_termsValues.push_back({0, false, false, value});
    }
}

bool PostgresqlWire::beginCopy(const QByteArray& sql) {
    if (!isAlive()) {
        lost();
        return false;
    }
    if (m_terms && !isInTransaction()) {
        m_failure = {PostgresqlFailure::Cause::Refused, "25P01", QStringLiteral("COPY outside of a transaction"), {}};
        return false;
    }
    Turn turn(*this);
    if (PQsendQuery(m_connection, sql.constData()) != 1 || !flush(turn)) {
        lost();
        return false;
    }
    const PostgresqlAnswer ready = collect(turn);
    return ready && PQresultStatus(ready.get()) == PGRES_COPY_IN;
}

bool PostgresqlWire::putCopy(QByteArrayView bytes) {
    Turn turn(*this);
    while (true) {
        const int put = PQputCopyData(m_connection, bytes.data(), static_cast<int>(bytes.size()));
        if (put == 1)
            return true;
        if (put < 0 || !turn.wait(POLLIN | POLLOUT) || PQconsumeInput(m_connection) == 0) {
            lost();
            return false;
        }
    }
}

std::optional<qint64> PostgresqlWire::endCopy() {
    Turn turn(*this);
    int ended = 0;
    while ((ended = PQputCopyEnd(m_connection, nullptr)) == 0) {
        if (!turn.wait(POLLIN | POLLOUT) || PQconsumeInput(m_connection) == 0)
            break;
    }
    if (ended != 1 || !flush(turn)) {
        lost();
        return std::nullopt;
    }
    const PostgresqlAnswer answer = collect(turn);
    return answer ? std::optional(QByteArray(PQcmdTuples(answer.get())).toLongLong()) : std::nullopt;
}

} // namespace portolan
