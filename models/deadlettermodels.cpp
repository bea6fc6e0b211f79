#include "models/deadlettermodels.h"

#include "models/groupletters.h"
#include "models/runitems.h"
#include "storage/replay/replays.h"
#include "storage/store.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

void trimLetter(PortMessage& letter) {
    letter.messageData.clear();
    letter.messageMetadata.reset();
    letter.errorDetails.reset();
    if (letter.errorMessage)
        cutToCell(*letter.errorMessage);
}

#define COLUMN(text) QT_TRANSLATE_NOOP("Columns", text)

std::vector<ModelColumn> letterColumns() {
    return {
        {"created_at", COLUMN("Time"), ColumnKind::Time, 23},    {"port_name", COLUMN("Port"), ColumnKind::Data, 10},
        {"retry_count", COLUMN("Tries"), ColumnKind::Number, 4}, {"max_retries", COLUMN("Of"), ColumnKind::Number, 2},
        {"error_message", COLUMN("Error"), ColumnKind::Data, 0}, {"id", COLUMN("Id"), ColumnKind::Data, 9}};
}

Listing<PortMessage> letters() {
    return {.source = [](Store& store) -> RowSource<PortMessage>& {
                PortRepository* const ports = store.ports();
                return ports ? ports->deadLetters() : noRows<PortMessage>();
            },
            .columns = portMessageColumns,
            .schema = portMessageSchema,
            .shown = letterColumns(),
            .identity = [](const PortMessage& letter) { return letter.id; },
            .trim = trimLetter,
            .rowsChange = true};
}

Listing<ReplayRun> runs() {
    return {.source = [](Store& store) -> RowSource<ReplayRun>& {
                Replays* const replays = store.replays();
                return replays ? replays->runs() : noRows<ReplayRun>();
            },
            .columns = replayRunColumns,
            .schema = replayRunSchema,
            .shown = {{"created_at", COLUMN("Time"), ColumnKind::Time, 23},
                      {"state", COLUMN("State"), ColumnKind::State, 13},
                      {"reason", COLUMN("Reason"), ColumnKind::Data, -24},
                      {"frozen", COLUMN("Frozen"), ColumnKind::Number, 7},
                      {"pending", COLUMN("Pending"), ColumnKind::Number, 7},
                      {"completed", COLUMN("Completed"), ColumnKind::Number, 9},
                      {"failed_same", COLUMN("Failed again"), ColumnKind::Number, 11},
                      {"failed_anew", COLUMN("Failed anew"), ColumnKind::Number, 11},
                      {"skipped", COLUMN("Skipped"), ColumnKind::Number, 7},
                      {"recalled", COLUMN("Recalled"), ColumnKind::Number, 8},
                      {"replayed", COLUMN("Put back"), ColumnKind::Number, 8},
                      {"vanished", COLUMN("Vanished"), ColumnKind::Number, 8},
                      {"failed", COLUMN("Not sent"), ColumnKind::Number, 8},
                      {"actor", COLUMN("By"), ColumnKind::Data, 14}},
            .identity = [](const ReplayRun& run) { return run.id; },
            .trim = nullptr,
            .rowsChange = true};
}

/// Letters an hour over the last day as blocks: none is a blank, the most are █.
Value hoursText(const DeadLetterGroup& group) {
    const qint32 most = *std::ranges::max_element(group.lastHours);
    QString blocks;
    for (const qint32 count : group.lastHours)
        blocks += count == 0 ? QChar(u' ') : QChar(static_cast<char16_t>(0x2581 + 7 * qint64{count} / most));
    return {blocks.toUtf8()};
}

/// Storage's columns, and the hours, which only a screen can show.
std::span<const Column<DeadLetterGroup>> shownGroupColumns() {
    static const std::vector<Column<DeadLetterGroup>> columns = [] {
        const auto known = deadLetterGroupColumns();
        std::vector<Column<DeadLetterGroup>> made(known.begin(), known.end());
        made.push_back({"last_hours", ColumnType::Text, hoursText});
        return made;
    }();
    return columns;
}

Listing<DeadLetterGroup> groups(std::shared_ptr<GroupTally> tally) {
    return {.source = [tally = std::move(tally)](Store& store) -> RowSource<DeadLetterGroup>& {
                return tally->rows(store);
            },
            .columns = shownGroupColumns,
            .schema = deadLetterGroupSchema,
            .shown = {{"count", COLUMN("Count"), ColumnKind::Number, 8},
                      {"template", COLUMN("Error"), ColumnKind::Data, -36},
                      {"port_name", COLUMN("Port"), ColumnKind::Data, 10},
                      {"last_hours", COLUMN("24 hours"), ColumnKind::Bars, 12},
                      {"last_seen", COLUMN("Last seen"), ColumnKind::Age, 8},
                      {"first_seen", COLUMN("First seen"), ColumnKind::Age, 8},
                      {"failed_again_share", COLUMN("Failed again"), ColumnKind::Share, 10},
                      {"error_type", COLUMN("Type"), ColumnKind::Data, 16}},
            .identity = [](const DeadLetterGroup& group) { return group.fingerprint; },
            .trim = nullptr,
            .rowsChange = true};
}

Listing<ReplayItem> items(const QByteArray& run) {
    return {.source = [items = std::make_shared<RunItems>(run)](Store& store) -> RowSource<ReplayItem>& {
                return items->of(store);
            },
            .columns = replayItemColumns,
            .schema = replayItemSchema,
            .shown = {{"position", COLUMN("Number"), ColumnKind::Id, 7},
                      {"state", COLUMN("Outcome"), ColumnKind::State, 14},
                      {"detail", COLUMN("Why"), ColumnKind::Data, 12},
                      {"message_id", COLUMN("Message"), ColumnKind::Data, -36},
                      {"updated_at", COLUMN("Time"), ColumnKind::Time, 23}},
            .identity = [](const ReplayItem& item) { return QByteArray::number(item.position); },
            .trim = [](ReplayItem& item) { item.beforeImage.clear(); },
            .rowsChange = true};
}

#undef COLUMN

} // namespace

std::shared_ptr<const RowListing> deadLetterGroupListing(std::shared_ptr<GroupTally> tally) {
    return std::make_shared<TypedListing<DeadLetterGroup>>(groups(std::move(tally)));
}

std::shared_ptr<const RowListing> letterListing() {
    return std::make_shared<TypedListing<PortMessage>>(letters());
}

std::shared_ptr<const RowListing> lettersOfGroupListing(const QByteArray& fingerprint) {
    Listing<PortMessage> listing = letters();
    listing.source = [all = listing.source, rows = std::make_shared<GroupLetters>(fingerprint)](
                         Store& store) -> RowSource<PortMessage>& { return rows->within(store, all(store)); };
    return std::make_shared<TypedListing<PortMessage>>(std::move(listing));
}

std::shared_ptr<const RowListing> replayRunListing() {
    return std::make_shared<TypedListing<ReplayRun>>(runs());
}

std::shared_ptr<const RowListing> replayItemListing(const QByteArray& run) {
    return std::make_shared<TypedListing<ReplayItem>>(items(run));
}

} // namespace portolan
