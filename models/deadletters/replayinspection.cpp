// Makes the Inspector's pages of groups of dead letters, of replays and of the archive.

#include "models/deadletters/archivemodels.h"
#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/storytexts.h"
#include "models/list/format.h"

#include <QCoreApplication>

namespace portolan {

Inspection inspect(const DeadLetterGroup& group, const GroupBackground& background) {
    Inspection inspection;
    inspection.title = visibleText(group.text, 200);
    inspection.facts = {
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Dead letters")), group.count},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Port")), visibleText(group.portName)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Group")), QString::fromLatin1(group.fingerprint)}};
    if (!group.errorType.isEmpty())
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Type")), visibleText(group.errorType)});
    if (group.replayEnded > 0)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Failed again")),
                                    inspectionText(QT_TRANSLATE_NOOP("Inspection", "%1 of %2 replayed"))
                                        .arg(groupedNumber(group.failedAgain), groupedNumber(group.replayEnded))});
    if (group.firstSeen)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "First seen")), *group.firstSeen});
    if (group.lastSeen)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Last seen")), *group.lastSeen});
    inspection.documents.push_back(
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Template")),
         group.text,
         QStringLiteral("group-") + QString::fromLatin1(group.fingerprint),
         {},
         inspectionText(QT_TRANSLATE_NOOP("Inspection", "The errors of the group have one text in common."))});
    if (background.sample) {
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Sample")), visibleText(background.sample->id)});
        MessageHistory sample;
        sample.message = *background.sample;
        for (InspectedDocument& document : inspect(sample).documents)
            inspection.documents.push_back(std::move(document));
    }
    Inspection::Table changes;
    changes.name = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Just before"));
    changes.headers = {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")),
                       inspectionText(QT_TRANSLATE_NOOP("Inspection", "What changed"))};
    if (background.before) {
        for (const Precursor& change : *background.before)
            changes.rows.push_back({change.at, changeText(change)});
    }
    changes.noRows =
        !background.before
            ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "Being looked for…"))
            : inspectionText(QT_TRANSLATE_NOOP(
                "Inspection",
                "Nothing that this store keeps changed in the hour before the first of these dead letters: no "
                "checkpoint, no component's state, no silence, no replay, no migration."));
    inspection.tables.push_back(std::move(changes));
    return inspection;
}

Inspection inspect(const ReplayRun& run) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Replay %1"))
                           .arg(QString::fromUtf8(run.id.first(std::min<qsizetype>(8, run.id.size()))));
    inspection.facts = {
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Run")), visibleText(run.id)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "State")), QString::fromLatin1(listedState(run))},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "What")), visibleText(run.filter)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Reason")), visibleText(run.reason)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "By")), visibleText(run.actor)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Target")), visibleText(run.target)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Frozen")), run.frozen},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Created")), run.createdAt}};
    if (run.startedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Started")), *run.startedAt});
    if (run.finishedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Finished")), *run.finishedAt});
    if (run.errorMessage)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Stopped by")), visibleText(*run.errorMessage)});
    QByteArray counts;
    for (std::size_t i = 0; i < itemStates; ++i) {
        if (run.counts.of[i] > 0)
            counts += (counts.isEmpty() ? "{\"" : ",\"") + QByteArray(itemStateName(static_cast<ItemState>(i)))
                      + "\":" + QByteArray::number(run.counts.of[i]);
    }
    counts += counts.isEmpty() ? "{}" : "}";
    inspection.documents.push_back(readDocument({}, counts, QStringLiteral("replay-") + QString::fromUtf8(run.id)));
    return inspection;
}

Inspection inspect(const ReplayItem& item) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Item %1")).arg(item.position);
    inspection.facts = {
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Message")), visibleText(item.messageId)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Outcome")), QString::fromLatin1(itemStateName(item.state))},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")), item.updatedAt}};
    if (item.detail)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Why")), visibleText(*item.detail)});
    if (item.beforeImage)
        inspection.documents.push_back(
            readDocument({}, *item.beforeImage, QStringLiteral("replay-item-%1").arg(item.position)));
    return inspection;
}

Inspection inspect(const ArchivedMessage& message) {
    Inspection inspection;
    inspection.title =
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "Message %1")).arg(visibleText(message.messageId));
    inspection.facts = {
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Cause")), QString::fromLatin1(message.cause)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Reason")), visibleText(message.reason)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "By")), visibleText(message.actor)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Archived")), message.archivedAt},
    };
    if (message.replacedBy)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Replaced by")), visibleText(*message.replacedBy)});
    if (message.restoredAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Restored")), *message.restoredAt});
    inspection.documents.push_back(readDocument({}, message.rowImage, QStringLiteral("archived-%1").arg(message.id)));
    return inspection;
}

} // namespace portolan
