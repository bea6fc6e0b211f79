#pragma once

#include "storage/sql/connection/connection.h"

#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Types as a server words them in its catalogues, "numeric(10,0)" for numeric(10): what a column has that is made with
/// one. Nothing, and the server's words, for what it does not take. They become part of a statement, so that they are
/// given only when they look like types.
struct ServerType {
    std::optional<QByteArray> text;
    QString refusal = {};
};
/// Asks for them, in the order of `types`. Errors: the server's.
[[nodiscard]] Result<std::vector<ServerType>> serverTypes(Connection& connection, std::span<const QByteArray> types);

} // namespace portolan
