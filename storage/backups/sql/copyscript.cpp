#include "storage/backups/sql/copyscript.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace portolan {

namespace {

constexpr char stepMark[] = "-- portolan ";
constexpr qint64 longestScript = qint64(1) << 30;

constexpr std::pair<CopyStep::Kind, const char*> kindNames[] = {
    {CopyStep::Kind::Object, "object"},
    {CopyStep::Kind::Rows, "rows"},
    {CopyStep::Kind::Index, "index"},
    {CopyStep::Kind::Number, "number"},
    {CopyStep::Kind::ForeignKey, "foreign key"},
    {CopyStep::Kind::Trigger, "trigger"},
    {CopyStep::Kind::Refresh, "refresh"},
    {CopyStep::Kind::Withheld, "withheld"},
};

constexpr char scriptHead[] = "-- A database that Portolan backed up by COPY. By hand, in an empty one: psql -X1 -v "
                              "ON_ERROR_STOP=1 -f schema.sql\n"
                              "SET client_encoding = 'UTF8';\n"
                              "SET search_path = pg_catalog;\n"
                              "SET check_function_bodies = off;\n"
                              "SET row_security = off;\n\n";

std::string jsonOf(const QString& text) {
    return text.toStdString();
}

QString textOf(const nlohmann::json& object, const char* name) {
    const auto member = object.find(name);
    const auto* const text = member == object.end() ? nullptr : member->get_ptr<const std::string*>();
    return text ? QString::fromStdString(*text) : QString();
}

qint64 numberOf(const nlohmann::json& object, const char* name) {
    const auto member = object.find(name);
    return member != object.end() && member->is_number_integer() ? member->get<qint64>() : -1;
}

bool isRowsMember(const QString& member) {
    static const QRegularExpression own(QStringLiteral("\\Adatabase/rows/[0-9]{6,9}\\z"));
    return own.match(member).hasMatch();
}

/// Reads the head of a step; nothing where it is none.
std::optional<std::pair<CopyStep, qint64>> stepOf(QByteArrayView line) {
    const auto head = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (!head.is_object())
        return std::nullopt;
    const QString word = textOf(head, "step");
    const auto* const kind =
        std::ranges::find_if(kindNames, [&](const auto& known) { return word == QLatin1String(known.second); });
    if (kind == std::end(kindNames))
        return std::nullopt;
    CopyStep step{kind->first, textOf(head, "schema"), textOf(head, "name"),       {}, {}, 0,
                  {},          textOf(head, "onto"),   textOf(head, "onto_schema")};
    if (!step.onto.isEmpty() && step.ontoSchema.isEmpty()) // before 2026-11-27
        step.ontoSchema = step.schema;
    if (step.kind == CopyStep::Kind::Rows) {
        step.member = textOf(head, "file");
        step.rows = numberOf(head, "rows");
        const auto columns = head.find("columns");
        if (!isRowsMember(step.member) || step.rows < 0 || columns == head.end() || !columns->is_array())
            return std::nullopt;
        for (const auto& column : *columns) {
            if (const auto* const name = column.get_ptr<const std::string*>())
                step.columns << QString::fromStdString(*name);
        }
    }
    return std::pair(std::move(step), numberOf(head, "bytes"));
}

Error oddScript() {
    return {ErrorCode::Corrupt, QStringLiteral("The backup does not hold what it should: %1 in it cannot be read.")
                                    .arg(QLatin1String(copyScriptMember))};
}

} // namespace

QByteArray copiedRowsMember(int number) {
    constexpr int digits = 6;
    return "database/rows/" + QByteArray::number(number).rightJustified(digits, '0');
}

QByteArray encodedCopyScript(const std::vector<CopyStep>& steps) {
    QByteArray script = scriptHead;
    for (const CopyStep& step : steps) {
        nlohmann::ordered_json head;
        head["step"] = std::ranges::find(kindNames, step.kind, &std::pair<CopyStep::Kind, const char*>::first)->second;
        head["schema"] = jsonOf(step.schema);
        head["name"] = jsonOf(step.name);
        if (step.kind == CopyStep::Kind::Rows) {
            head["columns"] = nlohmann::json::array();
            for (const QString& column : step.columns)
                head["columns"].push_back(jsonOf(column));
            head["rows"] = step.rows;
            head["file"] = jsonOf(step.member);
        }
        if (!step.onto.isEmpty()) {
            head["onto"] = jsonOf(step.onto);
            head["onto_schema"] = jsonOf(step.ontoSchema);
        }
        head["bytes"] = step.sql.size();
        const bool isOurs = step.kind != CopyStep::Kind::Rows; // psql's own word ends with its line
        script += stepMark + QByteArray::fromStdString(head.dump()) + '\n' + step.sql + (isOurs ? ";\n" : "\n");
    }
    return script;
}

Result<std::vector<CopyStep>> readCopyScript(const QString& folder) {
    QFile file(folder + u'/' + QLatin1String(copyScriptMember));
    if (!file.open(QIODevice::ReadOnly) || file.size() > longestScript)
        return oddScript();
    const QByteArray script = file.readAll();
    std::vector<CopyStep> steps;
    qsizetype at = script.startsWith(scriptHead) ? qsizetype(sizeof scriptHead) - 1 : -1;
    while (at >= 0 && at < script.size()) {
        const qsizetype end = script.indexOf('\n', at);
        if (end < 0 || !QByteArrayView(script).sliced(at).startsWith(stepMark))
            return oddScript();
        const qsizetype head = at + qsizetype(sizeof stepMark) - 1;
        auto step = stepOf(QByteArrayView(script).sliced(head, end - head));
        if (!step || step->second < 0 || step->second > script.size() - end - 1)
            return oddScript();
        step->first.sql = script.sliced(end + 1, step->second);
        at = end + 1 + step->second;
        const QByteArrayView after = step->first.kind == CopyStep::Kind::Rows ? "\n" : ";\n";
        if (!QByteArrayView(script).sliced(at).startsWith(after))
            return oddScript();
        at += after.size();
        steps.push_back(std::move(step->first));
    }
    return at < 0 ? Result<std::vector<CopyStep>>(oddScript()) : steps;
}

bool isCopied(const QString& folder) {
    return QFileInfo::exists(folder + u'/' + QLatin1String(copyScriptMember));
}

QString copiedTableName(const QString& schema, const QString& table, const QString& storeSchema) {
    return schema == storeSchema ? table : schema + u'.' + table;
}

} // namespace portolan
