#pragma once

#include "storage/health/health.h"
#include "storage/sql/connection/connection.h"

#include <chrono>
#include <optional>
#include <span>

namespace portolan {

/// From when on a session is worth a word.
struct HealthLimits {
    std::chrono::seconds blocked{10};  ///< waits for another one's lock
    std::chrono::seconds openFor{900}; ///< its transaction keeps old rows from being cleaned up
};

/// A question to a PostgreSQL server (10 and later) about itself. Each is asked alone, so that one that a role may not
/// ask hides no other.
struct HealthQuestion {
    const char* name; ///< of its findings
    int columns;
    const char* sql; ///< {blocked} and {long} are for HealthLimits, in seconds
    /// Makes a finding of a row; nothing: all is well. The cells are texts, null for NULL.
    std::optional<HealthFinding> (*finding)(const QStringList& row);
};

/// The questions about sessions, archive, replication and tables.
[[nodiscard]] std::span<const HealthQuestion> serverHealthQuestions();

/// The folder of the server's data where the role may know it and it is on this machine; empty: it is not. On the
/// connection's thread.
[[nodiscard]] Result<QString> localDataFolder(Connection& connection, const QString& host);

} // namespace portolan
