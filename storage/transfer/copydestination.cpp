#include "storage/transfer/copydestination.h"

namespace portolan {

namespace {

class DatabaseDestination final : public CopyDestination {
public:
    explicit DatabaseDestination(std::unique_ptr<CopyTarget> target) : m_target(std::move(target)) {}
    Result<CopyReport> take(StoreContent& from, const CopyOptions& options,
                            const std::function<void(const CopyReport&)>& progress) override {
        return copyStore(from, *m_target, options, progress);
    }
    Result<void> tellEnd(const CopyOptions& options, const CopyReport& report) override {
        return tellCopyEnd(*m_target, options, report);
    }
    Result<void> tellOffer(const CopyOptions& options, std::chrono::seconds alike) override {
        PORTOLAN_TRY(m_target->begin());
        PORTOLAN_TRY(
            m_target->appendAudit(entryOf(options, "switch_offer", options.from,
                                          "{\"alike_seconds\":" + QByteArray::number(qint64(alike.count())) + '}')));
        return m_target->commit();
    }
    Result<void> setFence(const std::optional<QString>& other, const CopyOptions& options) override {
        PORTOLAN_TRY(m_target->begin());
        const auto was = m_target->setFence(other);
        PORTOLAN_TRY(was);
        const std::optional<QString>& named = other ? other : *was;
        if (*was != other) {
            PORTOLAN_TRY(m_target->appendAudit(
                entryOf(options, other ? "switch_away" : "switch_open", named.value_or(QString()), {})));
        }
        return m_target->commit();
    }

private:
    static AuditEntry entryOf(const CopyOptions& options, const char* action, const QString& other,
                              const QByteArray& after) {
        AuditEntry entry;
        entry.actor = options.actor;
        entry.action = action;
        entry.subjectKind = "store";
        entry.subjectId = other.toUtf8();
        if (!options.reason.isEmpty())
            entry.reason = options.reason;
        if (!after.isEmpty())
            entry.after = after;
        return entry;
    }

    std::unique_ptr<CopyTarget> m_target;
};

} // namespace

std::unique_ptr<CopyDestination> databaseDestination(std::unique_ptr<CopyTarget> target) {
    return std::make_unique<DatabaseDestination>(std::move(target));
}

} // namespace portolan
