#include "storage/stores/bundlestore.h"

#include "storage/backups/sql/sqlitebackup.h"
#include "storage/export/bundlefile.h"
#include "storage/stores/backup.h"
#include "storage/stores/filestore.h"
#include "storage/stores/sqlitestore.h"

#include <QDateTime>
#include <QFileInfo>
#include <QTemporaryDir>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace portolan {

namespace {

/// The facts that tell one file from another, and from itself after it was written again.
struct FileState {
    std::string path;
    qint64 size;
    qint64 changed; ///< ms since 1970
    auto operator<=>(const FileState&) const = default;
};

FileState stateOf(const QString& path) {
    const QFileInfo info(path);
    return {info.absoluteFilePath().toStdString(), info.size(), info.lastModified().toMSecsSinceEpoch()};
}

/// A bundle's database, or what a backup holds, as long as somebody looks at it.
class Unpacked {
public:
    static Result<std::shared_ptr<const Unpacked>> make(const QString& path, const CancelToken& token) {
        std::shared_ptr<Unpacked> made(new Unpacked);
        if (!made->m_folder.isValid())
            return Error{ErrorCode::Io,
                         QStringLiteral("Cannot unpack %1: %2.").arg(path, made->m_folder.errorString())};
        made->m_isBackup = isBackupFile(path);
        const Result<void> done = made->m_isBackup ? made->takeBackup(path, token) : made->takeMessages(path, token);
        return done ? Result(std::shared_ptr<const Unpacked>(std::move(made))) : done.error();
    }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] bool isBackup() const { return m_isBackup; }

private:
    Unpacked() = default;

    Result<void> takeBackup(const QString& path, const CancelToken& token) {
        const QString unpacked = m_folder.filePath(QStringLiteral("unpacked"));
        PORTOLAN_TRY(makeFolders(unpacked + QStringLiteral("/messages"))); // of a file store there may be no line
        const auto manifest = checkBackup(path, {}, token);
        PORTOLAN_TRY(manifest);
        PORTOLAN_TRY(unpackBackup(path, *manifest, unpacked, {}, token));
        PORTOLAN_TRY(proveUnpacked(unpacked, *manifest, token));
        if (manifest->storeKind == "files") {
            m_url.path = m_folder.path();
            m_url.service = QStringLiteral("unpacked");
        } else if (manifest->storeKind == "sqlite") {
            m_url.kind = StoreKind::Sqlite;
            m_url.path = unpackedDatabase(unpacked);
        } else {
            return Error{
                ErrorCode::Unsupported,
                QStringLiteral("%1 is a backup of a database on a server, which only a server can read. `portolan "
                               "restore %1 --into postgresql://…` puts it into an empty database.")
                    .arg(path)};
        }
        return {};
    }

    Result<void> takeMessages(const QString& path, const CancelToken& token) {
        auto file = BundleFile::open(path, token);
        PORTOLAN_TRY(file);
        m_url.kind = StoreKind::Sqlite;
        m_url.path = m_folder.filePath(QStringLiteral("bundle.db"));
        const auto store = openSqliteStore(m_url, Access::Write, token);
        PORTOLAN_TRY(store);
        const auto taken = takeBundle(
            **file, **store, {{}, "opened", (*file)->manifest().by}, [](qint64) {}, token);
        PORTOLAN_TRY(taken);
        if (!taken->refused.empty())
            return Error{ErrorCode::Corrupt, QStringLiteral("%1 holds a message that cannot be shown, %2: %3.")
                                                 .arg(path, QString::fromUtf8(taken->refused.front().first),
                                                      taken->refused.front().second)};
        return {};
    }

    QTemporaryDir m_folder; ///< 0700
    StoreUrl m_url;
    bool m_isBackup = false;
};

/// A bundle's place among those that are open: who unpacks it holds the lock.
struct UnpackedSlot {
    std::timed_mutex mutex;
    std::weak_ptr<const Unpacked> unpacked;
};

std::shared_ptr<UnpackedSlot> slotOf(const FileState& state) {
    static std::mutex mutex;
    static std::map<FileState, std::shared_ptr<UnpackedSlot>> known;
    const std::lock_guard lock(mutex);
    std::erase_if(known,
                  [](const auto& each) { return each.second.use_count() == 1 && each.second->unpacked.expired(); });
    std::shared_ptr<UnpackedSlot>& slot = known[state];
    if (!slot)
        slot = std::make_shared<UnpackedSlot>();
    return slot;
}

/// A window opens a store several times: each bundle is unpacked once, and the others do not wait for it.
Result<std::shared_ptr<const Unpacked>> unpackedOf(const QString& path, const CancelToken& token) {
    constexpr std::chrono::milliseconds slice{50};
    const std::shared_ptr<UnpackedSlot> slot = slotOf(stateOf(path));
    std::unique_lock lock(slot->mutex, std::defer_lock);
    while (!lock.try_lock_for(slice)) {
        if (token.stop_requested())
            return cancelled();
    }
    if (auto there = slot->unpacked.lock())
        return there;
    auto made = Unpacked::make(path, token);
    if (made)
        slot->unpacked = *made;
    return made;
}

/// The database under the bundle's name.
class BundleStore final : public Store {
public:
    BundleStore(StoreUrl url, std::shared_ptr<const Unpacked> unpacked, std::unique_ptr<Store> inner)
        : m_url(std::move(url))
        , m_unpacked(std::move(unpacked))
        , m_inner(std::move(inner)) {
        StoreParts parts = m_inner->parts();
        // Rows that are put into a bundle's database would go with it.
        parts.intake = nullptr;
        parts.backups = nullptr;
        parts.alerts = nullptr;
        parts.savedViews = nullptr;
        parts.undo = nullptr;
        offer(std::move(parts));
    }

    const StoreUrl& url() const override { return m_url; }
    Access access() const override { return Access::Read; }
    Result<QString> product() override {
        return m_unpacked->isBackup() ? QStringLiteral("backup") : QStringLiteral("incident bundle");
    }
    std::optional<QString> unavailableReason(Feature feature) const override {
        const bool isWriting = feature == Feature::Receive || feature == Feature::Replay;
        if (isWriting && m_unpacked->isBackup())
            return QStringLiteral(
                       "A backup is for reading. `portolan restore %1 --into STORE` puts it into a place of its "
                       "own.")
                .arg(m_url.path);
        if (isWriting)
            return QStringLiteral("An incident bundle is for reading. `portolan import %1 --into STORE` puts its "
                                  "messages into a store.")
                .arg(m_url.path);
        return m_inner->unavailableReason(feature);
    }
    Batches& batches() override { return m_inner->batches(); }
    Result<ChangeMark> changeMark() override { return m_inner->changeMark(); }
    Result<std::unique_ptr<IngestWriter>> ingestWriter() override { return m_inner->ingestWriter(); }

private:
    StoreUrl m_url;
    std::shared_ptr<const Unpacked> m_unpacked; ///< outlives what reads it
    std::unique_ptr<Store> m_inner;
};

} // namespace

Result<std::unique_ptr<Store>> openBundleStore(const StoreUrl& url, Access access, const CancelToken& token) {
    if (access == Access::Write && isBackupFile(url.path))
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("%1 is a backup, which is for reading. `portolan restore` puts it "
                                    "into a place of its own.")
                         .arg(url.display())};
    if (access == Access::Write)
        return Error{
            ErrorCode::ReadOnly,
            QStringLiteral("%1 is an incident bundle, which is for reading. `portolan import` puts its messages "
                           "into a store.")
                .arg(url.display())};
    auto unpacked = unpackedOf(url.path, token);
    PORTOLAN_TRY(unpacked);
    const StoreUrl& inside = (*unpacked)->url();
    auto inner = inside.kind == StoreKind::Files ? openFileStore(inside, Access::Read)
                                                 : openSqliteStore(inside, Access::Read, token);
    PORTOLAN_TRY(inner);
    return std::unique_ptr<Store>(std::make_unique<BundleStore>(url, std::move(*unpacked), std::move(*inner)));
}

} // namespace portolan
