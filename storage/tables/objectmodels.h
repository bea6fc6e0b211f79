#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The form that a user-defined table (zone 2, reference analytics-engine.md) is to have. It is registered in
/// `portolan_object_models`; the highest version of a name counts.
struct ObjectModel {
    struct Column {
        QByteArray name;
        QByteArray type; ///< as the database knows it: "text", "numeric(10,2)"
        bool notNull = false;
        QByteArray usual; ///< its default, as an SQL literal or CURRENT_TIMESTAMP; empty: none
    };
    struct Index {
        QByteArray name;
        std::vector<QByteArray> columns;
        bool isUnique = false;
    };
    QByteArray name;
    QByteArray table;   ///< its path: "analytics_data.kpi", in SQLite "analytics_data_kpi"
    qint64 version = 0; ///< 0: not registered
    std::vector<Column> columns;
    std::vector<QByteArray> key; ///< columns of the primary key; empty: it has none
    std::vector<Index> indexes;
};

/// Reads a definition: {"columns":[{"name","type","not_null","default"}…],"primary_key":[…],"indexes":[{"name",
/// "columns","unique"}…]}. "default" is text, a number, a truth value, or {"call":"now"}. Names and types become part
/// of statements, so that types are held against what a type can look like. Error Invalid says what is wrong, and
/// where.
[[nodiscard]] Result<ObjectModel> parseModelDefinition(const QByteArray& name, const QByteArray& table,
                                                       const QByteArray& definition);

/// A model as a file registers it: {"name":…,"table":…,"definition":{…}}.
struct ModelText {
    QByteArray name;
    QByteArray table;
    QByteArray definition; ///< compact
};
[[nodiscard]] Result<ModelText> parseModelFile(const QByteArray& file);

/// A table that is not as its model, and what would make it so.
struct ModelDifference {
    QByteArray model;
    QByteArray what;                    ///< "column note of analytics_data.kpi is missing"
    std::vector<QByteArray> statements; ///< in their order; empty: none would
    bool losesNothing = false;          ///< healing runs no others

    /// Takes back what healing did.
    struct Reversal {
        std::vector<QByteArray> statements; ///< in their order; empty: there is no way back
        QByteArray filled;                  ///< a question: a row says that data would go; empty: none can
    };
    Reversal reversal = {};
};

/// A part of a script: what differs as a comment, and below it the statements that mend it.
[[nodiscard]] QByteArray healingLines(const QByteArray& what, std::span<const QByteArray> statements);

/// The object models of a store. On the store's thread.
class ObjectModels {
public:
    ObjectModels() = default;
    ObjectModels(const ObjectModels&) = delete;
    ObjectModels& operator=(const ObjectModels&) = delete;
    virtual ~ObjectModels() = default;

    /// Finds where tables are not as their models, model by model. Reads only.
    [[nodiscard]] virtual Result<std::vector<ModelDifference>> differences(const CancelToken& token) = 0;

    /// Registers a model; of a name that there is, its next version. One transaction with its entry in the audit. The
    /// table is not touched. Gives the version. Errors: Usage without a reason, Invalid for what is no model or no
    /// user-defined table, Unsupported where the store keeps none.
    [[nodiscard]] virtual Result<qint64> add(const ModelText& model, const QByteArray& reason, const QByteArray& actor,
                                             const CancelToken& token) = 0;

    /// Forgets a model, all its versions; as add(). Error NotFound.
    [[nodiscard]] virtual Result<void> forget(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                                              const CancelToken& token) = 0;

    /// Runs the statements that were shown and confirmed: all of `confirmed`, which have to be what differences() gives
    /// now of those that lose nothing, else Changed and nothing is done. One transaction, with an entry in the audit
    /// for each model; after it nothing of it may still differ. Errors besides those of add(): what the database says.
    [[nodiscard]] virtual Result<void> heal(std::span<const QByteArray> confirmed, const QByteArray& reason,
                                            const QByteArray& actor, const CancelToken& token) = 0;
};

/// Those that healing runs, of all differences.
[[nodiscard]] std::vector<QByteArray> harmlessStatements(std::span<const ModelDifference> differences);

} // namespace portolan
