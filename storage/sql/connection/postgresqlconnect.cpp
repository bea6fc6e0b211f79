#include "storage/sql/connection/postgresqlconnect.h"

#include "storage/base/thread.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <libpq-fe.h>
#include <limits>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The time that a stopped attempt may take to end. An attempt that waits on its socket ends at once; a name's look-up
/// does not.
constexpr milliseconds stopGrace{200};

/// A descriptor that can be read once the token has stopped.
class StopSignal {
public:
    explicit StopSignal(const CancelToken& token)
        : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
        , m_onStop(std::in_place, token, Wake{m_descriptor}) {}
    ~StopSignal() {
        m_onStop.reset();
        ::close(m_descriptor);
    }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    struct Wake {
        int descriptor;
        void operator()() const { ::eventfd_write(descriptor, 1); }
    };
    int m_descriptor;
    std::optional<std::stop_callback<Wake>> m_onStop;
};

using End = std::optional<Clock::time_point>; ///< nothing: never

int millisecondsUntil(const End& end) {
    if (!end)
        return -1;
    const auto left = std::chrono::ceil<milliseconds>(*end - Clock::now()).count();
    return static_cast<int>(std::clamp<qint64>(left, 0, std::numeric_limits<int>::max()));
}

enum class Waited { Ready, Late, Stopped };

Waited waitFor(int socket, short events, const End& end, const StopSignal& stop) {
    while (true) {
        const int left = millisecondsUntil(end);
        pollfd waited[] = {{socket, events, 0}, {stop.descriptor(), POLLIN, 0}};
        const int ready = ::poll(waited, 2, left);
        if (ready > 0)
            return waited[1].revents != 0 ? Waited::Stopped : Waited::Ready;
        if (ready == 0 && left == 0)
            return Waited::Late;
        if (ready < 0 && errno != EINTR)
            return Waited::Ready; // libpq meets the same error, and has words for it
    }
}

/// Reads connect_timeout as libpq understood it, from wherever it came; nothing when it is no number.
std::optional<std::chrono::seconds> timeoutOf(pg_conn* connection) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(connection), &PQconninfoFree);
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
        if (qstrcmp(option->keyword, "connect_timeout") != 0 || !option->val || *option->val == '\0')
            continue;
        bool ok = false;
        const int seconds = QByteArray(option->val).trimmed().toInt(&ok);
        return ok ? std::optional(std::chrono::seconds(std::max(seconds, 0))) : std::nullopt;
    }
    return std::chrono::seconds(0);
}

/// Tells which of the addresses is being tried.
QByteArray addressOf(const pg_conn* connection) {
    return QByteArray(PQhost(connection)) + ' ' + PQhostaddr(connection) + ' ' + PQport(connection);
}

PostgresqlHandle begin(const PostgresqlParameters& parameters) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : parameters) {
        names.push_back(name.constData());
        values.push_back(value.constData());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PostgresqlHandle(PQconnectStartParams(names.data(), values.data(), 0));
}

QString wordsOf(const pg_conn* connection) {
    return QString::fromUtf8(PQerrorMessage(connection)).trimmed();
}

PostgresqlAttempt attempt(const PostgresqlParameters& parameters, const CancelToken& token) {
    PostgresqlHandle handle = begin(parameters);
    if (!handle)
        return {{}, QStringLiteral("out of memory")};
    pg_conn* const connection = handle.get();
    if (PQstatus(connection) == CONNECTION_BAD)
        return {{}, wordsOf(connection)};
    const auto timeout = timeoutOf(connection);
    if (!timeout)
        return {{}, QStringLiteral("connect_timeout is no whole number")};
    const StopSignal stop(token);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    QByteArray address;
    End end;
    bool late = false;
    while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
        if (const QByteArray now = addressOf(connection); now != address) {
            address = now;
            end = timeout->count() > 0 ? End(Clock::now() + *timeout) : End();
        }
        const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        const Waited waited = waitFor(PQsocket(connection), events, end, stop);
        if (waited == Waited::Stopped)
            return {};
        if (waited == Waited::Late) {
            // libpq has no word for "try the next address"; a socket that fails is one.
            late = true;
            ::shutdown(PQsocket(connection), SHUT_RDWR);
        }
        next = PQconnectPoll(connection);
    }
    if (next == PGRES_POLLING_OK)
        return {std::move(handle), {}};
    return {{}, late ? wordsOf(connection) + QStringLiteral("\ntimeout expired") : wordsOf(connection)};
}

/// The result that the connecting thread leaves for the waiting one.
struct Handover {
    std::mutex mutex;
    std::condition_variable_any done;
    std::optional<PostgresqlAttempt> attempt;
    bool isUnwanted = false; ///< nobody waits any more
};

} // namespace

void PostgresqlCloser::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

PostgresqlParameters postgresqlParameters(const StoreUrl& url) {
    PostgresqlParameters parameters;
    const auto add = [&](const QByteArray& name, const QString& value) {
        if (!value.isEmpty())
            parameters.insert_or_assign(name, value.toUtf8());
    };
    if (qEnvironmentVariableIsEmpty("PGCONNECT_TIMEOUT"))
        add("connect_timeout", QString::number(url.settings.connectionTimeout.count()));
    for (const auto& [name, value] : url.options)
        add(name.toUtf8(), value);
    add("host", url.host);
    add("port", url.port > 0 ? QString::number(url.port) : QString());
    add("dbname", url.database);
    add("user", url.user);
    add("password", url.password.isEmpty() ? qEnvironmentVariable("PORTOLAN_PASSWORD") : url.password);
    add("client_encoding", QStringLiteral("UTF8"));
    return parameters;
}

PostgresqlAttempt connectPostgresql(const PostgresqlParameters& parameters, std::shared_ptr<const void> guard,
                                    const CancelToken& token) {
    const auto handover = std::make_shared<Handover>();
    auto started = startThread([handover, parameters, token, guard = std::move(guard)]() mutable {
        PostgresqlAttempt made = attempt(parameters, token);
        std::unique_lock lock(handover->mutex);
        if (handover->isUnwanted)
            return; // what was made after all is closed first, then the guard goes
        guard.reset();
        handover->attempt = std::move(made);
        lock.unlock();
        handover->done.notify_all();
    });
    if (!started)
        return {{}, started.error().text};
    started->detach();
    const auto isDone = [&] { return handover->attempt.has_value(); };
    std::unique_lock lock(handover->mutex);
    if (!handover->done.wait(lock, token, isDone) && !handover->done.wait_for(lock, stopGrace, isDone)) {
        handover->isUnwanted = true;
        return {};
    }
    return std::move(*handover->attempt);
}

} // namespace portolan
