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

const KindField* fieldOf(MessageKind kind, bool isListed, QByteArrayView name) {
    const auto fields = (isListed ? listedKindOf(kind) : kindOf(kind)).fields;
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
    case FieldType::Boolean:
        return toBoolean(cell, true) ? nullptr : "true or false";
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

Result<ImportPlan> ImportPlan::ofCsv(const ImportOptions& options, const CsvRow& first, CellStyle style) {
    ImportPlan plan(options);
    if (!first.mistake.isEmpty())
        return Error{ErrorCode::Invalid, plan.place(first.line) + first.mistake + u'.'};
    plan.recognise(first);
    if (plan.m_listing && !plan.m_listing->kind)
        return Error{ErrorCode::Unsupported, refusalOf(*plan.m_listing, plan.m_fileName)};
    plan.m_isGuarded = plan.m_listing && style == CellStyle::Csv && !first.quoted.front();
    if (const auto named = plan.nameColumns(); !named)
        return named.error();
    if (const auto found = plan.findKind(); !found)
        return found.error();
    for (Column& column : plan.m_columns) {
        const KindField* field = plan.m_kind ? fieldOf(*plan.m_kind, plan.m_listing != nullptr, column.field) : nullptr;
        if (field)
            column.type = field->type;
        else if (plan.m_listing)
            column.field.clear(); // the store's own business: a batch's number, a row's
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
    if (!m_firstIsData && m_options.columns.empty()) {
        std::vector<QByteArray> names;
        for (const Column& column : m_columns)
            names.push_back(column.name);
        m_listing = listingWith(names);
        const bool isOther = m_listing && m_listing->kind && m_kind && *m_kind != *m_listing->kind;
        if (isOther || (m_listing && m_listing->kind && std::ranges::count(names, "kind") > 0))
            m_listing = nullptr; // the operator, or each row, says what it is
        if (m_listing && m_options.tally)
            m_options.tally->listing = m_listing->what;
    }
    if (m_options.columns.empty()) {
        for (Column& column : m_columns)
            column.field = m_listing ? column.name : canonical(column.name);
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
    if (m_listing)
        m_kind = m_listing->kind;
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

/// A cell without what the guard added.
QByteArray ImportPlan::unguarded(const QByteArray& cell, FieldType type) const {
    const bool isText = type == FieldType::Text || type == FieldType::Choice || type == FieldType::Json;
    return m_isGuarded && isText && cell.startsWith('\'') && isFormulaText(cell) ? cell.sliced(1) : cell;
}

/// An empty cell is nothing; in quotes it is an empty text, where there can be one. A sheet does not tell the two
/// apart, so that a text that has to be there is empty.
bool ImportPlan::isLeftOut(const Column& column, const QByteArray& cell, bool isQuoted) const {
    if (column.field.isEmpty())
        return true;
    const KindField* const field = m_kind ? fieldOf(*m_kind, m_listing != nullptr, column.field) : nullptr;
    if (cell.isEmpty())
        return column.type != FieldType::Text || !m_kind
               || !(isQuoted || (field && field->need == FieldNeed::Required));
    // Other programs' tables have numbers as ids: ours gives its own.
    return m_listing && column.field == "id" && m_kind != MessageKind::PortMessage && !isUuidText(cell);
}

void ImportPlan::countState(QByteArrayView field, const QByteArray& text) const {
    if (m_options.tally && field == QByteArrayView("status"))
        ++m_options.tally->states[text];
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
    if (m_listing) // for the day when it is rejected, and tried again
        appendMember(json, "listing", m_listing->what);
    bool hasId = false;
    bool hasSensor = !m_options.sensor.isEmpty() && m_kind == MessageKind::SensorEvent;
    if (hasSensor)
        appendMember(json, "sensor_id", m_name);
    const bool isNamed = hasSensor;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        const QByteArray cell = unguarded(row.cells[i], column.type);
        if (isLeftOut(column, cell, row.quoted[i]) || (isNamed && column.field == "sensor_id"))
            continue;
        if (const char* expected = expectedIn(cell, column.type)) {
            delivery.mistake =
                place(row.line)
                + QStringLiteral("column \"%1\": it must be %2, and it is the text \"%3\".")
                      .arg(QString::fromUtf8(column.name), QLatin1String(expected), QString::fromUtf8(cell.left(40)));
            return;
        }
        if (!m_kind && column.field == "kind" && !kindNamed(cell)) {
            delivery.mistake = place(row.line)
                               + QStringLiteral("column \"%1\": there is no kind \"%2\".")
                                     .arg(QString::fromUtf8(column.name), QString::fromUtf8(cell.left(40)));
            return;
        }
        hasId = hasId || column.field == "event_id";
        hasSensor = hasSensor || column.field == "sensor_id";
        appendMember(json, column.field, cell);
        if (m_listing)
            countState(column.field, cell);
    }
    if (m_kind == MessageKind::SensorEvent)
        appendIdentity(json, hasId, hasSensor, number);
    json += '}';
    delivery.payload = std::move(json);
    delivery.fromFields = true;
    delivery.isListed = m_listing != nullptr;
}

QByteArray ImportPlan::fieldFor(const QByteArray& column) const {
    const auto named = std::ranges::find_if(m_options.columns, [&](const auto& each) { return each.second == column; });
    return named == m_options.columns.end() ? column : named->first;
}

const ListedRows* ImportPlan::listingOf(const JsonFields& object) const {
    if (!m_options.columns.empty())
        return nullptr;
    std::vector<QByteArray> names;
    names.reserve(object.fields.size());
    for (const JsonField& field : object.fields)
        names.push_back(field.name);
    const ListedRows* const listing = listingWith(names);
    if (!listing || !listing->kind)
        return listing;
    return object.find("kind") || (m_kind && *m_kind != *listing->kind) ? nullptr : listing;
}

std::optional<QString> ImportPlan::refusalOfJson(const QByteArray& first) const {
    const auto object = parseJsonObject(first);
    const ListedRows* const listing = object ? listingOf(*object) : nullptr;
    return listing && !listing->kind ? std::optional(refusalOf(*listing, m_fileName)) : std::nullopt;
}

void ImportPlan::fillListed(Delivery& delivery, const JsonFields& object,
                            const std::vector<QByteArrayView>& values) const {
    const ListedRows& listing = *listingOf(object);
    const bool isMessage = *listing.kind == MessageKind::PortMessage;
    QByteArray json(1, '{');
    appendMember(json, "kind", kindOf(*listing.kind).name);
    appendMember(json, "listing", listing.what);
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
        const JsonField& field = object.fields[i];
        if (!fieldOf(*listing.kind, true, field.name))
            continue;
        const auto* const text = std::get_if<QByteArray>(&field.value);
        if (field.name == "id" && !isMessage && !(text && isUuidText(*text)))
            continue;
        if (text)
            countState(field.name, *text);
        json += ',';
        appendJsonString(json, field.name);
        json += ':';
        json += values[i];
    }
    json += '}';
    if (m_options.tally)
        m_options.tally->listing = listing.what;
    delivery.payload = std::move(json);
    delivery.isListed = true;
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
    if (const ListedRows* const listing = listingOf(*object)) {
        if (listing->kind)
            fillListed(delivery, *object, *values);
        else
            delivery.mistake = place(lineNumber) + refusalOf(*listing, QStringLiteral("it"));
        return;
    }
    JsonFields renamed = *object;
    for (JsonField& field : renamed.fields)
        field.name = fieldFor(field.name);
    const bool isNamed = renamed.find("kind") != nullptr;
    if (isNamed && !m_kind) {
        if (const auto unknown = unknownKind(renamed)) {
            delivery.mistake = place(lineNumber) + QStringLiteral("field \"kind\": ") + *unknown;
            return;
        }
    }
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
