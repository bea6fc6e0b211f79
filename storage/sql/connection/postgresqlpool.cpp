#include "storage/sql/connection/postgresqlpool.h"

#include <algorithm>
#include <libpq-fe.h>
#include <map>
#include <utility>

namespace portolan {

namespace {

/// Picks what two connections to one database have in common, with libpq's defaults where the URL says nothing.
PostgresqlParameters destinationOf(const PostgresqlParameters& parameters) {
    PostgresqlParameters place;
    for (const char* name : {"service", "host", "port", "dbname", "user"}) {
        if (const auto found = parameters.find(name); found != parameters.end())
            place.insert(*found);
    }
    if (place.contains("service"))
        return place; // what it leaves open is in a file
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> usual(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption* option = usual.get(); option && option->keyword; ++option) {
        const QByteArray name(option->keyword);
        if ((name == "host" || name == "port" || name == "dbname" || name == "user") && option->val)
            place.try_emplace(name, option->val);
    }
    if (!place.contains("dbname") && place.contains("user"))
        place["dbname"] = place["user"];
    return place;
}

Error noneFree(const StoreUrl& url, int open) {
    return Error{ErrorCode::Busy,
                 QStringLiteral("Cannot open the database %1: this program has %2 connections to it open, "
                                "max_connections allows %3, and none became free within %4 seconds "
                                "(connection_timeout). Close a store or stop a receiver that uses it, or raise "
                                "max_connections.")
                     .arg(url.display(), QString::number(open), QString::number(url.settings.maxConnections),
                          QString::number(url.settings.connectionTimeout.count()))};
}

} // namespace

struct PostgresqlPool::Slot {
    explicit Slot(PostgresqlPool& its) : pool(its) {}
    ~Slot() {
        {
            const std::lock_guard lock(pool.m_mutex);
            --pool.m_open;
        }
        pool.m_freed.notify_all();
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    PostgresqlPool& pool;
};

struct PostgresqlPool::Registry {
    std::mutex mutex;
    std::map<PostgresqlParameters, std::unique_ptr<PostgresqlPool>> pools;
};

PostgresqlPool& PostgresqlPool::of(const StoreUrl& url) {
    // Never destroyed: a look-up of a host's name that was given up may outlive main(), and holds a place.
    static auto& all = *new Registry;
    const PostgresqlParameters destination = destinationOf(postgresqlParameters(url));
    const std::lock_guard lock(all.mutex);
    std::unique_ptr<PostgresqlPool>& pool = all.pools[destination];
    if (!pool)
        pool.reset(new PostgresqlPool);
    return *pool;
}

/// Makes a slot, with the mutex held.
std::shared_ptr<const void> PostgresqlPool::newSlot() {
    auto place = std::make_shared<const Slot>(*this);
    ++m_open;
    return place;
}

Result<PostgresqlLoan> PostgresqlPool::borrow(const StoreUrl& url, const CancelToken& token) {
    PostgresqlParameters parameters = postgresqlParameters(url);
    std::unique_lock lock(m_mutex);
    const auto canBeHad = [&] { return !m_kept.empty() || m_open < url.settings.maxConnections; };
    const bool had = m_freed.wait_for(lock, token, url.settings.connectionTimeout, canBeHad);
    if (token.stop_requested())
        return cancelled();
    if (!had) {
        ++m_refused;
        return noneFree(url, m_open);
    }
    const auto fits = [&](const PostgresqlLoan& kept) { return kept.parameters == parameters; };
    const auto found = std::ranges::find_if(m_kept.rbegin(), m_kept.rend(), fits);
    if (found != m_kept.rend()) {
        PostgresqlLoan loan = std::move(*found);
        m_kept.erase(std::next(found).base());
        loan.keep = url.settings.minConnections;
        return loan;
    }
    if (m_open < url.settings.maxConnections)
        return PostgresqlLoan{this, url.settings.minConnections, std::move(parameters), newSlot(), {}};
    // One that nobody uses makes room.
    PostgresqlLoan loan = std::move(m_kept.front());
    m_kept.erase(m_kept.begin());
    lock.unlock();
    loan.handle.reset();
    loan.parameters = std::move(parameters);
    loan.keep = url.settings.minConnections;
    return loan;
}

PostgresqlPool::Figures PostgresqlPool::figures() {
    const std::lock_guard lock(m_mutex);
    return {m_open, static_cast<int>(m_kept.size()), m_refused};
}

void PostgresqlPool::giveBack(PostgresqlLoan loan) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_users == 0 || m_kept.size() >= static_cast<std::size_t>(loan.keep))
            return; // closed on the way out, without the mutex
        m_kept.push_back(std::move(loan));
    }
    m_freed.notify_all();
}

PostgresqlUse::PostgresqlUse(const StoreUrl& url) : m_pool(PostgresqlPool::of(url)) {
    const std::lock_guard lock(m_pool.m_mutex);
    ++m_pool.m_users;
}

PostgresqlUse::~PostgresqlUse() {
    std::vector<PostgresqlLoan> unused;
    const std::lock_guard lock(m_pool.m_mutex);
    if (--m_pool.m_users == 0)
        unused.swap(m_pool.m_kept); // declared before the lock, so closed without it
}

} // namespace portolan
