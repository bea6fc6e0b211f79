#pragma once

#include "models/jsontree.h"
#include "storage/base/clock.h"
#include "storage/batches.h"

#include <QString>
#include <memory>
#include <variant>
#include <vector>

namespace portolan {

/// One row, whole, as the Inspector shows it. Made on the query thread (a large document takes a while to read).
struct Inspection {
    using FactValue = std::variant<QString, qint64, Timestamp>;
    struct Fact {
        QString name;
        FactValue value;
    };
    QString title;
    std::vector<Fact> facts;
    QByteArray bytes;                     ///< the payload
    QString fileName;                     ///< proposed when it is saved
    std::shared_ptr<const JsonTree> tree; ///< null: no JSON document
    QString noTree;                       ///< why not, in words
};

Inspection inspect(const Batch& batch);
Inspection inspect(const Message& message);
Inspection inspect(const Reject& reject);
Inspection inspect(const Gap& gap); ///< cheap

} // namespace portolan
