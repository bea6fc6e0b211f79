#include "storage/stores/bundlestore.h"

#include "storage/export/bundlefile.h"
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

/// A bundle's database, as long as somebody looks at it.
class Unpacked {
public:
    static Result<std::shared_ptr<const Unpacked>> make(const QString& path, const CancelToken& token) {
        std::shared_ptr<Unpacked> made(new Unpacked);
        if (!made->m_folder.isValid())
            return Error{ErrorCode::Io,
                         QStringLiteral("Cannot unpack %1: %2.").arg(path, made->m_folder.errorString())};
        auto file = BundleFile::open(path, token);
        PORTOLAN_TRY(file);
        made->m_url.kind = StoreKind::Sqlite;
        made->m_url.path = made->m_folder.filePath(QStringLiteral("bundle.db"));
        const auto store = openSqliteStore(made->m_url, Access::Write, token);
        PORTOLAN_TRY(store);
        const auto taken = takeBundle(
            **file, **store, {{}, "opened", (*file)->manifest().by}, [](qint64) {}, token);
        PORTOLAN_TRY(taken);
        if (!taken->refused.empty())
            return Error{ErrorCode::Corrupt, QStringLiteral("%1 holds a message that cannot be shown, %2: %3.")
                                                 .arg(path, QString::fromUtf8(taken->refused.front().first),
                                                      taken->refused.front().second)};
        return std::shared_ptr<const Unpacked>(std::move(made));
    }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }

private:
    Unpacked() = default;
    QTemporaryDir m_folder; ///< 0700
    StoreUrl m_url;
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
        // What is put into a bundle's database would go with it.
        parts.intake = nullptr;
        parts.alerts = nullptr;
        parts.savedViews = nullptr;
        offer(std::move(parts));
    }

    const StoreUrl& url() const override { return m_url; }
    Access access() const override { return Access::Read; }
    Result<QString> product() override { return QStringLiteral("incident bundle"); }
    std::optional<QString> unavailableReason(Feature feature) const override {
        if (feature == Feature::Receive || feature == Feature::Replay)
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
    if (access == Access::Write)
        return Error{
            ErrorCode::ReadOnly,
            QStringLiteral("%1 is an incident bundle, which is for reading. `portolan import` puts its messages "
                           "into a store.")
                .arg(url.display())};
    auto unpacked = unpackedOf(url.path, token);
    PORTOLAN_TRY(unpacked);
    auto inner = openSqliteStore((*unpacked)->url(), Access::Read, token);
    PORTOLAN_TRY(inner);
    return std::unique_ptr<Store>(std::make_unique<BundleStore>(url, std::move(*unpacked), std::move(*inner)));
}

} // namespace portolan
