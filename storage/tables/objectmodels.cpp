#include "storage/tables/objectmodels.h"

#include <QRegularExpression>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

using Json = nlohmann::json;

constexpr qsizetype longestName = 63; // PostgreSQL cuts the rest off
constexpr std::size_t mostColumns = 1600;

Error mistake(const QString& where, const char* what) {
    return {ErrorCode::Invalid,
            QStringLiteral("The object model cannot be read: %1 %2.").arg(where, QLatin1String(what))};
}

const Json* member(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// The members that are none of those known: a word that is misspelt would silently mean nothing.
std::optional<QString> unknownMember(const Json& object, std::initializer_list<const char*> known) {
    for (const auto& entry : object.items()) {
        if (std::ranges::none_of(known, [&](const char* name) { return entry.key() == name; }))
            return QString::fromStdString(entry.key());
    }
    return std::nullopt;
}

Result<QByteArray> nameIn(const Json& object, const char* member_, const QString& where) {
    const Json* const value = member(object, member_);
    if (!value || !value->is_string())
        return mistake(where, "has no name");
    const QByteArray name = QByteArray::fromStdString(value->get<std::string>());
    if (name.isEmpty() || name.size() > longestName || name.contains('\0') || !QString::fromUtf8(name).isValidUtf16())
        return mistake(where, "has a name that is empty or longer than 63 bytes");
    return name;
}

Result<std::vector<QByteArray>> namesIn(const Json* list, const QString& where) {
    std::vector<QByteArray> words;
    if (!list)
        return words;
    if (!list->is_array())
        return mistake(where, "is no list of names");
    for (const Json& each : *list) {
        if (!each.is_string())
            return mistake(where, "is no list of names");
        words.push_back(QByteArray::fromStdString(each.get<std::string>()));
    }
    return words;
}

/// Returns true when this looks as the words of a type do on either database. It becomes part of a statement.
bool isType(const QByteArray& type) {
    static const QRegularExpression form(
        QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*( [A-Za-z_][A-Za-z0-9_]*)*(\\([0-9]{1,4}(, ?-?[0-9]{1,4})?\\))?( "
                       "[A-Za-z_][A-Za-z0-9_]*)*(\\[\\])?$"));
    return type.size() <= longestName && form.match(QString::fromUtf8(type)).hasMatch();
}

Result<QByteArray> usualOf(const Json& value, const QString& where) {
    if (value.is_string()) {
        const QByteArray text = QByteArray::fromStdString(value.get<std::string>());
        if (text.contains('\0'))
            return mistake(where, "has a default that no database takes");
        return '\'' + QByteArray(text).replace('\'', "''") + '\'';
    }
    if (value.is_boolean())
        return QByteArray(value.get<bool>() ? "TRUE" : "FALSE");
    if (value.is_number())
        return QByteArray::fromStdString(value.dump());
    const Json* const call = value.is_object() && value.size() == 1 ? member(value, "call") : nullptr;
    if (call && *call == "now")
        return QByteArray("CURRENT_TIMESTAMP");
    return mistake(where, "has a default that is no text, number or truth value, and not {\"call\":\"now\"}");
}

Result<ObjectModel::Column> columnOf(const Json& json, std::size_t at) {
    QString where = QStringLiteral("column %1").arg(at + 1);
    if (!json.is_object())
        return mistake(where, "is no object");
    Result<QByteArray> name = nameIn(json, "name", where);
    PORTOLAN_TRY(name);
    where = QStringLiteral("column \"%1\"").arg(QString::fromUtf8(*name));
    if (const auto unknown = unknownMember(json, {"name", "type", "not_null", "default"}))
        return mistake(where + QStringLiteral(" has \"%1\", which").arg(*unknown), "is nothing a column has");
    ObjectModel::Column column;
    column.name = *name;
    const Json* const type = member(json, "type");
    if (!type || !type->is_string())
        return mistake(where, "has no type");
    column.type = QByteArray::fromStdString(type->get<std::string>());
    if (!isType(column.type))
        return mistake(where, "has a type that is none");
    if (const Json* const notNull = member(json, "not_null")) {
        if (!notNull->is_boolean())
            return mistake(where, "has a not_null that is neither true nor false");
        column.notNull = notNull->get<bool>();
    }
    if (const Json* const usual = member(json, "default")) {
        Result<QByteArray> text = usualOf(*usual, where);
        PORTOLAN_TRY(text);
        column.usual = std::move(*text);
    }
    return column;
}

Result<ObjectModel::Index> indexOf(const Json& json, std::size_t at) {
    QString where = QStringLiteral("index %1").arg(at + 1);
    if (!json.is_object())
        return mistake(where, "is no object");
    Result<QByteArray> name = nameIn(json, "name", where);
    PORTOLAN_TRY(name);
    where = QStringLiteral("index \"%1\"").arg(QString::fromUtf8(*name));
    if (const auto unknown = unknownMember(json, {"name", "columns", "unique"}))
        return mistake(where + QStringLiteral(" has \"%1\", which").arg(*unknown), "is nothing an index has");
    Result<std::vector<QByteArray>> columns = namesIn(member(json, "columns"), where);
    PORTOLAN_TRY(columns);
    ObjectModel::Index index{*name, std::move(*columns), false};
    if (const Json* const unique = member(json, "unique")) {
        if (!unique->is_boolean())
            return mistake(where, "has a unique that is neither true nor false");
        index.isUnique = unique->get<bool>();
    }
    return index;
}

bool areColumns(const ObjectModel& model, const std::vector<QByteArray>& words) {
    return std::ranges::all_of(words, [&](const QByteArray& name) {
        return std::ranges::find(model.columns, name, &ObjectModel::Column::name) != model.columns.end()
               && std::ranges::count(words, name) == 1;
    });
}

template <class Part>
bool hasNameTwice(const std::vector<Part>& parts) {
    return std::ranges::any_of(parts, [&](const Part& part) {
        return std::ranges::count_if(
                   parts, [&](const Part& other) { return other.name.compare(part.name, Qt::CaseInsensitive) == 0; })
               > 1;
    });
}

Result<Json> parsed(const QByteArray& text) {
    constexpr qsizetype mostBytes = 1024 * 1024;
    if (text.size() > mostBytes)
        return mistake(QStringLiteral("its text"), "is larger than 1 MiB");
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded() || !json.is_object())
        return mistake(QStringLiteral("its text"), "is no JSON object");
    return json;
}

} // namespace

Result<ObjectModel> parseModelDefinition(const QByteArray& name, const QByteArray& table,
                                         const QByteArray& definition) {
    const Result<Json> json = parsed(definition);
    PORTOLAN_TRY(json);
    const QString where = QStringLiteral("the definition of \"%1\"").arg(QString::fromUtf8(name));
    if (const auto unknown = unknownMember(*json, {"columns", "primary_key", "indexes"}))
        return mistake(where + QStringLiteral(" has \"%1\", which").arg(*unknown), "is nothing a definition has");
    ObjectModel model;
    model.name = name;
    model.table = table;
    const Json* const columns = member(*json, "columns");
    if (!columns || !columns->is_array() || columns->empty() || columns->size() > mostColumns)
        return mistake(where, "has no list of columns, or too many");
    for (std::size_t i = 0; i < columns->size(); ++i) {
        Result<ObjectModel::Column> column = columnOf((*columns)[i], i);
        PORTOLAN_TRY(column);
        model.columns.push_back(std::move(*column));
    }
    Result<std::vector<QByteArray>> key = namesIn(member(*json, "primary_key"), QStringLiteral("primary_key"));
    PORTOLAN_TRY(key);
    model.key = std::move(*key);
    if (const Json* const indexes = member(*json, "indexes")) {
        if (!indexes->is_array())
            return mistake(where, "has indexes that are no list");
        for (std::size_t i = 0; i < indexes->size(); ++i) {
            Result<ObjectModel::Index> index = indexOf((*indexes)[i], i);
            PORTOLAN_TRY(index);
            if (index->columns.empty() || !areColumns(model, index->columns))
                return mistake(QStringLiteral("index \"%1\"").arg(QString::fromUtf8(index->name)),
                               "names a column that is not there, or one twice, or none");
            model.indexes.push_back(std::move(*index));
        }
    }
    if (!areColumns(model, model.key))
        return mistake(QStringLiteral("primary_key"), "names a column that is not there, or one twice");
    if (hasNameTwice(model.columns) || hasNameTwice(model.indexes))
        return mistake(where, "has a name twice");
    return model;
}

Result<ModelText> parseModelFile(const QByteArray& file) {
    const Result<Json> json = parsed(file);
    PORTOLAN_TRY(json);
    const QString where = QStringLiteral("the file");
    if (const auto unknown = unknownMember(*json, {"name", "table", "definition"}))
        return mistake(where + QStringLiteral(" has \"%1\", which").arg(*unknown), "is nothing a model has");
    Result<QByteArray> name = nameIn(*json, "name", where);
    PORTOLAN_TRY(name);
    const Json* const table = member(*json, "table");
    const Json* const definition = member(*json, "definition");
    if (!table || !table->is_string() || !definition || !definition->is_object())
        return mistake(where, "has no table, or no definition");
    ModelText model{*name, QByteArray::fromStdString(table->get<std::string>()),
                    QByteArray::fromStdString(definition->dump())};
    const Result<ObjectModel> readable = parseModelDefinition(model.name, model.table, model.definition);
    return readable ? Result<ModelText>(std::move(model)) : readable.error();
}

QByteArray healingLines(const QByteArray& what, std::span<const QByteArray> statements) {
    QByteArray script = "-- " + what.simplified() + '\n';
    if (statements.empty())
        script += "-- no statement alone mends it\n";
    for (const QByteArray& statement : statements)
        script += statement + ";\n";
    return script + '\n';
}

std::vector<QByteArray> harmlessStatements(std::span<const ModelDifference> differences) {
    std::vector<QByteArray> statements;
    for (const ModelDifference& each : differences) {
        if (each.losesNothing)
            statements.insert(statements.end(), each.statements.begin(), each.statements.end());
    }
    return statements;
}

} // namespace portolan
