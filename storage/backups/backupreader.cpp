#include "storage/backups/backuparchive.h"
#include "storage/backups/backupseal.h"
#include "storage/base/libarchive.h"
#include "storage/base/sha256.h"
#include "storage/messages/batchname.h"

#include <QRegularExpression>
#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <set>
#include <vector>

namespace portolan {

namespace {

constexpr std::size_t readAtOnce = 1 << 18;
constexpr unsigned int oddModeBits = 07000; ///< set-user-id, set-group-id, sticky
constexpr QByteArrayView batchFolder = "messages/";

/// Names other than those of batch files; what is not here is refused, `..` and absolute paths with it.
bool isOtherMember(const QByteArray& name) {
    static const QRegularExpression own(
        QStringLiteral("^\\.portolan/(state|log\\.[0-9]{1,20}|lines/[0-9]{1,20}|"
                       "rejects/(rejects|reinjected|outcomes)\\.dat|torn/[0-9]{1,20}-[a-z_0-9]{1,60}\\.(txt|dat)|"
                       "operations/(state\\.json|audit\\.jsonl)|archived/[0-9a-f]{8})$"));
    static const QRegularExpression copied(QStringLiteral("^database/(schema\\.sql|rows/[0-9]{6,9})$"));
    return name == "database.sqlite" || name == "database.dump"
           || (!name.contains('\n') && copied.match(QString::fromLatin1(name)).hasMatch())
           || (!name.contains('\n') && own.match(QString::fromLatin1(name)).hasMatch());
}

QString shownMember(const QByteArray& name) {
    constexpr qsizetype longestShown = 200;
    QString text = name.isNull() ? QStringLiteral("(no UTF-8)") : QString::fromUtf8(name.left(longestShown));
    for (QChar& c : text) {
        if (!c.isPrint())
            c = QChar::ReplacementCharacter;
    }
    return text;
}

} // namespace

struct BackupReader::Parts {
    struct Close {
        void operator()(struct archive* open) const { archive_read_free(open); }
    };
    static la_ssize_t give(struct archive*, void* self, const void** out) {
        auto* const parts = static_cast<Parts*>(self);
        const auto have = parts->readOn(parts->seal.frame);
        *out = parts->input.data();
        return have ? static_cast<la_ssize_t>(*have) : -1;
    }
    /// The next bytes of the file before `end`, into `input`.
    Result<std::size_t> readOn(qint64 end) {
        const auto wanted = static_cast<std::size_t>(std::min<qint64>(std::ssize(input), end - at));
        auto have = readInto(file, std::span(input).first(wanted), at, path);
        if (!have) {
            failure = have.error();
            return have;
        }
        digest.add(QByteArrayView(input.data(), static_cast<qsizetype>(*have)));
        at += static_cast<qint64>(*have);
        if (tick)
            tick(at);
        return have;
    }
    [[nodiscard]] Error refused(const QString& why) const {
        return {ErrorCode::Corrupt, QStringLiteral("The backup %1 is not sound: %2.").arg(path, why)};
    }
    [[nodiscard]] Error unreadable() const {
        if (failure)
            return *failure;
        const char* const words = archive_error_string(handle.get());
        Error error = refused(QStringLiteral("it cannot be unpacked"));
        error.details = words ? QString::fromLocal8Bit(words) : QString();
        return error;
    }

    Result<void> takeName(const QByteArray& name);
    Result<QByteArrayView> readMember();
    Result<void> endMember();
    Result<void> endAll();

    QString path;
    BackupTick tick;
    Fd file;
    qint64 size = 0;
    BackupSeal seal;
    BackupManifest manifest; ///< of the seal
    std::optional<Error> failure;
    std::vector<char> input = std::vector<char>(readAtOnce);
    std::vector<char> output = std::vector<char>(readAtOnce);
    qint64 at = 0;
    Sha256 digest;
    Sha256 member;
    Sha256 sums;
    QByteArray name; ///< of the file that is being read; empty: none
    qint64 left = 0; ///< bytes of it
    QByteArray text; ///< of the manifest
    qint64 lastBatch = 0;
    std::set<QByteArray> others;
    bool haveSums = false;
    bool haveManifest = false;
    qint64 members = 0;
    qint64 bytes = 0;    ///< of files with data
    qint64 unpacked = 0; ///< of all
    std::unique_ptr<struct archive, Close> handle;
};

/// Checks that a file of this name comes here.
Result<void> BackupReader::Parts::takeName(const QByteArray& found) {
    const QString shown = shownMember(found);
    const auto odd = [&](const char* why) {
        return refused(QStringLiteral("\"%1\" in it %2").arg(shown, QLatin1String(why)));
    };
    if (haveManifest || (haveSums && found != backupManifestName))
        return odd("comes after its end");
    if (found == backupManifestName && !haveSums)
        return odd("comes before its sums");
    if (found == backupSumsName || found == backupManifestName)
        return {};
    if (++members > mostMembers)
        return refused(QStringLiteral("it holds more than %1 files").arg(mostMembers));
    if (found.startsWith(batchFolder)) {
        const auto batch = batchOfFileName(QByteArrayView(found).sliced(batchFolder.size()));
        if (!batch)
            return odd("is no file of a backup");
        if (*batch <= lastBatch)
            return odd("is there twice, or out of its order");
        lastBatch = *batch;
        return {};
    }
    if (!isOtherMember(found))
        return odd("is no file of a backup");
    return others.insert(found).second ? Result<void>() : odd("is there twice");
}

Result<QByteArrayView> BackupReader::Parts::readMember() {
    const auto have = archive_read_data(handle.get(), output.data(), output.size());
    if (have < 0)
        return unreadable();
    const QByteArrayView some(output.data(), static_cast<qsizetype>(have));
    left -= some.size();
    unpacked += some.size();
    bytes += name == backupSumsName || name == backupManifestName ? 0 : some.size();
    if (left < 0 || (unpacked > freeBytes && unpacked / mostRatio > size))
        return refused(QStringLiteral("it holds more than it can"));
    member.add(some);
    if (name == backupManifestName)
        text.append(some);
    return some;
}

/// Reads what is left of a file, and takes its sum.
Result<void> BackupReader::Parts::endMember() {
    while (!name.isEmpty()) {
        const auto some = readMember();
        PORTOLAN_TRY(some);
        if (!some->isEmpty())
            continue;
        if (left != 0)
            return refused(QStringLiteral("\"%1\" in it ends too early").arg(shownMember(name)));
        const QByteArray sum = member.take().toHex();
        if (name == backupSumsName) {
            haveSums = true;
            if (sum != sums.take().toHex() || sum != manifest.sums)
                return refused(QStringLiteral("a file in it is not what its checksum says"));
        } else if (name == backupManifestName) {
            haveManifest = true;
            if (text != seal.manifest)
                return refused(QStringLiteral("its two manifests differ"));
        } else {
            sums.add(sum + "  " + name + '\n');
        }
        name.clear();
    }
    return {};
}

Result<void> BackupReader::Parts::endAll() {
    if (!haveManifest)
        return refused(QStringLiteral("it has no manifest"));
    if (members != manifest.members || bytes != manifest.bytes)
        return refused(QStringLiteral("it has other files than its manifest says"));
    while (at < seal.digestAt) {
        const auto have = readOn(seal.digestAt);
        PORTOLAN_TRY(have);
        if (*have == 0)
            return refused(QStringLiteral("it became shorter"));
    }
    return digest.take() == seal.digest ? Result<void>()
                                        : refused(QStringLiteral("its bytes are not those that were written"));
}

BackupReader::BackupReader(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
BackupReader::~BackupReader() = default;

const BackupManifest& BackupReader::manifest() const {
    return m_parts->manifest;
}

qint64 BackupReader::bytes() const {
    return m_parts->size;
}

Result<std::unique_ptr<BackupReader>> BackupReader::open(const QString& path, BackupTick tick) {
    PORTOLAN_TRY(loadLibarchive());
    auto parts = std::make_unique<Parts>();
    parts->path = path;
    parts->tick = std::move(tick);
    auto file = openBackupFile(path);
    PORTOLAN_TRY(file);
    parts->file = std::move(*file);
    auto seal = readSeal(parts->file, path);
    if (!seal)
        return seal.error().code == ErrorCode::Corrupt ? parts->refused(seal.error().text) : seal.error();
    parts->seal = std::move(*seal);
    parts->size = parts->seal.digestAt + parts->seal.digest.size();
    auto manifest = BackupManifest::parse(parts->seal.manifest);
    if (!manifest && manifest.error().code == ErrorCode::Unsupported)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The backup %1 cannot be read: %2.").arg(path, manifest.error().text)};
    if (!manifest)
        return parts->refused(manifest.error().text);
    parts->manifest = std::move(*manifest);
    parts->handle.reset(archive_read_new());
    archive_read_support_format_tar(parts->handle.get());
    archive_read_support_filter_zstd(parts->handle.get());
    std::unique_ptr<BackupReader> reader(new BackupReader(std::move(parts)));
    Parts& made = *reader->m_parts;
    if (archive_read_open(made.handle.get(), &made, nullptr, Parts::give, nullptr) != ARCHIVE_OK)
        return made.unreadable();
    return reader;
}

Result<bool> BackupReader::next(BackupMember& member) {
    Parts& parts = *m_parts;
    while (true) {
        PORTOLAN_TRY(parts.endMember());
        struct archive_entry* found = nullptr;
        const int read = archive_read_next_header(parts.handle.get(), &found);
        if (read == ARCHIVE_EOF)
            break;
        if (read != ARCHIVE_OK && read != ARCHIVE_WARN) // a name that the locale cannot say is no harm
            return parts.unreadable();
        const QByteArray name = archive_entry_pathname_utf8(found);
        const bool isPlain = archive_entry_filetype(found) == AE_IFREG && !archive_entry_hardlink(found)
                             && (archive_entry_perm(found) & oddModeBits) == 0;
        if (!isPlain)
            return parts.refused(
                QStringLiteral("\"%1\" in it is a link, a device or another thing that is no plain file")
                    .arg(shownMember(name)));
        PORTOLAN_TRY(parts.takeName(name));
        parts.name = name;
        parts.left = archive_entry_size(found);
        if (name == backupManifestName && parts.left != parts.seal.manifest.size())
            return parts.refused(QStringLiteral("its two manifests differ"));
        if (name == backupSumsName || name == backupManifestName)
            continue;
        member = {name, parts.left, Timestamp(std::chrono::seconds(archive_entry_mtime(found)))};
        return true;
    }
    PORTOLAN_TRY(parts.endAll());
    return false;
}

Result<QByteArrayView> BackupReader::read() {
    return m_parts->readMember();
}

bool isBackupFile(const QString& path) {
    const auto file = openBackupFile(path);
    return file && readSeal(*file, path);
}

} // namespace portolan
