#pragma once

#include "storage/ingest/delivery.h"
#include "storage/ingest/sql/recordschema.h"
#include "storage/sql/columns/schemainspector.h"

#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Compares records with rows of one table, value by value as the database compares them; JSON by its meaning
/// (jsonDifferences()), whichever database keeps it. Must be gone before its connection.
class RecordCompare {
public:
    struct Answer {
        bool isThere = false;
        QString difference; ///< the first one, in words: "port name billing, not shipping"; empty: none
    };

    /// Compares `fields` (those that the table has a column for) with the row found by the columns `found`. `rows`: a
    /// WITH clause that stands for the table, "WITH "name" AS (…) "; none: the table itself.
    RecordCompare(Connection& connection, const SchemaInspector& catalogue, MessageKind kind, const RecordTable& table,
                  std::span<const char* const> fields, std::span<const char* const> found, const QString& rows = {});

    /// `place`: the values of the columns `found`. Of several rows there, one that is the same counts.
    [[nodiscard]] Result<Answer> withStored(const IncomingRecord& record, const QVariantList& place);
    /// The first difference between two records, in the same words; empty: none.
    [[nodiscard]] QString between(const IncomingRecord& taken, const IncomingRecord& record) const;

private:
    struct Compared {
        std::size_t field;
        QString label;
        int uses;        ///< of its value in the statement
        bool isOptional; ///< what a record does not give differs from nothing
        bool isJson;
        bool isMetadata; ///< has a place for what came beside a record
    };
    void compare(const SchemaInspector::Column& column, const char* field, bool hasFallback, QStringList& cells);
    [[nodiscard]] QVariant comparable(const IncomingRecord& record, const Compared& field) const;
    [[nodiscard]] QString differenceOfRow(const IncomingRecord& record) const;

    Connection& m_connection;
    MessageKind m_kind;
    std::vector<Compared> m_compared;
    bool m_comparesMetadata = false; ///< what came beside the rows, in the cell after the others
    QString m_statement;
    std::optional<QSqlQuery> m_query;
};

/// The place of a field of a kind by its name; those of a listing come after the kind's own.
[[nodiscard]] std::size_t fieldIndex(MessageKind kind, const char* field);
/// The value as a binding; times to the millisecond, as records are written, or exact, as rows of listings are.
[[nodiscard]] QVariant toVariant(const FieldValue& value, bool isExact = false);

} // namespace portolan
