#include "storage/ingest/importplan.h"

#include "storage/base/jsonplace.h"
#include "storage/base/jsontext.h"

#include <QFileInfo>
#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

/// What columns of samples are called elsewhere.
constexpr std::pair<const char*, const char*> otherNames[] = {
    {"time", "timestamp"}, {"date", "timestamp"}, {"datetime", "timestamp"}, {"ts", "timestamp"},
    {"val", "value"},      {"reading", "value"},  {"sensor", "sensor_id"},
};

QByteArray canonical(const QByteArray& column) {
    const QByteArray name = column.trimmed().toLower();
    const auto other = std::ranges::find_if(otherNames, [&](const auto& each) { return name == each.first; });
    return other == std::end(otherNames) ? name : QByteArray(other->second);
}

bool isTime(const QByteArray& cell) {
    return toTime(cell, true).has_value();
}

bool isNumber(const QByteArray& cell) {
    return toNumber(cell, true).has_value();
}

const KindField* fieldOf(MessageKind kind, QByteArrayView name) {
    const auto fields = kindOf(kind).fields;
    const auto found = std::ranges::find_if(fields, [&](const KindField& field) { return name == field.name; });
    return found == fields.end() ? nullptr : &*found;
}

/// What a cell that is not of its column's type should have been; null: it is.
const char* expectedIn(const QByteArray& cell, FieldType type) {
    switch (type) {
    case FieldType::Time:
        return isTime(cell) ? nullptr : "a time (ISO 8601, YYYY-MM-DD HH:MM:SS, Unix seconds or milliseconds)";
    case FieldType::Number:
        return isNumber(cell) ? nullptr : "a number";
    case FieldType::Integer:
    case FieldType::Integer32:
        return toInteger(cell, true) ? nullptr : "a whole number";
    case FieldType::Text:
    case FieldType::Choice:
    case FieldType::Uuid:
    case FieldType::Json:
        return nullptr; // the decoder's business
    }
    Q_UNREACHABLE();
}

void appendMember(QByteArray& json, QByteArrayView name, QByteArrayView text) {
    json += json.size() > 1 ? "," : "";
    appendJsonString(json, name);
    json += ':';
    appendJsonString(json, text);
}

Error usage(const QString& text) {
    return Error{ErrorCode::Usage, text};
}

} // namespace

Result<std::vector<std::pair<QByteArray, QByteArray>>> parseImportColumns(const QString& text) {
    std::vector<std::pair<QByteArray, QByteArray>> columns;
    const auto parts = text.split(u',');
    for (const QString& part : parts) {
        const qsizetype equals = part.indexOf(u'=');
        const QByteArray field = canonical(part.left(equals).toUtf8());
        if (equals < 1 || equals + 1 == part.size() || field.isEmpty())
            return usage(
                QStringLiteral("--columns is FIELD=COLUMN,… as in time=Date,value=Close; \"%1\" is not.").arg(part));
        if (std::ranges::any_of(columns, [&](const auto& given) { return given.first == field; }))
            return usage(QStringLiteral("--columns names the field \"%1\" twice.").arg(QString::fromUtf8(field)));
        columns.emplace_back(field, part.sliced(equals + 1).toUtf8());
    }
    return columns;
}

ImportPlan::ImportPlan(const ImportOptions& options)
    : m_options(options)
    , m_fileName(QFileInfo(options.file).fileName())
    , m_name(options.sensor.isEmpty() ? QFileInfo(options.file).completeBaseName().toUtf8() : options.sensor)
    , m_kind(options.kind) {}

ImportPlan ImportPlan::ofJson(const ImportOptions& options) {
    return ImportPlan(options);
}

Result<ImportPlan> ImportPlan::ofCsv(const ImportOptions& options, const CsvRow& first) {
    ImportPlan plan(options);
    if (!first.mistake.isEmpty())
        return Error{ErrorCode::Invalid, plan.place(first.line) + first.mistake + u'.'};
    plan.recognise(first);
    if (const auto named = plan.nameColumns(); !named)
        return named.error();
    if (const auto found = plan.findKind(); !found)
        return found.error();
    for (Column& column : plan.m_columns) {
        const KindField* field = plan.m_kind ? fieldOf(*plan.m_kind, column.field) : nullptr;
        if (field)
            column.type = field->type;
    }
    return plan;
}

/// Two cells that are a time and a number have no names above them; else the first row has the names.
void ImportPlan::recognise(const CsvRow& first) {
    const auto& cells = first.cells;
    m_firstIsData =
        cells.size() == 2 && ((isTime(cells[0]) && isNumber(cells[1])) || (isNumber(cells[0]) && isTime(cells[1])));
    for (std::size_t i = 0; i < cells.size(); ++i)
        m_columns.push_back({m_firstIsData ? QByteArray::number(i + 1) : cells[i].trimmed(), {}, FieldType::Text});
    if (m_options.columns.empty()) {
        for (Column& column : m_columns)
            column.field = canonical(column.name);
    }
    if (m_firstIsData && m_options.columns.empty()) {
        const bool timeFirst = isTime(cells[0]) && isNumber(cells[1]);
        m_columns[timeFirst ? 0 : 1].field = "timestamp";
        m_columns[timeFirst ? 1 : 0].field = "value";
    }
}

Result<void> ImportPlan::nameColumns() {
    for (const auto& [field, name] : m_options.columns) {
        auto found = std::ranges::find(m_columns, name, &Column::name);
        if (found == m_columns.end()) {
            bool ok = false;
            const auto number = name.toULongLong(&ok);
            if (ok && number >= 1 && number <= m_columns.size())
                found = m_columns.begin() + static_cast<std::ptrdiff_t>(number - 1);
        }
        if (found == m_columns.end()) {
            QStringList all;
            for (const Column& column : m_columns)
                all << QString::fromUtf8(column.name);
            return usage(QStringLiteral("%1 has no column \"%2\"; it has %3.")
                             .arg(m_fileName, QString::fromUtf8(name), all.join(QStringLiteral(", "))));
        }
        found->field = field;
    }
    return {};
}

bool ImportPlan::has(QByteArrayView field) const {
    return std::ranges::any_of(m_columns, [&](const Column& column) { return column.field == field; });
}

/// By the option, by what each row says (`kind`), by the columns; a time and a value are a sensor's.
Result<void> ImportPlan::findKind() {
    if (!m_kind && has("kind"))
        return {};
    if (!m_kind) {
        JsonFields names;
        for (const Column& column : m_columns)
            names.fields.push_back({column.field, QByteArray("x")});
        if (const Kind* kind = kindByFields(names))
            m_kind = kind->kind;
        else if (has("timestamp") && has("value"))
            m_kind = MessageKind::SensorEvent;
    }
    if (!m_kind) {
        return usage(
            QStringLiteral("The columns of %1 do not tell what its rows are. Name the kind and the columns, as in "
                           "--as sensor_event --columns time=COLUMN,value=COLUMN.")
                .arg(m_fileName));
    }
    for (const KindField& field : kindOf(*m_kind).fields) {
        const bool isMade = *m_kind == MessageKind::SensorEvent
                            && (QByteArrayView(field.name) == "event_id" || QByteArrayView(field.name) == "sensor_id");
        if (field.need == FieldNeed::Required && !isMade && !has(field.name)) {
            return usage(
                QStringLiteral("A %1 needs the field \"%2\", and no column of %3 is it. Name it: --columns %2=COLUMN.")
                    .arg(QLatin1String(kindOf(*m_kind).name), QLatin1String(field.name), m_fileName));
        }
    }
    return {};
}

QString ImportPlan::place(qint64 line) const {
    return QStringLiteral("%1, line %2, ").arg(m_fileName).arg(line);
}

/// What makes a sample a sensor event, unless the row says it itself.
void ImportPlan::appendIdentity(QByteArray& json, bool hasId, bool hasSensor, qint64 number) const {
    if (!hasId)
        appendMember(json, "event_id", m_name + ':' + QByteArray::number(number));
    if (!hasSensor)
        appendMember(json, "sensor_id", m_name);
}

void ImportPlan::fill(Delivery& delivery, const CsvRow& row, qint64 number) const {
    delivery.payload = row.raw;
    if (!row.mistake.isEmpty()) {
        delivery.mistake = place(row.line) + row.mistake + u'.';
        return;
    }
    if (row.cells.size() != m_columns.size()) {
        delivery.mistake = place(row.line)
                           + QStringLiteral("column %1: the row has %2 columns, and the first one has %3.")
                                 .arg(std::min(row.cells.size(), m_columns.size()) + 1)
                                 .arg(row.cells.size())
                                 .arg(m_columns.size());
        return;
    }
    QByteArray json(1, '{');
    if (m_kind)
        appendMember(json, "kind", kindOf(*m_kind).name);
    bool hasId = false;
    bool hasSensor = !m_options.sensor.isEmpty() && m_kind == MessageKind::SensorEvent;
    if (hasSensor)
        appendMember(json, "sensor_id", m_name);
    const bool isNamed = hasSensor;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        const QByteArray& cell = row.cells[i];
        if (column.field.isEmpty() || cell.isEmpty() || (isNamed && column.field == "sensor_id"))
            continue;
        if (const char* expected = expectedIn(cell, column.type)) {
            delivery.mistake =
                place(row.line)
                + QStringLiteral("column \"%1\": it must be %2, and it is the text \"%3\".")
                      .arg(QString::fromUtf8(column.name), QLatin1String(expected), QString::fromUtf8(cell.left(40)));
            return;
        }
        hasId = hasId || column.field == "event_id";
        hasSensor = hasSensor || column.field == "sensor_id";
        appendMember(json, column.field, cell);
    }
    if (m_kind == MessageKind::SensorEvent)
        appendIdentity(json, hasId, hasSensor, number);
    json += '}';
    delivery.payload = std::move(json);
    delivery.fromFields = true;
}

QByteArray ImportPlan::fieldFor(const QByteArray& column) const {
    const auto named = std::ranges::find_if(m_options.columns, [&](const auto& each) { return each.second == column; });
    return named == m_options.columns.end() ? column : named->first;
}

/// A line that tells its kind is taken as it is; a time and a value become a sensor event; what is named by the options
/// is renamed.
void ImportPlan::fillJson(Delivery& delivery, const QByteArray& line, qint64 lineNumber, qint64 number) const {
    delivery.payload = line;
    const auto object = parseJsonObject(line);
    const auto values = object ? jsonMemberValues(line) : std::nullopt;
    if (!object || !values || values->size() != object->fields.size()) {
        delivery.mistake = place(lineNumber) + QStringLiteral("column 1: it is not one whole JSON object.");
        return;
    }
    JsonFields renamed = *object;
    for (JsonField& field : renamed.fields)
        field.name = fieldFor(field.name);
    const bool isNamed = renamed.find("kind") != nullptr;
    const bool isPlain = !m_kind && m_options.columns.empty() && m_options.sensor.isEmpty();
    if (isPlain && (isNamed || kindByFields(renamed)))
        return;
    std::optional<MessageKind> kind = m_kind;
    if (!kind && !isNamed) {
        if (const Kind* told = kindByFields(renamed)) {
            kind = told->kind;
        } else {
            for (JsonField& field : renamed.fields)
                field.name = canonical(field.name);
            if (!renamed.find("timestamp") || !renamed.find("value"))
                return; // a message, as any other object
            kind = MessageKind::SensorEvent;
        }
    }
    const bool isSensor = kind == MessageKind::SensorEvent;
    QByteArray json(1, '{');
    if (kind)
        appendMember(json, "kind", kindOf(*kind).name);
    for (std::size_t i = 0; i < renamed.fields.size(); ++i) {
        const QByteArray& name = renamed.fields[i].name;
        if ((kind && name == "kind") || (isSensor && name == "sensor_id" && !m_options.sensor.isEmpty()))
            continue;
        json += json.size() > 1 ? "," : "";
        appendJsonString(json, name);
        json += ':';
        json += (*values)[i];
    }
    if (isSensor)
        appendIdentity(json, renamed.find("event_id") != nullptr,
                       renamed.find("sensor_id") != nullptr && m_options.sensor.isEmpty(), number);
    json += '}';
    delivery.payload = std::move(json);
}

} // namespace portolan
