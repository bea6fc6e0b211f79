#include "storage/sources/files/influxrows.h"

#include "storage/base/timeforms.h"
#include "storage/sources/files/numberform.h"
#include "storage/sources/files/samplerows.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr int fieldBits = 48; ///< of a key's minor number: those of a row's hash

bool isNumberType(QByteArrayView type) {
    return type == "double" || type == "long" || type == "unsignedLong";
}

} // namespace

bool InfluxRows::isData(const CsvRow& row) {
    const QByteArray& first = row.cells.empty() ? row.raw : row.cells.front();
    if (first.startsWith('#')) {
        if (!m_wantsNames) { // the next table's
            m_types.clear();
            m_presets.clear();
        }
        m_wantsNames = true;
        std::vector<QByteArray> cells = row.cells;
        // "#datatype measurement,tag,double": the annotation's name shares the first cell.
        const qsizetype blank = first.indexOf(' ');
        const QByteArray word = blank < 0 ? first : first.first(blank);
        if (blank >= 0)
            cells.front() = first.sliced(blank + 1);
        if (word == "#datatype")
            m_types = cells;
        else if (word == "#default")
            m_presets = cells;
        else if (word == "#constant" && row.cells.size() >= 3 && row.cells[1] == "measurement")
            m_constantMeasurement = row.cells[2];
        else if (word == "#constant" && row.cells.size() >= 4 && row.cells[1] == "tag")
            m_constants.emplace_back(row.cells[2], row.cells[3]);
        return false;
    }
    const bool isHeader = m_wantsNames || std::ranges::count(row.cells, QByteArray("_time")) > 0;
    if (isHeader)
        takeNames(row);
    return !isHeader;
}

void InfluxRows::takeNames(const CsvRow& row) {
    m_wantsNames = false;
    m_columns.clear();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        Column column;
        column.name = row.cells[i];
        column.type = i < m_types.size() ? m_types[i] : QByteArray();
        column.preset = i < m_presets.size() ? m_presets[i] : QByteArray();
        if (column.type.startsWith('#'))
            column.type.clear();
        if (column.preset.startsWith('#'))
            column.preset.clear();
        m_columns.push_back(std::move(column));
    }
    m_hasFields = std::ranges::any_of(m_columns, [](const Column& column) { return column.name == "_value"; });
    for (Column& column : m_columns)
        column.role = roleOf(column);
}

InfluxRows::Role InfluxRows::roleOf(const Column& column) const {
    const QByteArray& name = column.name;
    if (name == "_time" || column.type == "time" || (column.type.startsWith("dateTime") && !name.startsWith('_')))
        return Role::Moment;
    if (name == "_measurement" || column.type == "measurement")
        return Role::Measurement;
    if (name == "_field")
        return Role::Field;
    if (name == "_value" || column.type == "field" || (!m_hasFields && isNumberType(column.type) && name != "table"))
        return name.isEmpty() ? Role::None : Role::Figure;
    const bool isOfAnswer = name.isEmpty() || name.startsWith('_') || name == "result" || name == "table";
    if (isOfAnswer || column.type.startsWith("ignore"))
        return Role::None;
    return column.type == "tag" || column.type == "string" || column.type.isEmpty() ? Role::Tag : Role::None;
}

QByteArray InfluxRows::cellOf(const CsvRow& row, std::size_t column) const {
    const QByteArray& cell = row.cells[column];
    return cell.isEmpty() ? m_columns[column].preset : cell;
}

QString InfluxRows::place(const CsvRow& row, QByteArrayView column) const {
    return QStringLiteral("%1, line %2, column \"%3\": ").arg(m_file).arg(row.line).arg(QString::fromUtf8(column));
}

void InfluxRows::append(std::vector<Delivery>& samples, const Delivery& base, const CsvRow& row, qint64 number) const {
    quint64 index = 0;
    const auto reject = [&](const QString& mistake) {
        Delivery delivery = base;
        delivery.key.minor |= index << fieldBits;
        delivery.payload = row.raw;
        delivery.mistake = mistake;
        samples.push_back(std::move(delivery));
    };
    const QString start = QStringLiteral("%1, line %2, ").arg(m_file).arg(row.line);
    const QString wrong =
        row.mistake.isEmpty() ? countMistake(row, m_columns.size(), start) : start + row.mistake + u'.';
    if (!wrong.isEmpty())
        return reject(wrong);
    QByteArray measurement = m_constantMeasurement;
    QByteArray field;
    QByteArray tags;
    for (const auto& [tag, value] : m_constants)
        tags += ',' + tag + '=' + value;
    std::optional<Timestamp> time;
    QByteArray timeName = "_time";
    QByteArray timeText;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const QByteArray cell = cellOf(row, i);
        const Column& column = m_columns[i];
        if (column.role == Role::Moment) {
            timeName = column.name;
            timeText = cell;
            time = readTime(cell, TimeForm::Plain);
            if (!time) // nanoseconds, in which it counts
                time = readTime(cell, TimeForm::Nanoseconds);
        } else if (column.role == Role::Measurement) {
            measurement = cell;
        } else if (column.role == Role::Field) {
            field = cell;
        } else if (column.role == Role::Tag && !cell.isEmpty()) {
            tags += ',' + column.name + '=' + cell;
        }
    }
    if (!time)
        return reject(place(row, timeName)
                      + QStringLiteral("it must be a time (ISO 8601, or nanoseconds), and it is the text \"%1\".")
                            .arg(QString::fromUtf8(timeText.left(40))));
    const QByteArray prefix = !m_measurement.isEmpty() ? m_measurement : measurement.isEmpty() ? m_name : measurement;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        if (column.role != Role::Figure)
            continue;
        const QByteArray cell = cellOf(row, i);
        const QByteArray own = m_hasFields ? field : column.name;
        if (!isMissingValue(cell)) {
            if (const auto figure = plainNumber(cell, {})) {
                Delivery delivery = base;
                delivery.key.minor |= index << fieldBits;
                delivery.payload = samplePayload(
                    prefix + (own.isEmpty() ? "" : '.' + own) + tags,
                    m_name + (m_hasFields ? "" : '.' + own) + ':' + QByteArray::number(number), *time, *figure);
                delivery.fromFields = true;
                samples.push_back(std::move(delivery));
            } else {
                reject(place(row, column.name)
                       + QStringLiteral("it must be a number, and it is the text \"%1\".")
                             .arg(QString::fromUtf8(cell.left(40))));
            }
        }
        ++index;
    }
}

} // namespace portolan
