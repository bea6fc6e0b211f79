#include "storage/operations/files/operationsfolder.h"

#include "storage/json/jsontext.h"

#include <QJsonDocument>
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace portolan {

namespace {

constexpr char auditBytes[] = "audit_bytes";
constexpr char auditEntries[] = "audit_entries";

QString shownName(const char* name) {
    return QStringLiteral(".portolan/%1/%2").arg(QLatin1String(OperationsFolder::folderName), QLatin1String(name));
}

qint64 numberIn(const QJsonObject& state, const char* name) {
    return state.value(QLatin1String(name)).toInteger();
}

/// Reads the bytes of a file; none where it is missing.
Result<QByteArray> bytesIfThere(const Fd& folder, const char* name) {
    auto bytes = readAt(folder, name);
    return bytes || bytes.error().code != ErrorCode::NotFound ? std::move(bytes) : Result<QByteArray>(QByteArray());
}

Result<QJsonObject> stateIn(const QByteArray& bytes) {
    if (bytes.isEmpty())
        return QJsonObject();
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    if (document.isObject())
        return document.object();
    return Error{ErrorCode::Corrupt,
                 QStringLiteral("The file %1 is damaged. Put it back from a backup, or move it away and set the "
                                "schedule and the rules again; %2 beside it tells what they were.")
                     .arg(shownName(OperationsFolder::stateFile), shownName(OperationsFolder::auditFile))};
}

void putText(QByteArray& line, const char* name, const std::optional<QByteArray>& text) {
    line += QByteArray(",\"") + name + "\":";
    if (text)
        appendJsonString(line, *text);
    else
        line += "null";
}

/// An act as a line, by the names of the audit's columns.
QByteArray auditLine(const AuditEntry& entry) {
    QByteArray line = "{\"id\":" + QByteArray::number(entry.id) + ",\"at\":\"" + toExactIsoTime(entry.at) + '"';
    putText(line, "actor", entry.actor);
    putText(line, "action", entry.action);
    putText(line, "subject_kind", entry.subjectKind);
    putText(line, "subject_id", entry.subjectId);
    putText(line, "reason", entry.reason);
    putText(line, "run_id", entry.runId);
    line += ",\"before_image\":" + entry.before.value_or("null");
    return line + ",\"after_image\":" + entry.after.value_or("null") + "}\n";
}

/// Waits for the right to change the folder; it goes with the descriptor.
Result<Fd> lockedFolder(const Fd& folder) {
    auto lock = openAt(folder, "lock", O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(lock);
    while (::flock(lock->get(), LOCK_EX) < 0) {
        if (errno != EINTR)
            return systemError("Locking", shownName("lock"), errno);
    }
    return lock;
}

/// Writes the acts after those that count, durably, and says in the state where they end.
Result<void> writeAudit(const Fd& folder, QJsonObject& state, OperationsFolder::Told& told) {
    const QString name = shownName(OperationsFolder::auditFile);
    const auto file = openAt(folder, OperationsFolder::auditFile, O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(file);
    const auto stat = statOf(*file, name);
    PORTOLAN_TRY(stat);
    const qint64 end = std::min(numberIn(state, auditBytes), stat->size); // another may have moved the file away
    qint64 entries = numberIn(state, auditEntries);
    QByteArray lines;
    for (AuditEntry& entry : told) {
        entry.id = ++entries;
        entry.at = currentTime();
        lines += auditLine(entry);
    }
    if (stat->size > end) {
        PORTOLAN_TRY(cutFile(*file, end, name));
    }
    PORTOLAN_TRY(writeAllAt(*file, lines, end, name));
    PORTOLAN_TRY(syncData(*file, name));
    if (stat->size == 0) {
        PORTOLAN_TRY(syncFile(folder, name));
    }
    state.insert(QLatin1String(auditBytes), end + lines.size());
    state.insert(QLatin1String(auditEntries), entries);
    return {};
}

} // namespace

Result<QJsonObject> OperationsFolder::read(const QString& subject) const {
    const auto folder = openFolder(m_path);
    if (!folder)
        return folder.error().code == ErrorCode::NotFound ? Result(QJsonObject()) : Result<QJsonObject>(folder.error());
    const auto bytes = bytesIfThere(*folder, stateFile);
    PORTOLAN_TRY(bytes);
    const auto state = stateIn(*bytes);
    PORTOLAN_TRY(state);
    return state->value(subject).toObject();
}

Result<void> OperationsFolder::change(const QString& subject,
                                      const std::function<Result<void>(QJsonObject&, Told&)>& change) const {
    if (m_access == Access::Read)
        return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(m_url.display())};
    PORTOLAN_TRY(makeFolders(m_path));
    const auto folder = openFolder(m_path);
    PORTOLAN_TRY(folder);
    const auto lock = lockedFolder(*folder);
    PORTOLAN_TRY(lock);
    const auto bytes = bytesIfThere(*folder, stateFile);
    PORTOLAN_TRY(bytes);
    auto state = stateIn(*bytes);
    PORTOLAN_TRY(state);
    const QJsonObject before = state->value(subject).toObject();
    QJsonObject member = before;
    Told told;
    PORTOLAN_TRY(change(member, told));
    if (told.empty() && member == before)
        return {};
    if (!told.empty()) {
        PORTOLAN_TRY(writeAudit(*folder, *state, told));
    }
    state->insert(subject, member);
    return replaceFile(*folder, stateFile, QJsonDocument(*state).toJson(), true);
}

Result<OperationsFolder::Copy> OperationsFolder::copyOf(const Fd& own) {
    Copy copy;
    const auto folder =
        own.isOpen() ? openFolderAt(own, folderName) : Result<Fd>(Error{ErrorCode::NotFound, QString()});
    if (!folder)
        return folder.error().code == ErrorCode::NotFound ? Result(copy) : Result<Copy>(folder.error());
    auto bytes = bytesIfThere(*folder, stateFile);
    PORTOLAN_TRY(bytes);
    const auto state = stateIn(*bytes);
    PORTOLAN_TRY(state);
    // The state first: acts that it counts are never changed.
    auto audit = bytesIfThere(*folder, auditFile);
    PORTOLAN_TRY(audit);
    audit->truncate(numberIn(*state, auditBytes));
    copy.state = std::move(*bytes);
    copy.audit = std::move(*audit);
    return copy;
}

} // namespace portolan
