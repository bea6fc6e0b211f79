#pragma once

#include <chrono>

namespace portolan {

/// The use of a database server: the names and the usual values of reference port-architecture.md §4.1.
struct DatabaseSettings {
    int minConnections = 1;                     ///< min_connections: unused ones that stay open while a store is
    int maxConnections = 10;                    ///< max_connections: of this program to one database
    std::chrono::seconds connectionTimeout{30}; ///< connection_timeout: for connecting, and for a free connection

    std::chrono::milliseconds statementTimeout{30'000};         ///< statement_timeout
    std::chrono::milliseconds lockTimeout{10'000};              ///< lock_timeout
    std::chrono::milliseconds idleInTransactionTimeout{60'000}; ///< idle_in_transaction_timeout

    int maxRetries = 3;                         ///< max_retries: of connecting, while the server starts or is full
    std::chrono::milliseconds retryDelay{1000}; ///< retry_delay_ms
    bool exponentialBackoff = true;             ///< exponential_backoff: each wait twice the one before

    friend bool operator==(const DatabaseSettings&, const DatabaseSettings&) = default;
};

} // namespace portolan
