#pragma once

#include "app/command.h"
#include "storage/base/filter.h"
#include "storage/ports.h"

#include <QByteArray>
#include <vector>

namespace portolan {

class Store;

/// The dead letters that a command is about, as --filter, --group or --ids name them.
struct LetterSet {
    Filter filter;
    QByteArray words; ///< what was typed
    std::vector<QByteArray> ids;
};
[[nodiscard]] Result<LetterSet> readLetterSet(Store& store, const Invocation& invocation, const FilterSchema& schema);

/// A file's contents; - is standard input. `what` it is, for the error.
[[nodiscard]] Result<QByteArray> readWhole(const QString& name, const char* what);
/// The ids of a file, one a line; empty lines are passed over. Error Usage: there are none.
[[nodiscard]] Result<std::vector<QByteArray>> readIds(const QString& name);

/// Data as it may stand on a terminal.
[[nodiscard]] QString shown(const QByteArray& text);

} // namespace portolan
