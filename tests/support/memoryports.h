#pragma once

#include "storage/deadletters/groupscan.h"
#include "storage/ports/messagehistory.h"
#include "storage/ports/ports.h"

#include <mutex>
#include <vector>

namespace portolan::test {

/// Port messages without a database: the contract of Ports over a vector. Another thread may change the rows.
class MemoryPorts final : public Ports {
public:
    MemoryPorts();

    void set(std::vector<PortMessage> messages);
    void add(const PortMessage& message);

    RowSource<PortMessage>& messages() override { return m_messages; }
    RowSource<PortMessage>& deadLetters() override { return m_deadLetters; }
    [[nodiscard]] Result<PortMessage> message(const QByteArray& id) override;
    RowSource<Port>& ports() override { return m_ports; }
    [[nodiscard]] Result<PortCounting> countPorts(std::chrono::milliseconds patience,
                                                  const CancelToken& token) override;
    GroupScan& groups() override { return m_groups; }
    [[nodiscard]] Result<PortActivity> activity(Timestamp now, const CancelToken& token) override;
    [[nodiscard]] Result<std::vector<AuditEntry>> auditOf(std::span<const QByteArray>, const CancelToken&) override {
        return std::vector<AuditEntry>(); // there is no audit in memory
    }
    [[nodiscard]] Result<MessageHistory> history(const QByteArray& id, const CancelToken& token) override;

private:
    template <class Row>
    class Rows final : public RowSource<Row> {
    public:
        using Read = std::vector<Row> (*)(const MemoryPorts&);
        Rows(const MemoryPorts& from, Read read, const char* time = nullptr)
            : m_from(from)
            , m_read(read)
            , m_time(time) {}
        [[nodiscard]] Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) override;
        [[nodiscard]] Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        const MemoryPorts& m_from;
        Read m_read;
        const char* m_time; ///< the column that messages go by
    };

    /// Dead letters in pages of three, newest first; remembers groups as a database does.
    class Letters final : public DeadLetterSource {
    public:
        explicit Letters(const MemoryPorts& from) : m_from(from) {}
        [[nodiscard]] Result<ChangeMark> changeMark() override;
        [[nodiscard]] Result<DeadLetterSource::Letters> letters(const std::optional<QByteArray>& port,
                                                                const Cursor& after, const CancelToken& token) override;
        [[nodiscard]] Result<bool> isNewestFirst() override { return true; }
        [[nodiscard]] Result<std::vector<RememberedGroup>> remembered(const CancelToken& token) override;
        [[nodiscard]] Result<void> remember(std::span<const DeadLetterGroup> groups, const CancelToken& token) override;
        [[nodiscard]] Result<std::vector<Precursor>> precursors(const DeadLetterGroup& group,
                                                                const CancelToken& token) override;

    private:
        const MemoryPorts& m_from;
        std::vector<RememberedGroup> m_remembered;
    };

    [[nodiscard]] std::vector<PortMessage> all() const;
    [[nodiscard]] std::vector<Port> counted() const;

    mutable std::mutex m_mutex;
    std::vector<PortMessage> m_rows;
    quint64 m_changes = 0;
    Rows<PortMessage> m_messages;
    Rows<PortMessage> m_deadLetters;
    Rows<Port> m_ports;
    Letters m_letters;
    GroupScan m_groups;
};

} // namespace portolan::test
