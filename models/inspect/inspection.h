#pragma once

#include "models/inspect/jsontree.h"
#include "storage/base/clock.h"
#include "storage/messages/batches.h"
#include "storage/operations/audit.h"
#include "storage/ports/messagehistory.h"
#include "storage/series/sensorevents.h"

#include <QString>
#include <QStringList>
#include <memory>
#include <variant>
#include <vector>

namespace portolan {

/// Translates a text that the Inspector says of every kind of row.
[[nodiscard]] QString inspectionText(const char* source);

/// A document of a row: its bytes, and what they mean.
struct InspectedDocument {
    QString name; ///< "Data"; of the only one of a row: empty
    QByteArray bytes;
    QString fileName;                     ///< proposed when it is saved
    std::shared_ptr<const JsonTree> tree; ///< null: no JSON document
    QString noTree;                       ///< why not, in words
};
/// Query thread: a large document takes a while to read.
[[nodiscard]] InspectedDocument readDocument(const QString& name, const QByteArray& bytes, const QString& fileName);

/// A row, whole, as the Inspector shows it. Made on the query thread (a large document takes a while to read).
struct Inspection {
    using FactValue = std::variant<QString, qint64, Timestamp>;
    struct Fact {
        QString name;
        FactValue value;
    };
    /// A table beside the documents: what happened to the row, what changed in it.
    struct Table {
        QString name;
        QStringList headers;
        std::vector<std::vector<FactValue>> rows;
        QString noRows; ///< what it means that there are none
    };
    QString title;
    std::vector<Fact> facts;
    std::vector<InspectedDocument> documents; ///< at least one
    std::vector<Table> tables;
};

/// Adds what the source had beside a row, and why that is not shown where the role may not read it
/// (Store::hiddenMetadata()); `file` begins the name that is proposed for it.
void addMetadata(Inspection& inspection, const QByteArray& metadata, const QString& file);
void addHiddenMetadata(Inspection& inspection, const std::optional<QString>& whyNot);

Inspection inspect(const Batch& batch);
Inspection inspect(const Message& message);
Inspection inspect(const Reject& reject);
Inspection inspect(const Gap& gap); ///< cheap
/// Data, metadata and error, and what happened to it.
Inspection inspect(const MessageHistory& history);
/// After and before, and what differs between them.
Inspection inspect(const AuditEntry& entry);

/// The event as the document it came as, and how it was processed.
Inspection inspect(const SensorEvent& event);

} // namespace portolan
