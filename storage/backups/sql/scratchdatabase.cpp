#include "storage/backups/sql/scratchdatabase.h"

#include "storage/backups/backupmanifest.h"
#include "storage/backups/sql/databaselikeness.h"
#include "storage/backups/sql/timescaledump.h"
#include "storage/sql/connection/libpq.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlserver.h"

namespace portolan {

namespace {

constexpr int localeProviders = 150'000; // from this version on a database names who orders its texts
constexpr int localeRenamed = 170'000;

StoreUrl databaseBeside(const StoreUrl& store, const QString& name) {
    StoreUrl other = store;
    other.database = name;
    other.schema.clear();
    return other;
}

/// Opens a connection of its own, which is closed, not kept: a database with a connection can be neither renamed nor
/// dropped.
Result<std::unique_ptr<Connection>> openBeside(const StoreUrl& store, const QString& name, Access access,
                                               const CancelToken& token) {
    PORTOLAN_TRY(loadLibpq());
    return openPostgresql(databaseBeside(store, name), access, token);
}

Result<std::unique_ptr<Connection>> openMaintenance(const StoreUrl& store, const CancelToken& token) {
    auto usual = openBeside(store, QStringLiteral("postgres"), Access::Write, token);
    if (usual || usual.error().code != ErrorCode::NotFound)
        return usual;
    return openBeside(store, QStringLiteral("template1"), Access::Write, token);
}

QString literal(QString text) {
    return u'\'' + text.replace(u'\'', QLatin1String("''")) + u'\'';
}

/// Returns the words after CREATE DATABASE that make one as the store's is.
Result<QString> likeness(Connection& connection, const QString& database) {
    const Result<QVariant> version = connection.value(QStringLiteral("SHOW server_version_num"));
    PORTOLAN_TRY(version);
    const int number = version->toInt();
    const QString locale = number >= localeRenamed ? QStringLiteral("datlocale") : QStringLiteral("daticulocale");
    const QString more = number >= localeProviders
                             ? QStringLiteral(", CAST(datlocprovider AS text), coalesce(%1, '')").arg(locale)
                             : QStringLiteral(", 'c', ''");
    Result<QSqlQuery> row = connection.run(
        QStringLiteral("SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, "
                       "pg_catalog.pg_get_userbyid(datdba)%1 FROM pg_catalog.pg_database WHERE datname = ?")
            .arg(more),
        {database});
    PORTOLAN_TRY(row);
    const Result<bool> there = connection.next(*row);
    PORTOLAN_TRY(there);
    if (!*there)
        return Error{ErrorCode::NotFound, QStringLiteral("There is no database %1.").arg(database)};
    QString words = QStringLiteral("TEMPLATE template0 ENCODING %1 LC_COLLATE %2 LC_CTYPE %3")
                        .arg(literal(row->value(0).toString()), literal(row->value(1).toString()),
                             literal(row->value(2).toString()));
    const QString provider = row->value(4).toString();
    if (provider == QLatin1String("i"))
        words += QStringLiteral(" LOCALE_PROVIDER icu ICU_LOCALE ") + literal(row->value(5).toString());
    if (provider == QLatin1String("b"))
        words += QStringLiteral(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ") + literal(row->value(5).toString());
    return words;
}

/// Takes the subscriptions of a database away, which keep it from being dropped. What they had at the other side, a
/// slot, stays: another database may have the same subscription.
Result<void> dropSubscriptions(const StoreUrl& database) {
    const auto opened = openBeside(database, database.database, Access::Write, {});
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    QStringList names;
    {
        Result<QSqlQuery> rows = connection.run(QStringLiteral(
            "SELECT s.subname FROM pg_catalog.pg_subscription AS s JOIN pg_catalog.pg_database AS d ON d.oid = "
            "s.subdbid WHERE d.datname = current_database()"));
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows);
        while (walk.next())
            names << rows->value(0).toString();
        if (walk.error())
            return *walk.error();
    }
    for (const QString& name : std::as_const(names)) {
        const Result<QString> quoted = quoteIdentifier(name);
        PORTOLAN_TRY(quoted);
        for (const char* statement : {"ALTER SUBSCRIPTION %1 DISABLE", "ALTER SUBSCRIPTION %1 SET (slot_name = NONE)",
                                      "DROP SUBSCRIPTION %1"}) {
            PORTOLAN_TRY(connection.execute(QString::fromLatin1(statement).arg(*quoted), {},
                                            QStringLiteral("drop a subscription in")));
        }
    }
    return {};
}

/// Drops a database over a connection to another one.
Result<void> dropDatabase(Connection& connection, const StoreUrl& database) {
    const Result<QString> name = quoteIdentifier(database.database);
    PORTOLAN_TRY(name);
    const auto drop = [&] {
        return connection.execute(QStringLiteral("DROP DATABASE IF EXISTS %1").arg(*name), {},
                                  QStringLiteral("drop a database beside"));
    };
    Result<void> dropped = drop();
    if (dropped)
        return dropped;
    const Result<void> freed = dropSubscriptions(database);
    const Result<void> stopped = changeTimescaleJobs(database, TimescaleJobs::Stop);
    return freed || stopped ? drop() : dropped;
}

/// Drops those of programs that were killed: each holds a lock as long as it lives. Not through a pooler, where a
/// session's lock is whose session it is next.
Result<void> dropAbandoned(Connection& connection, const StoreUrl& store) {
    QStringList names;
    {
        Result<QSqlQuery> found = connection.run(QStringLiteral(
            "SELECT datname FROM pg_catalog.pg_database WHERE datname ~ '^portolan_restore_[0-9a-f]{8}$' AND "
            "pg_catalog.pg_has_role(datdba, 'USAGE') AND "
            "pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(datname))"));
        PORTOLAN_TRY(found);
        QueryCursor walk(connection, *found);
        while (walk.next())
            names << found->value(0).toString();
        if (walk.error())
            return *walk.error();
    }
    for (const QString& name : std::as_const(names)) {
        const Result<void> dropped = dropDatabase(connection, databaseBeside(store, name));
        Q_UNUSED(dropped) // somebody looks into it
    }
    return {};
}

Result<QString> currentDatabase(const StoreUrl& store, const CancelToken& token) {
    if (!store.database.isEmpty())
        return store.database;
    const auto connection = openPostgresql(store, Access::Read, token);
    PORTOLAN_TRY(connection);
    const Result<QVariant> name = (*connection)->value(QStringLiteral("SELECT current_database()"));
    return name ? Result<QString>(name->toString()) : name.error();
}

} // namespace

Result<std::unique_ptr<ScratchDatabase>> ScratchDatabase::make(const StoreUrl& store, const CancelToken& token) {
    auto opened = openMaintenance(store, token);
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    const Result<QVariant> may = connection.value(
        QStringLiteral("SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user"));
    PORTOLAN_TRY(may);
    if (!may->toBool())
        return Error{
            ErrorCode::Auth,
            QStringLiteral("The role may make no databases on the server of %1 (CREATEDB).").arg(store.display())};
    const auto database = currentDatabase(store, token);
    PORTOLAN_TRY(database);
    const auto words = likeness(connection, *database);
    PORTOLAN_TRY(words);
    const QString name = QStringLiteral("portolan_restore_") + QString::fromLatin1(newBackup({}, {}, {}, {}).id);
    PORTOLAN_TRY(liftStatementLimits(connection));
    if (!connection.postgresql()->terms()) {
        PORTOLAN_TRY(dropAbandoned(connection, store));
        PORTOLAN_TRY(
            connection.value(QStringLiteral("SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtext(?))"), {name}));
    }
    PORTOLAN_TRY(connection.execute(QStringLiteral("CREATE DATABASE %1 %2").arg(name, *words), {},
                                    QStringLiteral("make a database beside")));
    StoreUrl named = store;
    named.database = *database;
    StoreUrl url = named;
    url.database = name;
    return std::unique_ptr<ScratchDatabase>(new ScratchDatabase(named, url, std::move(*opened)));
}

ScratchDatabase::~ScratchDatabase() {
    if (m_isTaken)
        return;
    const Result<void> dropped = drop(m_url);
    Q_UNUSED(dropped) // its name says what it was
}

Result<void> ScratchDatabase::drop(const StoreUrl& database) {
    return dropDatabase(*m_connection, database);
}

QString ScratchDatabase::replacedName() const {
    constexpr qsizetype longestName = 40; // bytes: leaves room for the rest
    QString name = m_store.database;
    while (name.toUtf8().size() > longestName)
        name.chop(name.back().isLowSurrogate() ? 2 : 1);
    return name + QStringLiteral("_replaced_") + m_url.database.section(u'_', -1);
}

Result<StoreUrl> ScratchDatabase::replaceStore() {
    StoreUrl old = m_store;
    old.database = replacedName();
    const Result<QString> store = quoteIdentifier(m_store.database);
    const Result<QString> aside = quoteIdentifier(m_url.database);
    const Result<QString> away = quoteIdentifier(old.database);
    if (!store || !aside || !away)
        return !store ? store.error() : !aside ? aside.error() : away.error();
    auto work = UnitOfWork::begin(*m_connection);
    PORTOLAN_TRY(work);
    PORTOLAN_TRY(takeDatabaseLikeness(*m_connection, m_store.database, m_url.database));
    for (const auto& [from, to] : {std::pair(*store, *away), std::pair(*aside, *store)}) {
        const Result<void> renamed =
            m_connection->execute(QStringLiteral("ALTER DATABASE %1 RENAME TO %2").arg(from, to), {},
                                  QStringLiteral("rename a database beside"));
        if (!renamed)
            return Error{
                ErrorCode::Busy,
                QStringLiteral("%1 cannot be replaced: somebody is connected to it. End the receivers that write "
                               "to it, close its windows, and try again.")
                    .arg(m_store.display()),
                renamed.error().text + u' ' + renamed.error().details};
    }
    PORTOLAN_TRY(work->commit());
    m_isTaken = true;
    return old;
}

Result<QString> currentRole(const StoreUrl& store, const CancelToken& token) {
    const auto opened = openPostgresql(store, Access::Read, token);
    PORTOLAN_TRY(opened);
    const Result<QVariant> role = (*opened)->value(QStringLiteral("SELECT CAST(current_user AS text)"));
    return role ? Result<QString>(role->toString()) : role.error();
}

Result<bool> isEmptyServer(const StoreUrl& store, const CancelToken& token) {
    PORTOLAN_TRY(loadLibpq());
    const auto opened = openPostgresql(store, Access::Read, token);
    PORTOLAN_TRY(opened);
    const Result<QVariant> some = (*opened)->value(QStringLiteral(
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = "
        "c.relnamespace "
        "WHERE c.relkind NOT IN ('i', 'I') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' AND "
        "NOT "
        "EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e' AND (d.classid = "
        "CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AND d.objid = c.oid OR d.classid = "
        "CAST('pg_catalog.pg_type' AS pg_catalog.regclass) AND d.objid = c.reltype)))"));
    return some ? Result<bool>(!some->toBool()) : some.error();
}

} // namespace portolan
