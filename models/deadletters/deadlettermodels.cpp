#include "models/deadletters/deadlettermodels.h"

#include "models/deadletters/groupletters.h"
#include "models/deadletters/runitems.h"
#include "storage/deadletters/groupscan.h"
#include "storage/listing/filter.h"
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

std::vector<ModelColumn> letterColumns() {
    return {{"died_at", QT_TRANSLATE_NOOP("Columns", "Died"), ColumnKind::Time, 23},
            {"error_message", QT_TRANSLATE_NOOP("Columns", "Error"), ColumnKind::Data, -28},
            {"port_name", QT_TRANSLATE_NOOP("Columns", "Port"), ColumnKind::Data, 10},
            {"retry_count", QT_TRANSLATE_NOOP("Columns", "Tries"), ColumnKind::Number, 4},
            {"max_retries", QT_TRANSLATE_NOOP("Columns", "Of"), ColumnKind::Number, 2},
            {"id", QT_TRANSLATE_NOOP("Columns", "Id"), ColumnKind::Data, 9}};
}

Listing<PortMessage> letters() {
    return {.source = [](Store& store) -> RowSource<PortMessage>& {
                Ports* const ports = store.ports();
                return ports ? ports->deadLetters() : noRows<PortMessage>();
            },
            .columns = deadLetterColumns,
            .schema = deadLetterSchema,
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
            .shown = {{"created_at", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 23},
                      {"state", QT_TRANSLATE_NOOP("Columns", "State"), ColumnKind::State, 13},
                      {"reason", QT_TRANSLATE_NOOP("Columns", "Reason"), ColumnKind::Data, -24},
                      {"frozen", QT_TRANSLATE_NOOP("Columns", "Frozen"), ColumnKind::Number, 7},
                      {"pending", QT_TRANSLATE_NOOP("Columns", "Pending"), ColumnKind::Number, 7},
                      {"completed", QT_TRANSLATE_NOOP("Columns", "Completed"), ColumnKind::Number, 9},
                      {"failed_same", QT_TRANSLATE_NOOP("Columns", "Failed again"), ColumnKind::Number, 11},
                      {"failed_anew", QT_TRANSLATE_NOOP("Columns", "Failed anew"), ColumnKind::Number, 11},
                      {"skipped", QT_TRANSLATE_NOOP("Columns", "Skipped"), ColumnKind::Number, 7},
                      {"recalled", QT_TRANSLATE_NOOP("Columns", "Recalled"), ColumnKind::Number, 8},
                      {"replayed", QT_TRANSLATE_NOOP("Columns", "Put back"), ColumnKind::Number, 8},
                      {"vanished", QT_TRANSLATE_NOOP("Columns", "Vanished"), ColumnKind::Number, 8},
                      {"failed", QT_TRANSLATE_NOOP("Columns", "Not sent"), ColumnKind::Number, 8},
                      {"actor", QT_TRANSLATE_NOOP("Columns", "By"), ColumnKind::Data, 14}},
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
            .shown = {{"count", QT_TRANSLATE_NOOP("Columns", "Count"), ColumnKind::Number, 6},
                      {"template", QT_TRANSLATE_NOOP("Columns", "Error"), ColumnKind::Data, -22},
                      {"last_hours", QT_TRANSLATE_NOOP("Columns", "24 hours"), ColumnKind::Bars, 10},
                      {"port_name", QT_TRANSLATE_NOOP("Columns", "Port"), ColumnKind::Data, 10},
                      {"last_seen", QT_TRANSLATE_NOOP("Columns", "Last seen"), ColumnKind::Age, 8},
                      {"first_seen", QT_TRANSLATE_NOOP("Columns", "First seen"), ColumnKind::Age, 8},
                      {"failed_again_share", QT_TRANSLATE_NOOP("Columns", "Failed again"), ColumnKind::Share, 10},
                      {"error_type", QT_TRANSLATE_NOOP("Columns", "Type"), ColumnKind::Data, 16}},
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
            .shown = {{"position", QT_TRANSLATE_NOOP("Columns", "Number"), ColumnKind::Id, 7},
                      {"state", QT_TRANSLATE_NOOP("Columns", "Outcome"), ColumnKind::State, 14},
                      {"detail", QT_TRANSLATE_NOOP("Columns", "Why"), ColumnKind::Data, 12},
                      {"message_id", QT_TRANSLATE_NOOP("Columns", "Message"), ColumnKind::Data, -36},
                      {"updated_at", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 23}},
            .identity = [](const ReplayItem& item) { return QByteArray::number(item.position); },
            .trim = [](ReplayItem& item) { item.beforeImage.reset(); },
            .rowsChange = true};
}

/// The listing of groups. The store's query thread counts them little by little; an export counts them itself.
class GroupListing final : public TypedListing<DeadLetterGroup> {
public:
    explicit GroupListing(std::shared_ptr<GroupTally> tally) : TypedListing(groups(tally)), m_tally(std::move(tally)) {}

    std::shared_ptr<const ListingAdapter> forExport() const override {
        return std::make_shared<GroupListing>(std::make_shared<GroupTally>(m_tally->filter()));
    }
    Result<void> prepareExport(Store& store, const CancelToken& token) const override {
        const auto read = m_tally->readAll(store, token);
        return read ? Result<void>() : read.error();
    }

    bool rowsKeepPlaces() const override { return false; } // their places are numbers of rows

private:
    std::shared_ptr<GroupTally> m_tally;
};

Listing<PortMessage> lettersOf(const QByteArray& fingerprint) {
    Listing<PortMessage> listing = letters();
    listing.source = [all = listing.source, rows = std::make_shared<GroupLetters>(fingerprint)](
                         Store& store) -> RowSource<PortMessage>& { return rows->within(store, all(store)); };
    return listing;
}

/// The letters of one group; which group a letter is of, all letters decide.
class GroupLetterListing final : public PlaceListing {
public:
    GroupLetterListing(const QByteArray& fingerprint, const std::vector<LetterPlace>& places)
        : PlaceListing(lettersOf(fingerprint), places)
        , m_fingerprint(fingerprint)
        , m_places(places) {}

    std::shared_ptr<const ListingAdapter> forExport() const override {
        return std::make_shared<GroupLetterListing>(m_fingerprint, m_places);
    }
    /// Reads all letters, which decide together the group of each.
    Result<void> prepareExport(Store& store, const CancelToken& token) const override {
        Ports* const ports = store.ports();
        const auto read =
            ports ? ports->groups().more(GroupScan::untilExact, token) : Result<GroupProgress>(GroupProgress());
        return read ? Result<void>() : read.error();
    }

private:
    QByteArray m_fingerprint;
    std::vector<LetterPlace> m_places;
};

class ItemListing final : public TypedListing<ReplayItem> {
public:
    explicit ItemListing(const QByteArray& run) : TypedListing(items(run)), m_run(run) {}
    std::shared_ptr<const ListingAdapter> forExport() const override { return std::make_shared<ItemListing>(m_run); }

private:
    QByteArray m_run;
};

} // namespace

std::shared_ptr<const ListingAdapter> deadLetterGroupListing(std::shared_ptr<GroupTally> tally) {
    return std::make_shared<GroupListing>(std::move(tally));
}

std::shared_ptr<const ListingAdapter> letterListing(const std::vector<LetterPlace>& places) {
    return std::make_shared<PlaceListing>(letters(), places);
}

std::shared_ptr<const ListingAdapter> lettersOfGroupListing(const QByteArray& fingerprint,
                                                            const std::vector<LetterPlace>& places) {
    return std::make_shared<GroupLetterListing>(fingerprint, places);
}

std::shared_ptr<const ListingAdapter> replayRunListing() {
    return std::make_shared<TypedListing<ReplayRun>>(runs());
}

std::shared_ptr<const ListingAdapter> replayItemListing(const QByteArray& run) {
    return std::make_shared<ItemListing>(run);
}

} // namespace portolan
