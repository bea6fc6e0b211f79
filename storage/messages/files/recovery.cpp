#include "storage/messages/files/recovery.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/checksum.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <QLoggingCategory>
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <optional>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(recoveryLog, "portolan.batchfile.recovery")

constexpr unsigned f2fsMagic = 0xF2F52010; // not in every <linux/magic.h>
constexpr unsigned xfsMagic = 0x58465342;  // "XFSB"

/// Reads in pieces: a group may hold gigabytes.
constexpr qint64 pieceSize = 1 << 20;

const Fd& folderOf(const StoreFolders& folders, const LogExtent& extent) {
    return extent.target == LogExtent::Target::Batch ? folders.messages : folders.rejects;
}

QByteArray nameOf(const LogExtent& extent) {
    return extent.target == LogExtent::Target::Batch ? batchFileName(extent.batch) : QByteArray(RejectFile::fileName);
}

/// Returns the mode of a new file: other programs may read batch files; everything else is ours alone.
mode_t modeOf(const LogExtent& extent) {
    return extent.target == LogExtent::Target::Batch ? 0644 : 0600;
}

Result<Fd> openMade(const Fd& folder, const QByteArray& name) {
    if (::mkdirat(folder.get(), name.constData(), 0700) < 0 && errno != EEXIST)
        return systemError("Making the folder", QString::fromLatin1(name), errno);
    return openFolderAt(folder, name);
}

/// Returns true for file systems whose syncfs() waits for the disk; FUSE and network file systems need not. It reports
/// write errors since Linux 5.8.
bool syncsWholly(const Fd& folder) {
    struct statfs found {};
    if (::fstatfs(folder.get(), &found) < 0)
        return false;
    const auto kind = static_cast<unsigned>(found.f_type);
    const auto known = {static_cast<unsigned>(EXT4_SUPER_MAGIC), static_cast<unsigned>(BTRFS_SUPER_MAGIC),
                        static_cast<unsigned>(TMPFS_MAGIC), xfsMagic, f2fsMagic};
    return std::ranges::find(known, kind) != known.end();
}

/// Opens the file of an extent; nothing when it is gone.
Result<std::optional<Fd>> openExtent(const StoreFolders& folders, const LogExtent& extent, int flags) {
    auto file = openAt(folderOf(folders, extent), nameOf(extent), flags);
    if (file)
        return std::optional<Fd>(std::move(*file));
    return file.error().code == ErrorCode::NotFound ? Result(std::optional<Fd>())
                                                    : Result<std::optional<Fd>>(file.error());
}

/// Calls step(offset, bytes) for the extent's bytes. Returns false when the file ends before they do, or step did.
template <class Step>
Result<bool> forPieces(const Fd& file, const LogExtent& extent, Step step) {
    const QString name = QString::fromLatin1(nameOf(extent));
    for (qint64 done = 0; done < extent.length;) {
        const qint64 wanted = std::min(pieceSize, extent.length - done);
        const auto bytes = readPart(file, extent.offset + done, wanted, name);
        PORTOLAN_TRY(bytes);
        if (bytes->size() < wanted)
            return false;
        PORTOLAN_TRY(step(extent.offset + done, *bytes));
        done += wanted;
    }
    return true;
}

QByteArray tornName(const LogGroup& group, const LogExtent& extent) {
    return QByteArray::number(group.sequence) + '-' + nameOf(extent);
}

Result<void> copyAside(const StoreFolders& folders, const QByteArray& name, const Fd& file, qint64 from, qint64 end) {
    const QString shown = QString::fromLatin1(name);
    const auto aside = openAt(folders.torn, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    PORTOLAN_TRY(aside);
    while (from < end) {
        const auto bytes = readPart(file, from, std::min(pieceSize, end - from), shown);
        PORTOLAN_TRY(bytes);
        if (bytes->isEmpty())
            break;
        if (const auto written = writeAll(*aside, *bytes, shown); !written)
            return written;
        from += bytes->size();
    }
    if (const auto synced = syncFile(*aside, shown); !synced)
        return synced;
    return syncFile(folders.torn, shown);
}

/// Copies what an extent's file has from the group's beginning on to `torn`, durably.
Result<void> keepAside(const StoreFolders& folders, const LogGroup& group, const LogExtent& extent, const Fd& file,
                       qint64 size) {
    const QByteArray aside = tornName(group, extent);
    qCWarning(recoveryLog).noquote() << QStringLiteral("%1: %2 bytes of an unfinished write are moved to torn/%3")
                                            .arg(QString::fromLatin1(nameOf(extent)))
                                            .arg(size - extent.offset)
                                            .arg(QString::fromLatin1(aside));
    return copyAside(folders, aside, file, extent.offset, size);
}

Result<void> undoExtent(const StoreFolders& folders, const LogGroup& group, const LogExtent& extent, TornBytes torn) {
    const QString shown = QString::fromLatin1(nameOf(extent));
    const auto file = openExtent(folders, extent, O_RDWR);
    PORTOLAN_TRY(file);
    if (!*file)
        return {};
    const auto stat = statOf(**file, shown);
    PORTOLAN_TRY(stat);
    if (stat->size > extent.offset + extent.length) {
        qCWarning(recoveryLog).noquote()
            << QStringLiteral("%1 has grown after an unfinished write; it is left as it is").arg(shown);
        return {};
    }
    if (torn == TornBytes::KeepAside && stat->size > extent.offset) {
        if (const auto kept = keepAside(folders, group, extent, **file, stat->size); !kept)
            return kept;
    }
    if (extent.created)
        return removeAt(folderOf(folders, extent), nameOf(extent));
    return stat->size > extent.offset ? cutFile(**file, extent.offset, shown) : Result<void>();
}

} // namespace

Result<StoreFolders> openFolders(const QString& messages, const QString& own) {
    StoreFolders folders;
    auto messagesFolder = openFolder(messages);
    PORTOLAN_TRY(messagesFolder);
    folders.messages = std::move(*messagesFolder);
    auto ownFolder = openFolder(own);
    PORTOLAN_TRY(ownFolder);
    folders.own = std::move(*ownFolder);
    for (auto [fd, name] : {std::pair(&folders.rejects, RejectFile::folderName), std::pair(&folders.torn, "torn")}) {
        auto made = openMade(folders.own, name);
        PORTOLAN_TRY(made);
        *fd = std::move(*made);
    }
    PORTOLAN_TRY(syncFile(folders.own, own));
    const auto here = statOf(folders.messages, messages);
    const auto there = statOf(folders.rejects, own);
    if (!here || !there)
        return here ? there.error() : here.error();
    folders.syncsWhole = here->device == there->device && syncsWholly(folders.messages);
    return folders;
}

Result<void> syncGroup(const StoreFolders& folders, const LogGroup& group) {
    const bool creates = std::ranges::any_of(group.extents, &LogExtent::created);
    if (folders.syncsWhole && (creates || group.extents.size() > 1))
        return syncFileSystem(folders.messages, QStringLiteral("the batch files"));
    for (const LogExtent& extent : group.extents) {
        const QString name = QString::fromLatin1(nameOf(extent));
        const auto file = openExtent(folders, extent, O_RDONLY);
        PORTOLAN_TRY(file);
        if (*file) {
            if (const auto synced = syncFile(**file, name); !synced)
                return synced;
        }
    }
    for (const Fd* folder : {&folders.messages, &folders.rejects}) {
        if (const auto synced = creates ? syncFile(*folder, QStringLiteral("a folder")) : Result<void>(); !synced)
            return synced;
    }
    return {};
}

Result<void> writeGroup(const StoreFolders& folders, const LogGroup& group, std::span<const QByteArray> pieces,
                        std::size_t& done) {
    for (std::size_t i = 0; i < group.extents.size(); ++i) {
        const LogExtent& extent = group.extents[i];
        const QByteArray name = nameOf(extent);
        const QString shown = QString::fromLatin1(name);
        // Appends, not at an offset: what somebody else has appended meanwhile stays.
        const int flags = O_WRONLY | O_APPEND | (extent.created ? O_CREAT | O_EXCL : 0);
        const auto file = openAt(folderOf(folders, extent), name, flags, modeOf(extent));
        PORTOLAN_TRY(file);
        done = i + 1;
        if (const auto written = writeAll(*file, pieces[i], shown); !written)
            return written;
        if (extent.created)
            continue;
        const auto stat = statOf(*file, shown);
        PORTOLAN_TRY(stat);
        if (stat->size != extent.offset + extent.length)
            return Error{ErrorCode::Changed, QStringLiteral("Another program writes to %1 as well.").arg(shown)};
    }
    return {};
}

Result<bool> isIntact(const StoreFolders& folders, const LogGroup& group) {
    for (const LogExtent& extent : group.extents) {
        const auto file = openExtent(folders, extent, O_RDONLY);
        PORTOLAN_TRY(file);
        if (!*file)
            return false;
        quint32 checksum = 0;
        const auto whole = forPieces(**file, extent, [&](qint64, QByteArrayView bytes) -> Result<void> {
            checksum = crc32c(bytes, checksum);
            return {};
        });
        if (!whole || !*whole || checksum != extent.checksum)
            return whole ? Result<bool>(false) : whole;
    }
    return true;
}

Result<void> writeAgain(const StoreFolders& folders, const LogGroup& group) {
    for (const LogExtent& extent : group.extents) {
        const auto file = openExtent(folders, extent, O_RDWR);
        PORTOLAN_TRY(file);
        if (!*file)
            continue;
        const auto whole = forPieces(**file, extent, [&](qint64 offset, QByteArrayView bytes) {
            return writeAllAt(**file, bytes, offset, QString::fromLatin1(nameOf(extent)));
        });
        PORTOLAN_TRY(whole);
    }
    return syncGroup(folders, group);
}

Result<void> undoGroup(const StoreFolders& folders, const LogGroup& group, TornBytes torn) {
    for (auto extent = group.extents.rbegin(); extent != group.extents.rend(); ++extent) {
        if (const auto undone = undoExtent(folders, group, *extent, torn); !undone)
            return undone;
    }
    return syncGroup(folders, group);
}

} // namespace portolan
