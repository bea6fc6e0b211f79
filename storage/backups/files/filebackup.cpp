#include "storage/backups/files/filebackup.h"

#include "storage/backups/files/filemark.h"
#include "storage/base/bytes.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/fileindex.h"
#include "storage/messages/files/lines/indexfile.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <fcntl.h>

namespace portolan {

namespace {

constexpr char lineTable[] = "messages";
constexpr char rejectTable[] = "rejects";

Error gone(const QByteArray& name) {
    return {ErrorCode::Changed,
            QStringLiteral("%1 was taken away or cut by another program while it was backed up. Try "
                           "again.")
                .arg(QString::fromUtf8(name))};
}

/// Counts the records that begin in the first `size` bytes of the file of rejects by their heads.
Result<qint64> recordsIn(const Fd& file, qint64 size) {
    constexpr qint64 head = 12; // magic, length, checksum
    qint64 records = 0;
    for (qint64 at = 0; at + head <= size;) {
        const auto bytes = readPart(file, at, head, QLatin1String(RejectFile::fileName));
        PORTOLAN_TRY(bytes);
        ByteReader in(*bytes);
        in.u32();
        at += head + in.u32();
        if (in.failed())
            return gone(RejectFile::fileName);
        records += at <= size ? 1 : 0;
    }
    return records;
}

Result<void> writeBatches(const FileMark& mark, BackupWriter& into, BackupManifest& manifest,
                          const CancelToken& token) {
    qint64& lines = manifest.tables[lineTable];
    for (const auto& [batch, size] : mark.batches) {
        if (token.stop_requested())
            return cancelled();
        const QByteArray name = batchFileName(batch);
        const auto file = openAt(mark.folders.messages, name, O_RDONLY);
        if (!file && file.error().code == ErrorCode::NotFound)
            return gone(name);
        PORTOLAN_TRY(file);
        char last = '\n';
        const auto copied = into.copy("messages/" + name, *file, size, token, [&](QByteArrayView piece) {
            lines += piece.count('\n');
            last = piece.back();
        });
        if (!copied && copied.error().code == ErrorCode::Changed)
            return gone(name);
        PORTOLAN_TRY(copied);
        lines += last == '\n' ? 0 : 1;
    }
    return {};
}

Result<void> writeMemory(const FileMark& mark, BackupWriter& into, BackupManifest& manifest, const CancelToken& token) {
    if (mark.state) {
        PORTOLAN_TRY(into.put(QByteArray(".portolan/") + Journal::stateFile, *mark.state, manifest.createdAt));
    }
    if (!mark.logName.isEmpty()) {
        PORTOLAN_TRY(into.put(".portolan/" + mark.logName, mark.log, manifest.createdAt));
    }
    for (const auto& [name, file] : mark.lines) {
        const auto stat = statOf(file, QString::fromLatin1(name));
        PORTOLAN_TRY(stat);
        PORTOLAN_TRY(into.copy(".portolan/" + name, file, stat->size, token));
    }
    manifest.tables[rejectTable] = 0;
    for (const FileMark::Part& part : mark.rejects) {
        const auto file = openAt(mark.folders.rejects, part.name, O_RDONLY);
        PORTOLAN_TRY(file);
        if (part.name == RejectFile::fileName) {
            const auto records = recordsIn(*file, part.size);
            PORTOLAN_TRY(records);
            manifest.tables[rejectTable] = *records;
        }
        PORTOLAN_TRY(into.copy(".portolan/rejects/" + part.name, *file, part.size, token));
    }
    for (const QByteArray& name : mark.torn) {
        const auto file = openAt(mark.folders.torn, name, O_RDONLY);
        PORTOLAN_TRY(file);
        const auto stat = statOf(*file, QString::fromLatin1(name));
        PORTOLAN_TRY(stat);
        PORTOLAN_TRY(into.copy(".portolan/torn/" + name, *file, stat->size, token));
    }
    for (const auto& [id, bytes] : mark.archived) {
        PORTOLAN_TRY(
            into.put(QByteArray(".portolan/") + ArchivedFiles::folderName + '/' + id, bytes, manifest.createdAt));
    }
    for (const auto& [name, bytes] : {std::pair(OperationsFolder::stateFile, &mark.operations.state),
                                      std::pair(OperationsFolder::auditFile, &mark.operations.audit)}) {
        if (bytes->isEmpty())
            continue;
        PORTOLAN_TRY(
            into.put(QByteArray(".portolan/") + OperationsFolder::folderName + '/' + name, *bytes, manifest.createdAt));
    }
    return {};
}

Error differs(const char* what, qint64 said, qint64 found) {
    return {ErrorCode::Corrupt,
            QStringLiteral("The backup does not hold what it should: %1 %2 were written, and %3 are "
                           "in it.")
                .arg(said)
                .arg(QLatin1String(what))
                .arg(found)};
}

qint64 rowsSaid(const BackupManifest& manifest, const char* table) {
    const auto found = manifest.tables.find(table);
    return found == manifest.tables.end() ? 0 : found->second;
}

/// Reads the state and the log as a writer does.
Result<void> proveMemory(const QString& folder) {
    const auto own = openFolder(folder + QStringLiteral("/.portolan"));
    if (!own)
        return own.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(own.error());
    const auto bytes = readAt(*own, Journal::stateFile);
    if (!bytes)
        return bytes.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(bytes.error());
    const auto state = decodeState(*bytes, StateParts::WithoutKeys);
    PORTOLAN_TRY(state);
    const auto log = readAt(*own, GroupLog::fileName(state->logNumber));
    if (!log)
        return log.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(log.error());
    const auto contents = GroupLog::read(*log, state->sequence);
    if (contents.damagedInside || contents.end > log->size())
        return Error{ErrorCode::Corrupt, QStringLiteral("The backup's acknowledgement log is damaged.")};
    return {};
}

} // namespace

BackupParts fileBackup(const StorePlaces& places) {
    return {[places](BackupWriter& into, BackupManifest& manifest, const BackupWorkplace&,
                     const CancelToken& token) -> Result<void> {
                const auto mark = markOf(places);
                PORTOLAN_TRY(mark);
                PORTOLAN_TRY(writeBatches(*mark, into, manifest, token));
                return writeMemory(*mark, into, manifest, token);
            },
            [](const QString& folder, const BackupManifest& manifest, const CancelToken&) {
                return proveFiles(folder, manifest);
            }};
}

Result<BackupProof> proveFiles(const QString& folder, const BackupManifest& manifest) {
    qint64 lines = 0;
    if (const auto messages = openFolder(folder + QStringLiteral("/messages")); messages) {
        FileIndex index(*messages);
        PORTOLAN_TRY(index.refresh());
        for (const FileEntry& entry : index.entries())
            lines += entry.messageCount;
        if (const auto own = openFolder(folder + QStringLiteral("/.portolan")); own)
            IndexFile(*own).save(index); // the next to open it need not read them all again
    }
    if (const qint64 said = rowsSaid(manifest, lineTable); said != lines)
        return differs("lines", said, lines);
    RejectFile rejects;
    const auto kept = openFolder(folder + QStringLiteral("/.portolan/rejects"));
    if (kept) {
        PORTOLAN_TRY(rejects.refresh(*kept));
    }
    if (const qint64 said = rowsSaid(manifest, rejectTable); said != rejects.count())
        return differs("rejects", said, rejects.count());
    PORTOLAN_TRY(proveMemory(folder));
    return BackupProof{QStringLiteral("lines and rejects counted, the writer's memory read"), {}};
}

} // namespace portolan
