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
    QString statement;                     ///< empty: no single statement does
    [[nodiscard]] QByteArray said() const; ///< "index idx_a of orders is missing"
    [[nodiscard]] QByteArray text() const; ///< the same with the statement after a colon
    [[nodiscard]] QByteArray script() const;
};

/// Of tables that are expected and not another program's (`foreign`). What a table without its line in `expected` has
/// is nobody's business but its owner's; one of Portolan's name that is not expected is too much.
[[nodiscard]] std::vector<SchemaDifference> schemaDifferences(const std::vector<SchemaObject>& expected,
                                                              const std::vector<SchemaObject>& found,
                                                              const QSet<QString>& foreign, SqlDialect dialect);

/// Zone 1: whether the tables that the migrations made are as they made them. What differs in a table in which other
/// checks found damage is told, but is no finding of its own: it is how the damage came in, and an index or a
/// constraint cannot be made again before that is mended.
[[nodiscard]] Result<CheckResult> verifySchema(const SqlChecks::CheckContext& place);

} // namespace portolan
