#pragma once

#include "storage/checks/sql/builtinchecks.h"
#include "storage/listing/filter.h"
#include "storage/sql/columns/schemainspector.h"

#include <QString>
#include <optional>

namespace portolan {

/// The words that a check's text says in braces, for one database:
///   {time TABLE.COLUMN ALIAS}  a time that compares with others and with {now}, however the column keeps it
///   {true TABLE.COLUMN ALIAS}  a truth value
///   {no number EXPRESSION}     NaN, an infinity, or no number at all
///   {now}, {soon}              the database's clock, and five minutes later
///   {minute before EXPRESSION} a minute before a time of Portolan's own tables
///   {size}                     how many messages a batch may hold
///   {numbers repeat}           ", content" where message numbers may come again by right
///   {unless promoted}          a condition on l.checkpoint_name where the audit knows of promotions
struct CheckWords {
    const SchemaInspector& catalogue;
    SqlDialect dialect;
    qint64 batchSize = 0;
    bool numbersRepeat = false;

    /// Replaces the words of a text; every table and column that it needs must be in the catalogue.
    [[nodiscard]] QString expand(const QString& text) const;

private:
    [[nodiscard]] QString wordFor(const QString& word) const;
};

/// Makes the statement that finds the rows of a column whose times lie in the future, or whose documents are broken.
[[nodiscard]] QString futureStatement(const CheckedColumn& column);
[[nodiscard]] QString brokenStatement(const CheckedColumn& column);

} // namespace portolan
