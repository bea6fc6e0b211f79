#pragma once

#include "storage/sql/connection/dialect.h"
#include "storage/tables/objectmodels.h"
#include "storage/tables/tables.h"

namespace portolan {

/// Tells where the table of a model is here: "analytics_data.kpi" is a table of that schema, in SQLite the table
/// "analytics_data_kpi". Without a schema: that of the pipeline. Error Invalid for what is no user-defined table: no
/// model touches another.
[[nodiscard]] Result<TableInfo> modelledTable(const QByteArray& path, SqlDialect dialect);

/// Finds the differences between a table and its model, whose types are worded as the database words them. `found` is
/// nothing where there is no such table. Statements are in the order in which they can be run.
[[nodiscard]] Result<std::vector<ModelDifference>> modelDifferences(const ObjectModel& model, const TableInfo& table,
                                                                    const std::optional<TableDetail>& found,
                                                                    SqlDialect dialect);

} // namespace portolan
