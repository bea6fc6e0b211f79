#pragma once

#include <QString>
#include <span>

namespace portolan {

/// Returns the columns by which a table of the pipeline (SCHEMA, 001 to 007) is told from another program's table that
/// only shares its name: those that each program of the pipeline gives it. Empty for any other name; the name is
/// compared without case.
[[nodiscard]] std::span<const char* const> columnsThatTell(const QString& table);

} // namespace portolan
