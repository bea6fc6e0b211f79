#include "storage/sources/files/samplerows.h"

#include "storage/json/jsontext.h"
#include "storage/sources/files/lateforms.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr int columnBits = 48; ///< of a key's minor number: those of a row's hash

void appendSampleText(QByteArray& json, const char* name, QByteArrayView text) {
    json += json.size() > 1 ? ",\"" : "\"";
    json += name;
    json += "\":";
    appendJsonString(json, text);
}

QString quotedStart(QByteArrayView text) {
    return QStringLiteral("\"%1\"").arg(QString::fromUtf8(text.first(std::min<qsizetype>(text.size(), 40))));
}

} // namespace

QByteArray samplePayload(QByteArrayView sensor, QByteArrayView event, Timestamp time, QByteArrayView value) {
    QByteArray json(1, '{');
    appendSampleText(json, "kind", "sensor_event");
    appendSampleText(json, "timestamp", toExactIsoTime(time));
    appendSampleText(json, "value", value);
    appendSampleText(json, "event_id", event);
    appendSampleText(json, "sensor_id", sensor);
    json += '}';
    return json;
}

QString countMistake(const CsvRow& row, std::size_t columns, const QString& place) {
    std::size_t count = row.cells.size();
    while (count > columns && row.cells[count - 1].trimmed().isEmpty())
        --count;
    if (count == columns)
        return {};
    return place
           + QStringLiteral("column %1: the row has %2 columns, and the first one has %3.")
                 .arg(std::min(count, columns) + 1)
                 .arg(count)
                 .arg(columns);
}

Result<SampleRows> SampleRows::of(Names names, const ColumnSamples& samples, const SeriesColumns& columns) {
    SampleRows rows;
    rows.m_columns = columns;
    const auto timeForm = samples.timeForm(*columns.time);
    PORTOLAN_TRY(timeForm);
    rows.m_timeForm = *timeForm;
    rows.m_areDoubtfulTimes = samples.areDoubtfulTimes(*columns.time);
    rows.m_areFoundTimes = samples.areFoundTimes(*columns.time);
    rows.m_arePointsDecimal = samples.separator() == ',';
    // A date in ISO's own form goes with any clock.
    if (columns.clock && *timeForm == TimeForm::Plain)
        rows.m_timeForm = TimeForm::YearFirst;
    if (samples.areNumbers(*columns.time)) {
        if (const auto form = samples.numberForm(*columns.time))
            rows.m_timeNumbers = *form;
    }
    for (const std::size_t column : columns.values) {
        const auto form = samples.numberForm(column);
        PORTOLAN_TRY(form);
        QByteArray suffix;
        if (columns.values.size() > 1) {
            suffix = '.' + names.columns[column];
            const auto isTaken = [&](const Figures& value) { return value.suffix == suffix; };
            if (std::ranges::any_of(rows.m_values, isTaken)) // another column of the same name
                suffix += '.' + QByteArray::number(column + 1);
        }
        rows.m_values.push_back({column, suffix, *form, samples.areFormless(column)});
    }
    rows.m_names = std::move(names);
    return rows;
}

SampleRows::Time SampleRows::timeOf(const CsvRow& row) const {
    const std::size_t column = *m_columns.time;
    const QByteArrayView text = QByteArrayView(row.cells[column]).trimmed();
    auto time = readTime(text, m_timeForm);
    if (!time) {
        const auto number = plainNumber(text, m_timeNumbers);
        time = number ? readTime(*number, m_timeForm) : std::nullopt;
    }
    if (!time)
        return {{}, column, timeFormText(m_timeForm)};
    if (!m_columns.clock) {
        const bool isOther = m_areFoundTimes && isOfOtherUnit(text, *time, m_timeForm);
        return isOther ? Time{{}, column, oneUnitWanted} : Time{time, column};
    }
    if (*time != std::chrono::floor<std::chrono::days>(*time))
        return {{}, column, "a date alone"};
    const auto clock = readClockOf(row.cells[*m_columns.clock], m_columns.clockForm);
    return clock ? Time{*time + *clock, column} : Time{{}, *m_columns.clock, clockFormText(m_columns.clockForm)};
}

QString SampleRows::place(qint64 line, std::size_t column) const {
    return QStringLiteral("%1, line %2, column \"%3\": ")
        .arg(m_names.file)
        .arg(line)
        .arg(QString::fromUtf8(m_names.columns[column]));
}

qint64 SampleRows::append(std::vector<Delivery>& samples, const Delivery& base, const CsvRow& row,
                          qint64 number) const {
    const auto reject = [&](const QString& mistake, quint64 index) {
        Delivery delivery = base;
        delivery.key.minor |= index << columnBits;
        delivery.payload = row.raw;
        delivery.mistake = mistake;
        samples.push_back(std::move(delivery));
    };
    if (const QString mistake =
            countMistake(row, m_names.columns.size(), QStringLiteral("%1, line %2, ").arg(m_names.file).arg(row.line));
        !mistake.isEmpty()) {
        reject(mistake, 0);
        return 0;
    }
    const auto isMissing = [&](const Figures& value) { return isMissingValue(row.cells[value.column]); };
    if (std::ranges::all_of(m_values, isMissing))
        return std::ssize(m_values);
    const Time time = timeOf(row);
    if (!time.time) {
        reject(place(row.line, time.column)
                   + QStringLiteral("it must be a time (%1), and it is the text %2.")
                         .arg(QLatin1String(time.expected), quotedStart(row.cells[time.column])),
               0);
        return 0;
    }
    const QByteArray sensor = m_columns.sensor ? row.cells[*m_columns.sensor].trimmed() : m_names.name;
    qint64 missing = 0;
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        const Figures& value = m_values[i];
        const QByteArray& cell = row.cells[value.column];
        if (isMissing(value)) {
            ++missing;
            continue;
        }
        if (value.isFormless && isTwoNumbers(cell, !m_arePointsDecimal)) {
            reject(place(row.line, value.column)
                       + QStringLiteral("it must be %1, and it is the text %2.")
                             .arg(QLatin1String(oneNumberWanted), quotedStart(cell)),
                   i);
            continue;
        }
        const auto figure = plainNumber(QByteArrayView(cell).trimmed(), value.form);
        if (!figure) {
            reject(place(row.line, value.column)
                       + QStringLiteral("it must be a number, and it is the text %1.").arg(quotedStart(cell)),
                   i);
            continue;
        }
        Delivery delivery = base;
        delivery.key.minor |= static_cast<quint64>(i) << columnBits;
        if (m_values.size() > 1)
            delivery.keyText += ':' + m_names.columns[value.column];
        delivery.payload = samplePayload(
            sensor + value.suffix, m_names.name + value.suffix + ':' + QByteArray::number(number), *time.time, *figure);
        delivery.fromFields = true;
        samples.push_back(std::move(delivery));
    }
    return missing;
}

} // namespace portolan
