#include "models/batches/batchmodels.h"

#include "storage/messages/batches.h"
#include "storage/store.h"

namespace portolan {

namespace {

Listing<Batch> batches() {
    return {.source = [](Store& store) -> RowSource<Batch>& { return store.batches().batches(); },
            .columns = batchColumns,
            .schema = batchSchema,
            .shown = {{"id", QT_TRANSLATE_NOOP("Columns", "Batch"), ColumnKind::Id, 6},
                      {"filename", QT_TRANSLATE_NOOP("Columns", "File name"), ColumnKind::Name, 22},
                      {"message_count", QT_TRANSLATE_NOOP("Columns", "Messages"), ColumnKind::Number, 8},
                      {"first_message_number", QT_TRANSLATE_NOOP("Columns", "First"), ColumnKind::Id, 8},
                      {"last_message_number", QT_TRANSLATE_NOOP("Columns", "Last"), ColumnKind::Id, 8},
                      {"file_size_bytes", QT_TRANSLATE_NOOP("Columns", "Size (B)"), ColumnKind::Number, 8},
                      {"date_modified", QT_TRANSLATE_NOOP("Columns", "Modified"), ColumnKind::Time, 29},
                      {"date_created", QT_TRANSLATE_NOOP("Columns", "Created"), ColumnKind::Time, 29}},
            .identity = [](const Batch& batch) { return QByteArray::number(batch.id); },
            .trim = nullptr,
            .rowsChange = true};
}

Listing<Message> messages() {
    return {.source = [](Store& store) -> RowSource<Message>& { return store.batches().messages(); },
            .columns = messageColumns,
            .schema = messageSchema,
            .shown = {{"timestamp", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 29},
                      {"message_number", QT_TRANSLATE_NOOP("Columns", "Number"), ColumnKind::Id, 8},
                      {"content", QT_TRANSLATE_NOOP("Columns", "Content"), ColumnKind::Data, 0},
                      {"batch_id", QT_TRANSLATE_NOOP("Columns", "Batch"), ColumnKind::Id, 6}},
            .identity = [](const Message& message) { return message.id.toText(); },
            .trim =
                [](Message& message) {
                    cutToCell(message.content);
                    message.metadata.clear();
                },
            .rowsChange = false};
}

Listing<Reject> rejects() {
    return {.source = [](Store& store) -> RowSource<Reject>& { return store.batches().rejects(); },
            .columns = rejectColumns,
            .schema = rejectSchema,
            .shown = {{"rejected_at", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 29},
                      {"state", QT_TRANSLATE_NOOP("Columns", "State"), ColumnKind::State, 13},
                      {"reason", QT_TRANSLATE_NOOP("Columns", "Reason"), ColumnKind::Name, 44},
                      {"source", QT_TRANSLATE_NOOP("Columns", "From"), ColumnKind::Data, 26},
                      {"key", QT_TRANSLATE_NOOP("Columns", "Key"), ColumnKind::Data, 20},
                      {"reinjected_at", QT_TRANSLATE_NOOP("Columns", "Put back"), ColumnKind::Time, 29},
                      {"payload", QT_TRANSLATE_NOOP("Columns", "Payload"), ColumnKind::Data, 0}},
            .identity = [](const Reject& reject) { return QByteArray::number(reject.id); },
            .trim =
                [](Reject& reject) {
                    cutToCell(reject.payload);
                    reject.metadata.clear();
                },
            .rowsChange = true};
}

Listing<Gap> gaps() {
    return {.source = [](Store& store) -> RowSource<Gap>& { return store.batches().gaps(); },
            .columns = gapColumns,
            .schema = gapSchema,
            .shown = {{"detected_at", QT_TRANSLATE_NOOP("Columns", "Detected"), ColumnKind::Time, 29},
                      {"kind", QT_TRANSLATE_NOOP("Columns", "Kind"), ColumnKind::Name, 12},
                      {"first_number", QT_TRANSLATE_NOOP("Columns", "First"), ColumnKind::Id, 10},
                      {"last_number", QT_TRANSLATE_NOOP("Columns", "Last"), ColumnKind::Id, 10},
                      {"missing", QT_TRANSLATE_NOOP("Columns", "Missing"), ColumnKind::Number, 8},
                      {"closed_at", QT_TRANSLATE_NOOP("Columns", "Closed"), ColumnKind::Time, 29},
                      {"source", QT_TRANSLATE_NOOP("Columns", "From"), ColumnKind::Data, 26},
                      {"details", QT_TRANSLATE_NOOP("Columns", "Details"), ColumnKind::Data, 0}},
            .identity = [](const Gap& gap) { return QByteArray::number(gap.id); },
            .trim = nullptr,
            .rowsChange = true};
}

} // namespace

std::shared_ptr<const ListingAdapter> batchListing() {
    return std::make_shared<TypedListing<Batch>>(batches());
}

std::shared_ptr<const ListingAdapter> messageListing() {
    return std::make_shared<TypedListing<Message>>(messages());
}

std::shared_ptr<const ListingAdapter> rejectListing() {
    return std::make_shared<TypedListing<Reject>>(rejects());
}

std::shared_ptr<const ListingAdapter> gapListing() {
    return std::make_shared<TypedListing<Gap>>(gaps());
}

} // namespace portolan
