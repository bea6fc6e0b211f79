#pragma once

#include "storage/base/cancel.h"
#include "storage/undo/undo.h"

#include <optional>
#include <vector>

namespace portolan {

class Store;

/// The preview of undoing an act.
struct UndoPreview {
    UndoOutcome outcome;
    std::vector<UndoStep> touched; ///< the first ones
};

/// Looks at the act of an entry of the audit. Errors as Undo::look().
[[nodiscard]] Result<UndoPreview> previewUndo(Store& store, qint64 entry, const CancelToken& token);

/// The same of the newest act of an actor that can be undone; nothing: there is none.
[[nodiscard]] Result<std::optional<UndoPreview>> previewNewestUndo(Store& store, const QByteArray& actor,
                                                                   const CancelToken& token);

} // namespace portolan
