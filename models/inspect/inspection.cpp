#include "models/inspect/inspection.h"

#include "models/list/format.h"

#include <QCoreApplication>

namespace portolan {

namespace {

void addNumber(std::vector<Inspection::Fact>& facts, const char* name, const std::optional<qint64>& number) {
    if (number)
        facts.push_back({inspectionText(name), *number});
}

/// A number that names: no thousands.
void addId(std::vector<Inspection::Fact>& facts, const char* name, const std::optional<qint64>& number) {
    if (number)
        facts.push_back({inspectionText(name), QString::number(*number)});
}

/// In place of a document that is not there.
InspectedDocument noDocument(const QString& why, const QString& name = {}) {
    return {name, {}, {}, {}, why};
}

} // namespace

QString inspectionText(const char* source) {
    return QCoreApplication::translate("Inspection", source);
}

InspectedDocument readDocument(const QString& name, const QByteArray& bytes, const QString& fileName) {
    InspectedDocument document{name, bytes, fileName, {}, {}};
    auto tree = JsonTree::parse(bytes);
    if (tree)
        document.tree = *tree;
    else
        document.noTree = tree.error().text;
    return document;
}

void addMetadata(Inspection& inspection, const QByteArray& metadata, const QString& file) {
    if (!metadata.isEmpty())
        inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Metadata")),
                                                    metadata, file + QStringLiteral("-metadata")));
}

void addHiddenMetadata(Inspection& inspection, const std::optional<QString>& whyNot) {
    if (whyNot)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Metadata")), *whyNot});
}

Inspection inspect(const Batch& batch) {
    Inspection inspection;
    inspection.title = QString::fromUtf8(batch.filename());
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Batch"), batch.id);
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Messages"), batch.messageCount);
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Size (B)"), batch.fileSizeBytes);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "First"), batch.firstMessageNumber);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Last"), batch.lastMessageNumber);
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Created")), batch.dateCreated});
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Modified")), batch.dateModified});
    inspection.documents = {noDocument(
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "A batch has no document of its own. Choose a message.")))};
    return inspection;
}

Inspection inspect(const Message& message) {
    Inspection inspection;
    const QString id = QString::fromUtf8(message.id.toText());
    inspection.title = message.messageNumber
                           ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "Message #%1")).arg(*message.messageNumber)
                           : inspectionText(QT_TRANSLATE_NOOP("Inspection", "Line without a record"));
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Id")), id});
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Batch"), message.batchId);
    if (message.timestamp)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")), *message.timestamp});
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Size (B)"), message.content.size());
    inspection.documents = {
        readDocument({}, message.content, QStringLiteral("message-%1").arg(QString(id).replace(u':', u'-')))};
    addMetadata(inspection, message.metadata, QStringLiteral("message-%1").arg(QString(id).replace(u':', u'-')));
    return inspection;
}

Inspection inspect(const Reject& reject) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Rejected message %1")).arg(reject.id);
    inspection.facts = {{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Reason")), reject.reason},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")), reject.rejectedAt},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "From")), visibleText(reject.source)},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Key")), visibleText(reject.key)},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Size (B)")), qint64{reject.payload.size()}}};
    if (reject.reinjectedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Put back")), *reject.reinjectedAt});
    if (reject.dismissedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Dismissed")), *reject.dismissedAt});
    if (reject.settledBy)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "By")), visibleText(*reject.settledBy)});
    if (reject.settledReason)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Why")), visibleText(*reject.settledReason)});
    inspection.documents = {readDocument({}, reject.payload, QStringLiteral("rejected-%1").arg(reject.id))};
    if (reject.mendedPayload)
        inspection.documents.push_back(
            readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Stored in its place")), *reject.mendedPayload,
                         QStringLiteral("mended-%1").arg(reject.id)));
    addMetadata(inspection, reject.metadata, QStringLiteral("rejected-%1").arg(reject.id));
    return inspection;
}

Inspection inspect(const Gap& gap) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Gap %1")).arg(gap.id);
    inspection.facts = {
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Kind")), QString::fromLatin1(gapKindName(gap.kind))},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "From")), visibleText(gap.source)},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Detected")), gap.detectedAt},
    };
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "First"), gap.firstNumber);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Last"), gap.lastNumber);
    addNumber(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Missing"), gap.missing);
    addId(inspection.facts, QT_TRANSLATE_NOOP("Inspection", "Epoch"), gap.epoch);
    if (gap.closedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Closed")), *gap.closedAt});
    else
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Closed")),
                                    inspectionText(QT_TRANSLATE_NOOP("Inspection", "still open"))});
    inspection.documents = {
        gap.details.isEmpty()
            ? noDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Nothing more is known of this gap.")))
            : readDocument({}, gap.details, QStringLiteral("gap-%1").arg(gap.id))};
    return inspection;
}

} // namespace portolan
