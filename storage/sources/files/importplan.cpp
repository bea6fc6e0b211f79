#include "storage/sources/files/importplan.h"

#include "storage/json/jsontext.h"
#include "storage/sources/files/importfields.h"
#include "storage/sources/files/lateforms.h"

#include <QFileInfo>
#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

/// The names that columns of samples have elsewhere.
constexpr std::pair<const char*, const char*> otherNames[] = {
    {"time", "timestamp"}, {"date", "timestamp"}, {"datetime", "timestamp"}, {"ts", "timestamp"},
    {"val", "value"},      {"reading", "value"},  {"sensor", "sensor_id"},
};

bool isTime(const QByteArray& cell) {
    return toTime(cell, true).has_value();
}

bool isNumber(const QByteArray& cell) {
    return toNumber(cell, true).has_value();
}

/// Returns what a cell that is not of its column's type should have been; null: it is.
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

Error usage(const QString& text) {
    return Error{ErrorCode::Usage, text};
}

/// Without ".csv", and without ".csv.gz".
QByteArray baseNameOf(const QString& file) {
    const QFileInfo info(file);
    const bool isPacked = info.suffix().compare(QLatin1String("gz"), Qt::CaseInsensitive) == 0;
    return (isPacked ? QFileInfo(info.completeBaseName()) : info).completeBaseName().toUtf8();
}

} // namespace

QByteArray fieldNamed(const QByteArray& column) {
    const QByteArray name = column.trimmed().toLower();
    const auto other = std::ranges::find_if(otherNames, [&](const auto& each) { return name == each.first; });
    return other == std::end(otherNames) ? name : QByteArray(other->second);
}

const KindField* kindFieldNamed(MessageKind kind, bool isListed, QByteArrayView name) {
    const auto fields = (isListed ? listedKindOf(kind) : kindOf(kind)).fields;
    const auto found = std::ranges::find_if(fields, [&](const KindField& field) { return name == field.name; });
    return found == fields.end() ? nullptr : &*found;
}

void appendTextMember(QByteArray& json, QByteArrayView name, QByteArrayView text) {
    json += json.size() > 1 ? "," : "";
    appendJsonString(json, name);
    json += ':';
    appendJsonString(json, text);
}

Result<std::vector<std::pair<QByteArray, QByteArray>>> parseImportColumns(const QString& text) {
    std::vector<std::pair<QByteArray, QByteArray>> columns;
    const auto parts = text.split(u',');
    const auto isGiven = [&](const char* name) {
        return std::ranges::any_of(parts, [&](const QString& part) {
            return part.trimmed().startsWith(QLatin1String(name) + u'=', Qt::CaseInsensitive);
        });
    };
    const bool isPair = isGiven("date") && isGiven("time");
    for (const QString& part : parts) {
        const qsizetype equals = part.indexOf(u'=');
        const QByteArray name = part.left(equals).toUtf8();
        const bool isClock = isPair && name.trimmed().toLower() == "time";
        const QByteArray field = isClock ? QByteArray(clockField) : fieldNamed(name);
        if (equals < 1 || equals + 1 == part.size() || field.isEmpty())
            return usage(
                QStringLiteral("--columns is FIELD=COLUMN,… as in time=Date,value=Close; \"%1\" is not.").arg(part));
        const bool isTwice = std::ranges::any_of(columns, [&](const auto& given) { return given.first == field; });
        if (isTwice && field != "value")
            return usage(QStringLiteral("--columns names the field \"%1\" twice.").arg(QString::fromUtf8(field)));
        columns.emplace_back(field, part.sliced(equals + 1).toUtf8());
    }
    return columns;
}

ImportPlan::ImportPlan(const ImportOptions& options)
    : m_options(options)
    , m_fileName(QFileInfo(options.file).fileName())
    , m_name(options.sensor.isEmpty() ? baseNameOf(options.file) : options.sensor)
    , m_kind(options.kind) {}

ImportPlan ImportPlan::ofJson(const ImportOptions& options) {
    return ImportPlan(options);
}

Result<ImportPlan> ImportPlan::ofTable(const ImportOptions& options, std::span<const CsvRow> rows,
                                       const CsvDialect& dialect, CellStyle style) {
    ImportPlan plan(options);
    const CsvRow& first = rows.front();
    if (!first.mistake.isEmpty())
        return Error{ErrorCode::Invalid, plan.place(first.line) + first.mistake + u'.'};
    plan.recognise(rows, dialect);
    if (plan.m_listing && !plan.m_listing->kind)
        return Error{ErrorCode::Unsupported, refusalOf(*plan.m_listing, plan.m_fileName)};
    plan.m_isGuarded = plan.m_listing && style == CellStyle::Csv && !first.quoted.front();
    std::vector<QByteArray> names;
    for (const Column& column : plan.m_columns) {
        if (!column.name.isValidUtf8()) // nothing under it could be stored
            return Error{ErrorCode::Usage,
                         QStringLiteral("%1 is not UTF-8, and nothing in it says what else: a column is named \"%2\". "
                                        "Say how it is written: --encoding windows-1252, for one.")
                             .arg(plan.m_fileName, QString::fromUtf8(column.name))};
        names.push_back(column.name);
    }
    const ColumnSamples samples(std::move(names),
                                plan.m_listing ? std::span<const CsvRow>() : rows.subspan(plan.m_firstIsData ? 0 : 1),
                                dialect.marks.separator, options.wishes);
    const auto found = plan.wantsSamples(&samples) ? plan.findSamples(samples) : Result<void>();
    PORTOLAN_TRY(found);
    if (!plan.m_samples) {
        PORTOLAN_TRY(plan.nameColumns());
        PORTOLAN_TRY(plan.findKind());
        for (Column& column : plan.m_columns) {
            const KindField* field =
                plan.m_kind ? kindFieldNamed(*plan.m_kind, plan.m_listing != nullptr, column.field) : nullptr;
            if (field)
                column.type = field->type;
            else if (plan.m_listing)
                column.field.clear(); // the store's own business: a batch's number, a row's
        }
        PORTOLAN_TRY(plan.findForms(samples));
    }
    plan.m_arePointsDecimal = dialect.marks.separator == ',';
    plan.tellReading(samples, style == CellStyle::Csv ? &dialect : nullptr);
    return plan;
}

void ImportPlan::takeNames(const std::vector<QByteArray>& names) {
    m_columns.clear();
    for (const QByteArray& name : names)
        m_columns.push_back({name, {}, FieldType::Text});
}

/// The row has the names that the options, a listing or a kind go by.
bool ImportPlan::isNamed(const CsvRow& first) const {
    std::vector<QByteArray> names;
    JsonFields fields;
    for (const QByteArray& cell : first.cells) {
        names.push_back(cell.trimmed());
        fields.fields.push_back({fieldNamed(cell), QByteArray("x")});
    }
    if (!m_options.columns.empty())
        return std::ranges::any_of(m_options.columns,
                                   [&](const auto& named) { return std::ranges::count(names, named.second) > 0; })
               && !isDataRow(first, {});
    return listingWith(names) || kindByFields(fields) || fields.find("kind")
           || (fields.find("timestamp") && fields.find("value"));
}

/// Two cells that are a time and a number have no names above them; else the first row has the names, unless it is as
/// the rows after it.
void ImportPlan::recognise(std::span<const CsvRow> rows, const CsvDialect& dialect) {
    const auto& cells = rows.front().cells;
    const bool isPair =
        cells.size() == 2 && ((isTime(cells[0]) && isNumber(cells[1])) || (isNumber(cells[0]) && isTime(cells[1])));
    m_firstIsData = m_options.wishes.hasNames
                        ? !*m_options.wishes.hasNames
                        : isPair || (!isNamed(rows.front()) && isDataRow(rows.front(), rows.subspan(1)));
    std::vector<QByteArray> names;
    for (std::size_t i = 0; i < cells.size(); ++i)
        names.push_back(m_firstIsData ? QByteArray::number(i + 1) : cells[i].trimmed());
    bool hasNames = !m_firstIsData;
    if (m_firstIsData && !dialect.commentedNames.isEmpty()) {
        CsvRows reader(CsvMarks{dialect.marks.separator, '\n', '\0'});
        reader.add(dialect.commentedNames);
        const auto row = reader.next(true);
        if (row && row->mistake.isEmpty() && row->cells.size() == cells.size() && cells.size() > 1) {
            hasNames = true;
            std::ranges::transform(row->cells, names.begin(), [](const QByteArray& cell) { return cell.trimmed(); });
        }
    }
    takeNames(names);
    if (hasNames && m_options.columns.empty()) {
        m_listing = m_firstIsData ? nullptr : listingWith(names);
        const bool isOther = m_listing && m_listing->kind && m_kind && *m_kind != *m_listing->kind;
        if (isOther || (m_listing && m_listing->kind && std::ranges::count(names, "kind") > 0))
            m_listing = nullptr; // the operator, or each row, says what it is
        if (m_listing && m_options.tally)
            m_options.tally->listing = m_listing->what;
    }
    if (m_options.columns.empty()) {
        for (Column& column : m_columns)
            column.field = m_listing ? column.name : fieldNamed(column.name);
    }
    if (!hasNames && isPair && m_options.columns.empty()) {
        const bool timeFirst = isTime(cells[0]) && isNumber(cells[1]);
        m_columns[timeFirst ? 0 : 1].field = "timestamp";
        m_columns[timeFirst ? 1 : 0].field = "value";
    }
}

Result<std::size_t> ImportPlan::columnNamed(const QByteArray& name) const {
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
    return static_cast<std::size_t>(found - m_columns.begin());
}

Result<void> ImportPlan::nameColumns() {
    for (const auto& [field, name] : m_options.columns) {
        const auto column = columnNamed(name);
        PORTOLAN_TRY(column);
        m_columns[*column].field = field;
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

/// Appends what makes a sample a sensor event, unless the row says it itself.
void ImportPlan::appendIdentity(QByteArray& json, bool hasId, bool hasSensor, qint64 number) const {
    if (!hasId)
        appendTextMember(json, "event_id", m_name + ':' + QByteArray::number(number));
    if (!hasSensor)
        appendTextMember(json, "sensor_id", m_name);
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
    const KindField* const field = m_kind ? kindFieldNamed(*m_kind, m_listing != nullptr, column.field) : nullptr;
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

/// The cell as its field reads it; what it should have been, where it is not. Null: it is all right.
const char* ImportPlan::takeCell(QByteArray& cell, const Column& column) const {
    if (column.type == FieldType::Time) {
        if (column.times == TimeForm::Plain && column.numbers == NumberForm()) {
            if (expectedIn(cell, column.type) && !isTime(cell = cell.trimmed())) {
                const auto midnight = readTime(cell, TimeForm::Plain); // 24:00
                if (!midnight)
                    return expectedIn(cell, column.type);
                cell = toExactIsoTime(*midnight);
            }
            const auto time = column.isFound ? toTime(cell, true) : std::nullopt;
            return time && isOfOtherUnit(cell, *time, column.times) ? oneUnitWanted : nullptr;
        }
        auto time = readTime(cell, column.times);
        if (!time) {
            const auto number = plainNumber(cell, column.numbers);
            time = number ? readTime(*number, column.times) : std::nullopt;
        }
        if (!time)
            return timeFormText(column.times);
        if (column.isFound && isOfOtherUnit(cell, *time, column.times))
            return oneUnitWanted;
        cell = toExactIsoTime(*time);
        return nullptr;
    }
    const bool isNumeric =
        column.type == FieldType::Number || column.type == FieldType::Integer || column.type == FieldType::Integer32;
    if (isNumeric && column.isFormless && isTwoNumbers(cell, !m_arePointsDecimal))
        return oneNumberWanted;
    if (isNumeric && (column.numbers != NumberForm() || expectedIn(cell, column.type))) {
        if (auto number = plainNumber(cell.trimmed(), column.numbers))
            cell = std::move(*number);
        else if (column.numbers.decimal == ',') // 1.500 would be read as if it had a decimal point
            return "a number with a decimal comma";
    }
    return expectedIn(cell, column.type);
}

void ImportPlan::append(std::vector<Delivery>& deliveries, Delivery base, const CsvRow& row, qint64 number) const {
    if (m_samples && row.mistake.isEmpty()) {
        const qint64 missing = m_samples->append(deliveries, base, row, number);
        if (m_options.tally)
            m_options.tally->missing += missing;
        return;
    }
    fill(base, row, number);
    deliveries.push_back(std::move(base));
}

void ImportPlan::fill(Delivery& delivery, const CsvRow& row, qint64 number) const {
    delivery.payload = row.raw;
    if (!row.mistake.isEmpty()) {
        delivery.mistake = place(row.line) + row.mistake + u'.';
        return;
    }
    if (row.cells.size() != m_columns.size()) {
        delivery.mistake = countMistake(row, m_columns.size(), place(row.line));
        if (!delivery.mistake.isEmpty())
            return;
    }
    QByteArray json(1, '{');
    if (m_kind)
        appendTextMember(json, "kind", kindOf(*m_kind).name);
    if (m_listing) // for the day when it is rejected, and tried again
        appendTextMember(json, "listing", m_listing->what);
    bool hasId = false;
    bool hasSensor = !m_options.sensor.isEmpty() && m_kind == MessageKind::SensorEvent;
    if (hasSensor)
        appendTextMember(json, "sensor_id", m_name);
    const bool isNamed = hasSensor;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        QByteArray cell = unguarded(row.cells[i], column.type);
        if (isLeftOut(column, cell, row.quoted[i]) || (isNamed && column.field == "sensor_id"))
            continue;
        if (const char* expected = takeCell(cell, column)) {
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
        appendTextMember(json, column.field, cell);
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

} // namespace portolan
