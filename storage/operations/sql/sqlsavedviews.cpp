#include "storage/operations/sql/sqlsavedviews.h"

#include "storage/json/jsontext.h"
#include "storage/operations/sql/auditedrows.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/rowreader.h"

#include <QFileInfo>
#include <algorithm>
#include <tuple>

namespace portolan {

namespace {

QString viewsTable() {
    return QStringLiteral("portolan_saved_views");
}

QString usingViews() {
    return QStringLiteral("use the saved views of");
}

SavedView readView(const QSqlQuery& row) {
    return {bytesAt(row, 0), bytesAt(row, 1), bytesAt(row, 2), bytesAt(row, 3), bytesAt(row, 4), timeAt(row, 5)};
}

/// Reads the views that are there; `where` comes after that condition.
Result<std::vector<SavedView>> viewsWhere(Connection& connection, const QString& where, const QVariantList& bindings) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT pane, name, filter, sort, CAST(columns AS TEXT), updated_at FROM portolan_saved_views "
                       "WHERE deleted_at IS NULL")
            + where,
        bindings, usingViews());
    PORTOLAN_TRY(rows);
    std::vector<SavedView> views;
    QueryCursor walk(connection, *rows, usingViews());
    while (walk.next())
        views.push_back(readView(*rows));
    if (walk.error())
        return *walk.error();
    return views;
}

/// The one of that pane and name; on a server it stays as it was seen until the end of the transaction.
Result<std::optional<SavedView>> viewNamed(Connection& connection, const QByteArray& pane, const QByteArray& name) {
    const QString lock = connection.dialect() == SqlDialect::Postgresql ? QStringLiteral(" FOR UPDATE") : QString();
    const auto views =
        viewsWhere(connection, QStringLiteral(" AND pane = ? AND name = ?") + lock, {wholeText(pane), wholeText(name)});
    PORTOLAN_TRY(views);
    return views->empty() ? std::nullopt : std::optional(views->front());
}

/// Why a database has no place for views, in words.
std::optional<QString> lackingForViews(const SchemaInspector& catalogue) {
    if (const auto lacking = catalogue.lacks(
            viewsTable(), {"id", "pane", "name", "filter", "sort", "columns", "updated_at", "deleted_at"}))
        return *lacking
               + QStringLiteral(" Saved views are one of Portolan's own tables; `portolan migrate up` adds these and "
                                "leaves others as they are.");
    return SqlAudit::unavailableReason(catalogue);
}

Error isAnother(const SavedView& view) {
    return {ErrorCode::Changed,
            QStringLiteral("The view \"%1\" was changed by somebody else meanwhile; look at it again. Nothing was "
                           "changed.")
                .arg(QString::fromUtf8(view.name))};
}

Error isTaken(const QByteArray& name) {
    return {ErrorCode::Changed,
            QStringLiteral("There is a view \"%1\" by now. Nothing was changed.").arg(QString::fromUtf8(name))};
}

QByteArray imageOf(const SavedView& view) {
    QByteArray image = "{";
    for (const auto& [key, text] : {std::pair("pane", view.pane), std::pair("name", view.name),
                                    std::pair("filter", view.filter), std::pair("sort", view.sort)}) {
        image += image.size() > 1 ? ",\"" : "\"";
        image += QByteArray(key) + "\":";
        appendJsonString(image, text);
    }
    return image + ",\"columns\":" + (view.columns.isEmpty() ? QByteArray("null") : view.columns) + '}';
}

/// A document as its database takes it.
QString documentOf(const Connection& connection) {
    return connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS jsonb)") : QStringLiteral("?");
}

QString timeOf(const Connection& connection) {
    return connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)")
                                                          : QStringLiteral("?");
}

/// Two may add one at once: who comes second is told.
Result<void> addRow(Connection& connection, const SavedView& view) {
    Result<QSqlQuery> added = connection.run(
        QStringLiteral("INSERT INTO portolan_saved_views (pane, name, filter, sort, columns, updated_at) "
                       "VALUES (?, ?, ?, ?, %1, %2) ON CONFLICT DO NOTHING")
            .arg(documentOf(connection), timeOf(connection)),
        {wholeText(view.pane), wholeText(view.name), wholeText(view.filter), wholeText(view.sort), orNull(view.columns),
         timeNow()},
        usingViews());
    PORTOLAN_TRY(added);
    return added->numRowsAffected() == 1 ? Result<void>() : isTaken(view.name);
}

Result<void> replaceRow(Connection& connection, const SavedView& view) {
    return executeExpecting(
        connection,
        QStringLiteral("UPDATE portolan_saved_views SET filter = ?, sort = ?, columns = %1, updated_at = %2 "
                       "WHERE pane = ? AND name = ? AND deleted_at IS NULL")
            .arg(documentOf(connection), timeOf(connection)),
        {wholeText(view.filter), wholeText(view.sort), orNull(view.columns), timeNow(), wholeText(view.pane),
         wholeText(view.name)},
        1, usingViews());
}

/// Returns what a server says against writing to the two tables. Nothing: it takes it.
Result<std::optional<QString>> serverRefuses(Connection& connection) {
    const Result<QVariant> word = connection.value(
        QStringLiteral("SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' WHEN NOT (has_table_privilege("
                       "'portolan_saved_views', 'INSERT') AND has_table_privilege("
                       "'portolan_saved_views', 'UPDATE') AND has_table_privilege('portolan_audit', "
                       "'INSERT')) THEN 'role' ELSE '' END"));
    PORTOLAN_TRY(word);
    if (word->toString() == QLatin1String("standby"))
        return std::optional(QStringLiteral("The server is a standby, which is only read."));
    if (word->toString() == QLatin1String("role"))
        return std::optional(QStringLiteral("The role that the store is opened with may not write to %1 and to the "
                                            "audit.")
                                 .arg(viewsTable()));
    return std::optional<QString>();
}

/// SQLite also writes a log beside the file.
std::optional<QString> fileRefuses(const QString& path) {
    const QFileInfo file(path);
    for (const QString& each : {file.filePath(), file.absolutePath()}) {
        if (!QFileInfo(each).isWritable())
            return QStringLiteral("%1 may not be written to.").arg(each);
    }
    return std::nullopt;
}

} // namespace

Result<std::vector<SavedView>> SqlSavedViews::list(const CancelToken& token) {
    return m_session.read(token, [](Connection& connection) -> Result<std::vector<SavedView>> {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (const auto lacking = lackingForViews(*catalogue))
            return Error{ErrorCode::Unsupported, *lacking};
        auto views = viewsWhere(connection, {}, {});
        if (views) // each database has an order of texts of its own
            std::ranges::sort(*views, {}, [](const SavedView& each) { return std::tie(each.pane, each.name); });
        return views;
    });
}

Result<std::optional<QString>> SqlSavedViews::cannotSave(const CancelToken& token) {
    return m_session.read(token, [this](Connection& connection) -> Result<std::optional<QString>> {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (auto lacking = lackingForViews(*catalogue))
            return lacking;
        return connection.dialect() == SqlDialect::Postgresql ? serverRefuses(connection)
                                                              : fileRefuses(m_session.url().path);
    });
}

template <class Change>
Result<void> SqlSavedViews::apply(const char* action, const SavedView& named, const std::optional<SavedView>& expected,
                                  const std::optional<SavedView>& after, const QByteArray& actor,
                                  const CancelToken& token, Change change) {
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const auto lacking = lackingForViews(*catalogue))
        return Error{ErrorCode::Unsupported, *lacking};
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<SavedView>> there = viewNamed(connection, named.pane, named.name);
    PORTOLAN_TRY(there);
    if (*there != expected)
        return expected ? isAnother(named) : isTaken(named.name);
    Result<AuditedRows> rows = AuditedRows::before(connection, *catalogue, viewsTable(),
                                                   QStringLiteral("m.pane = ? AND m.name = ? AND m.deleted_at IS NULL"),
                                                   {wholeText(named.pane), wholeText(named.name)});
    PORTOLAN_TRY(rows);
    if (Result<void> done = change(connection); !done)
        return done;
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = "view";
    entry.subjectId = named.pane + '/' + named.name;
    if (expected)
        entry.before = imageOf(*expected);
    if (after)
        entry.after = imageOf(*after);
    PORTOLAN_TRY(rows->tell(entry, {wholeText(named.pane), wholeText(after ? after->name : named.name)}));
    if (Result<void> told = SqlAudit::append(*work, entry); !told)
        return told;
    return work->commit();
}

Result<void> SqlSavedViews::save(const SavedView& view, const std::optional<SavedView>& instead,
                                 const QByteArray& actor, const CancelToken& token) {
    if (Result<void> named = checkViewName(view.name); !named)
        return named;
    return apply("save", view, instead, view, actor, token, [&](Connection& connection) {
        return instead ? replaceRow(connection, view) : addRow(connection, view);
    });
}

Result<void> SqlSavedViews::remove(const SavedView& seen, const QByteArray& actor, const CancelToken& token) {
    return apply("remove", seen, seen, std::nullopt, actor, token, [&](Connection& connection) {
        return executeExpecting(
            connection,
            QStringLiteral("UPDATE portolan_saved_views SET deleted_at = %1 WHERE pane = ? AND name "
                           "= ? AND deleted_at IS NULL")
                .arg(timeOf(connection)),
            {timeNow(), wholeText(seen.pane), wholeText(seen.name)}, 1, usingViews());
    });
}

Result<void> SqlSavedViews::rename(const SavedView& seen, const QByteArray& name, const QByteArray& actor,
                                   const CancelToken& token) {
    if (Result<void> named = checkViewName(name); !named)
        return named;
    SavedView after = seen;
    after.name = name;
    return apply("rename", seen, seen, after, actor, token, [&](Connection& connection) -> Result<void> {
        const Result<std::optional<SavedView>> other = viewNamed(connection, seen.pane, name);
        PORTOLAN_TRY(other);
        if (*other)
            return isTaken(name);
        return executeExpecting(
            connection,
            QStringLiteral("UPDATE portolan_saved_views SET name = ?, updated_at = %1 WHERE pane = ? "
                           "AND name = ? AND deleted_at IS NULL")
                .arg(timeOf(connection)),
            {wholeText(name), timeNow(), wholeText(seen.pane), wholeText(seen.name)}, 1, usingViews());
    });
}

} // namespace portolan
