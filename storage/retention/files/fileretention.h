#pragma once

#include "storage/backups/backups.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/places.h"
#include "storage/operations/files/operationsfolder.h"
#include "storage/retention/retention.h"

namespace portolan {

/// The retention of a file store: the rule `batch-files`, by which finished batch files are packed into a folder, or
/// deleted, and the rule `backups` about its backups. They are the member `retention` of the store's operations. On the
/// store's thread.
class FileRetention final : public Retention, private RowSource<RetentionRule> {
public:
    /// Borrows the batches.
    FileRetention(const StoreUrl& url, const StorePlaces& places, RowSource<Batch>& batches, Access access)
        : m_url(url)
        , m_places(places)
        , m_batches(batches)
        , m_folder(url, places.own, access)
        , m_access(access) {}

    RowSource<RetentionRule>& rules() override { return *this; }
    Result<RetentionRule> set(const RetentionChange& change, const QByteArray& reason, const QByteArray& actor,
                              const CancelToken& token) override;
    Result<void> switchOff(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                           const CancelToken& token) override;
    Result<void> run(const RetainOrder& order, const Progress& progress, const Told& told,
                     const CancelToken& token) override;

private:
    Result<Page<RetentionRule>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;
    [[nodiscard]] Result<std::vector<RetentionRule>> allRules() const;
    [[nodiscard]] Result<RetentionRule> changed(RetentionRule rule, const RetentionChange& change) const;
    [[nodiscard]] Result<void> note(const RetentionRule& rule, const RetentionOutcome& outcome,
                                    const RetainOrder& order, const std::vector<BackupEntry>& removed) const;
    [[nodiscard]] Result<void> announce(const RetentionRule& rule, const std::vector<BackupEntry>& leaving,
                                        const RetainOrder& order) const;
    [[nodiscard]] RetentionOutcome runBackups(const RetentionRule& rule, const RetainOrder& order,
                                              const Progress& progress, std::vector<BackupEntry>& removed,
                                              const CancelToken& token) const;
    [[nodiscard]] Result<void> removeBackups(const RetentionRule& rule, const RetainOrder& order,
                                             const Progress& progress, RetentionOutcome& outcome,
                                             std::vector<BackupEntry>& removed, const CancelToken& token) const;

    StoreUrl m_url;
    StorePlaces m_places;
    RowSource<Batch>& m_batches;
    OperationsFolder m_folder;
    Access m_access;
};

} // namespace portolan
