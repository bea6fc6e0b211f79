#pragma once

#include "storage/retention/retention.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

namespace portolan {

/// A rule as SQL over the rows of its table, whose alias is t.
struct RetentionPlan {
    QString table; ///< quoted
    QString name;  ///< of the table, as settledRule() has it
    QString key;   ///< finds a row again: SQLite's number of the row, a server's ctid
    QString time;  ///< the rule's time, as it is stored
    SqlColumn readTime{""};
    Timestamp cutoff; ///< what is older goes
    /// Complete conditions. `among`: the rows that the rule is about, gone or not. `doomed`: those of them that go.
    SqlCondition among;
    SqlCondition doomed;
    /// A condition that every doomed row meets and an index serves; empty where there is none.
    SqlCondition near;
    QString bytes;          ///< an expression: the bytes of a row's values
    bool isDivided = false; ///< a server keeps the table in partitions by this time
};

/// Returns the rule with its table and its time as the catalogue spells them, in whatever way the rule does: so that it
/// is compared by the one name that the table has. As it is where there is no such table.
[[nodiscard]] Result<RetentionRule> settledRule(Connection& connection, const SchemaInspector& catalogue,
                                                RetentionRule rule);

/// Makes the plan of a rule, once it is settled and checked. Errors: NotFound, the table or a column is not there;
/// Unsupported, its rows cannot be told apart; Usage, it cannot be, or its filter does not read.
[[nodiscard]] Result<RetentionPlan> planRetention(Connection& connection, const SchemaInspector& catalogue,
                                                  const RetentionRule& rule, Timestamp now);

/// Says why a rule must not run now, in words: the newest row is later than the clock by more than a day, or so old
/// that the rule would leave nothing newer than what it keeps. Nothing: it may.
[[nodiscard]] Result<std::optional<QString>> clockTrouble(Connection& connection, const SchemaInspector& catalogue,
                                                          const RetentionRule& rule, Timestamp now);

} // namespace portolan
