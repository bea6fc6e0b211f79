#pragma once

#include "storage/checks/sql/checkrunner.h"
#include "storage/checks/sql/schemaobjects.h"

#include <QSet>

namespace portolan {

/// A place where a schema is not what it should be, and a statement that would heal it.
struct SchemaDifference {
    enum class What { Missing, Extra, Different };
    What what = What::Missing;
    SchemaObject object;
    QString statement;                       ///< empty: no single statement does
    [[nodiscard]] QByteArray said() const;   ///< "index idx_a of orders is missing"
    [[nodiscard]] QByteArray text() const;   ///< the same with the statement after a colon
    [[nodiscard]] QByteArray script() const; ///< lines that would heal it, for a script
};

/// Compares the objects that are there with those that are expected. Passes over tables of another program (`foreign`)
/// and those that are not expected, but for the latter with a name of Portolan's (`portolan_…`), which are Extra.
[[nodiscard]] std::vector<SchemaDifference> schemaDifferences(const std::vector<SchemaObject>& expected,
                                                              const std::vector<SchemaObject>& found,
                                                              const QSet<QString>& foreign, SqlDialect dialect);

/// Checks that the tables of the migrations are as these made them. A difference in a table in which other checks found
/// damage is told, but is no finding of its own: the damage came in through it, and an index or a constraint cannot be
/// made again before the damage is mended.
[[nodiscard]] Result<CheckResult> verifySchema(const SqlChecks::CheckContext& place);

} // namespace portolan
