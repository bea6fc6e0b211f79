#pragma once

#include "storage/transfer/storecontent.h"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

/// A row that two stores do not have alike.
struct RowDifference {
    enum class Kind {
        Missing, ///< in the first store, not in the second
        Extra,   ///< in the second store, not in the first
        Changed
    };
    QByteArray table;
    QByteArray key;
    Kind kind = Kind::Changed;
    QByteArray columns; ///< Changed: their names, with commas between

    /// The row itself, for a window that shows it.
    struct Rows {
        std::vector<std::pair<QString, std::optional<QByteArray>>> key; ///< columns and values
        QByteArray first; ///< in the first store, as a JSON object; {}: it is not there
        QByteArray second;
    };
    std::optional<Rows> rows = {}; ///< where the options ask for it
};

/// "missing", "extra", "changed".
[[nodiscard]] const char* rowDifferenceName(RowDifference::Kind kind);

struct CompareOptions {
    QStringList tables = {};                        ///< empty: those of the pipeline
    bool withRows = false;                          ///< differences have their rows
    std::function<void(qint64 rows)> progress = {}; ///< told of the rows compared, after some thousands each
};

struct CompareReport {
    qint64 rows = 0; ///< that both have alike
    qint64 differences = 0;
    QStringList leftOut; ///< tables and columns that were not compared, each a sentence
};

/// Compares two stores row by row, each as it was at one moment; memory does not grow with the rows. `tell` gets each
/// difference, in the order of tables and keys; an error of its own ends the comparison. Rows that one store alone has
/// are in the report: a column, or a table that has rows. Errors: NotFound, no store has a table that is asked for;
/// those of reading; Cancelled.
[[nodiscard]] Result<CompareReport> compareStores(StoreContent& a, StoreContent& b, const CompareOptions& options,
                                                  const std::function<Result<void>(const RowDifference&)>& tell);

/// The tables that a pipeline's programs write, by the order in which their rows depend on each other.
[[nodiscard]] QStringList pipelineTableNames();

} // namespace portolan
