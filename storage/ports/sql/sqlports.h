#pragma once

#include "storage/ports/ports.h"
#include "storage/ports/sql/portcounter.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/ports/sql/sqldeadletters.h"
#include "storage/sql/sqlrowsource.h"

#include <optional>

namespace portolan {

/// Port messages, dead letters and ports of a SQL store, also where another program made its table: a column that is
/// not there reads as nothing, one of another type as what it means.
class SqlPorts : public Ports {
public:
    explicit SqlPorts(Session& session);

    RowSource<PortMessage>& messages() override { return m_messages; }
    RowSource<PortMessage>& deadLetters() override { return m_deadLetters; }
    Result<PortMessage> message(const QByteArray& id) override;
    RowSource<Port>& ports() override { return m_ports; }
    Result<PortCounting> countPorts(std::chrono::milliseconds patience, const CancelToken& token) override;
    GroupScan& groups() override { return m_groups; }
    Result<PortActivity> activity(Timestamp now, const CancelToken& token) override;
    Result<std::vector<AuditEntry>> auditOf(std::span<const QByteArray> ids, const CancelToken& token) override;
    Result<MessageHistory> history(const QByteArray& id, const CancelToken& token) override;

private:
    /// The table as it is now; read again when the schema has changed.
    struct KnownLayout {
        quint64 generation = 0;
        qint64 catalogueMark = 0;
        Result<PortLayout> layout;
    };
    /// The ports by the index: their names and times.
    struct KnownPorts {
        ChangeMark mark;
        std::vector<Port> ports;
    };
    /// A pass over the messages that is under way, and one that has ended.
    struct Pass {
        quint64 generation = 0;
        ChangeMark mark; ///< before it began
        std::unique_ptr<PortLayout> layout;
        PortPass counting;
    };
    struct Counted {
        ChangeMark mark;
        PortTallies tallies;
        qint64 counted = 0;
        Timestamp at{}; ///< its end
    };
    struct KnownActivity {
        ChangeMark mark;
        Timestamp asked; ///< the `now` it is of
        PortActivity activity;
    };
    class PortRows : public RowSource<Port> {
    public:
        explicit PortRows(SqlPorts& repository) : m_repository(repository) {}
        Result<Page<Port>> page(const ListQuery& query, const CancelToken& token) override;
        Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        SqlPorts& m_repository;
    };

    [[nodiscard]] Result<const PortLayout*> layout(Connection& connection);
    [[nodiscard]] SqlRowSource<PortMessage>::Finder finder(SqlListing PortLayout::*listing);
    [[nodiscard]] Result<PortMessage> readMessage(const QByteArray& id, const CancelToken& token);
    [[nodiscard]] Result<std::vector<Port>> listPorts(const CancelToken& token);
    [[nodiscard]] Result<std::vector<Port>> portsByIndex(Connection& connection, const PortLayout& layout);
    [[nodiscard]] Result<void> beginPass(Connection& connection, ChangeMark mark);
    [[nodiscard]] Result<void> goOn(Connection& connection, std::chrono::milliseconds patience);
    void fillIn(std::vector<Port>& ports, bool namesByIndex, ChangeMark now) const;

    Session& m_session;
    std::optional<KnownLayout> m_layout;
    std::optional<KnownPorts> m_known;
    std::optional<KnownActivity> m_activity;
    std::optional<Pass> m_pass;
    std::optional<Counted> m_counted;
    SqlRowSource<PortMessage> m_messages;
    SqlRowSource<PortMessage> m_deadLetters;
    PortRows m_ports;
    SqlDeadLetters m_letters;
    GroupScan m_groups;
};

} // namespace portolan
