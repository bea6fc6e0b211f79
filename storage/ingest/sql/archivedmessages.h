#pragma once

#include "storage/ingest/sql/recordcompare.h"
#include "storage/sql/keylookup.h"

#include <QSet>
#include <memory>

namespace portolan {

/// Looks up port messages that were discarded, or edited for a replay, and are not back: their ids stay taken, so that
/// what is delivered again under one is the same message or is refused, and the archive can be put back. Must be gone
/// before its connection.
class ArchivedMessages {
public:
    /// Null where the database has no archive, or the role may not read it.
    static Result<std::unique_ptr<ArchivedMessages>> make(Connection& connection, const SchemaInspector& catalogue,
                                                          const RecordPlan& plan);

    void begin() { m_found.clear(); }
    /// Notes which of the ids the archive has.
    [[nodiscard]] Result<void> look(std::span<const QByteArray> ids) { return m_ids.find(ids, m_found); }
    /// Compares a record with the message that was archived last under its id; not there: none of the ids looked up.
    [[nodiscard]] Result<RecordCompare::Answer> compare(const IncomingRecord& record, const QByteArray& id);

private:
    ArchivedMessages(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan);

    KeyLookup m_ids;
    RecordCompare m_compare;
    QSet<QByteArray> m_found;
};

} // namespace portolan
