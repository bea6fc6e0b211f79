#include "models/batchmodels.h"

#include "storage/store.h"

namespace portolan {

namespace {

#define COLUMN(text) QT_TRANSLATE_NOOP("Columns", text)

Listing<Batch> batches() {
    return {.source = [](Store& store) -> RowSource<Batch>& { return store.batches().batches(); },
            .columns = batchColumns,
            .schema = batchSchema,
            .shown = {{"id", COLUMN("Batch"), ColumnKind::Id, 6},
                      {"filename", COLUMN("File name"), ColumnKind::Name, 22},
                      {"message_count", COLUMN("Messages"), ColumnKind::Number, 8},
                      {"first_message_number", COLUMN("First"), ColumnKind::Id, 8},
                      {"last_message_number", COLUMN("Last"), ColumnKind::Id, 8},
                      {"file_size_bytes", COLUMN("Size (B)"), ColumnKind::Number, 8},
                      {"date_modified", COLUMN("Modified"), ColumnKind::Time, 29},
                      {"date_created", COLUMN("Created"), ColumnKind::Time, 29}},
            .identity = [](const Batch& batch) { return QByteArray::number(batch.id); },
            .trim = nullptr,
            .rowsChange = true};
}

Listing<Message> messages() {
    return {.source = [](Store& store) -> RowSource<Message>& { return store.batches().messages(); },
            .columns = messageColumns,
            .schema = messageSchema,
            .shown = {{"timestamp", COLUMN("Time"), ColumnKind::Time, 29},
                      {"message_number", COLUMN("Number"), ColumnKind::Id, 8},
                      {"content", COLUMN("Content"), ColumnKind::Data, 0},
                      {"batch_id", COLUMN("Batch"), ColumnKind::Id, 6}},
            .identity = [](const Message& message) { return message.id.toText(); },
            .trim = [](Message& message) { cutToCell(message.content); },
            .rowsChange = false};
}

Listing<Reject> rejects() {
    return {.source = [](Store& store) -> RowSource<Reject>& { return store.batches().rejects(); },
            .columns = rejectColumns,
            .schema = rejectSchema,
            .shown = {{"rejected_at", COLUMN("Time"), ColumnKind::Time, 29},
                      {"reason", COLUMN("Reason"), ColumnKind::Name, 44},
                      {"source", COLUMN("From"), ColumnKind::Data, 26},
                      {"key", COLUMN("Key"), ColumnKind::Data, 20},
                      {"reinjected_at", COLUMN("Put back"), ColumnKind::Time, 29},
                      {"payload", COLUMN("Payload"), ColumnKind::Data, 0}},
            .identity = [](const Reject& reject) { return QByteArray::number(reject.id); },
            .trim = [](Reject& reject) { cutToCell(reject.payload); },
            .rowsChange = true};
}

Listing<Gap> gaps() {
    return {.source = [](Store& store) -> RowSource<Gap>& { return store.batches().gaps(); },
            .columns = gapColumns,
            .schema = gapSchema,
            .shown = {{"detected_at", COLUMN("Detected"), ColumnKind::Time, 29},
                      {"kind", COLUMN("Kind"), ColumnKind::Name, 12},
                      {"first_number", COLUMN("First"), ColumnKind::Id, 10},
                      {"last_number", COLUMN("Last"), ColumnKind::Id, 10},
                      {"missing", COLUMN("Missing"), ColumnKind::Number, 8},
                      {"closed_at", COLUMN("Closed"), ColumnKind::Time, 29},
                      {"source", COLUMN("From"), ColumnKind::Data, 26},
                      {"details", COLUMN("Details"), ColumnKind::Data, 0}},
            .identity = [](const Gap& gap) { return QByteArray::number(gap.id); },
            .trim = nullptr,
            .rowsChange = true};
}

#undef COLUMN

} // namespace

std::shared_ptr<const RowListing> batchListing() {
    return std::make_shared<TypedListing<Batch>>(batches());
}

std::shared_ptr<const RowListing> messageListing() {
    return std::make_shared<TypedListing<Message>>(messages());
}

std::shared_ptr<const RowListing> rejectListing() {
    return std::make_shared<TypedListing<Reject>>(rejects());
}

std::shared_ptr<const RowListing> gapListing() {
    return std::make_shared<TypedListing<Gap>>(gaps());
}

} // namespace portolan
