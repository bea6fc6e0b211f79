#include "storage/messages/sql/sqlgaps.h"

#include <algorithm>

namespace portolan {

namespace {

/// Late numbers are looked for in so many open gaps of a series, the newest; older ones stay open.
constexpr int mostOpen = 10'000;

QString keepingGaps() {
    return QStringLiteral("keep gaps in");
}

/// Returns the name of the store's setting that keeps how a source's numbers rise.
QString numberingKey(const QByteArray& source) {
    return QStringLiteral("numbering:") + QString::fromUtf8(source);
}

QString timeText(Timestamp time) {
    return QString::fromLatin1(toIsoTime(time));
}

QVariant orNull(const std::optional<qint64>& number) {
    return number ? QVariant(*number) : QVariant(QMetaType(QMetaType::LongLong));
}

QVariant timeOrNull(const std::optional<Timestamp>& time) {
    return time ? QVariant(timeText(*time)) : QVariant(QMetaType(QMetaType::QString));
}

QVariant detailsOrNull(const QByteArray& details) {
    return details.isEmpty() ? QVariant(QMetaType(QMetaType::QString)) : QVariant(QString::fromUtf8(details));
}

} // namespace

Result<SqlGaps::Series> SqlGaps::series(const QByteArray& source) {
    Result<QSqlQuery> query =
        m_connection.run(QStringLiteral("INSERT INTO portolan_sources (identity, last_seen) VALUES (?, ?) "
                                        "ON CONFLICT (identity) DO UPDATE SET last_seen = excluded.last_seen "
                                        "RETURNING id, epoch, last_number"),
                         {QString::fromUtf8(source), timeText(currentTime())}, keepingGaps());
    PORTOLAN_TRY(query);
    const Result<bool> found = m_connection.next(*query);
    PORTOLAN_TRY(found);
    Series series;
    series.id = query->value(0).toLongLong();
    series.mark.epoch = query->value(1).toLongLong();
    if (!query->value(2).isNull())
        series.mark.lastNumber = query->value(2).toLongLong();
    series.mark.fallen = m_fallen[source];
    return series;
}

Result<std::vector<Gap>> SqlGaps::open(const QByteArray& source, qint64 epoch) {
    Result<QSqlQuery> query = m_connection.run(
        QStringLiteral("SELECT first_number, last_number, detected_at FROM portolan_gaps WHERE source = ? "
                       "AND kind = 'numbers' AND epoch = ? AND closed_at IS NULL ORDER BY first_number DESC LIMIT %1")
            .arg(mostOpen),
        {QString::fromUtf8(source), epoch}, keepingGaps());
    PORTOLAN_TRY(query);
    std::vector<Gap> gaps;
    QueryCursor walk(m_connection, *query);
    while (walk.next()) {
        Gap gap;
        gap.firstNumber = query->value(0).toLongLong();
        gap.lastNumber = query->value(1).toLongLong();
        gap.detectedAt = parseIsoTime(query->value(2).toString().toUtf8()).value_or(Timestamp());
        gaps.push_back(std::move(gap));
    }
    if (walk.error())
        return *walk.error();
    return gaps;
}

Result<std::optional<Numbering>> SqlGaps::numbering(const QByteArray& source) {
    Result<QSqlQuery> query = m_connection.run(QStringLiteral("SELECT value FROM portolan_settings WHERE key = ?"),
                                               {numberingKey(source)}, keepingGaps());
    PORTOLAN_TRY(query);
    const Result<bool> found = m_connection.next(*query);
    PORTOLAN_TRY(found);
    return *found ? Numbering::fromText(query->value(0).toString().toUtf8()) : std::nullopt;
}

Result<void> SqlGaps::advance(const QByteArray& source, const Series& series, const SeriesMark& to) {
    if (to.numbering && to.numbering != series.mark.numbering) {
        const Result<void> written = m_connection.execute(
            QStringLiteral("INSERT INTO portolan_settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET "
                           "value = excluded.value, updated_at = excluded.updated_at"),
            {numberingKey(source), QString::fromLatin1(to.numbering->toText())}, keepingGaps());
        if (!written)
            return written;
    }
    return m_connection.execute(QStringLiteral("UPDATE portolan_sources SET epoch = ?, last_number = ? WHERE id = ?"),
                                {to.epoch, orNull(to.lastNumber), series.id}, keepingGaps());
}

/// Writes an edit. A row to be changed that is not there (another program has deleted it) is no error.
Result<void> SqlGaps::write(const GapEdit& edit, qint64 sourceId) {
    const Gap& gap = edit.gap;
    const QString source = QString::fromUtf8(gap.source);
    const QString kind = QString::fromLatin1(gapKindName(gap.kind));
    if (edit.isNew)
        return m_connection.execute(
            QStringLiteral("INSERT INTO portolan_gaps (source_id, source, kind, epoch, first_number, last_number, "
                           "missing, detected_at, closed_at, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
            {sourceId, source, kind, gap.epoch, orNull(gap.firstNumber), orNull(gap.lastNumber), orNull(gap.missing),
             timeText(gap.detectedAt), timeOrNull(gap.closedAt), detailsOrNull(gap.details)},
            keepingGaps());
    if (!edit.formerFirst)
        return m_connection.execute(
            QStringLiteral("UPDATE portolan_gaps SET closed_at = ?, details = coalesce(?, details) WHERE source = ? "
                           "AND kind = ? AND closed_at IS NULL"),
            {timeOrNull(gap.closedAt), detailsOrNull(gap.details), source, kind}, keepingGaps());
    return m_connection.execute(
        QStringLiteral("UPDATE portolan_gaps SET first_number = ?, last_number = ?, missing = ?, closed_at = ? "
                       "WHERE source = ? AND kind = ? AND epoch = ? AND first_number = ? AND closed_at IS NULL"),
        {orNull(gap.firstNumber), orNull(gap.lastNumber), orNull(gap.missing), timeOrNull(gap.closedAt), source, kind,
         gap.epoch, *edit.formerFirst},
        keepingGaps());
}

Result<qint64> SqlGaps::follow(const QByteArray& source, std::span<const SeenNumber> numbers) {
    Result<Series> kept = series(source);
    PORTOLAN_TRY(kept);
    const Result<std::optional<Numbering>> numbered = numbering(source);
    PORTOLAN_TRY(numbered);
    kept->mark.numbering = *numbered;
    kept->mark.isInterrupted = m_interrupted.erase(source) > 0;
    GapTracker tracker(source, kept->mark);
    if (tracker.wantsOpenGaps(numbers)) {
        Result<std::vector<Gap>> gaps = open(source, kept->mark.epoch);
        PORTOLAN_TRY(gaps);
        tracker.know(std::move(*gaps));
    }
    for (const SeenNumber& seen : numbers)
        tracker.see(seen);
    for (const GapEdit& edit : tracker.edits()) {
        PORTOLAN_TRY(write(edit, kept->id));
    }
    PORTOLAN_TRY(advance(source, *kept, tracker.mark()));
    m_fallen[source] = tracker.mark().fallen;
    return tracker.found();
}

Result<qint64> SqlGaps::keepNews(std::span<const IngestItem> items, const std::vector<bool>& known) {
    std::vector<GapEdit> edits;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto* news = std::get_if<GapNews>(&items[i].decoded);
        if (news && !known[i])
            addEdit(edits, editOf(items[i].delivery, *news, 0));
    }
    qint64 found = 0;
    for (GapEdit& edit : edits) {
        const Result<Series> kept = series(edit.gap.source);
        PORTOLAN_TRY(kept);
        edit.gap.epoch = kept->mark.epoch;
        PORTOLAN_TRY(write(edit, kept->id));
        found += edit.isNew ? 1 : 0;
    }
    return found;
}

Result<qint64> SqlGaps::keep(std::span<const IngestItem> items, const std::vector<bool>& known) {
    Result<qint64> found = keepNews(items, known);
    for (const auto& [source, numbers] : numbersIn(items, known)) {
        if (!found)
            return found;
        const Result<qint64> more = follow(source, numbers);
        found = more ? Result<qint64>(*found + *more) : more;
    }
    m_interrupted.merge(interruptedIn(items, known));
    return found;
}

} // namespace portolan
