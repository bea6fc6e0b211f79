#include "storage/messages/files/journalreader.h"

#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/journal.h"

#include <QLoggingCategory>
#include <fcntl.h>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(readerLog, "portolan.batchfile.reader")

/// Turns NotFound into success: a file that is not there (any more) is no error.
Result<void> unlessMissing(const Error& error) {
    return error.code == ErrorCode::NotFound ? Result<void>() : Result<void>(error);
}

} // namespace

Result<void> JournalReader::refresh() {
    const auto own = openFolder(m_ownPath);
    if (!own)
        return unlessMissing(own.error());
    const auto state = statAt(*own, Journal::stateFile);
    if (!state)
        return unlessMissing(state.error());
    if (*state != m_state || m_inDoubt) {
        if (const auto reloaded = reload(*own); !reloaded)
            return reloaded;
        m_state = *state;
    }
    return readLog(*own);
}

/// Refreshes and tries again when files are missing: a writer that began a new log meanwhile has removed them.
Result<void> JournalReader::loadMetadata(std::span<const qint64> batches) {
    const auto loaded = m_metadata.load(batches, LineMetadata::Missing::Fails);
    if (loaded || loaded.error().code != ErrorCode::NotFound)
        return loaded;
    m_state = FileStat();
    const auto refreshed = refresh();
    return refreshed ? m_metadata.load(batches, LineMetadata::Missing::IsEmpty) : refreshed;
}

Result<void> JournalReader::reload(const Fd& own) {
    const auto bytes = readAt(own, Journal::stateFile);
    if (!bytes)
        return unlessMissing(bytes.error());
    auto state = decodeState(*bytes, StateParts::WithoutKeys);
    m_book = state ? state->escapes : EscapeBook();
    m_gaps = state ? state->gaps : GapState();
    m_metadata.reset(state ? std::move(state->lines) : LineBook());
    ++m_gapMark;
    m_inDoubt = false;
    m_logNumber = state ? state->logNumber : 0;
    m_sequence = state ? state->sequence : 0;
    m_logRead = 0;
    if (!state)
        qCWarning(readerLog).noquote() << state.error().text;
    return {};
}

Result<void> JournalReader::readLog(const Fd& own) {
    const QByteArray name = GroupLog::fileName(m_logNumber);
    const QString shown = QString::fromLatin1(name);
    const auto file = openAt(own, name, O_RDONLY);
    if (!file)
        return unlessMissing(file.error()); // the writer began a new one this instant; the next refresh sees it
    const auto stat = statOf(*file, shown);
    PORTOLAN_TRY(stat);
    if (stat->size <= m_logRead)
        return {};
    const auto bytes = readPart(*file, m_logRead, stat->size - m_logRead, shown);
    PORTOLAN_TRY(bytes);
    const auto contents = GroupLog::read(*bytes, m_sequence, m_logRead);
    for (const LoggedGroup& logged : contents.groups) {
        for (const EscapedLine& line : logged.group.escapes)
            m_book.add(line);
        m_sequence = logged.group.sequence;
        if (logged.fate != GroupFate::Undone && m_metadata.add(logged.group.lines))
            m_inDoubt = logged.fate == GroupFate::Open;
        if (logged.group.gaps.isEmpty() || logged.fate == GroupFate::Undone)
            continue;
        m_gaps.apply(logged.group.gaps);
        ++m_gapMark;
        m_inDoubt = m_inDoubt || logged.fate == GroupFate::Open;
    }
    m_logRead = contents.end;
    return {};
}

} // namespace portolan
