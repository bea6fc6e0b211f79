#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/connection.h"
#include "storage/tables/sql/requiredcolumns.h"
#include "storage/versions/versionchanges.h"

#include <optional>

namespace portolan {

/// A table of versions with their documents, of any program, as far as versions of one subject are compared. On the
/// connection's thread.
class VersionTable {
public:
    /// So many versions of a subject are read at most, and so many after the last that matters.
    static constexpr int mostBefore = 400;
    static constexpr int mostAfter = 20;
    static constexpr int largestDocument = 64 * 1024; ///< characters; larger ones are left out

    // Nothing where the table or a column is not there.
    [[nodiscard]] static std::optional<VersionTable> checkpoints(const SchemaInspector& catalogue);
    [[nodiscard]] static std::optional<VersionTable> states(const SchemaInspector& catalogue);

    /// Reads the versions up to one and a few after it, in their order. Two statements, by the index of subject and
    /// version.
    [[nodiscard]] Result<std::vector<VersionDocument>> around(Connection& connection, const QByteArray& subject,
                                                              qint64 greatest) const;

private:
    explicit VersionTable(RequiredColumns columns) : m_columns(std::move(columns)) {}
    [[nodiscard]] static std::optional<VersionTable> find(const SchemaInspector& catalogue, const char* table,
                                                          const char* subject, const char* document);

    RequiredColumns m_columns;
};

} // namespace portolan
