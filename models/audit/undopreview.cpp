#include "models/audit/undopreview.h"

#include "storage/store.h"

namespace portolan {

namespace {

constexpr std::size_t mostShown = 5;

Error cannotUndo(const Store& store) {
    return {ErrorCode::Unsupported, store.unavailableReason(Feature::Audit).value_or(store.url().display())};
}

} // namespace

Result<UndoPreview> previewUndo(Store& store, qint64 entry, const CancelToken& token) {
    Undo* const undo = store.undo();
    if (!undo)
        return cannotUndo(store);
    UndoPreview preview;
    Result<UndoOutcome> seen = undo->look(
        entry,
        [&](const UndoStep& step) -> Result<void> {
            if (step.state == UndoState::Touched && preview.touched.size() < mostShown)
                preview.touched.push_back(step);
            return {};
        },
        token);
    PORTOLAN_TRY(seen);
    preview.outcome = std::move(*seen);
    return preview;
}

Result<std::optional<UndoPreview>> previewNewestUndo(Store& store, const QByteArray& actor, const CancelToken& token) {
    Undo* const undo = store.undo();
    if (!undo)
        return cannotUndo(store);
    const Result<std::optional<AuditEntry>> newest = undo->newest(actor, token);
    PORTOLAN_TRY(newest);
    if (!*newest)
        return std::optional<UndoPreview>();
    Result<UndoPreview> preview = previewUndo(store, (*newest)->id, token);
    return preview ? Result<std::optional<UndoPreview>>(std::move(*preview)) : preview.error();
}

} // namespace portolan
