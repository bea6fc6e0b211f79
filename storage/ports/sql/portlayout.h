#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/keyset.h"

#include <optional>

namespace portolan {

/// Port messages as a database keeps them, also where another program made the table.
struct PortLayout {
    SqlListing messages;
    SqlListing deadLetters;
    SqlKeyPart counted;         ///< goes through the messages of one state of the database
    bool namesByIndex = false;  ///< an index begins with port_name
    bool countsByIndex = false; ///< one has port_name, status and created_at
    bool deadByIndex = false;   ///< one leads to the dead letters, in order of died_at
    bool waitsByIndex = false;  ///< one leads to a port's pending messages, in order of pending_since
    bool timesByIndex = false;  ///< one begins with created_at
    // The tables beside it that the database has:
    bool hasAudit = false;
    bool hasReplays = false;
    bool hasProcessedEvents = false;

    /// Returns a column by its name among portMessageColumns().
    [[nodiscard]] const SqlColumn& column(QByteArrayView name) const;
    /// Returns died_at of a row that is known to be a dead letter, by which the index of dead letters goes.
    [[nodiscard]] const SqlColumn& diedAt() const;
};

/// Returns why a database with these tables has no port messages, in words; nothing when it has.
[[nodiscard]] std::optional<QString> missingPorts(const SchemaInspector& catalogue);

/// Reads from the catalogue what a database has of port messages, and which indexes serve them. Errors besides a
/// connection's: Unsupported with what missingPorts() says.
[[nodiscard]] Result<PortLayout> readPortLayout(Connection& connection);

} // namespace portolan
