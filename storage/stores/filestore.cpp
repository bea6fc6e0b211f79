#include "storage/stores/filestore.h"

#include "storage/ingest/fence.h"
#include "storage/messages/files/filefence.h"
#include "storage/messages/files/filewriter.h"

namespace portolan {

Result<std::unique_ptr<Store>> openFileStore(const StoreUrl& url, Access access) {
    const auto places = placesOf(url);
    PORTOLAN_TRY(places);
    if (access == Access::Write) {
        PORTOLAN_TRY(makeFolders(places->messages));
    }
    auto repository = FileRepository::open(*places);
    PORTOLAN_TRY(repository);
    return std::unique_ptr<Store>(std::make_unique<FileStore>(url, access, *places, std::move(*repository)));
}

FileStore::FileStore(StoreUrl url, Access access, StorePlaces places, std::unique_ptr<FileRepository> repository)
    : m_url(std::move(url))
    , m_access(access)
    , m_places(std::move(places))
    , m_repository(std::move(repository))
    , m_checks(m_places, m_repository->batches(), m_url.batchSize)
    , m_meter(*m_repository)
    , m_history(m_url, m_places.own, access)
    , m_backups(m_url)
    , m_findings(*this, nullptr)
    , m_retention(m_url, m_places, m_repository->batches(), access)
    , m_schedule(m_url, m_places.own, access) {
    offer({.backups = &m_backups,
           .checks = &m_checks,
           .meter = &m_meter,
           .history = &m_history,
           .retention = &m_retention,
           .schedule = &m_schedule,
           .findings = &m_findings});
}

std::optional<QString> FileStore::unavailableReason(Feature feature) const {
    switch (feature) {
    case Feature::Batches:
    case Feature::Rejects:
    case Feature::Gaps:
    case Feature::Integrity:
    case Feature::Receive:
        return std::nullopt;
    case Feature::Ports:
    case Feature::DeadLetters:
        return QStringLiteral("A file store keeps messages only. Port messages and dead letters are kept in databases; "
                              "open one of these.");
    case Feature::Checkpoints:
    case Feature::Components:
    case Feature::Metrics:
    case Feature::Events:
    case Feature::Tables:
    case Feature::Operations:
    case Feature::Audit:
    case Feature::Replay:
        return QStringLiteral("A file store keeps messages only. Open a database to see this.");
    }
    Q_UNREACHABLE();
}

Result<ChangeMark> FileStore::changeMark() {
    const auto mark = m_repository->mark();
    PORTOLAN_TRY(mark);
    return ChangeMark{*mark};
}

Result<std::unique_ptr<IngestWriter>> FileStore::ingestWriter() {
    if (m_access == Access::Read)
        return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(m_url.display())};
    auto writer = FileWriter::open(m_places, m_url.batchSize);
    PORTOLAN_TRY(writer);
    const auto other = fenceOf(m_places.own); // after the lock, which who sets it holds
    PORTOLAN_TRY(other);
    if (*other)
        return fenced(m_url.display(), **other);
    return std::unique_ptr<IngestWriter>(std::move(*writer));
}

} // namespace portolan
