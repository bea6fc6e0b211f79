#pragma once

#include "storage/ingest/delivery.h"

#include <span>

namespace portolan {

/// The source of the cell of a record's row.
enum class CellSource {
    Field,          ///< the field; NULL, or `fallback` when there is one, where it is not given
    FieldOrArrival, ///< the field, else when the message was received
    FieldOrNewId,   ///< the field, else a new random UUID
    NewId,
    Arrival, ///< when the message was received
    Kept,    ///< the field, with all fractions of a time; the column's own default where no record gives it
    KeptOrArrival,
    Version,   ///< the field, else the last version of this name + 1
    Partition, ///< Kafka's; NULL for other sources
    Offset,
};

struct RecordColumn {
    const char* name;
    CellSource source;
    const char* field = nullptr; ///< of the kind
    std::optional<qint64> fallback = {};
    bool isDerived =
        false; ///< a table that lacks the column loses nothing: it has the value in others, or never had it
};

struct RecordTable {
    const char* name;
    std::span<const RecordColumn> columns;
    bool isPartitioned = false; ///< by time, on a server
};

/// The rule by which a record is stored: always, or not when it is there already.
enum class RecordRule {
    Always, ///< each is a row of its own
    ByKey, ///< its key field, where given, is in the column of that name in one of the tables, with the same data; with
           ///< other data it is refused
    ByVersion ///< its name and version are there with the same data; with other data it is refused
};

/// The way in which a kind of record is kept: the one place that says so.
struct RecordPlan {
    MessageKind kind;
    RecordRule rule;
    std::span<const RecordTable> tables;
    const char* key = nullptr;              ///< ByKey: the field. ByVersion: the field that names
    std::span<const char* const> data = {}; ///< ByKey, ByVersion: what makes two of one key or version the same
    qint64 greatestVersion = 0;             ///< ByVersion: what the column holds
    const char* latest = nullptr;           ///< ByVersion: the column that marks the one stored last of its name
};

/// Of all kinds but `message`.
[[nodiscard]] std::span<const RecordPlan> recordPlans();

/// The same for rows of listings (IncomingRecord::isListed), whose state, times and ids are kept.
[[nodiscard]] std::span<const RecordPlan> listedPlans();

/// The table whose partitions a kind's rows lie in; null for the others.
[[nodiscard]] const char* partitionedTable(MessageKind kind);

} // namespace portolan
