// What the Inspector shows of port messages and of what was done to them.

#include "models/format.h"
#include "models/inspection.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

using Row = std::vector<Inspection::FactValue>;

#define TEXT(source) inspectionText(QT_TRANSLATE_NOOP("Inspection", source))

QString shown(const QByteArray& data) {
    return visibleText(data, 200);
}

void addText(std::vector<Inspection::Fact>& facts, const QString& name, const QByteArray& data) {
    if (!data.isEmpty())
        facts.push_back({name, visibleText(data)});
}

void addTime(std::vector<Inspection::Fact>& facts, const QString& name, const std::optional<Timestamp>& time) {
    if (time)
        facts.push_back({name, *time});
}

InspectedDocument documentOf(const std::optional<QByteArray>& bytes, const QString& name, const QString& fileName,
                             const QString& why) {
    InspectedDocument document{name, bytes.value_or(QByteArray()), fileName, {}, why};
    if (!bytes || bytes->isEmpty())
        return document;
    auto tree = JsonTree::parse(*bytes);
    if (tree)
        document.tree = *tree;
    else
        document.noTree = tree.error().text;
    return document;
}

/// "3 of 3", "2", or nothing.
QString tries(const PortMessage& message) {
    if (!message.retryCount)
        return {};
    return message.maxRetries ? TEXT("%1 of %2").arg(*message.retryCount).arg(*message.maxRetries)
                              : QString::number(*message.retryCount);
}

std::vector<Inspection::Fact> factsOf(const MessageHistory& history) {
    const PortMessage& message = history.message;
    std::vector<Inspection::Fact> facts;
    const QString status = statusText(message.statusText());
    const bool isSpent = message.status == PortStatus::Failed && message.isDeadLetter();
    facts.push_back({TEXT("Status"), isSpent ? TEXT("%1, no retry left: a dead letter").arg(status) : status});
    addText(facts, TEXT("Error"), message.errorMessage.value_or(QByteArray()));
    if (const QString spent = tries(message); !spent.isEmpty())
        facts.push_back({TEXT("Retries"), spent});
    addText(facts, TEXT("From"), message.sourceComponent);
    addText(facts, TEXT("To"), message.targetComponent);
    addTime(facts, TEXT("Created"), message.createdAt);
    addText(facts, TEXT("Correlation"), history.correlationId.value_or(QByteArray()));
    addText(facts, TEXT("Id"), message.id);
    return facts;
}

/// One thing that happened; without a time it stands at the end.
struct Event {
    std::optional<Timestamp> at;
    QString what;
};

QString withReason(const QString& what, const QByteArray& reason) {
    return reason.isEmpty() ? what : what + u'\n' + TEXT("“%1”").arg(shown(reason));
}

void addOwnTimes(std::vector<Event>& events, const PortMessage& message) {
    if (message.createdAt)
        events.push_back({message.createdAt, TEXT("Created")});
    if (message.processedAt)
        events.push_back({message.processedAt, TEXT("Taken to be processed")});
    if (message.completedAt)
        events.push_back({message.completedAt, TEXT("Completed")});
}

void addReplays(std::vector<Event>& events, const std::vector<MessageReplay>& replays) {
    for (const MessageReplay& replay : replays) {
        QString what = TEXT("In replay %1 (%2): %3")
                           .arg(shortenedMiddle(shown(replay.runId), 13), QLatin1String(runStateName(replay.runState)),
                                QLatin1String(itemStateName(replay.state)));
        if (replay.detail)
            what += QStringLiteral(", ") + shown(*replay.detail);
        events.push_back({replay.updatedAt, withReason(what, replay.reason)});
    }
}

void addAudit(std::vector<Event>& events, const std::vector<AuditEntry>& audit) {
    for (const AuditEntry& entry : audit) {
        QString what = TEXT("%1 by %2").arg(shown(entry.action), shown(entry.actor));
        if (entry.runId)
            what += QStringLiteral(" · ") + shortenedMiddle(shown(*entry.runId), 13);
        events.push_back({entry.at, withReason(what, entry.reason.value_or(QByteArray()))});
    }
}

void addElsewhere(std::vector<Event>& events, const MessageHistory& history) {
    for (const RelatedMessage& related : history.related)
        events.push_back(
            {related.createdAt, TEXT("Same correlation id in %1: %2, now %3")
                                    .arg(shown(related.portName), shown(related.id), statusText(related.status))});
    if (history.processed)
        events.push_back(
            {history.processed->processedAt, TEXT("Event %1 noted as processed: it would be taken for a duplicate")
                                                 .arg(shown(history.processed->eventId))});
}

Inspection::Table historyTable(const MessageHistory& history) {
    std::vector<Event> events;
    addOwnTimes(events, history.message);
    addAudit(events, history.audit);
    addReplays(events, history.replays);
    addElsewhere(events, history);
    std::ranges::stable_sort(events, [](const Event& a, const Event& b) { return a.at && (!b.at || *a.at < *b.at); });
    Inspection::Table table{TEXT("History"), {TEXT("Time"), TEXT("What happened")}, {}, TEXT("Nothing is known.")};
    for (const Event& event : events)
        table.rows.push_back(
            {event.at ? Inspection::FactValue(*event.at) : Inspection::FactValue(QString()), event.what});
    return table;
}

/// A scalar or a whole document at one place, as it is compared.
struct Leaf {
    QString path;
    QString value;
};

/// What stands deeper is not compared: a document may be nested as deep as it is long.
constexpr int deepest = 64;

QString stepTo(const JsonTree::Node& parent, const JsonTree::Node& member, bool first) {
    if (parent.kind == JsonTree::Kind::Array)
        return QStringLiteral("[%1]").arg(member.row);
    return (first ? QString() : QStringLiteral(".")) + visibleText(member.key);
}

/// The tree's scalars and empty documents, by their places. Parents stand before their children.
std::vector<Leaf> leavesOf(const InspectedDocument& document) {
    struct Place {
        QString path;
        int depth = 0;
    };
    std::vector<Leaf> leaves;
    if (!document.tree)
        return leaves;
    const auto& nodes = document.tree->nodes;
    std::vector<Place> places(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const JsonTree::Node& node = nodes[i];
        if (node.parent >= 0) {
            const Place& above = places[static_cast<std::size_t>(node.parent)];
            places[i].depth = above.depth + 1;
            if (places[i].depth > deepest)
                continue;
            const JsonTree::Node& parent = nodes[static_cast<std::size_t>(node.parent)];
            places[i].path = above.path + stepTo(parent, node, above.path.isEmpty());
        }
        const bool isScalar = node.kind != JsonTree::Kind::Object && node.kind != JsonTree::Kind::Array;
        const QString value = visibleText(node.value);
        if (isScalar)
            leaves.push_back({places[i].path, node.kind == JsonTree::Kind::Text ? u'"' + value + u'"' : value});
        else if (node.children.empty())
            leaves.push_back(
                {places[i].path, node.kind == JsonTree::Kind::Object ? QStringLiteral("{}") : QStringLiteral("[]")});
    }
    std::ranges::stable_sort(leaves, {}, &Leaf::path);
    return leaves;
}

Inspection::Table differences(const InspectedDocument& before, const InspectedDocument& after) {
    Inspection::Table table{
        TEXT("Changed"), {TEXT("Field"), TEXT("Before"), TEXT("After")}, {}, TEXT("Before and after are the same.")};
    if (!before.tree || !after.tree) {
        table.noRows = TEXT("There is no before and after to compare.");
        return table;
    }
    const std::vector<Leaf> was = leavesOf(before);
    const std::vector<Leaf> is = leavesOf(after);
    const QString nothing = QStringLiteral("–");
    for (std::size_t i = 0, j = 0; i < was.size() || j < is.size();) {
        if (j == is.size() || (i < was.size() && was[i].path < is[j].path)) {
            table.rows.push_back({was[i].path, was[i].value, nothing});
            ++i;
        } else if (i == was.size() || is[j].path < was[i].path) {
            table.rows.push_back({is[j].path, nothing, is[j].value});
            ++j;
        } else {
            if (was[i].value != is[j].value)
                table.rows.push_back({was[i].path, was[i].value, is[j].value});
            ++i;
            ++j;
        }
    }
    return table;
}

} // namespace

Inspection inspect(const MessageHistory& history) {
    const PortMessage& message = history.message;
    const QString id = visibleText(message.id);
    Inspection inspection;
    inspection.title = TEXT("Message of %1").arg(visibleText(message.portName, 60));
    inspection.facts = factsOf(history);
    const QString file = QStringLiteral("port-message-%1").arg(QString(id).replace(u'/', u'-'));
    inspection.documents.push_back(
        documentOf(message.messageData, TEXT("Data"), file + QStringLiteral("-data"), TEXT("The message is empty.")));
    inspection.documents.push_back(documentOf(message.messageMetadata, TEXT("Metadata"),
                                              file + QStringLiteral("-metadata"), TEXT("It has no metadata.")));
    inspection.documents.push_back(documentOf(message.errorDetails ? message.errorDetails : message.errorMessage,
                                              TEXT("Error"), file + QStringLiteral("-error"),
                                              TEXT("No error is noted.")));
    inspection.tables.push_back(historyTable(history));
    return inspection;
}

Inspection inspect(const AuditEntry& entry) {
    Inspection inspection;
    inspection.title = TEXT("%1 by %2").arg(visibleText(entry.action, 60), visibleText(entry.actor, 60));
    inspection.facts.push_back({TEXT("Time"), entry.at});
    addText(inspection.facts, TEXT("Subject"), entry.subjectKind);
    addText(inspection.facts, TEXT("Id"), entry.subjectId.value_or(QByteArray()));
    addText(inspection.facts, TEXT("Reason"), entry.reason.value_or(QByteArray()));
    addText(inspection.facts, TEXT("Run"), entry.runId.value_or(QByteArray()));
    const QString file = QStringLiteral("audit-%1").arg(entry.id);
    inspection.documents.push_back(documentOf(entry.after, TEXT("After"), file + QStringLiteral("-after"),
                                              TEXT("Nothing was noted of how it is after.")));
    inspection.documents.push_back(documentOf(entry.before, TEXT("Before"), file + QStringLiteral("-before"),
                                              TEXT("Nothing was noted of how it was before.")));
    inspection.tables.push_back(differences(inspection.documents[1], inspection.documents[0]));
    return inspection;
}

#undef TEXT

} // namespace portolan
