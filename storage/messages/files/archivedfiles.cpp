#include "storage/messages/files/archivedfiles.h"

#include "storage/messages/batchname.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

QString folderIn(const QString& own) {
    return own + u'/' + QLatin1String(ArchivedFiles::folderName);
}

QJsonArray arrayOf(std::initializer_list<qint64> numbers) {
    QJsonArray array;
    for (const qint64 number : numbers)
        array.append(number);
    return array;
}

QByteArray encodedRecord(const ArchivedRecord& record) {
    QJsonArray files;
    for (const ArchivedRecord::Run& run : record.files)
        files.append(arrayOf({run.first, run.last, run.lines}));
    QJsonArray numbers;
    for (const auto& [first, last] : record.numbers)
        numbers.append(arrayOf({first, last}));
    const QJsonObject object{
        {QStringLiteral("id"), QString::fromLatin1(record.id)},
        {QStringLiteral("at"), QString::fromLatin1(toExactIsoTime(record.at))},
        {QStringLiteral("actor"), QString::fromUtf8(record.actor)},
        {QStringLiteral("reason"), record.reason ? QJsonValue(QString::fromUtf8(*record.reason)) : QJsonValue()},
        {QStringLiteral("file"), record.file.isEmpty() ? QJsonValue() : QJsonValue(record.file)},
        {QStringLiteral("files"), files},
        {QStringLiteral("numbers"), numbers},
        {QStringLiteral("removed"), record.isRemoved}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

/// Decodes a record; nothing where it is damaged.
std::optional<ArchivedRecord> decodedRecord(const QByteArray& bytes) {
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    const auto text = [&](const char* name) { return object.value(QLatin1String(name)).toString(); };
    ArchivedRecord record;
    record.id = text("id").toLatin1();
    const auto at = parseIsoTime(text("at").toLatin1());
    if (record.id.isEmpty() || !at)
        return std::nullopt;
    record.at = *at;
    record.actor = text("actor").toUtf8();
    if (const QJsonValue reason = object.value(QLatin1String("reason")); reason.isString())
        record.reason = reason.toString().toUtf8();
    record.file = text("file");
    record.isRemoved = object.value(QLatin1String("removed")).toBool();
    const QJsonArray files = object.value(QLatin1String("files")).toArray();
    for (const auto& each : files) {
        const QJsonArray run = each.toArray();
        record.files.push_back({run.at(0).toInteger(), run.at(1).toInteger(), run.at(2).toInteger()});
    }
    const QJsonArray numbers = object.value(QLatin1String("numbers")).toArray();
    for (const auto& each : numbers)
        record.numbers.emplace_back(each.toArray().at(0).toInteger(), each.toArray().at(1).toInteger());
    return record;
}

} // namespace

void ArchivedRecord::add(qint64 batch, qint64 lines) {
    if (!files.empty() && files.back().last + 1 == batch && files.back().lines == lines)
        files.back().last = batch;
    else
        files.push_back({batch, batch, lines});
}

void ArchivedRecord::addNumber(qint64 number) {
    constexpr std::size_t mostRuns = 100'000;
    m_isScattered = m_isScattered || numbers.size() > mostRuns;
    if (m_isScattered) {
        numbers.clear();
        return;
    }
    if (!numbers.empty() && numbers.back().second < number && numbers.back().second + 1 == number)
        numbers.back().second = number;
    else
        numbers.emplace_back(number, number);
}

Result<ArchivedFiles::Kept> ArchivedFiles::kept(const QString& own) {
    Kept all;
    const auto folder = openFolder(folderIn(own));
    if (!folder)
        return folder.error().code == ErrorCode::NotFound ? Result(all) : Result<Kept>(folder.error());
    static const QRegularExpression id(QStringLiteral("^[0-9a-f]{8}$"));
    for (const QString& name : QDir(folderIn(own)).entryList(QDir::Files, QDir::Name)) {
        if (!id.match(name).hasMatch())
            continue;
        auto bytes = readAt(*folder, name.toLatin1());
        PORTOLAN_TRY(bytes);
        all.emplace_back(name.toLatin1(), std::move(*bytes));
    }
    return all;
}

Result<ArchivedFiles> ArchivedFiles::read(const QString& own) {
    const auto records = kept(own);
    PORTOLAN_TRY(records);
    ArchivedFiles all;
    for (const auto& [id, bytes] : *records) {
        auto record = decodedRecord(bytes);
        if (!record)
            return Error{ErrorCode::Corrupt,
                         QStringLiteral("The record %1/%2 of archived batch files is damaged. Put it back from a "
                                        "backup; without it the lines of its files count as lost.")
                             .arg(folderIn(own), QString::fromLatin1(id))};
        std::ranges::copy(record->files, std::back_inserter(all.m_files));
        all.m_records.push_back(std::move(*record));
    }
    std::ranges::sort(all.m_files, {}, &ArchivedRecord::Run::first);
    return all;
}

Result<void> ArchivedFiles::put(const QString& own, const ArchivedRecord& record) {
    PORTOLAN_TRY(makeFolders(folderIn(own)));
    const auto folder = openFolder(folderIn(own));
    PORTOLAN_TRY(folder);
    return replaceFile(*folder, record.id, encodedRecord(record), true);
}

bool ArchivedFiles::contains(qint64 batch) const {
    return otherThan(batch, batch).empty();
}

LineBook::Runs ArchivedFiles::otherThan(qint64 first, qint64 last) const {
    LineBook::Runs others;
    for (const ArchivedRecord::Run& run : m_files) { // a file that was put back may be in two
        if (run.first > last)
            break;
        if (run.last < first)
            continue;
        if (run.first > first)
            others.emplace_back(first, run.first - 1);
        if (run.last >= last)
            return others;
        first = run.last + 1;
    }
    others.emplace_back(first, last);
    return others;
}

qint64 ArchivedFiles::linesAway(const Fd& messages) const {
    qint64 lines = 0;
    qint64 next = 0; // each file once
    for (const ArchivedRecord::Run& run : m_files) {
        for (next = std::max(next, run.first); next <= run.last; ++next)
            lines += lookAt(messages, batchFileName(next).constData()) ? 0 : run.lines;
    }
    return lines;
}

} // namespace portolan
