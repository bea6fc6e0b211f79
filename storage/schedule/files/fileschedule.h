#pragma once

#include "storage/operations/files/operationsfolder.h"
#include "storage/schedule/schedule.h"

namespace portolan {

/// The schedule of a file store, the member `schedule` of its operations. On the store's thread.
class FileSchedule final : public Schedule, private RowSource<ScheduleEntry> {
public:
    /// `own`: the path of `.portolan`, which need not exist.
    FileSchedule(const StoreUrl& url, const QString& own, Access access) : m_folder(url, own, access) {}

    RowSource<ScheduleEntry>& entries() override { return *this; }
    Result<void> add(const QByteArray& name, const QStringList& words, const QByteArray& spec, Timestamp now,
                     const QByteArray& reason, const QByteArray& actor) override;
    Result<void> remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) override;
    Result<std::optional<ScheduleEntry>> take(Timestamp due, Timestamp now, const QByteArray& runner,
                                              const EntryTest& mayRun) override;
    Result<std::optional<ScheduleEntry>> takeNamed(const QByteArray& name, Timestamp now, const QByteArray& runner,
                                                   const EntryTest& mayRun) override;
    Result<void> renew(const ScheduleEntry& taken, Timestamp now) override;
    Result<void> finish(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                        const QByteArray& actor) override;

private:
    using Entries = std::vector<ScheduleEntry>;
    Result<Page<ScheduleEntry>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;
    [[nodiscard]] Result<Entries> read() const;
    [[nodiscard]] Result<std::optional<ScheduleEntry>>
    takeFirst(const std::function<bool(const ScheduleEntry&)>& isWanted, Timestamp now, const QByteArray& runner) const;
    using Change = std::function<Result<void>(Entries& entries, OperationsFolder::Told& told)>;
    [[nodiscard]] Result<void> change(const Change& change) const;

    OperationsFolder m_folder;
};

} // namespace portolan
