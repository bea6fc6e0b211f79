#include "storage/tables/sql/sqltables.h"

#include "storage/listing/memorylisting.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/tables/sql/servercatalogue.h"
#include "storage/tables/sql/servertable.h"
#include "storage/tables/sql/sqlitetable.h"
#include "storage/tables/sql/tabledirectory.h"

#include <algorithm>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto shortestTablesRest = std::chrono::seconds(1);
constexpr int tablesRestLonger = 20;
constexpr std::size_t mostOpen = 8;

RowOrder<TableInfo> tableOrder() {
    return {tableInfoColumns(), &tableInfoSchema(), 0, 0};
}

} // namespace

SqlTables::SqlTables(Session& session) : m_session(session) {}
SqlTables::~SqlTables() = default;

Result<void> SqlTables::freshen(const CancelToken& token) {
    const auto began = Clock::now();
    if (m_until && began < *m_until)
        return {};
    auto rows = m_session.read(token, [](Connection& connection) { return readTables(connection); });
    PORTOLAN_TRY(rows);
    m_rows = std::move(*rows);
    const auto ended = Clock::now();
    m_until = ended + std::max<Clock::duration>(shortestTablesRest, (ended - began) * tablesRestLonger);
    return {};
}

Result<Page<TableInfo>> SqlTables::page(const ListQuery& query, const CancelToken& token) {
    const Result<void> fresh = freshen(token);
    return fresh ? pageOfRows(m_rows, tableOrder(), query) : fresh.error();
}

Result<PageIndex> SqlTables::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    const Result<void> fresh = freshen(token);
    return fresh ? pageIndexOfRows(m_rows, tableOrder(), query, pages) : fresh.error();
}

Result<TableInfo> SqlTables::find(const QByteArray& path, const CancelToken& token) {
    for (const bool again : {false, true}) {
        if (again)
            m_until.reset(); // it may have been made since
        PORTOLAN_TRY(freshen(token));
        const auto found = std::ranges::find(m_rows, path, &TableInfo::path);
        if (found != m_rows.end())
            return *found;
        // SQLite's names are one whatever the case of their letters.
        const auto alike = std::ranges::find_if(
            m_rows, [&](const TableInfo& info) { return info.path().compare(path, Qt::CaseInsensitive) == 0; });
        if (m_session.dialect() == SqlDialect::Sqlite && alike != m_rows.end())
            return *alike;
    }
    return noTable(path);
}

Error SqlTables::noTable(const QByteArray& path) {
    return Error{
        ErrorCode::NotFound,
        QStringLiteral("There is no table %1 in %2.").arg(QString::fromUtf8(path), m_session.connection().where())};
}

/// A partition as well, which is not listed.
Result<TableInfo> SqlTables::findOnServer(const QByteArray& path, const CancelToken& token) {
    auto found = m_session.read(token, [&](Connection& connection) { return serverTableNamed(connection, path); });
    PORTOLAN_TRY(found);
    return *found ? Result<TableInfo>(std::move(**found)) : Result<TableInfo>(noTable(path));
}

/// Keeps what is known of a table until it is altered, whatever becomes of the others.
Result<std::shared_ptr<TableRows>> SqlTables::openOnServer(const QByteArray& path, const CancelToken& token) {
    const Result<QByteArray> mark =
        m_session.read(token, [&](Connection& connection) { return serverTableMark(connection, path); });
    PORTOLAN_TRY(mark);
    if (mark->isEmpty())
        return noTable(path);
    const std::pair now(m_session.generation(), *mark);
    const auto open = m_open.find(path);
    if (open != m_open.end() && m_marks[path] == now)
        return Result<std::shared_ptr<TableRows>>(open->second);
    const Result<TableInfo> info = findOnServer(path, token);
    PORTOLAN_TRY(info);
    auto opened = ServerTable::open(m_session, *info);
    PORTOLAN_TRY(opened);
    if (m_open.size() >= mostOpen) {
        m_open.clear();
        m_marks.clear();
    }
    m_marks[path] = now;
    m_open[path] = *opened;
    return Result<std::shared_ptr<TableRows>>(std::move(*opened));
}

Result<TableDetail> SqlTables::detail(const QByteArray& path, const CancelToken& token) {
    const Result<TableInfo> info =
        m_session.dialect() == SqlDialect::Postgresql ? findOnServer(path, token) : find(path, token);
    PORTOLAN_TRY(info);
    return m_session.read(token, [&](Connection& connection) { return readTableDetail(connection, *info); });
}

Result<std::shared_ptr<TableRows>> SqlTables::open(const QByteArray& path, const CancelToken& token) {
    using Opened = Result<std::shared_ptr<TableRows>>;
    if (m_session.dialect() == SqlDialect::Postgresql)
        return openOnServer(path, token);
    const Result<qint64> mark =
        m_session.read(token, [](Connection& connection) { return SchemaInspector::mark(connection); });
    PORTOLAN_TRY(mark);
    const std::pair now(m_session.generation(), *mark);
    if (m_openMark != now)
        m_until.reset(); // what was known of the tables may be wrong
    if (m_openMark != now || m_open.size() >= mostOpen)
        m_open.clear();
    m_openMark = now;
    if (const auto found = m_open.find(path); found != m_open.end())
        return Opened(found->second);
    const Result<TableDetail> known = detail(path, token);
    PORTOLAN_TRY(known);
    const auto same = m_open.find(known->info.path()); // by another case of its name
    if (same != m_open.end())
        return Opened(m_open[path] = same->second);
    auto opened = SqliteTable::open(m_session, *known);
    PORTOLAN_TRY(opened);
    m_open[known->info.path()] = *opened;
    m_open[path] = *opened;
    return Opened(std::move(*opened));
}

} // namespace portolan
