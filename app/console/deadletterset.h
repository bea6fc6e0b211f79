#pragma once

#include "app/console/command.h"
#include "storage/listing/filter.h"

#include <QByteArray>
#include <span>
#include <vector>

namespace portolan {

class Store;

/// The dead letters that a command acts on, as --filter, --group or --ids name them.
struct LetterSet {
    Filter filter;
    QByteArray words;            ///< the option as typed
    std::vector<QByteArray> ids; ///< of --ids, as the store has them; unknown ones as they were written
    qint64 leftOut = 0;          ///< the number of ids that are no dead letters, which were reported by name
};
/// The messages that --ids may name.
enum class IdsOf { DeadLetters, Messages };
/// Reads the set from the options; a filter is read against `schema`.
[[nodiscard]] Result<LetterSet> readLetterSet(Store& store, const Invocation& invocation, const ColumnSet& schema,
                                              IdsOf kind = IdsOf::DeadLetters);

/// Reads a whole file; "-" is standard input. `what` names it in an error. Errors: NotFound, Io.
[[nodiscard]] Result<QByteArray> readWhole(const QString& name, const char* what);
/// Reads the ids of a file, each once, with readWrittenIds(); reports repeated ones. Errors as readWhole(); Usage:
/// there are none.
[[nodiscard]] Result<std::vector<QByteArray>> readIds(const QString& name);

/// Prints the first twenty ids on standard error, a line each with `what`, and how many more there are.
void sayEach(std::span<const QByteArray> ids, const QString& what);

/// Makes data safe to print on a terminal.
[[nodiscard]] QString shown(const QByteArray& text);

} // namespace portolan
