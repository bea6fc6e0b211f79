#include "app/commands/commands.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/deadletters/groupscan.h"
#include "storage/export/namedlistings.h"
#include "storage/json/jsontext.h"
#include "storage/messages/batches.h"
#include "storage/ports/messagehistory.h"
#include "storage/ports/ports.h"
#include "storage/replay/replays.h"
#include "storage/replay/writtenids.h"
#include "storage/store.h"
#include "storage/versions/versions.h"

#include <array>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> showArguments{
    {{"WHAT", "batch, message, checkpoint, component, replay or dead-letter-group"}, {"ID", "as list prints it"}}};
constexpr std::array<OptionSpec, 2> showOptions{
    {{"store", "STORE", "the store to read", true},
     {"version", "N", "checkpoint, component: this version, not the one that counts"}}};

constexpr int entriesAPage = 500;

template <class Row>
QByteArray objectOf(std::span<const Column<Row>> columns, const Row& row) {
    QByteArray object;
    std::vector<Value> values;
    exportValues(columns, row, values);
    appendJsonObject(object, exportColumns(columns), values);
    return object;
}

/// One JSON object, and the table of its rows where metadata came beside them.
struct Document {
    QByteArray json;
    const char* beside = nullptr;
};

/// Writes the batch's metadata and its messages as one object.
Result<Document> batchDocument(Store& store, const QString& id, const CancelToken& interrupted) {
    bool ok = false;
    const qint64 number = id.toLongLong(&ok);
    if (!ok)
        return Error{ErrorCode::Usage, QStringLiteral("A batch's id is a number, not \"%1\".").arg(id)};
    const auto batch = store.batches().batch(number);
    PORTOLAN_TRY(batch);
    QByteArray document = objectOf(batchColumns(), *batch);
    document.chop(1);
    document += ",\"messages\":[";
    ListQuery query;
    query.filter = equals(messageSchema(), "batch_id", number);
    query.limit = entriesAPage;
    bool first = true;
    for (bool last = false; !last;) {
        auto page = store.batches().messages().page(query, interrupted);
        PORTOLAN_TRY(page);
        for (const Message& message : page->rows) {
            if (!std::exchange(first, false))
                document += ',';
            document += objectOf(messageColumns(), message);
        }
        last = page->last;
        query.after = std::move(page->next);
    }
    document += "]}\n";
    return Document{document, "messages"};
}

template <class Row>
void appendObjects(QByteArray& document, const char* name, std::span<const Column<Row>> columns,
                   const std::vector<Row>& rows) {
    document += QByteArray(",\"") + name + "\":[";
    for (const Row& row : rows) {
        if (!document.endsWith('['))
            document += ',';
        document += objectOf(columns, row);
    }
    document += ']';
}

/// Writes the message and all that is known of its way.
QByteArray historyDocument(const MessageHistory& history) {
    QByteArray document = objectOf(portMessageColumns(), history.message);
    document.chop(1);
    appendObjects(document, "audit", auditColumns(), history.audit);
    appendObjects(document, "replays", messageReplayColumns(), history.replays);
    appendObjects(document, "related", relatedMessageColumns(), history.related);
    document += ",\"processed_event\":";
    document += history.processed ? objectOf(processedEventColumns(), *history.processed) : QByteArray("null");
    return document + "}\n";
}

/// Finds a message by the kind of its id: `12:3` and `120` are messages of batches; what is neither, or not found
/// there, is a port message.
Result<Document> messageDocument(Store& store, const QString& id, const CancelToken& interrupted) {
    Ports* const ports = store.ports();
    const bool hasPorts = ports && !store.unavailableReason(Feature::Ports);
    const auto key = MessageId::fromText(id.toUtf8());
    if (!key && !hasPorts)
        return Error{ErrorCode::Usage, QStringLiteral("\"%1\" is no message id; list messages prints them.").arg(id)};
    std::optional<Error> notFound;
    if (key && !store.unavailableReason(Feature::Batches)) {
        const auto message = store.batches().message(*key);
        if (message)
            return Document{objectOf(messageColumns(), *message) + '\n', "messages"};
        if (message.error().code != ErrorCode::NotFound || !hasPorts)
            return message.error();
        notFound = message.error();
    }
    if (!hasPorts)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Batches).value_or(QString())};
    for (const QByteArray& form : formsOfId(id.toUtf8())) {
        const auto history = ports->history(form, interrupted);
        if (history)
            return Document{historyDocument(*history)};
        if (history.error().code != ErrorCode::NotFound)
            return history.error();
        if (!notFound)
            notFound = history.error();
    }
    return *notFound;
}

/// Writes the run and, under "items", every one with its outcome.
Result<Document> replayDocument(Store& store, const QString& id, const CancelToken& interrupted) {
    Replays* const replays = store.replays();
    const auto missing = store.unavailableReason(Feature::Replay);
    if (missing || !replays)
        return Error{ErrorCode::Unsupported, missing.value_or(QString())};
    auto run = replays->run(id.toUtf8());
    PORTOLAN_TRY(run);
    QByteArray items;
    ItemCounts counts; // of the items as they are by now
    qint64 past = 0;
    while (!interrupted.stop_requested()) {
        const auto page = replays->items(run->id, past, entriesAPage);
        PORTOLAN_TRY(page);
        if (page->empty()) {
            run->counts = counts;
            QByteArray document = objectOf(replayRunColumns(), *run);
            document.chop(1);
            return Document{document + ",\"items\":[" + items + "]}\n"};
        }
        for (const ReplayItem& item : *page) {
            if (!items.isEmpty())
                items += ',';
            items += objectOf(replayItemColumns(), item);
            ++counts[item.state];
        }
        past = page->back().position;
    }
    return cancelled();
}

Value text(const QByteArray& utf8) {
    return utf8;
}

/// Writes what a version changed as JSON, the most telling member first.
Value changedMembers(const Precursor& precursor) {
    QByteArray text = "[";
    for (const MemberChange& member : precursor.members) {
        if (member.habit == MemberHabit::Constant)
            continue;
        text += text.size() > 1 ? ",{" : "{";
        const auto add = [&](const char* name, const QString& value) {
            text += QByteArray("\"") + name + "\":";
            appendJsonString(text, value.toUtf8());
        };
        add("member", member.path);
        text += ',';
        add("before", member.before);
        text += ',';
        add("after", member.after);
        text += '}';
    }
    return text + ']';
}

Value versionOf(const std::optional<qint64>& version) {
    return version ? Value(*version) : Value();
}

constexpr Column<Precursor> precursorTable[] = {
    {"at", ColumnType::Time, [](const Precursor& p) { return Value(p.at); }},
    {"kind", ColumnType::Text, [](const Precursor& p) { return text(precursorKindName(p.kind)); }},
    {"subject", ColumnType::Text, [](const Precursor& p) { return text(p.subject); }},
    {"words", ColumnType::Text, [](const Precursor& p) { return text(p.words); }},
    {"feeds_port", ColumnType::Boolean, [](const Precursor& p) { return Value(p.feeds); }},
    {"version", ColumnType::Integer, [](const Precursor& p) { return versionOf(p.version); }},
    {"compared_with", ColumnType::Integer, [](const Precursor& p) { return versionOf(p.previous); }},
    {"changed", ColumnType::Json, &changedMembers},
    {"routine", ColumnType::Boolean, [](const Precursor& p) { return Value(p.isRoutine); }},
};

/// Writes the group with its history, its letters of the last 24 hours, and what changed before it began.
Result<Document> groupDocument(Store& store, const QString& id, const CancelToken& interrupted) {
    Ports* const ports = store.ports();
    const auto missing = store.unavailableReason(Feature::DeadLetters);
    if (missing || !ports)
        return Error{ErrorCode::Unsupported, missing.value_or(QString())};
    const auto group = ports->groups().group(id.toUtf8(), interrupted);
    PORTOLAN_TRY(group);
    const auto precursors = ports->groups().precursors(*group, interrupted);
    PORTOLAN_TRY(precursors);
    QByteArray document = objectOf(deadLetterGroupColumns(), *group);
    document.chop(1);
    document += ",\"last_hours\":[";
    for (std::size_t hour = 0; hour < group->lastHours.size(); ++hour)
        document += (hour > 0 ? "," : "") + QByteArray::number(group->lastHours[hour]);
    document += "],\"changed_before\":[";
    for (bool first = true; const Precursor& precursor : *precursors) {
        if (!std::exchange(first, false))
            document += ',';
        document += objectOf(std::span<const Column<Precursor>>(precursorTable), precursor);
    }
    return Document{document + "]}\n"};
}

/// Writes a version, whole.
template <Versioned kind>
Result<Document> versionDocument(Store& store, const QString& name, std::optional<qint64> version,
                                 const CancelToken& interrupted) {
    const auto row = findVersion(store, kind, name.toUtf8(), version, interrupted);
    PORTOLAN_TRY(row);
    const PipelineTable table = versionedTable(kind).table;
    return Document{objectOf(pipelineColumns(table), *row) + '\n',
                    pipelineSchema(table).find("metadata") ? pipelineTableName(table) : nullptr};
}

template <Result<Document> (*document)(Store&, const QString&, const CancelToken&)>
Result<Document> withoutVersion(Store& store, const QString& id, std::optional<qint64> version,
                                const CancelToken& interrupted) {
    if (version)
        return Error{ErrorCode::Usage, QStringLiteral("Only checkpoints and components have versions.")};
    return document(store, id, interrupted);
}

struct Thing {
    const char* name;
    Result<Document> (*document)(Store&, const QString& id, std::optional<qint64> version, const CancelToken&);
};
constexpr std::array<Thing, 6> things{{{"batch", withoutVersion<batchDocument>},
                                       {"message", withoutVersion<messageDocument>},
                                       {"checkpoint", versionDocument<Versioned::Checkpoint>},
                                       {"component", versionDocument<Versioned::Component>},
                                       {"replay", withoutVersion<replayDocument>},
                                       {"dead-letter-group", withoutVersion<groupDocument>}}};

Exit show(const Invocation& invocation) {
    const QString what = invocation.arguments.first();
    for (const Thing& thing : things) {
        if (what != QLatin1String(thing.name))
            continue;
        const auto version = invocation.number("version", std::numeric_limits<qint64>::min());
        if (!version)
            return fail(version.error());
        const auto store = openedStore(invocation);
        if (!store)
            return fail(store.error());
        const auto document = thing.document(**store, invocation.arguments.last(), *version, invocation.interrupted);
        if (!document)
            return fail(document.error());
        if (const auto written = writeOut(document->json); !written)
            return fail(written.error());
        const QString shortfall =
            document->beside ? hiddenMetadataOf(**store, document->beside, invocation.interrupted) : QString();
        if (!shortfall.isEmpty())
            say(shortfall);
        return shortfall.isEmpty() ? Exit::Done : Exit::Found;
    }
    QStringList names;
    for (const Thing& thing : things)
        names << QLatin1String(thing.name);
    return fail(
        {ErrorCode::Usage,
         QStringLiteral("show knows batch, message, checkpoint, component, replay and dead-letter-group, not \"%1\".")
                 .arg(what)
             + didYouMean(what, names)});
}

} // namespace

const CommandSpec showCommand{
    "show",
    "Prints one thing whole, as one JSON object.",
    showArguments,
    showOptions,
    show,
    "A batch has its metadata and, under \"messages\", every message in it. A message is one of a batch or of a port;\n"
    "documents are printed as the store has them. \"metadata\" is what its source had beside it. One of a port also "
    "has its way: \"audit\", \"replays\", \"related\"\n"
    "(others of its correlation id, among the 10,000 nearest in time) and \"processed_event\". Of a checkpoint the\n"
    "latest version is printed, of a component the highest, unless --version names another. A replay has under\n"
    "\"items\" what became of each dead letter. A dead letter group has its history, its letters in each of the last\n"
    "24 hours (the last is the present one), and under \"changed_before\" what changed in the hour before its first\n"
    "letter, likeliest first."};

} // namespace portolan
