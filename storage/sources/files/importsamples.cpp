// The part of ImportPlan that finds columns of samples of sensors, and the form of their cells.
#include "storage/sources/files/importfields.h"
#include "storage/sources/files/importplan.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr QByteArrayView allColumns = "*";

quint64 hashOfReading(QByteArrayView text) {
    quint64 hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

bool holdsNumbers(FieldType type) {
    return type == FieldType::Number || type == FieldType::Integer || type == FieldType::Integer32;
}

QByteArray formText(NumberForm form) {
    return QByteArray(1, form.decimal) + (form.isGrouped ? "g" : "");
}

} // namespace

/// Its rows may be samples, and one column of times and one of values do not say it all: with its samples also where
/// columns of numbers stand beside one that is called value.
bool ImportPlan::wantsSamples(const ColumnSamples* samples) const {
    if (m_listing || has("kind") || (m_kind && *m_kind != MessageKind::SensorEvent))
        return false;
    const auto given = [this](QByteArrayView field) {
        return std::ranges::count_if(m_options.columns, [&](const auto& named) { return named.first == field; });
    };
    if (!m_options.columns.empty()) {
        const bool isWhole =
            std::ranges::any_of(m_options.columns, [](const auto& named) { return named.second == allColumns; });
        return given("value") > 1 || isWhole || given(clockField) > 0
               || (given("value") == 1 && given("timestamp") == 0);
    }
    if (!m_kind) {
        JsonFields names;
        for (const Column& column : m_columns)
            names.fields.push_back({column.field, QByteArray("x")});
        if (kindByFields(names))
            return false;
    }
    const auto held = [this](QByteArrayView field) {
        return std::ranges::count_if(m_columns, [&](const Column& column) { return column.field == field; });
    };
    if (held("timestamp") != 1 || held("value") != 1)
        return true;
    if (!samples || has("event_id"))
        return false;
    const auto found = foundSamples(*samples);
    return !found || found->values.size() > 1 || found->clock;
}

/// Dates have their times of day in another column, or in one that is not understood.
bool ImportPlan::hasClock(const ColumnSamples& samples) const {
    if (!m_options.columns.empty() || has("event_id") || has("kind"))
        return false;
    const auto found = foundSamples(samples);
    return !found || found->clock;
}

Result<SeriesColumns> ImportPlan::namedSamples(const ColumnSamples& samples) const {
    SeriesColumns columns;
    bool isWhole = false;
    for (const auto& [field, name] : m_options.columns) {
        if (field == "value" && name == allColumns) {
            isWhole = true;
            continue;
        }
        const auto column = columnNamed(name);
        PORTOLAN_TRY(column);
        if (field == "timestamp")
            columns.time = *column;
        else if (field == clockField)
            columns.clock = *column;
        else if (field == "sensor_id")
            columns.sensor = *column;
        else if (field == "value")
            columns.values.push_back(*column);
        else
            return Error{
                ErrorCode::Usage,
                QStringLiteral("--columns: beside value=* or several values there are time, date and sensor, not "
                               "\"%1\".")
                    .arg(QString::fromUtf8(field))};
    }
    if (!columns.time)
        columns.time = samples.findTime();
    if (columns.time && !columns.clock && isWhole) {
        const auto clock = samples.findClock(*columns.time);
        PORTOLAN_TRY(clock);
        columns.clock = *clock;
    }
    if (columns.clock)
        columns.clockForm = samples.clockForm(*columns.clock);
    if (columns.time && !columns.sensor && isWhole && m_options.sensor.isEmpty())
        columns.sensor = samples.findSensor(*columns.time, columns.clock);
    if (columns.time && isWhole)
        columns.values = samples.findValues(columns);
    return columns;
}

Result<SeriesColumns> ImportPlan::foundSamples(const ColumnSamples& samples) const {
    SeriesColumns columns;
    columns.time = samples.findTime();
    if (!columns.time)
        return columns;
    const auto clock = samples.findClock(*columns.time);
    PORTOLAN_TRY(clock);
    columns.clock = *clock;
    if (columns.clock)
        columns.clockForm = samples.clockForm(*columns.clock);
    const auto found = std::ranges::find(m_columns, "sensor_id", &Column::field);
    if (found != m_columns.end())
        columns.sensor = static_cast<std::size_t>(found - m_columns.begin());
    else if (m_options.sensor.isEmpty())
        columns.sensor = samples.findSensor(*columns.time, columns.clock);
    columns.values = samples.findValues(columns);
    const auto value = std::ranges::find(m_columns, "value", &Column::field);
    if (value == m_columns.end())
        return columns;
    // Beside values a column "id" is the rows' number.
    std::erase_if(columns.values, [this](std::size_t i) { return m_columns[i].name.toLower() == "id"; });
    if (columns.values.empty())
        columns.values = {static_cast<std::size_t>(value - m_columns.begin())};
    return columns;
}

Result<void> ImportPlan::findSamples(const ColumnSamples& samples) {
    auto which = m_options.columns.empty() ? foundSamples(samples) : namedSamples(samples);
    PORTOLAN_TRY(which);
    SeriesColumns columns = std::move(*which);
    if (!columns.time || columns.values.empty())
        return {}; // findKind() says what is missing
    if (!m_options.sensor.isEmpty())
        columns.sensor.reset();
    SampleRows::Names names{m_fileName, m_name, {}};
    for (const Column& column : m_columns)
        names.columns.push_back(column.name);
    auto rows = SampleRows::of(std::move(names), samples, columns);
    PORTOLAN_TRY(rows);
    m_samples = std::move(*rows);
    m_kind = MessageKind::SensorEvent;
    return {};
}

Result<std::optional<ImportPlan>> ImportPlan::ofJsonTable(const ImportOptions& options,
                                                          const std::vector<QByteArray>& names,
                                                          std::span<const CsvRow> rows) {
    ImportPlan plan(options);
    plan.takeNames(names);
    if (options.columns.empty()) {
        for (Column& column : plan.m_columns)
            column.field = fieldNamed(column.name);
    } else if (const auto named = plan.wantsSamples() ? Result<void>() : plan.nameColumns(); !named) {
        return named.error();
    }
    const ColumnSamples samples(names, rows, ',', options.wishes);
    if (!plan.wantsSamples() && !plan.hasClock(samples)) {
        const auto time = std::ranges::find(plan.m_columns, "timestamp", &Column::field);
        if (time == plan.m_columns.end() || plan.has("event_id") || plan.has("kind"))
            return std::optional<ImportPlan>();
        const auto form = samples.timeForm(static_cast<std::size_t>(time - plan.m_columns.begin()));
        PORTOLAN_TRY(form);
        if (*form == TimeForm::Plain)
            return std::optional<ImportPlan>();
    }
    PORTOLAN_TRY(plan.findSamples(samples));
    if (!plan.m_samples)
        return Error{ErrorCode::Usage,
                     QStringLiteral("The fields of %1 have no time or no number. Name them: --columns "
                                    "time=FIELD,value=FIELD, or value=* for all numbers.")
                         .arg(plan.m_fileName)};
    plan.tellReading(samples, nullptr);
    return std::optional(std::move(plan));
}

/// Finds how the cells of columns of times and numbers are written.
Result<void> ImportPlan::findForms(const ColumnSamples& samples) {
    if (m_listing)
        return {};
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        Column& column = m_columns[i];
        const bool isTime = column.type == FieldType::Time;
        const bool isNumber = holdsNumbers(column.type);
        if (!isTime && !isNumber)
            continue;
        const auto times = isTime ? samples.timeForm(i) : Result<TimeForm>(TimeForm::Plain);
        PORTOLAN_TRY(times);
        column.times = *times;
        column.isFound = isTime && samples.areFoundTimes(i);
        column.isFormless = isNumber && samples.areFormless(i);
        if (samples.isEmpty(i) || (isTime && !samples.areNumbers(i)))
            continue;
        const auto numbers = samples.numberForm(i);
        if (!numbers && isNumber)
            return numbers.error();
        if (numbers)
            column.numbers = *numbers;
    }
    return {};
}

void ImportPlan::tellReading(const ColumnSamples& samples, const CsvDialect* dialect) {
    ImportReading reading;
    QByteArray text;
    const auto tellNumber = [&](std::size_t column, NumberForm form) {
        const auto number = reading.number.isEmpty() ? samples.ambiguousNumber(column) : std::nullopt;
        const QByteArray meant = number ? plainNumber(*number, form).value_or(QByteArray()) : QByteArray();
        const bool isUsual = !dialect || dialect->marks.separator == ',';
        if (meant.isEmpty() || (isUsual && meant == *number))
            return;
        reading.number = number->toByteArray();
        reading.numberMeant = meant;
    };
    reading.hasNames = !m_firstIsData || (dialect && !dialect->commentedNames.isEmpty());
    if (dialect) {
        reading.separator = dialect->marks.separator;
        if (dialect->marks.comment != '\0')
            reading.comment = dialect->marks.comment;
        if (*reading.separator != ',')
            text += *reading.separator;
    }
    if (m_samples) {
        const SeriesColumns& columns = m_samples->columns();
        reading.times = m_samples->timeForm();
        reading.areDoubtfulTimes = m_samples->areDoubtfulTimes() && reading.times == TimeForm::Plain;
        const auto nameOf = [this](std::size_t column) { return m_columns[column].name; };
        reading.timeColumns << nameOf(*columns.time);
        if (columns.clock)
            reading.timeColumns << nameOf(*columns.clock);
        if (columns.sensor)
            reading.sensor = nameOf(*columns.sensor);
        reading.decimal = '.';
        for (std::size_t i = 0; i < columns.values.size(); ++i) {
            reading.values << nameOf(columns.values[i]);
            const NumberForm form = m_samples->numberForm(i);
            reading.decimal = form.decimal == ',' ? ',' : *reading.decimal;
            tellNumber(columns.values[i], form);
            text += '#' + nameOf(columns.values[i]) + '=' + formText(form);
        }
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const bool isTaken = i == columns.time || i == columns.clock || i == columns.sensor
                                 || std::ranges::count(columns.values, i) > 0;
            if (!isTaken)
                reading.leftOut << (m_columns[i].name.isEmpty() ? QByteArray::number(i + 1) : m_columns[i].name);
        }
        text +=
            "#time=" + reading.timeColumns.join('+') + ':' + timeFormText(*reading.times) + "#sensor=" + reading.sensor;
        if (columns.clockForm != ClockForm::Written) {
            reading.clock = clockFormText(columns.clockForm);
            text += "#clock=" + reading.clock;
        }
    }
    for (std::size_t i = 0; !m_samples && m_kind == MessageKind::SensorEvent && i < m_columns.size(); ++i) {
        if (!kindFieldNamed(*m_kind, m_listing != nullptr, m_columns[i].field) && m_columns[i].field != "kind")
            reading.leftOut << (m_columns[i].name.isEmpty() ? QByteArray::number(i + 1) : m_columns[i].name);
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        if (m_samples)
            continue;
        if (!m_listing && holdsNumbers(column.type))
            tellNumber(i, column.numbers);
        if (column.times == TimeForm::Plain && column.numbers == NumberForm())
            continue;
        text += '#' + column.name + '=' + timeFormText(column.times) + formText(column.numbers);
        if (column.type == FieldType::Time)
            reading.times = column.times;
        else
            reading.decimal = column.numbers.decimal;
    }
    if (!text.isEmpty())
        m_identity = "#read=" + QByteArray::number(hashOfReading(text), 16);
    if (m_options.tally)
        m_options.tally->reading = std::move(reading);
}

} // namespace portolan
