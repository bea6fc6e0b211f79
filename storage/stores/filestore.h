#pragma once

#include "storage/backups/backupcatalogue.h"
#include "storage/health/files/filehistory.h"
#include "storage/health/healthrows.h"
#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/checks/filechecks.h"
#include "storage/messages/files/checks/filemeter.h"
#include "storage/messages/files/filerepository.h"
#include "storage/messages/files/places.h"
#include "storage/retention/files/fileretention.h"
#include "storage/schedule/files/fileschedule.h"
#include "storage/store.h"

#include <memory>

namespace portolan {

/// Opens a folder of batch files (CONTRACT §4). Read: nothing is made or changed in it, a missing one is NotFound; the
/// index is taken from `.portolan/index` or from the user's cache, and kept in the cache. Write: missing folders are
/// made; the lock is taken by ingestWriter(), so that any number of stores may be open for writing and one writes.
[[nodiscard]] Result<std::unique_ptr<Store>> openFileStore(const StoreUrl& url, Access access);

class FileStore : public Store {
public:
    FileStore(StoreUrl url, Access access, StorePlaces places, std::unique_ptr<FileRepository> repository);

    [[nodiscard]] const StoreUrl& url() const override { return m_url; }
    [[nodiscard]] Access access() const override { return m_access; }
    [[nodiscard]] std::optional<QString> unavailableReason(Feature feature) const override;
    Batches& batches() override { return *m_repository; }
    /// Costs microseconds; in a large folder now and then a full look at it (a microsecond a file), which takes a
    /// twentieth of the time at most.
    [[nodiscard]] Result<ChangeMark> changeMark() override;
    [[nodiscard]] Result<std::unique_ptr<IngestWriter>> ingestWriter() override;

private:
    StoreUrl m_url;
    Access m_access;
    StorePlaces m_places;
    std::unique_ptr<FileRepository> m_repository;
    FileChecks m_checks;
    FileMeter m_meter;
    FileHistory m_history;
    BackupRows m_backups;
    HealthRows m_findings;
    FileRetention m_retention;
    FileSchedule m_schedule;
};

} // namespace portolan
