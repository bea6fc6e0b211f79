#include "storage/tables/sql/sqlobjectmodels.h"

#include "storage/json/jsontext.h"
#include "storage/operations/sql/auditedrows.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/internaltable.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/postgresql/servertypes.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/sql/modeldiff.h"
#include "storage/tables/sql/tabledirectory.h"

#include <QUuid>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

QString comparingModels() {
    return QStringLiteral("compare the object models of");
}

QString changingModels() {
    return QStringLiteral("change the object models of");
}

struct RegisteredModel {
    ModelText text;
    qint64 version = 0;
};

Result<std::vector<RegisteredModel>> registeredModels(Connection& connection) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT m.name, m.table_name, CAST(m.definition AS TEXT), m.version FROM portolan_object_models "
                       "AS m WHERE m.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM portolan_object_models AS o "
                       "WHERE o.name = m.name AND o.deleted_at IS NULL AND o.version > m.version) ORDER BY m.name"),
        {}, comparingModels());
    PORTOLAN_TRY(rows);
    std::vector<RegisteredModel> models;
    QueryCursor walk(connection, *rows, comparingModels());
    while (walk.next())
        models.push_back({{bytesAt(*rows, 0), bytesAt(*rows, 1), bytesAt(*rows, 2)}, rows->value(3).toLongLong()});
    if (walk.error())
        return *walk.error();
    return models;
}

/// The model's types as this server words them; nothing where it takes all, else why not.
Result<std::optional<QString>> wordTypes(Connection& connection, ObjectModel& model) {
    std::vector<QByteArray> types;
    for (const ObjectModel::Column& column : model.columns)
        types.push_back(column.type);
    Result<std::vector<ServerType>> worded = serverTypes(connection, types);
    PORTOLAN_TRY(worded);
    for (std::size_t i = 0; i < types.size(); ++i) {
        ServerType& type = (*worded)[i];
        if (!type.text)
            return std::optional(
                QStringLiteral("this server has no type %1 (column \"%2\"); it says: %3.")
                    .arg(QString::fromUtf8(types[i]), QString::fromUtf8(model.columns[i].name), type.refusal));
        model.columns[i].type = std::move(*type.text);
    }
    return std::optional<QString>();
}

/// Returns the kind of what has a name; nothing when it is free.
Result<std::optional<QByteArray>> kindOfTable(Connection& connection, const TableInfo& info) {
    const bool isServer = connection.dialect() == SqlDialect::Postgresql;
    const QString sql =
        isServer
            ? QStringLiteral("SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN "
                             "'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE "
                             "'relation' END FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON "
                             "n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?")
            : QStringLiteral("SELECT CASE type WHEN 'virtual' THEN 'virtual table' ELSE type END FROM "
                             "pragma_table_list WHERE schema = ? AND name = ? COLLATE NOCASE");
    const Result<QVariant> kind = connection.value(sql, {QString::fromUtf8(info.schema), QString::fromUtf8(info.name)});
    PORTOLAN_TRY(kind);
    return kind->isValid() ? std::optional(kind->toString().toUtf8()) : std::nullopt;
}

ModelDifference unreadable(const RegisteredModel& model, const QString& why) {
    return {model.text.name, "model " + model.text.name + ": " + why.toUtf8(), {}, false};
}

Result<std::vector<ModelDifference>> differencesOf(Connection& connection, const RegisteredModel& registered) {
    using Differences = std::vector<ModelDifference>;
    const SqlDialect dialect = connection.dialect();
    Result<ObjectModel> model =
        parseModelDefinition(registered.text.name, registered.text.table, registered.text.definition);
    if (!model)
        return Differences{unreadable(registered, model.error().text)};
    Result<TableInfo> table = modelledTable(registered.text.table, dialect);
    if (!table)
        return Differences{unreadable(registered, table.error().text)};
    if (dialect == SqlDialect::Postgresql) {
        if (table->schema.isEmpty()) {
            const Result<QVariant> schema = connection.value(QStringLiteral("SELECT current_schema"));
            PORTOLAN_TRY(schema);
            table->schema = schema->toString().toUtf8();
        }
        const Result<std::optional<QString>> refused = wordTypes(connection, *model);
        PORTOLAN_TRY(refused);
        if (*refused)
            return Differences{unreadable(registered, **refused)};
    }
    const Result<std::optional<QByteArray>> kind = kindOfTable(connection, *table);
    PORTOLAN_TRY(kind);
    std::optional<TableDetail> found;
    if (*kind) {
        table->kind = **kind;
        Result<TableDetail> detail = readTableDetail(connection, *table);
        PORTOLAN_TRY(detail);
        found = std::move(*detail);
    }
    Result<Differences> differences = modelDifferences(*model, *table, found, dialect);
    if (!differences || found || dialect == SqlDialect::Sqlite)
        return differences;
    const Result<QVariant> hasSchema =
        connection.value(QStringLiteral("SELECT to_regnamespace(quote_ident(CAST(? AS text))) IS NOT NULL"),
                         {QString::fromUtf8(table->schema)});
    PORTOLAN_TRY(hasSchema);
    if (!hasSchema->toBool())
        differences->front().statements.insert(differences->front().statements.begin(),
                                               "CREATE SCHEMA IF NOT EXISTS " + table->schema);
    return differences;
}

AuditEntry modelEntry(const char* action, const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = "object model";
    entry.subjectId = name;
    entry.reason = reason.trimmed();
    return entry;
}

QByteArray jsonArray(const std::vector<QByteArray>& texts) {
    QByteArray array = "[";
    for (const QByteArray& text : texts) {
        array += array.size() > 1 ? "," : "";
        appendJsonString(array, text);
    }
    return array + ']';
}

/// The statements that healing ran for a model, and those that take it back.
struct Healing {
    std::vector<QByteArray> ran;
    std::vector<QByteArray> reverse; ///< in their order
    std::vector<QByteArray> filled;
    bool hasWayBack = true;

    void add(const ModelDifference& difference) {
        ran.insert(ran.end(), difference.statements.begin(), difference.statements.end());
        const auto& [statements, question] = difference.reversal;
        hasWayBack = hasWayBack && !statements.empty();
        reverse.insert(reverse.begin(), statements.begin(), statements.end());
        if (!question.isEmpty())
            filled.push_back(question);
    }
    [[nodiscard]] QByteArray image() const {
        return "{\"statements\":" + jsonArray(ran) + ",\"reverse\":" + (hasWayBack ? jsonArray(reverse) : "null")
               + ",\"filled\":" + jsonArray(filled) + '}';
    }
};

QByteArray modelImage(const ModelText& model, qint64 version) {
    QByteArray image = "{\"version\":" + QByteArray::number(version) + ",\"table\":";
    appendJsonString(image, model.table);
    return image + ",\"definition\":" + model.definition + '}';
}

Result<AuditedRows> rowsOfModel(Connection& connection, const QByteArray& name) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    return AuditedRows::before(connection, *catalogue, QStringLiteral("portolan_object_models"),
                               QStringLiteral("m.name = ? AND m.deleted_at IS NULL"), {wholeText(name)});
}

/// The registered one of that name.
Result<std::optional<RegisteredModel>> registeredModel(Connection& connection, const QByteArray& name) {
    const Result<std::vector<RegisteredModel>> all = registeredModels(connection);
    PORTOLAN_TRY(all);
    const auto found = std::ranges::find_if(*all, [&](const RegisteredModel& each) { return each.text.name == name; });
    return found == all->end() ? std::nullopt : std::optional(*found);
}

} // namespace

Result<std::vector<ModelDifference>> readModelDifferences(Connection& connection) {
    const Result<std::vector<RegisteredModel>> models = registeredModels(connection);
    PORTOLAN_TRY(models);
    std::vector<ModelDifference> all;
    for (const RegisteredModel& model : *models) {
        Result<std::vector<ModelDifference>> differences = differencesOf(connection, model);
        if (!differences)
            return differences;
        std::ranges::move(*differences, std::back_inserter(all));
    }
    return all;
}

Result<void> SqlObjectModels::mayChange(const QByteArray& reason) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
    const Result<SchemaInspector> catalogue = SchemaInspector::read(m_session.connection());
    PORTOLAN_TRY(catalogue);
    for (const std::optional<QString>& lacking :
         {withMigration(catalogue->lacks(QStringLiteral("portolan_object_models"),
                                         {"name", "version", "table_name", "definition", "deleted_at"})),
          SqlAudit::unavailableReason(*catalogue)}) {
        if (lacking)
            return Error{ErrorCode::Unsupported, *lacking};
    }
    return {};
}

Result<std::vector<ModelDifference>> SqlObjectModels::differences(const CancelToken& token) {
    return m_session.read(token, [](Connection& connection) -> Result<std::vector<ModelDifference>> {
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
        PORTOLAN_TRY(snapshot);
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (const auto lacking =
                withMigration(catalogue->lacks(QStringLiteral("portolan_object_models"),
                                               {"name", "version", "table_name", "definition", "deleted_at"})))
            return Error{ErrorCode::Unsupported, *lacking};
        return readModelDifferences(connection);
    });
}

Result<qint64> SqlObjectModels::add(const ModelText& model, const QByteArray& reason, const QByteArray& actor,
                                    const CancelToken& token) {
    PORTOLAN_TRY(m_session.freshen());
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    PORTOLAN_TRY(mayChange(reason));
    const Result<ObjectModel> readable = parseModelDefinition(model.name, model.table, model.definition);
    PORTOLAN_TRY(readable);
    PORTOLAN_TRY(modelledTable(model.table, connection.dialect()));
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<RegisteredModel>> before = registeredModel(connection, model.name);
    PORTOLAN_TRY(before);
    Result<AuditedRows> rows = rowsOfModel(connection, model.name);
    PORTOLAN_TRY(rows);
    const Result<QVariant> last =
        connection.value(QStringLiteral("SELECT coalesce(max(version), 0) FROM portolan_object_models WHERE name = ?"),
                         {wholeText(model.name)});
    PORTOLAN_TRY(last);
    const qint64 version = last->toLongLong() + 1;
    const QString document =
        connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS jsonb)") : QStringLiteral("?");
    PORTOLAN_TRY(connection.execute(
        QStringLiteral("INSERT INTO portolan_object_models (name, version, table_name, definition) VALUES (?, ?, ?, "
                       "%1)")
            .arg(document),
        {wholeText(model.name), version, wholeText(model.table), wholeText(model.definition)}, changingModels()));
    AuditEntry entry = modelEntry("register", model.name, reason, actor);
    if (*before)
        entry.before = modelImage((*before)->text, (*before)->version);
    entry.after = modelImage(model, version);
    PORTOLAN_TRY(rows->tell(entry, {wholeText(model.name)}));
    PORTOLAN_TRY(SqlAudit::append(*work, entry));
    PORTOLAN_TRY(work->commit());
    return version;
}

Result<void> SqlObjectModels::forget(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                                     const CancelToken& token) {
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    if (Result<void> may = mayChange(reason); !may)
        return may;
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<RegisteredModel>> before = registeredModel(connection, name);
    PORTOLAN_TRY(before);
    if (!*before)
        return Error{ErrorCode::NotFound, QStringLiteral("There is no object model \"%1\" in %2.")
                                              .arg(QString::fromUtf8(name), m_session.url().display())};
    Result<AuditedRows> rows = rowsOfModel(connection, name);
    PORTOLAN_TRY(rows);
    if (Result<void> gone = connection.execute(
            QStringLiteral("UPDATE portolan_object_models SET deleted_at = ? WHERE name = ? AND deleted_at IS NULL"),
            {QString::fromLatin1(toIsoTime(currentTime())), wholeText(name)}, changingModels());
        !gone)
        return gone;
    AuditEntry entry = modelEntry("forget", name, reason, actor);
    entry.before = modelImage((*before)->text, (*before)->version);
    PORTOLAN_TRY(rows->tell(entry, {wholeText(name)}));
    if (Result<void> told = SqlAudit::append(*work, entry); !told)
        return told;
    return work->commit();
}

Result<void> SqlObjectModels::heal(std::span<const QByteArray> confirmed, const QByteArray& reason,
                                   const QByteArray& actor, const CancelToken& token) {
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    if (Result<void> may = mayChange(reason); !may)
        return may;
    if (connection.dialect() == SqlDialect::Postgresql) { // an index of a large table takes as long as it takes
        if (Result<void> lifted = liftStatementLimits(connection); !lifted)
            return lifted;
    }
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::vector<ModelDifference>> differences = readModelDifferences(connection);
    PORTOLAN_TRY(differences);
    if (!std::ranges::equal(harmlessStatements(*differences), confirmed))
        return Error{
            ErrorCode::Changed,
            QStringLiteral("The statements that would mend the tables have changed; look at them again. Nothing was "
                           "changed.")};
    std::map<QByteArray, Healing> healed; // by model
    for (const ModelDifference& each : *differences) {
        for (const QByteArray& statement : each.losesNothing ? each.statements : std::vector<QByteArray>()) {
            if (Result<void> run = connection.execute(QString::fromUtf8(statement), {}, changingModels()); !run)
                return run;
        }
        if (each.losesNothing)
            healed[each.model].add(each);
    }
    const QByteArray act = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    for (const auto& [model, healing] : healed) {
        AuditEntry entry = modelEntry("heal", model, reason, actor);
        entry.runId = act;
        entry.after = healing.image();
        if (Result<void> told = SqlAudit::append(*work, entry); !told)
            return told;
    }
    const Result<std::vector<ModelDifference>> left = readModelDifferences(connection);
    PORTOLAN_TRY(left);
    if (const auto still = std::ranges::find_if(*left, &ModelDifference::losesNothing); still != left->end())
        return Error{
            ErrorCode::Invalid,
            QStringLiteral("After the statements %1 still. Nothing was changed.").arg(QString::fromUtf8(still->what))};
    return work->commit();
}

} // namespace portolan
