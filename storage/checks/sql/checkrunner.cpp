#include "storage/checks/sql/checkrunner.h"

#include "storage/checks/sql/catalogchecks.h"
#include "storage/checks/sql/checktemplate.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/connection/statementlimit.h"
#include "storage/sql/postgresql/postgresqlserver.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace portolan {

namespace {

/// A lock that stood as long as a statement may wait will stand: each of the checks after it is told of sooner.
constexpr std::chrono::milliseconds laterWait{1'000};

QString verifying() {
    return QStringLiteral("verify");
}

/// Returns "metrics" of "metrics.id …".
QString firstTable(const char* needs) {
    return QString::fromLatin1(needs).section(u'.', 0, 0);
}

/// Sums of a check's amounts may pass 64 bits: a number may follow another at any distance.
qint64 counted(const QVariant& sum) {
    constexpr double most = 9.2e18; // below 2^63
    return static_cast<qint64>(std::clamp(std::round(sum.toDouble()), 0.0, most));
}

} // namespace

Result<std::vector<CheckName>> SqlChecks::begin(const CancelToken& token) {
    const Result<void> planned =
        m_session.read(token, [this](Connection& connection) -> Result<void> { return plan(connection); });
    PORTOLAN_TRY(planned);
    m_damaged.clear();
    m_hasWaited = false;
    std::vector<CheckName> names;
    names.reserve(m_plans.size());
    for (const Plan& plan : m_plans)
        names.push_back(plan.name);
    return names;
}

Result<void> SqlChecks::plan(Connection& connection) {
    m_plans.clear();
    Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    m_catalogue = std::move(*catalogue);
    const SqlDialect dialect = connection.dialect();
    const bool isSqlite = dialect == SqlDialect::Sqlite;
    CheckWords words{m_catalogue, dialect};
    if (hasColumns(m_catalogue, dialect, "batches.id# batches.message_count#")) {
        const Result<qint64> size = usualBatchSize(connection, m_session.url());
        PORTOLAN_TRY(size);
        words.batchSize = *size;
    }
    const Result<bool> repeat = mayNumbersRepeat(connection, m_catalogue);
    PORTOLAN_TRY(repeat);
    words.numbersRepeat = *repeat;

    for (const SqlCheck& check : sqlCheckTable()) {
        const bool isHere =
            check.where == SqlCheck::Where::Anywhere || (check.where == SqlCheck::Where::Sqlite) == isSqlite;
        if (!isHere || !hasColumns(m_catalogue, dialect, check.needs))
            continue;
        m_plans.push_back({{check.name, QString::fromUtf8(check.promise)},
                           words.expand(QString::fromUtf8(check.what)),
                           words.expand(QString::fromUtf8(check.statement)),
                           firstTable(check.needs),
                           check.listing,
                           check.column,
                           check.hasKeys,
                           check.hasAmount});
    }
    const auto addColumn = [&](const CheckedColumn& column, const char* name, const char* promise, const char* what,
                               const QString& statement) {
        const QByteArray needs = QByteArray(column.table) + '.' + column.column + ' ' + column.table + '.' + column.key;
        if (!hasColumns(m_catalogue, dialect, needs.constData()))
            return;
        const auto said = [&column](const char* text) {
            return QString::fromLatin1(text)
                .replace(QLatin1String("TABLE"), QLatin1String(column.table))
                .replace(QLatin1String("COLUMN"), QLatin1String(column.column));
        };
        m_plans.push_back({{said(name).toUtf8(), said(promise)},
                           said(what),
                           words.expand(statement),
                           QLatin1String(column.table),
                           column.listing,
                           column.key});
    };
    for (const CheckedColumn& column : pastColumns())
        addColumn(column, "future-TABLE", "nothing in TABLE is of the future",
                  "rows of TABLE whose COLUMN is more than five minutes ahead", futureStatement(column));
    for (const CheckedColumn& column : isSqlite ? jsonColumns() : std::span<const CheckedColumn>())
        addColumn(column, "json-TABLE.COLUMN", "TABLE.COLUMN holds JSON", "rows of TABLE whose COLUMN is no JSON",
                  brokenStatement(column));
    for (const DatabaseCheck& check : databaseChecks()) {
        if ((isSqlite ? check.onSqlite : check.onServer) && hasColumns(m_catalogue, dialect, check.needs)) {
            Plan plan;
            plan.name = {check.name, QString::fromUtf8(check.promise)};
            plan.function = check.run;
            m_plans.push_back(std::move(plan));
        }
    }
    return {};
}

Result<CheckResult> SqlChecks::run(const QByteArray& name, const CancelToken& token) {
    const auto plan = std::ranges::find_if(m_plans, [&](const Plan& each) { return each.name.name == name; });
    if (plan == m_plans.end())
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no check %1 for this store.").arg(QString::fromUtf8(name))};
    const auto began = std::chrono::steady_clock::now();
    Result<CheckResult> result = m_session.read(token, [&](Connection& connection) { return ask(connection, *plan); });
    if (token.stop_requested())
        return cancelled();
    m_hasWaited = m_hasWaited || (!result && result.error().code == ErrorCode::Busy);
    if (!result && !plan->table.isEmpty())
        return Error{result.error().code, QStringLiteral("of the table %1: %2").arg(plan->table, result.error().text),
                     result.error().details};
    if (!result)
        return result;
    result->name = name;
    if (!result->found && result->detail.isEmpty())
        result->detail = plan->name.promise.toUtf8();
    if (result->found && !plan->table.isEmpty())
        m_damaged.insert(plan->table);
    result->checkedAt = currentTime();
    result->milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
    return result;
}

Result<CheckResult> SqlChecks::ask(Connection& connection, const Plan& plan) {
    if (connection.dialect() == SqlDialect::Postgresql) { // a pass over ten million rows takes as long as it takes
        PORTOLAN_TRY(liftStatementLimits(connection));
    }
    if (plan.function)
        return plan.function({connection, m_catalogue, m_session.url(), m_damaged});
    if (!m_hasWaited || connection.dialect() == SqlDialect::Sqlite)
        return askStatement(connection, plan);
    return withinLimit(connection, {.statement = {}, .lock = laterWait},
                       [&] { return askStatement(connection, plan); });
}

Result<CheckResult> SqlChecks::askStatement(Connection& connection, const Plan& plan) {
    const QString amount = plan.hasAmount ? QStringLiteral("coalesce(sum(amount), 0)") : QStringLiteral("count(*)");
    Result<QSqlQuery> counts = connection.run(
        QStringLiteral("SELECT count(*), %1 FROM (%2) AS f").arg(amount, plan.statement), {}, verifying());
    PORTOLAN_TRY(counts);
    const Result<bool> any = connection.next(*counts, verifying());
    PORTOLAN_TRY(any);
    CheckResult result;
    const qint64 places = *any ? counts->value(0).toLongLong() : 0;
    if (places == 0)
        return result;
    result.found = true;
    result.count = counted(counts->value(1));
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT found, %1 FROM (%2) AS f LIMIT %3")
                           .arg(plan.hasKeys ? QStringLiteral("keys") : QStringLiteral("found"), plan.statement)
                           .arg(filteredRows),
                       {}, verifying());
    PORTOLAN_TRY(rows);
    std::vector<QByteArray> keys;
    QueryCursor walk(connection, *rows, verifying());
    while (walk.next()) {
        result.rows.push_back(rows->value(0).toString().toUtf8());
        const QByteArray text = rows->value(1).toString().toUtf8();
        const bool isPair = plan.hasKeys && plan.hasAmount; // what stands on both sides of a gap
        for (const QByteArray& key : isPair ? text.split(',') : QByteArrayList{text}) {
            if (std::ranges::find(keys, key) == keys.end())
                keys.push_back(key);
        }
    }
    if (walk.error())
        return *walk.error();
    result.detail = detailOf(plan.what, result.rows, places);
    result.listing = plan.listing;
    result.filter = plan.column.isEmpty() ? QByteArray() : filterOf(plan.column, keys);
    return result;
}

} // namespace portolan
