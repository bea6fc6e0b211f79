#include "models/inspection.h"

#include "models/format.h"

#include <QCoreApplication>

namespace portolan {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("Inspection", source);
}

void addNumber(std::vector<Inspection::Fact>& facts, const char* name, const std::optional<qint64>& number) {
    if (number)
        facts.push_back({text(name), *number});
}

/// A number that names: no thousands.
void addId(std::vector<Inspection::Fact>& facts, const char* name, const std::optional<qint64>& number) {
    if (number)
        facts.push_back({text(name), QString::number(*number)});
}

void readDocument(Inspection& inspection) {
    auto tree = JsonTree::parse(inspection.bytes);
    if (tree)
        inspection.tree = *tree;
    else
        inspection.noTree = tree.error().text;
}

} // namespace

Inspection inspect(const Batch& batch) {
    Inspection inspection;
    inspection.title = QString::fromUtf8(batch.filename);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Batch"), batch.id);
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Messages"), batch.messageCount);
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Size (B)"), batch.fileSizeBytes);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "First"), batch.firstMessageNumber);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Last"), batch.lastMessageNumber);
    inspection.facts.push_back({text(QT_TRANSLATE_NOOP("Inspection", "Created")), batch.dateCreated});
    inspection.facts.push_back({text(QT_TRANSLATE_NOOP("Inspection", "Modified")), batch.dateModified});
    inspection.noTree = text(QT_TRANSLATE_NOOP("Inspection", "A batch has no document of its own. Choose a message."));
    return inspection;
}

Inspection inspect(const Message& message) {
    Inspection inspection;
    const QString id = QString::fromUtf8(message.id.toText());
    inspection.title = message.messageNumber
                           ? text(QT_TRANSLATE_NOOP("Inspection", "Message #%1")).arg(*message.messageNumber)
                           : text(QT_TRANSLATE_NOOP("Inspection", "Line without a record"));
    inspection.facts.push_back({text(QT_TRANSLATE_NOOP("Inspection", "Id")), id});
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Batch"), message.batchId);
    if (message.timestamp)
        inspection.facts.push_back({text(QT_TRANSLATE_NOOP("Inspection", "Time")), *message.timestamp});
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Size (B)"), message.content.size());
    inspection.bytes = message.content;
    inspection.fileName = QStringLiteral("message-%1").arg(QString(id).replace(u':', u'-'));
    readDocument(inspection);
    return inspection;
}

Inspection inspect(const Reject& reject) {
    Inspection inspection;
    inspection.title = text(QT_TRANSLATE_NOOP("Inspection", "Rejected message %1")).arg(reject.id);
    inspection.facts = {{text(QT_TRANSLATE_NOOP("Inspection", "Reason")), reject.reason},
                        {text(QT_TRANSLATE_NOOP("Inspection", "Time")), reject.rejectedAt},
                        {text(QT_TRANSLATE_NOOP("Inspection", "From")), visibleText(reject.source)},
                        {text(QT_TRANSLATE_NOOP("Inspection", "Key")), visibleText(reject.key)},
                        {text(QT_TRANSLATE_NOOP("Inspection", "Size (B)")), qint64{reject.payload.size()}}};
    if (reject.reinjectedAt)
        inspection.facts.push_back({text(QT_TRANSLATE_NOOP("Inspection", "Put back")), *reject.reinjectedAt});
    inspection.bytes = reject.payload;
    inspection.fileName = QStringLiteral("rejected-%1").arg(reject.id);
    readDocument(inspection);
    return inspection;
}

Inspection inspect(const Gap& gap) {
    Inspection inspection;
    inspection.title = text(QT_TRANSLATE_NOOP("Inspection", "Gap %1")).arg(gap.id);
    inspection.facts = {
        {text(QT_TRANSLATE_NOOP("Inspection", "Kind")), QString::fromLatin1(gapKindName(gap.kind))},
        {text(QT_TRANSLATE_NOOP("Inspection", "From")), visibleText(gap.source)},
        {text(QT_TRANSLATE_NOOP("Inspection", "Detected")), gap.detectedAt},
    };
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "First"), gap.firstNumber);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Last"), gap.lastNumber);
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Missing"), gap.missing);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Epoch"), gap.epoch);
    if (gap.closedAt)
        inspection.facts.push_back({text(QT_TRANSLATE_NOOP("Inspection", "Closed")), *gap.closedAt});
    else
        inspection.facts.push_back(
            {text(QT_TRANSLATE_NOOP("Inspection", "Closed")), text(QT_TRANSLATE_NOOP("Inspection", "still open"))});
    inspection.bytes = gap.details;
    inspection.fileName = QStringLiteral("gap-%1").arg(gap.id);
    if (gap.details.isEmpty())
        inspection.noTree = text(QT_TRANSLATE_NOOP("Inspection", "Nothing more is known of this gap."));
    else
        readDocument(inspection);
    return inspection;
}

} // namespace portolan
