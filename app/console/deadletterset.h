#pragma once

#include "app/console/command.h"
#include "storage/listing/filter.h"

#include <QByteArray>
#include <span>
#include <vector>

namespace portolan {

class Store;

/// The dead letters that a command is about, as --filter, --group or --ids name them.
struct LetterSet {
    Filter filter;
    QByteArray words;            ///< what was typed
    std::vector<QByteArray> ids; ///< as the store has them; those it has not, as they were written
    qint64 leftOut = 0;          ///< of --ids, what is no dead letter; it was said, each by its name
};
/// Which messages --ids may name.
enum class IdsOf { DeadLetters, Messages };
/// Reads the set; the filter is one of `schema`.
[[nodiscard]] Result<LetterSet> readLetterSet(Store& store, const Invocation& invocation, const ColumnSet& schema,
                                              IdsOf kind = IdsOf::DeadLetters);

/// A file's contents; - is standard input. `what` it is, for the error.
[[nodiscard]] Result<QByteArray> readWhole(const QString& name, const char* what);
/// The ids of a file, each once, as readWrittenIds() reads them; what came again is said. Error Usage: there are none.
[[nodiscard]] Result<std::vector<QByteArray>> readIds(const QString& name);

/// Says the first twenty of these, a line each, and how many more there are.
void sayEach(std::span<const QByteArray> ids, const QString& what);

/// Data as it may stand on a terminal.
[[nodiscard]] QString shown(const QByteArray& text);

} // namespace portolan
