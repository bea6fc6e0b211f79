// Makes the Inspector's pages of port messages and of the acts on them.

#include "models/inspect/inspection.h"
#include "models/list/format.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

using Row = std::vector<Inspection::FactValue>;

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
    if (!bytes || bytes->isEmpty())
        return {name, {}, fileName, {}, why};
    return readDocument(name, *bytes, fileName);
}

/// "3 of 3", "2", or nothing.
QString tries(const PortMessage& message) {
    if (!message.retryCount)
        return {};
    return message.maxRetries ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "%1 of %2"))
                                    .arg(*message.retryCount)
                                    .arg(*message.maxRetries)
                              : QString::number(*message.retryCount);
}

std::vector<Inspection::Fact> factsOf(const MessageHistory& history) {
    const PortMessage& message = history.message;
    std::vector<Inspection::Fact> facts;
    const QString status = statusText(message.statusText());
    const bool isSpent = message.status == PortStatus::Failed && message.isDeadLetter();
    facts.push_back(
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Status")),
         isSpent ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "%1, no retry left: a dead letter")).arg(status)
                 : status});
    addText(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Error")),
            message.errorMessage.value_or(QByteArray()));
    if (const QString spent = tries(message); !spent.isEmpty())
        facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Retries")), spent});
    addText(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "From")), message.sourceComponent);
    addText(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "To")), message.targetComponent);
    addTime(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Created")), message.createdAt);
    addTime(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Pending since")), message.pendingSince());
    addTime(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Died")), message.diedAt());
    addText(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Correlation")),
            history.correlationId.value_or(QByteArray()));
    addText(facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Id")), message.id);
    return facts;
}

/// An event; without a time it stands at the end.
struct Event {
    std::optional<Timestamp> at;
    QString what;
};

QString withReason(const QString& what, const QByteArray& reason) {
    return reason.isEmpty() ? what
                            : what + u'\n' + inspectionText(QT_TRANSLATE_NOOP("Inspection", "“%1”")).arg(shown(reason));
}

void addOwnTimes(std::vector<Event>& events, const PortMessage& message) {
    if (message.createdAt)
        events.push_back({message.createdAt, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Created"))});
    if (message.processedAt)
        events.push_back(
            {message.processedAt, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Taken to be processed"))});
    if (message.completedAt)
        events.push_back({message.completedAt, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Completed"))});
}

void addReplays(std::vector<Event>& events, const std::vector<MessageReplay>& replays) {
    for (const MessageReplay& replay : replays) {
        QString what = inspectionText(QT_TRANSLATE_NOOP("Inspection", "In replay %1 (%2): %3"))
                           .arg(shortenedMiddle(shown(replay.runId), 13), QLatin1String(runStateName(replay.runState)),
                                QLatin1String(itemStateName(replay.state)));
        if (replay.detail)
            what += QStringLiteral(", ") + shown(*replay.detail);
        events.push_back({replay.updatedAt, withReason(what, replay.reason)});
    }
}

void addAudit(std::vector<Event>& events, const std::vector<AuditEntry>& audit) {
    for (const AuditEntry& entry : audit) {
        QString what =
            inspectionText(QT_TRANSLATE_NOOP("Inspection", "%1 by %2")).arg(shown(entry.action), shown(entry.actor));
        if (entry.runId)
            what += QStringLiteral(" · ") + shortenedMiddle(shown(*entry.runId), 13);
        events.push_back({entry.at, withReason(what, entry.reason.value_or(QByteArray()))});
    }
}

void addElsewhere(std::vector<Event>& events, const MessageHistory& history) {
    for (const RelatedMessage& related : history.related)
        events.push_back(
            {related.createdAt, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Same correlation id in %1: %2, now %3"))
                                    .arg(shown(related.portName), shown(related.id), statusText(related.status))});
    if (history.processed)
        events.push_back(
            {history.processed->processedAt,
             inspectionText(
                 QT_TRANSLATE_NOOP("Inspection", "Event %1 noted as processed: it would be taken for a duplicate"))
                 .arg(shown(history.processed->eventId))});
}

Inspection::Table historyTable(const MessageHistory& history) {
    std::vector<Event> events;
    addOwnTimes(events, history.message);
    addAudit(events, history.audit);
    addReplays(events, history.replays);
    addElsewhere(events, history);
    std::ranges::stable_sort(events, [](const Event& a, const Event& b) { return a.at && (!b.at || *a.at < *b.at); });
    Inspection::Table table{inspectionText(QT_TRANSLATE_NOOP("Inspection", "History")),
                            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")),
                             inspectionText(QT_TRANSLATE_NOOP("Inspection", "What happened"))},
                            {},
                            inspectionText(QT_TRANSLATE_NOOP("Inspection", "Nothing is known."))};
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

/// The depth to which documents are compared: a document may be nested as deep as it is long.
constexpr int deepest = 64;

/// More are not compared.
constexpr std::size_t mostLeaves = 200'000;

/// The scalars and empty documents of a value, by their places.
void addLeaves(const JsonTree& tree, qsizetype value, const QString& path, int depth, std::vector<Leaf>& leaves) {
    const JsonTree::Kind kind = tree.kindAt(value);
    const bool isArray = kind == JsonTree::Kind::Array;
    if (!isArray && kind != JsonTree::Kind::Object) {
        const QString text = visibleText(tree.scalarAt(value, tree.text.size()));
        leaves.push_back({path, kind == JsonTree::Kind::Text ? u'"' + text + u'"' : text});
        return;
    }
    const qint64 count = tree.membersOf(value);
    if (count == 0)
        leaves.push_back({path, isArray ? QStringLiteral("[]") : QStringLiteral("{}")});
    if (depth == deepest || leaves.size() >= mostLeaves)
        return;
    qint64 number = 0;
    for (const JsonTree::Member& member : tree.members(value, 0, count)) {
        const QString step = isArray ? QStringLiteral("[%1]").arg(number++)
                                     : (path.isEmpty() ? QString() : QStringLiteral("."))
                                           + visibleText(tree.scalarAt(member.key, tree.text.size()));
        addLeaves(tree, member.value, path + step, depth + 1, leaves);
    }
}

std::vector<Leaf> leavesOf(const InspectedDocument& document) {
    std::vector<Leaf> leaves;
    if (document.tree)
        addLeaves(*document.tree, document.tree->begin, {}, 0, leaves);
    std::ranges::stable_sort(leaves, {}, &Leaf::path);
    return leaves;
}

Inspection::Table differences(const InspectedDocument& before, const InspectedDocument& after) {
    Inspection::Table table{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Changed")),
                            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Field")),
                             inspectionText(QT_TRANSLATE_NOOP("Inspection", "Before")),
                             inspectionText(QT_TRANSLATE_NOOP("Inspection", "After"))},
                            {},
                            inspectionText(QT_TRANSLATE_NOOP("Inspection", "Before and after are the same."))};
    if (!before.tree || !after.tree) {
        table.noRows = inspectionText(QT_TRANSLATE_NOOP("Inspection", "There is no before and after to compare."));
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
    inspection.title =
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "Message of %1")).arg(visibleText(message.portName, 60));
    inspection.facts = factsOf(history);
    const QString file = QStringLiteral("port-message-%1").arg(QString(id).replace(u'/', u'-'));
    inspection.documents.push_back(documentOf(
        message.messageData, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Data")), file + QStringLiteral("-data"),
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "The message is empty."))));
    inspection.documents.push_back(documentOf(
        message.messageMetadata, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Metadata")),
        file + QStringLiteral("-metadata"), inspectionText(QT_TRANSLATE_NOOP("Inspection", "It has no metadata."))));
    inspection.documents.push_back(documentOf(message.errorDetails ? message.errorDetails : message.errorMessage,
                                              inspectionText(QT_TRANSLATE_NOOP("Inspection", "Error")),
                                              file + QStringLiteral("-error"),
                                              inspectionText(QT_TRANSLATE_NOOP("Inspection", "No error is noted."))));
    inspection.tables.push_back(historyTable(history));
    return inspection;
}

Inspection inspect(const AuditEntry& entry) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "%1 by %2"))
                           .arg(visibleText(entry.action, 60), visibleText(entry.actor, 60));
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")), entry.at});
    addText(inspection.facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Subject")), entry.subjectKind);
    addText(inspection.facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Id")),
            entry.subjectId.value_or(QByteArray()));
    addText(inspection.facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Reason")),
            entry.reason.value_or(QByteArray()));
    addText(inspection.facts, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Run")),
            entry.runId.value_or(QByteArray()));
    const QString file = QStringLiteral("audit-%1").arg(entry.id);
    inspection.documents.push_back(documentOf(
        entry.after, inspectionText(QT_TRANSLATE_NOOP("Inspection", "After")), file + QStringLiteral("-after"),
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "Nothing was noted of how it is after."))));
    inspection.documents.push_back(documentOf(
        entry.before, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Before")), file + QStringLiteral("-before"),
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "Nothing was noted of how it was before."))));
    inspection.tables.push_back(differences(inspection.documents[1], inspection.documents[0]));
    return inspection;
}

} // namespace portolan
