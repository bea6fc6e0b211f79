#include "models/deadletters/archivemodels.h"

#include "storage/listing/rowsource.h"
#include "storage/operations/operations.h"
#include "storage/store.h"

namespace portolan {

namespace {

QByteArray archivedIdentity(qint64 id, const QByteArray& messageId) {
    return QByteArray::number(id) + ' ' + messageId; // a message may be archived twice
}

Listing<ArchivedMessage> archive() {
    return {.source = [](Store& store) -> RowSource<ArchivedMessage>& {
                Operations* const operations = store.operations();
                return operations ? operations->archive().messages() : noRows<ArchivedMessage>();
            },
            .columns = archiveColumns,
            .schema = archiveSchema,
            .shown = {{"archived_at", QT_TRANSLATE_NOOP("Columns", "Archived"), ColumnKind::Time, 23},
                      {"message_id", QT_TRANSLATE_NOOP("Columns", "Message"), ColumnKind::Data, 36},
                      {"cause", QT_TRANSLATE_NOOP("Columns", "Cause"), ColumnKind::Name, 10},
                      {"reason", QT_TRANSLATE_NOOP("Columns", "Reason"), ColumnKind::Data, -24},
                      {"actor", QT_TRANSLATE_NOOP("Columns", "By"), ColumnKind::Data, 12},
                      {"restored_at", QT_TRANSLATE_NOOP("Columns", "Restored"), ColumnKind::Time, 23}},
            .identity = [](const ArchivedMessage& message) { return archivedIdentity(message.id, message.messageId); },
            .trim = [](ArchivedMessage& message) { message.rowImage.clear(); }, // the Inspector reads it
            .rowsChange = true};
}

} // namespace

QByteArray archivedMessageId(const QByteArray& identity) {
    return identity.mid(identity.indexOf(' ') + 1);
}

std::shared_ptr<const ListingAdapter> archiveListing() {
    return std::make_shared<TypedListing<ArchivedMessage>>(archive());
}

} // namespace portolan
