#include "storage/messages/files/journalreader.h"

#include "storage/base/backoff.h"
#include "storage/messages/files/grouplog.h"

#include <QLoggingCategory>
#include <fcntl.h>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(readerLog, "portolan.batchfile.reader")

/// Turns NotFound into success: a file that is not there (any more) is no error.
Result<void> unlessMissing(const Error& error) {
    return error.code == ErrorCode::NotFound ? Result<void>() : Result<void>(error);
}

/// Reads the state as it is between two groups; nothing while a writer is at it, or where one crashed.
Result<std::optional<JournalState>> readSettled(const Fd& own) {
    using Settled = std::optional<JournalState>;
    const auto bytes = readAt(own, Journal::stateFile);
    if (!bytes)
        return bytes.error().code == ErrorCode::NotFound ? Result<Settled>(Settled(JournalState())) : bytes.error();
    auto state = decodeState(*bytes, StateParts::All);
    PORTOLAN_TRY(state);
    const auto log = readAt(own, GroupLog::fileName(state->logNumber));
    if (!log)
        return log.error().code == ErrorCode::NotFound ? Result<Settled>(Settled()) : log.error();
    const auto contents = GroupLog::read(*log, state->sequence);
    for (const LoggedGroup& logged : contents.groups) {
        if (logged.fate == GroupFate::Open && &logged == &contents.groups.back())
            return Settled();
        if (logged.fate != GroupFate::Undone)
            state->apply(logged.group);
    }
    return Settled(std::move(*state));
}

} // namespace

Result<JournalState> readJournalState(const QString& own, const CancelToken& token) {
    constexpr int tries = 40; // a second, with the pauses between
    constexpr std::chrono::milliseconds between(25);
    const auto folder = openFolder(own);
    if (!folder)
        return folder.error().code == ErrorCode::NotFound ? Result<JournalState>(JournalState()) : folder.error();
    for (int i = 0; i < tries; ++i) {
        auto settled = readSettled(*folder);
        PORTOLAN_TRY(settled);
        if (*settled)
            return std::move(**settled);
        if (!pauseFor(between, token))
            return cancelled();
    }
    return Error{
        ErrorCode::Busy,
        QStringLiteral("Whether the last messages in %1 are stored is not settled since a crash. Let a receiver "
                       "look: portolan receive --into it, with any source.")
            .arg(own)};
}

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
