#include "models/list/rowsteps.h"

#include "storage/base/numbertext.h"
#include "storage/listing/filterlexer.h"
#include "storage/listing/filtertexts.h"

#include <QRegularExpression>

namespace portolan {

namespace {

struct StepWords {
    Q_DECLARE_TR_FUNCTIONS(RowSteps)
};

constexpr qsizetype longestValue = 200;       ///< bytes of a text; a longer one may have been cut for its cell
constexpr std::chrono::minutes aroundSpan{5}; ///< before and after a row
constexpr qsizetype longestShown = 40;        ///< characters of a value in a menu

/// Returns a value as the filter language reads it; empty: it cannot be written there.
QByteArray typedValue(const Value& value) {
    if (const auto* const text = std::get_if<QByteArray>(&value))
        return text->size() > longestValue ? QByteArray() : quotedPhrase(*text);
    if (const auto* const number = std::get_if<qint64>(&value))
        return QByteArray::number(*number);
    if (const auto* const real = std::get_if<double>(&value))
        return numberText(*real);
    if (const auto* const truth = std::get_if<bool>(&value))
        return *truth ? "true" : "false";
    if (const auto* const time = std::get_if<Timestamp>(&value))
        return quotedPhrase(toExactIsoTime(*time));
    return {};
}

/// A stored value of a row by its column's name; nothing: there is no such column, or the row is not in memory.
std::optional<Value> storedValue(const PagedModel& model, int row, QByteArrayView name) {
    const auto [block, at] = model.blockAt(row);
    const auto& columns = model.listing().storedColumns();
    const auto found = std::ranges::find(columns, name, &ExportColumn::name);
    if (!block || found == columns.end())
        return std::nullopt;
    std::vector<Value> values;
    model.listing().storedValues(*block, at, values);
    return values[static_cast<std::size_t>(found - columns.begin())];
}

QByteArray storedText(const PagedModel& model, int row, QByteArrayView name) {
    const std::optional<Value> value = storedValue(model, row, name);
    const auto* const text = value ? std::get_if<QByteArray>(&*value) : nullptr;
    return text ? *text : QByteArray();
}

bool isFilter(const QString& text, const ColumnSet& schema) {
    return parseFilter(text, schema, currentTime()).ok();
}

QString shown(const QByteArray& text) {
    return visibleText(text, longestShown);
}

void addNarrowing(std::vector<RowStep>& steps, const PagedModel& model, int row, int column) {
    const ColumnSet& schema = model.listing().schema();
    const auto [block, at] = model.blockAt(row);
    const QByteArray& name = model.listing().columns()[static_cast<std::size_t>(column)].name;
    if (!block || !schema.find(name))
        return;
    const std::optional<Value> stored = storedValue(model, row, name);
    const Value value = stored ? *stored : model.listing().value(*block, at, column);
    const QString field = typedName(name);
    const bool isNull = std::holds_alternative<std::monostate>(value);
    const QByteArray typed = typedValue(value);
    if (typed.isEmpty() && !isNull)
        return;
    const QString is = field + u':' + QString::fromUtf8(typed);
    const QString isSet = field + QStringLiteral(":*");
    const QString only = isNull ? QStringLiteral("not ") + isSet : is;
    const QString without = isNull ? isSet : QStringLiteral("not ") + is;
    if (!isFilter(only, schema) || !isFilter(without, schema))
        return;
    const auto* const text = std::get_if<QByteArray>(&value);
    const QString said = isNull ? StepWords::tr("nothing")
                         : text ? shown(*text)
                                : shown(QByteArray(typed).replace('"', ""));
    steps.push_back({StepWords::tr("Only this value: %1 %2").arg(field, said), {}, only});
    steps.push_back({StepWords::tr("Not this value: %1 %2").arg(field, said), {}, without});
}

void addAround(std::vector<RowStep>& steps, const PagedModel& model, int row) {
    const ColumnSet& schema = model.listing().schema();
    const std::optional<Value> value = storedValue(model, row, schema.timeColumn);
    const auto* const time = value ? std::get_if<Timestamp>(&*value) : nullptr;
    if (!time)
        return;
    const QString field = typedName(schema.timeColumn);
    const QString filter = field + QStringLiteral(">=") + QString::fromUtf8(typedValue(*time - aroundSpan)) + u' '
                           + field + QStringLiteral("<=") + QString::fromUtf8(typedValue(*time + aroundSpan));
    if (isFilter(filter, schema))
        steps.push_back({StepWords::tr("Around it: five minutes before and after"), {}, filter});
}

} // namespace

std::vector<RowStep> rowSteps(const PagedModel& model, int row, int column, bool narrows) {
    std::vector<RowStep> steps;
    if (row < 0 || !model.isLoaded(row))
        return steps;
    if (narrows) {
        if (column >= 0)
            addNarrowing(steps, model, row, column);
        addAround(steps, model, row);
    }
    if (const QByteArray port = storedText(model, row, "port_name"); !port.isEmpty())
        steps.push_back({StepWords::tr("Its port: %1").arg(shown(port)), QStringLiteral("ports"),
                         QStringLiteral("port_name:") + QString::fromUtf8(quotedPhrase(port))});
    QList<QByteArray> components;
    for (const char* const name : {"component_name", "component", "source_component", "target_component"}) {
        const QByteArray component = storedText(model, row, name);
        if (component.isEmpty() || components.contains(component))
            continue;
        components << component;
        steps.push_back({StepWords::tr("Its component: %1").arg(shown(component)), QStringLiteral("components/health"),
                         QStringLiteral("component_name:") + QString::fromUtf8(quotedPhrase(component))});
    }
    if (storedText(model, row, "status") == "dead_letter" && !rowId(model, row).isEmpty())
        steps.push_back({StepWords::tr("Its dead letter: replay or discard it"), QStringLiteral("dead-letters"),
                         QStringLiteral("id:") + QString::fromUtf8(quotedPhrase(rowId(model, row).toUtf8()))});
    return steps;
}

QString rowId(const PagedModel& model, int row) {
    for (const char* const name :
         {"id", "batch_id", "series", "checkpoint_name", "component_name", "port_name", "name"}) {
        const std::optional<Value> value = storedValue(model, row, name);
        if (!value)
            continue;
        if (const auto* const text = std::get_if<QByteArray>(&*value))
            return QString::fromUtf8(*text);
        if (const auto* const number = std::get_if<qint64>(&*value))
            return QString::number(*number);
    }
    return {};
}

QString termFor(const char* column, const QString& value) {
    return typedName(column) + u':' + QString::fromUtf8(quotedPhrase(value.toUtf8()));
}

QString narrowed(const QString& filter, const QString& term) {
    static const QRegularExpression alternatives(QStringLiteral("\\bor\\b"), QRegularExpression::CaseInsensitiveOption);
    const QString before = filter.trimmed();
    if (before.isEmpty())
        return term;
    return (before.contains(alternatives) ? u'(' + before + u')' : before) + u' ' + term;
}

} // namespace portolan
