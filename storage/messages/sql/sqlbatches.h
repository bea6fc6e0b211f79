#pragma once

#include "storage/messages/batches.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/sqlrowsource.h"

#include <optional>

namespace portolan {

/// Batches, messages and rejects of a SQL store, also where another program made its tables: a column that is not there
/// reads as nothing. A batch's file size is that of its messages as lines of a batch file (without the escapes that a
/// file would need for control characters).
class SqlBatches : public Batches {
public:
    explicit SqlBatches(Session& session);

    RowSource<Batch>& batches() override { return m_batches; }
    RowSource<Message>& messages() override { return m_messages; }
    RowSource<Reject>& rejects() override { return m_rejects; }
    RowSource<Gap>& gaps() override { return m_gaps; }

    Result<Batch> batch(qint64 id) override;
    Result<Message> message(MessageId id) override;
    Result<Reject> reject(qint64 id) override;
    Result<void> markReinjected(std::span<const qint64> ids, Timestamp at) override;
    Result<qint64> noteRejects(const RejectActs& acts) override;

    /// Returns why a database with these tables has no such rows, in words; nothing when it has.
    [[nodiscard]] static std::optional<QString> missingBatches(const SchemaInspector& catalogue);
    [[nodiscard]] static std::optional<QString> missingRejects(const SchemaInspector& catalogue);
    [[nodiscard]] static std::optional<QString> missingGaps(const SchemaInspector& catalogue);

private:
    /// The listings by the catalogue of now, which is read again when the schema has changed.
    struct Layout {
        quint64 generation = 0;
        qint64 catalogueMark = 0;
        Result<SqlListing> batches;
        Result<SqlListing> messages;
        Result<SqlListing> rejects;
        Result<SqlListing> gaps;
    };
    [[nodiscard]] Result<const Layout*> layout(Connection& connection);
    [[nodiscard]] SqlRowSource<Batch>::Finder finder(Result<SqlListing> Layout::*listing);

    [[nodiscard]] Result<bool> noteReject(UnitOfWork& work, const SchemaInspector& catalogue, const RejectActs& acts,
                                          const RejectActs::Outcome& outcome);

    Session& m_session;
    std::optional<Layout> m_layout;
    SqlRowSource<Batch> m_batches;
    SqlRowSource<Message> m_messages;
    SqlRowSource<Reject> m_rejects;
    SqlRowSource<Gap> m_gaps;
};

} // namespace portolan
