#include "storage/health/sql/sqlhealth.h"

#include "storage/health/diskhealth.h"
#include "storage/health/sql/serverhealth.h"
#include "storage/migrations/sql/migrationlog.h"

#include <QFileInfo>
#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 oneMebibyte = 1024 * 1024;
constexpr qint64 muchLog = 256 * oneMebibyte;
constexpr qint64 muchFree = 64 * oneMebibyte;
constexpr qint64 largeFile = 100 * oneMebibyte;

QString looking() {
    return QStringLiteral("look at");
}

Result<std::vector<QStringList>> rowsOf(Connection& connection, const QString& sql, int columns) {
    Result<QSqlQuery> query = connection.run(sql, {}, looking());
    PORTOLAN_TRY(query);
    std::vector<QStringList> rows;
    QueryCursor walk(connection, *query, looking());
    while (walk.next()) {
        QStringList& row = rows.emplace_back();
        for (int i = 0; i < columns; ++i) {
            const QVariant cell = query->value(i);
            const bool isFlag = cell.typeId() == QMetaType::Bool;
            row << (cell.isNull() ? QString() : isFlag ? QLatin1String(cell.toBool() ? "t" : "f") : cell.toString());
        }
    }
    if (walk.error())
        return *walk.error();
    return rows;
}

QString withLimits(const char* sql, const HealthLimits& limits) {
    QString text = QLatin1String(sql);
    text.replace(QLatin1String("{blocked}"), QString::number(limits.blocked.count()));
    return text.replace(QLatin1String("{long}"), QString::number(limits.openFor.count()));
}

/// Compares the migrations of the database with those of the program.
Result<void> lookAtSchema(Connection& connection, std::vector<HealthFinding>& findings) {
    const auto migrations = builtInMigrations(connection.dialect());
    PORTOLAN_TRY(migrations);
    const auto records = MigrationLog(connection).records();
    PORTOLAN_TRY(records);
    if (records->empty())
        return {}; // another program's database
    const int version = records->back().version;
    const int latest = migrations->back().version;
    if (version == latest)
        return {};
    findings.push_back(
        {Urgency::Soon,
         "schema",
         {QT_TRANSLATE_NOOP("Findings", "schema")},
         {QT_TRANSLATE_NOOP("Findings", "It is version %1, this program's is %2."),
          {QString::number(version), QString::number(latest)}},
         {version < latest ? QT_TRANSLATE_NOOP("Findings", "`portolan migrate up`; a backup is made first.")
                           : QT_TRANSLATE_NOOP("Findings", "Install the newer program.")}});
    return {};
}

Result<void> lookAtFile(Connection& connection, const QString& path, std::vector<HealthFinding>& findings) {
    const auto figures = rowsOf(connection,
                                QStringLiteral("SELECT (SELECT page_count FROM pragma_page_count) * page_size, "
                                               "(SELECT freelist_count FROM pragma_freelist_count) * page_size "
                                               "FROM pragma_page_size"),
                                2);
    PORTOLAN_TRY(figures);
    const qint64 bytes = figures->front()[0].toLongLong();
    const qint64 unused = figures->front()[1].toLongLong();
    const QString name = QFileInfo(path).fileName();
    if (unused > muchFree && unused * 4 > bytes)
        findings.push_back(
            {Urgency::Note,
             "free-pages",
             Phrase::ofWords(name),
             {QT_TRANSLATE_NOOP("Findings", "%1 of %2 MiB are unused."),
              {QString::number(unused / oneMebibyte), QString::number(bytes / oneMebibyte)}},
             {QT_TRANSLATE_NOOP("Findings", "VACUUM gives them back; it needs room for a copy and stops writers.")}});
    const qint64 log = QFileInfo(path + QLatin1String("-wal")).size();
    if (log > muchLog)
        findings.push_back(
            {Urgency::Soon,
             "write-ahead-log",
             Phrase::ofWords(name + QLatin1String("-wal")),
             {QT_TRANSLATE_NOOP("Findings", "It has grown to %1 MiB: somebody reads without end, so that it cannot be "
                                            "taken back."),
              {QString::number(log / oneMebibyte)}},
             {QT_TRANSLATE_NOOP("Findings", "Find the reader: fuser -v %1"), {name}}});
    const auto statistics =
        rowsOf(connection, QStringLiteral("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'"), 1);
    PORTOLAN_TRY(statistics);
    if (bytes > largeFile && statistics->front()[0] == QLatin1String("0"))
        findings.push_back({Urgency::Note,
                            "no-statistics",
                            Phrase::ofWords(name),
                            {QT_TRANSLATE_NOOP("Findings", "SQLite has no statistics to choose indexes by.")},
                            {QT_TRANSLATE_NOOP("Findings", "ANALYZE makes them.")}});
    return {};
}

/// Asks a server one question.
Result<void> askServer(Connection& connection, const HealthQuestion& question, const HealthLimits& limits,
                       std::vector<HealthFinding>& findings) {
    const auto rows = rowsOf(connection, withLimits(question.sql, limits), question.columns);
    PORTOLAN_TRY(rows);
    for (const QStringList& row : *rows) {
        if (auto finding = question.finding(row))
            findings.push_back(std::move(*finding));
    }
    return {};
}

Result<void> lookAtServersDisk(Connection& connection, const QString& host, std::vector<HealthFinding>& findings) {
    const Result<QString> folder = localDataFolder(connection, host);
    PORTOLAN_TRY(folder);
    if (folder->isEmpty())
        return {};
    const Result<QVariant> size = connection.value(QStringLiteral("SELECT pg_database_size(current_database())"));
    PORTOLAN_TRY(size);
    findings = lookAtDisk(*folder, size->toLongLong());
    return {};
}

} // namespace

Result<void> SqlHealth::add(std::vector<HealthFinding>& findings, const char* name, const Look& look,
                            const CancelToken& token) {
    std::vector<HealthFinding> found;
    const Result<void> asked = m_session.read(token, [&](Connection& connection) {
        found.clear();
        return look(connection, found);
    });
    if (!asked && asked.error().code == ErrorCode::Cancelled)
        return asked;
    if (!asked)
        found = {notLookedAt(name, {QT_TRANSLATE_NOOP("Findings", "this check")}, asked.error())};
    std::ranges::move(found, std::back_inserter(findings));
    return {};
}

Result<std::vector<HealthFinding>> SqlHealth::look(const CancelToken& token) {
    using Found = std::vector<HealthFinding>;
    Found findings;
    PORTOLAN_TRY(add(findings, "schema", &lookAtSchema, token));
    if (m_session.dialect() == SqlDialect::Sqlite) {
        const auto file = [this](Connection& connection, Found& found) {
            return lookAtFile(connection, m_session.url().path, found);
        };
        PORTOLAN_TRY(add(findings, "database-file", file, token));
        return findings;
    }
    for (const HealthQuestion& question : serverHealthQuestions()) {
        const auto ask = [&](Connection& connection, Found& found) {
            return askServer(connection, question, m_limits, found);
        };
        PORTOLAN_TRY(add(findings, question.name, ask, token));
    }
    const auto disk = [this](Connection& connection, Found& found) {
        return lookAtServersDisk(connection, m_session.url().host, found);
    };
    PORTOLAN_TRY(add(findings, "disk", disk, token));
    return findings;
}

} // namespace portolan
