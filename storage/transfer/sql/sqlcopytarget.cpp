#include "storage/transfer/sql/sqlcopytarget.h"

#include "storage/base/numbertext.h"
#include "storage/ingest/fence.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/connection/libpq.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/postgresql/serverlock.h"
#include "storage/transfer/sql/cellrefusal.h"
#include "storage/transfer/sql/contentreader.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using Kind = ContentCell::Kind;

QString doingCopy() {
    return QStringLiteral("copy rows into");
}

/// Tables with a trigger that sets `updated_at` of every row that is updated: a row is deleted there and inserted.
constexpr std::array datedTables{"component_state", "sink_storage", "connector_profiles", "client_configs",
                                 "service_proposals"};
/// The one of these whose deleted rows take with them what came beside them.
constexpr const char* withMetadata = "component_state";
/// Tables whose deleted rows take with them what came beside them, or rows of other tables.
constexpr std::array withOthers{"portolan_sources", "portolan_audit", "messages",
                                "metrics",          "port_metrics",   "system_health"};

bool isDated(const QString& table) {
    return std::ranges::any_of(datedTables, [&](const char* name) { return table == QLatin1String(name); });
}

} // namespace

SqlCopyTarget::SqlCopyTarget(std::unique_ptr<Connection> connection, CancelToken token)
    : m_connection(std::move(connection))
    , m_token(std::move(token))
    , m_watch(*m_connection, m_token) {}

SqlCopyTarget::~SqlCopyTarget() {
    m_insert.reset(); // its statements are prepared on the connection
    m_work.reset();
}

Result<std::unique_ptr<CopyTarget>> SqlCopyTarget::open(const StoreUrl& url, const CancelToken& token) {
    std::unique_ptr<SqlCopyTarget> target;
    if (url.kind == StoreKind::Sqlite) {
        auto opened = openSqliteForWriting(url.path);
        PORTOLAN_TRY(opened);
        target.reset(new SqlCopyTarget(std::move(*opened), token));
    } else {
        PORTOLAN_TRY(loadLibpq());
        auto opened = openPostgresql(url, Access::Write, token);
        PORTOLAN_TRY(opened);
        target.reset(new SqlCopyTarget(std::move(*opened), token));
        PORTOLAN_TRY(liftStatementLimits(*target->m_connection));
    }
    auto tables = ContentTables::read(*target->m_connection);
    PORTOLAN_TRY(tables);
    target->m_tables = std::move(*tables);
    auto identity = databaseIdentity(*target->m_connection, url);
    PORTOLAN_TRY(identity);
    target->m_identity = std::move(*identity);
    return std::unique_ptr<CopyTarget>(std::move(target));
}

ContentKeeper SqlCopyTarget::keeper() const {
    return m_connection->dialect() == SqlDialect::Sqlite ? ContentKeeper::Sqlite : ContentKeeper::Postgresql;
}

Result<std::optional<ContentTable>> SqlCopyTarget::table(const QString& name) {
    return m_tables.table(*m_connection, name);
}

Result<void> SqlCopyTarget::begin() {
    m_work.reset(); // one that failed
    m_turns.giveWay(*m_connection, m_token);
    auto work = UnitOfWork::begin(*m_connection);
    PORTOLAN_TRY(work);
    m_work.emplace(std::move(*work));
    m_held.emplace(m_turns);
    return {};
}

Result<void> SqlCopyTarget::commit() {
    const Result<void> committed = m_work->commit();
    m_work.reset();
    m_held.reset();
    return committed;
}

Result<std::unique_ptr<RowStream>> SqlCopyTarget::rows(const TablePlan& plan, const KeyStretch& stretch) {
    const Result<TableSelect> select = m_tables.select(*m_connection, plan);
    PORTOLAN_TRY(select);
    const auto statement = select->statement(stretch);
    PORTOLAN_TRY(statement);
    return readContent(*m_connection, *statement, plan);
}

std::optional<QString> SqlCopyTarget::refusal(const TablePlan& plan, const ContentRow& row) const {
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (auto why = cellRefusal(keeper(), plan.columns[i], row[i]))
            return why;
    }
    return std::nullopt;
}

/// Texts that are not the cell's own live until the rows are inserted.
SqlCell SqlCopyTarget::cellFor(const ContentCell& cell) {
    switch (cell.kind) {
    case Kind::Nothing:
        return std::monostate();
    case Kind::Integer:
        return cell.integer;
    case Kind::Real:
        return cell.real;
    case Kind::Time: {
        if (keeper() == ContentKeeper::Sqlite && !cell.bytes.isEmpty())
            return SqlText{cell.bytes};
        m_written.push_back(contentTime(cell));
        return SqlText{m_written.back()};
    }
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
        return SqlText{cell.bytes};
    case Kind::Bytes:
        return QByteArrayView(cell.bytes);
    }
    Q_UNREACHABLE();
}

QString SqlCopyTarget::placeholder(const ContentCell& cell) const {
    const bool isText =
        cell.kind == Kind::Text || cell.kind == Kind::Json || cell.kind == Kind::Time || cell.kind == Kind::Decimal;
    return isText && keeper() == ContentKeeper::Sqlite && !m_connection->dialect().isUtf16()
               ? QStringLiteral("CAST(? AS TEXT)")
               : QStringLiteral("?");
}

QVariant SqlCopyTarget::bound(CellMeaning meaning, const ContentCell& cell) const {
    const bool isSqlite = keeper() == ContentKeeper::Sqlite;
    const auto text = [&](const QByteArray& utf8) {
        if (isSqlite && !m_connection->dialect().isUtf16()) // as it is, whatever its bytes
            return QVariant(utf8.isNull() ? QByteArray("") : utf8);
        return QVariant(utf8.isEmpty() ? QStringLiteral("") : QString::fromUtf8(utf8));
    };
    switch (cell.kind) {
    case Kind::Nothing:
        return {};
    case Kind::Integer:
        return meaning == CellMeaning::Boolean && !isSqlite ? QVariant(cell.integer != 0) : QVariant(cell.integer);
    case Kind::Real: // of the column's own type on a server, not of numeric
        return isSqlite ? QVariant(cell.real) : QVariant(QString::fromLatin1(numberText(cell.real)));
    case Kind::Time:
        return text(isSqlite && !cell.bytes.isEmpty() ? cell.bytes : contentTime(cell));
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
        return text(cell.bytes);
    case Kind::Bytes:
        return cell.bytes.isNull() ? QByteArray("") : cell.bytes;
    }
    Q_UNREACHABLE();
}

template <class Change>
auto SqlCopyTarget::guarded(Change change) -> std::invoke_result_t<Change> {
    PORTOLAN_TRY(m_connection->execute(QStringLiteral("SAVEPOINT portolan_rows"), {}, doingCopy()));
    auto done = change();
    if (!done && (done.error().code != ErrorCode::Invalid || !m_connection->isAlive()))
        return done;
    if (!done) {
        PORTOLAN_TRY(m_connection->execute(QStringLiteral("ROLLBACK TO SAVEPOINT portolan_rows"), {}, doingCopy()));
    }
    PORTOLAN_TRY(m_connection->execute(QStringLiteral("RELEASE SAVEPOINT portolan_rows"), {}, doingCopy()));
    return done;
}

Result<void> SqlCopyTarget::insertAll(const TablePlan& plan, Rows rows) {
    if (!m_insert || m_insertsInto != plan.table) {
        std::vector<QByteArray> columns;
        for (const ContentColumn& column : plan.columns)
            columns.push_back(column.name.toUtf8());
        m_insert.reset();
        m_insert = std::make_unique<BulkInsert>(*m_connection, plan.table.toUtf8().constData(), std::move(columns));
        m_insertsInto = plan.table;
    }
    m_insert->clear();
    m_written.clear();
    for (const ContentRow* const row : rows) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i)
            m_insert->cell(cellFor((*row)[i]));
    }
    const Result<void> inserted = m_insert->flush();
    if (inserted || !m_insert->isLeftOut())
        return inserted;
    for (const ContentRow* const row : rows) {
        const Result<bool> there = isThere(plan, *row);
        PORTOLAN_TRY(there);
        if (!*there)
            return inserted;
    }
    return {};
}

/// Halves what a rule refuses, until it is one row.
Result<void> SqlCopyTarget::insertParts(const TablePlan& plan, Rows rows, std::size_t first,
                                        std::vector<Refused>& refused) {
    const Result<void> inserted = guarded([&] { return insertAll(plan, rows); });
    if (inserted || inserted.error().code != ErrorCode::Invalid)
        return inserted;
    if (rows.size() == 1) {
        refused.push_back({first, inserted.error().text});
        return {};
    }
    const std::size_t half = rows.size() / 2;
    PORTOLAN_TRY(insertParts(plan, rows.first(half), first, refused));
    return insertParts(plan, rows.subspan(half), first + half, refused);
}

Result<std::vector<CopyTarget::Refused>> SqlCopyTarget::insert(const TablePlan& plan,
                                                               const std::vector<const ContentRow*>& rows) {
    std::vector<Refused> refused;
    if (!rows.empty()) {
        PORTOLAN_TRY(insertParts(plan, rows, 0, refused));
    }
    return refused;
}

QString SqlCopyTarget::place(const QString& column) const {
    return u'"' + QString(column).replace(u'"', QStringLiteral("\"\"")) + u'"';
}

Result<void> SqlCopyTarget::append(const TablePlan& plan, const ContentRow& row) {
    PORTOLAN_TRY(raiseNumbers(plan.table, 0));
    QStringList names;
    QStringList places;
    QVariantList values;
    for (std::size_t i = plan.keys; i < plan.columns.size(); ++i) {
        names << place(plan.columns[i].name);
        places << placeholder(row[i]);
        values << bound(plan.columns[i].meaning, row[i]);
    }
    return executeExpecting(
        *m_connection,
        QStringLiteral("INSERT INTO %1 (%2) VALUES (%3)")
            .arg(place(plan.table), names.join(QStringLiteral(", ")), places.join(QStringLiteral(", "))),
        values, 1, doingCopy());
}

/// The row under this key as it is now; a server lets nobody else change it until the end of the transaction.
Result<std::optional<ContentRow>> SqlCopyTarget::current(const TablePlan& plan, const ContentRow& row) {
    using Found = std::optional<ContentRow>;
    const Result<TableSelect> select = m_tables.select(*m_connection, plan);
    PORTOLAN_TRY(select);
    if (keeper() == ContentKeeper::Postgresql) {
        const Result<QString> table = select->table();
        PORTOLAN_TRY(table);
        const auto isRow = select->isRow(row);
        PORTOLAN_TRY(isRow);
        PORTOLAN_TRY(
            m_connection->execute(QStringLiteral("SELECT 1 FROM %1 WHERE %2 FOR UPDATE").arg(*table, isRow->sql),
                                  isRow->bindings, doingCopy()));
    }
    const auto key = ContentRow(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(plan.keys));
    const auto statement = select->one(key);
    PORTOLAN_TRY(statement);
    const auto stream = readContent(*m_connection, *statement, plan);
    PORTOLAN_TRY(stream);
    const Result<bool> found = (*stream)->next();
    PORTOLAN_TRY(found);
    return *found ? Found((*stream)->row()) : Found();
}

Result<void> SqlCopyTarget::update(const TablePlan& plan, const ContentRow& row, std::span<const std::size_t> set) {
    QStringList places;
    QVariantList values;
    for (const std::size_t i : set) {
        places << place(plan.columns[i].name) + QStringLiteral(" = ") + placeholder(row[i]);
        values << bound(plan.columns[i].meaning, row[i]);
    }
    const Result<TableSelect> select = m_tables.select(*m_connection, plan);
    PORTOLAN_TRY(select);
    const auto isRow = select->isRow(row);
    PORTOLAN_TRY(isRow);
    return executeExpecting(*m_connection,
                            QStringLiteral("UPDATE %1 SET %2 WHERE %3")
                                .arg(place(plan.table), places.join(QStringLiteral(", ")), isRow->sql),
                            values + isRow->bindings, 1, doingCopy());
}

Result<void> SqlCopyTarget::erase(const TablePlan& plan, const ContentRow& row) {
    const Result<TableSelect> select = m_tables.select(*m_connection, plan);
    PORTOLAN_TRY(select);
    const auto isRow = select->isRow(row);
    PORTOLAN_TRY(isRow);
    return executeExpecting(*m_connection, QStringLiteral("DELETE FROM %1 WHERE %2").arg(place(plan.table), isRow->sql),
                            isRow->bindings, 1, doingCopy());
}

/// Rows that other tables' rows go with are never taken out, not even for a moment.
Result<bool> SqlCopyTarget::mayBeTakenOut(const QString& table) {
    if (std::ranges::any_of(withOthers, [&](const char* name) { return table == QLatin1String(name); }))
        return false;
    const Result<QVariant> going = m_connection->value(
        keeper() == ContentKeeper::Sqlite
            ? QStringLiteral("SELECT EXISTS (SELECT 1 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f "
                             "WHERE s.type = 'table' AND f.\"table\" = ? COLLATE NOCASE AND f.on_delete NOT IN "
                             "('NO ACTION', 'RESTRICT'))")
            : QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid "
                             "= CAST(pg_catalog.quote_ident(?) AS regclass) AND confdeltype NOT IN ('a', 'r'))"),
        {table});
    PORTOLAN_TRY(going);
    return !going->toBool();
}

/// Keeps what came beside a row from going with it.
Result<void> SqlCopyTarget::moveMetadata(const TablePlan& plan, const ContentRow& row, bool isAside) {
    if (plan.table != QLatin1String(withMetadata))
        return {};
    const QString key = QString::fromUtf8(row.front().bytes);
    const QString aside = key + QStringLiteral("#copied");
    return m_connection->execute(
        QStringLiteral("UPDATE portolan_metadata SET record_key = ? WHERE record_table = ? AND record_key = ?"),
        {isAside ? aside : key, plan.table, isAside ? key : aside}, doingCopy());
}

Result<void> SqlCopyTarget::takeOut(const TablePlan& plan, const ContentRow& row) {
    PORTOLAN_TRY(moveMetadata(plan, row, true));
    return erase(plan, row);
}

Result<void> SqlCopyTarget::putAgain(const TablePlan& plan, const ContentRow& row) {
    PORTOLAN_TRY(takeOut(plan, row));
    const ContentRow* const one = &row;
    PORTOLAN_TRY(insertAll(plan, Rows(&one, 1)));
    return moveMetadata(plan, row, false);
}

/// Past the triggers, which would note that the row is changed now. The row of a version that becomes the latest puts
/// the one before it off first.
Result<void> SqlCopyTarget::change(const TablePlan& plan, const ContentRow& row) {
    const auto columnOf = [&](const char* name) {
        const auto found = std::ranges::find_if(
            plan.columns, [&](const ContentColumn& column) { return column.name == QLatin1String(name); });
        return static_cast<std::size_t>(found - plan.columns.begin());
    };
    if (isDated(plan.table))
        return putAgain(plan, row);
    const std::size_t latest = columnOf("is_latest");
    const std::size_t name = columnOf("checkpoint_name");
    if (latest < row.size() && name < row.size() && row[latest].kind == Kind::Integer && row[latest].integer == 1) {
        PORTOLAN_TRY(m_connection->execute(
            QStringLiteral("UPDATE %1 SET is_latest = ? WHERE checkpoint_name = ? AND is_latest")
                .arg(place(plan.table)),
            {keeper() == ContentKeeper::Sqlite ? QVariant(0) : QVariant(false), QString::fromUtf8(row[name].bytes)},
            doingCopy()));
    }
    std::vector<std::size_t> all;
    for (std::size_t i = plan.keys; i < plan.columns.size(); ++i)
        all.push_back(i);
    PORTOLAN_TRY(update(plan, row, all));
    const std::size_t changedAt = columnOf("status_changed_at");
    return changedAt < row.size() ? update(plan, row, std::span(&changedAt, 1)) : Result<void>();
}

Result<bool> SqlCopyTarget::isThere(const TablePlan& plan, const ContentRow& row) {
    const auto now = current(plan, row);
    PORTOLAN_TRY(now);
    return *now && std::ranges::equal(**now, row, isSameCell);
}

Result<void> SqlCopyTarget::expect(const TablePlan& plan, const ContentRow& row) {
    const Result<bool> there = isThere(plan, row);
    PORTOLAN_TRY(there);
    return *there ? Result<void>()
                  : Error{ErrorCode::Invalid,
                          QStringLiteral("A trigger of %1 changes the rows of %2.").arg(where(), plan.table)};
}

/// A trigger on changes may refuse what it does not mind being inserted.
Result<CopyTarget::Replaced> SqlCopyTarget::replace(const TablePlan& plan, const ContentRow& was,
                                                    const ContentRow& row) {
    const Result<bool> isDone = isThere(plan, row);
    PORTOLAN_TRY(isDone);
    if (*isDone)
        return Replaced::Done;
    const Result<bool> isWas = isThere(plan, was);
    PORTOLAN_TRY(isWas);
    if (!*isWas)
        return Replaced::Gone;
    const auto tried = [&](Result<void> (SqlCopyTarget::*how)(const TablePlan&, const ContentRow&)) {
        return guarded([&]() -> Result<void> {
            PORTOLAN_TRY((this->*how)(plan, row));
            return expect(plan, row);
        });
    };
    Result<void> changed = tried(&SqlCopyTarget::change);
    if (!changed && changed.error().code == ErrorCode::Invalid && !isDated(plan.table)) {
        const Result<bool> may = mayBeTakenOut(plan.table);
        PORTOLAN_TRY(may);
        if (*may)
            changed = tried(&SqlCopyTarget::putAgain);
    }
    if (!changed && changed.error().code != ErrorCode::Invalid)
        return changed.error();
    return changed ? Replaced::Done : Replaced::Refused;
}

/// Takes all out and puts them back. The rows that a rule refuses then go to `refused`, and all is as it was.
Result<bool> SqlCopyTarget::exchangeAll(const TablePlan& plan, const std::vector<Exchange>& rows,
                                        std::vector<std::size_t>& left, std::vector<std::size_t>& refused) {
    std::vector<std::size_t> culprits; // places in `left`
    const Result<void> done = guarded([&]() -> Result<void> {
        std::vector<const ContentRow*> put;
        for (const std::size_t i : left) {
            const Result<void> out = guarded([&] { return takeOut(plan, rows[i].was); });
            if (!out)
                culprits.push_back(put.size());
            PORTOLAN_TRY(out);
            put.push_back(&rows[i].row);
        }
        std::vector<Refused> stay;
        PORTOLAN_TRY(insertParts(plan, put, 0, stay));
        for (const Refused& each : stay)
            culprits.push_back(each.row);
        for (std::size_t i = 0; culprits.empty() && i < put.size(); ++i) {
            const Result<void> kept = expect(plan, *put[i]);
            if (!kept)
                culprits.push_back(i);
            PORTOLAN_TRY(kept);
            PORTOLAN_TRY(moveMetadata(plan, *put[i], false));
        }
        return culprits.empty() ? Result<void>()
                                : Error{ErrorCode::Invalid, QStringLiteral("A rule refuses some of the rows.")};
    });
    if (done)
        return true;
    if (done.error().code != ErrorCode::Invalid)
        return done.error();
    if (culprits.empty()) // what came beside a row: nothing tells whose
        return false;
    for (const std::size_t culprit : culprits)
        refused.push_back(left[culprit]);
    std::erase_if(left, [&](std::size_t i) { return std::ranges::find(refused, i) != refused.end(); });
    return false;
}

Result<std::vector<std::size_t>> SqlCopyTarget::exchange(const TablePlan& plan, const std::vector<Exchange>& rows) {
    constexpr int mostTries = 20;
    std::vector<std::size_t> left;
    std::vector<std::size_t> refused;
    const Result<bool> may = mayBeTakenOut(plan.table);
    PORTOLAN_TRY(may);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Result<bool> isWas = *may ? isThere(plan, rows[i].was) : Result<bool>(false);
        PORTOLAN_TRY(isWas);
        (*isWas ? left : refused).push_back(i);
    }
    bool isDone = false;
    for (int tries = 0; !isDone && !left.empty() && tries < mostTries; ++tries) {
        const Result<bool> done = exchangeAll(plan, rows, left, refused);
        PORTOLAN_TRY(done);
        isDone = *done;
    }
    if (!isDone)
        refused.insert(refused.end(), left.begin(), left.end());
    std::ranges::sort(refused);
    return refused;
}

Result<bool> SqlCopyTarget::remove(const TablePlan& plan, const ContentRow& was) {
    const auto now = current(plan, was);
    PORTOLAN_TRY(now);
    if (!*now || !std::ranges::equal(**now, was, isSameCell))
        return false;
    const Result<void> erased = guarded([&] { return erase(plan, was); });
    if (!erased && erased.error().code != ErrorCode::Invalid)
        return erased.error();
    return erased.ok();
}

/// A server's sequences know nothing of numbers that rows brought along.
Result<void> SqlCopyTarget::raiseSequence(const QString& table, qint64 last) {
    const Result<QVariant> sequence = m_connection->value(
        QStringLiteral("SELECT pg_catalog.pg_get_serial_sequence(pg_catalog.quote_ident(?), 'id')"), {table});
    PORTOLAN_TRY(sequence);
    if (sequence->isNull())
        return {};
    return m_connection->execute(
        QStringLiteral("SELECT pg_catalog.setval(CAST(? AS regclass), s.most) FROM (SELECT greatest(?, (SELECT max(id) "
                       "FROM %1)) AS most) AS s WHERE s.most > coalesce(pg_catalog.pg_sequence_last_value(CAST(? AS "
                       "regclass)), 0)")
            .arg(place(table)),
        {sequence->toString(), last, sequence->toString()}, doingCopy());
}

Result<void> SqlCopyTarget::raiseNumbers(const QString& table, qint64 last) {
    if (keeper() == ContentKeeper::Postgresql)
        return raiseSequence(table, last);
    PORTOLAN_TRY(m_connection->execute(QStringLiteral("UPDATE sqlite_sequence SET seq = ? WHERE name = ? AND seq < ?"),
                                       {last, table, last}, doingCopy()));
    return m_connection->execute(
        QStringLiteral("INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM sqlite_schema "
                       "WHERE type = 'table' AND name = ? AND sql LIKE '%AUTOINCREMENT%') AND NOT EXISTS (SELECT 1 "
                       "FROM sqlite_sequence WHERE name = ?)"),
        {table, last, table, table}, doingCopy());
}

Result<std::optional<LedgerPage>> SqlCopyTarget::ledgerPage(const QByteArray& ledger,
                                                            const std::optional<ContentRow>& after) {
    using Found = std::optional<LedgerPage>;
    const auto begin = after ? ledgerKey(*after) : std::optional<QByteArray>("");
    if (!begin)
        return Found();
    const QString order =
        keeper() == ContentKeeper::Postgresql ? QStringLiteral(" COLLATE \"C\"") : QStringLiteral(" COLLATE BINARY");
    auto query = m_connection->run(
        QStringLiteral("SELECT key, value FROM portolan_settings WHERE key%1 > ? AND key%1 < ? ORDER BY key%1 LIMIT 1")
            .arg(order),
        {QString::fromLatin1(ledger + *begin), QString::fromLatin1(ledger + '~')}, doingCopy());
    PORTOLAN_TRY(query);
    const Result<bool> found = m_connection->next(*query);
    PORTOLAN_TRY(found);
    if (!*found)
        return Found();
    const QByteArray key = query->value(0).toString().toLatin1();
    auto last = ledgerKeyCells(QByteArrayView(key).sliced(ledger.size()));
    if (!last)
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The setting %1 of %2 is no ledger of a copy; delete it, and copy again.")
                         .arg(QString::fromLatin1(key), where())};
    return Found(LedgerPage{std::move(*last), ledgerHashes(query->value(1).toString().toLatin1())});
}

Result<void> SqlCopyTarget::putSetting(const QString& key, const QString& value) {
    return m_connection->execute(
        QStringLiteral("INSERT INTO portolan_settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET "
                       "value = excluded.value, updated_at = excluded.updated_at"),
        {key, value}, doingCopy());
}

Result<void> SqlCopyTarget::dropSetting(const QString& key) {
    return m_connection->execute(QStringLiteral("DELETE FROM portolan_settings WHERE key = ?"), {key}, doingCopy());
}

Result<void> SqlCopyTarget::writeLedger(const QByteArray& ledger, const LedgerPage& page) {
    const auto key = ledgerKey(page.last);
    if (!key)
        return {};
    return putSetting(QString::fromLatin1(ledger + *key), QString::fromLatin1(ledgerText(page.hashes)));
}

Result<void> SqlCopyTarget::dropLedger(const QByteArray& ledger, const LedgerPage& page) {
    const auto key = ledgerKey(page.last);
    return key ? dropSetting(QString::fromLatin1(ledger + *key)) : Result<void>();
}

Result<std::map<QByteArray, QByteArray>> SqlCopyTarget::origins() {
    auto query = m_connection->run(
        QStringLiteral("SELECT key, value FROM portolan_settings WHERE key LIKE 'copy-source/%'"), {}, doingCopy());
    PORTOLAN_TRY(query);
    std::map<QByteArray, QByteArray> origins;
    Result<bool> more = m_connection->next(*query);
    for (; more && *more; more = m_connection->next(*query))
        origins[query->value(0).toString().toUtf8()] = query->value(1).toString().toUtf8();
    PORTOLAN_TRY(more);
    return origins;
}

Result<void> SqlCopyTarget::writeOrigin(const QByteArray& name, const QByteArray& lineage) {
    return putSetting(QString::fromUtf8(name), QString::fromUtf8(lineage));
}

/// Receivers look at it under the same lock.
Result<std::optional<QString>> SqlCopyTarget::setFence(const std::optional<QString>& other) {
    PORTOLAN_TRY(lockUntilCommit(*m_connection, ServerLock::OpenBatch));
    const QString key = QLatin1String(fenceKey);
    const Result<QVariant> was =
        m_connection->value(QStringLiteral("SELECT max(value) FROM portolan_settings WHERE key = ?"), {key});
    PORTOLAN_TRY(was);
    PORTOLAN_TRY(other ? putSetting(key, *other) : dropSetting(key));
    return was->isNull() ? std::optional<QString>() : was->toString();
}

Result<void> SqlCopyTarget::appendAudit(const AuditEntry& entry) {
    PORTOLAN_TRY(raiseNumbers(QStringLiteral("portolan_audit"), 0));
    return SqlAudit::append(*m_work, entry);
}

} // namespace portolan
