#pragma once

#include "storage/schedule/schedule.h"
#include "storage/sql/internaltable.h"

namespace portolan {

struct AuditEntry;
class UnitOfWork;

/// The schedule of a SQL store (`portolan_schedule`). On the session's thread.
class SqlSchedule final : public Schedule {
public:
    explicit SqlSchedule(Session& session);

    RowSource<ScheduleEntry>& entries() override { return m_rows.rows(); }
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
    /// Runs `change`, a callable from a UnitOfWork& to a Result, in one transaction.
    template <class Change>
    auto change(Change change) -> std::invoke_result_t<Change, UnitOfWork&>;
    [[nodiscard]] Result<std::vector<ScheduleEntry>> readWhere(const QString& condition, const QVariantList& bindings,
                                                               const QString& more = {});
    [[nodiscard]] Result<std::optional<ScheduleEntry>> find(const QString& condition, const QVariantList& bindings);
    /// Takes the first entry that meets a condition, that no other has and that the test lets through.
    [[nodiscard]] Result<std::optional<ScheduleEntry>> takeWhere(const QString& condition, const QVariant& bound,
                                                                 Timestamp now, const QByteArray& runner,
                                                                 const EntryTest& mayRun);
    [[nodiscard]] QString timePlace() const; ///< of a time that is bound

    Session& m_session;
    InternalTable<ScheduleEntry> m_rows;
};

} // namespace portolan
