#include "storage/health/files/filehistory.h"

#include "storage/base/diskspace.h"
#include "storage/listing/memorylisting.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace portolan {

namespace {

constexpr char historyFile[] = "history.json";
constexpr char historyLock[] = "history.lock";

RowOrder<HistoryDay> historyOrder() {
    return {historyColumns(), &historySchema(), 0, 0};
}

void putNumber(QJsonObject& object, const char* name, const std::optional<qint64>& number) {
    if (number)
        object.insert(QLatin1String(name), *number);
}

std::optional<qint64> numberIn(const QJsonObject& object, const char* name) {
    const QJsonValue value = object.value(QLatin1String(name));
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

QJsonObject encodedDay(const HistoryDay& day) {
    QJsonObject object{{QStringLiteral("day"), QString::fromLatin1(toIsoTime(day.day))},
                       {QStringLiteral("name"), QString::fromUtf8(day.name)}};
    putNumber(object, "row_count", day.rows);
    putNumber(object, "bytes", day.bytes);
    putNumber(object, "asked", day.asked);
    putNumber(object, "slow", day.slow);
    putNumber(object, "failed", day.failed);
    if (day.isEstimate)
        object.insert(QStringLiteral("estimate"), true);
    if (day.latency) {
        object.insert(QStringLiteral("p50_ms"), day.latency->p50);
        object.insert(QStringLiteral("p95_ms"), day.latency->p95);
        object.insert(QStringLiteral("p99_ms"), day.latency->p99);
    }
    return object;
}

HistoryDay decodedDay(const QJsonObject& object) {
    HistoryDay day;
    day.day = parseIsoTime(object.value(QLatin1String("day")).toString().toLatin1()).value_or(Timestamp());
    day.name = object.value(QLatin1String("name")).toString().toUtf8();
    day.rows = numberIn(object, "row_count");
    day.bytes = numberIn(object, "bytes");
    day.asked = numberIn(object, "asked");
    day.slow = numberIn(object, "slow");
    day.failed = numberIn(object, "failed");
    day.isEstimate = object.value(QLatin1String("estimate")).toBool();
    if (const QJsonValue p50 = object.value(QLatin1String("p50_ms")); p50.isDouble())
        day.latency = Latency{p50.toDouble(), object.value(QLatin1String("p95_ms")).toDouble(),
                              object.value(QLatin1String("p99_ms")).toDouble()};
    return day;
}

/// Reads the days in a folder; none where it has no history yet.
Result<std::vector<HistoryDay>> daysIn(const Fd& folder) {
    const auto bytes = readAt(folder, historyFile);
    if (!bytes)
        return bytes.error().code == ErrorCode::NotFound ? Result(std::vector<HistoryDay>())
                                                         : Result<std::vector<HistoryDay>>(bytes.error());
    const QJsonDocument document = QJsonDocument::fromJson(*bytes);
    if (!document.isArray())
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The file .portolan/%1 is damaged. Move it away: growth is then counted from "
                                    "today on.")
                         .arg(QLatin1String(historyFile))};
    std::vector<HistoryDay> days;
    const QJsonArray all = document.array();
    for (const auto& each : all) {
        days.push_back(decodedDay(each.toObject()));
        days.back().id = std::ssize(days);
    }
    return days;
}

/// Waits for the right to change the history; it goes with the descriptor.
Result<Fd> lockHistory(const Fd& folder) {
    auto lock = openAt(folder, historyLock, O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(lock);
    while (::flock(lock->get(), LOCK_EX) < 0) {
        if (errno != EINTR)
            return systemError("Locking", QLatin1String(historyLock), errno);
    }
    return lock;
}

std::optional<qint64> sum(const std::optional<qint64>& a, const std::optional<qint64>& b) {
    return a && b ? std::optional(*a + *b) : b;
}

} // namespace

Result<std::vector<HistoryDay>> FileHistory::read() const {
    const auto folder = openFolder(m_own);
    if (!folder)
        return folder.error().code == ErrorCode::NotFound ? Result(std::vector<HistoryDay>())
                                                          : Result<std::vector<HistoryDay>>(folder.error());
    return daysIn(*folder);
}

Result<Page<HistoryDay>> FileHistory::page(const ListQuery& query, const CancelToken&) {
    const auto all = read();
    PORTOLAN_TRY(all);
    return pageOfRows(*all, historyOrder(), query);
}

Result<PageIndex> FileHistory::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    const auto all = read();
    PORTOLAN_TRY(all);
    return pageIndexOfRows(*all, historyOrder(), query, pages);
}

Result<void> FileHistory::keep(std::span<const HistoryDay> rows, Timestamp now) {
    if (m_access == Access::Read)
        return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(m_url.display())};
    PORTOLAN_TRY(makeFolders(m_own));
    const auto folder = openFolder(m_own);
    PORTOLAN_TRY(folder);
    const auto lock = lockHistory(*folder);
    PORTOLAN_TRY(lock);
    auto kept = daysIn(*folder);
    PORTOLAN_TRY(kept);
    for (HistoryDay row : rows) {
        const auto same = std::ranges::find_if(
            *kept, [&](const HistoryDay& each) { return each.day == row.day && each.name == row.name; });
        if (same == kept->end()) {
            kept->push_back(std::move(row));
            continue;
        }
        row.asked = sum(same->asked, row.asked);
        row.slow = sum(same->slow, row.slow);
        row.failed = sum(same->failed, row.failed);
        *same = std::move(row);
    }
    const Timestamp oldest = dayOf(now) - std::chrono::days(mostDays);
    std::erase_if(*kept, [&](const HistoryDay& each) { return each.day <= oldest; });
    QJsonArray all;
    for (const HistoryDay& each : *kept)
        all.append(encodedDay(each));
    return replaceFile(*folder, historyFile, QJsonDocument(all).toJson(QJsonDocument::Compact), true);
}

Result<std::optional<qint64>> FileHistory::freeBytes(const CancelToken&) {
    const auto space = diskSpaceOf(m_url.path);
    return space ? std::optional(space->available) : std::optional<qint64>(); // lookAtDisk() says why not
}

} // namespace portolan
