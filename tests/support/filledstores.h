#pragma once

#include "storage/config/urls.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QtTest>
#include <map>

namespace portolan::test {

// Stores of each kind with rows of everything that the window shows, made by the program's own commands, and what is in
// them to the byte.

inline QByteArray run(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
    if (!process.waitForFinished(120'000) || (process.exitCode() != 0 && process.exitCode() != 3))
        qFatal("portolan %s: %s", qPrintable(words.join(u' ')), process.readAllStandardError().constData());
    return process.readAllStandardOutput();
}
inline QByteArray run(const QString& line) {
    return run(line.split(u' '));
}

inline QByteArray bytesOfFile(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A store that was filled so that every dialog has something to show.
class FilledStore {
public:
    FilledStore() = default;
    FilledStore(const FilledStore&) = delete;
    FilledStore& operator=(const FilledStore&) = delete;
    virtual ~FilledStore() = default;
    [[nodiscard]] virtual QString url() const = 0;
    [[nodiscard]] virtual std::map<QString, QByteArray> contents() const = 0;
    virtual void change(const QByteArray& sql) = 0;
    [[nodiscard]] virtual QString value(const QByteArray& sql) const = 0;
    [[nodiscard]] virtual bool isDatabase() const { return true; }

    void fillWithMessages(const TempFolder& folder) {
        run(QStringLiteral("demo --headless --count 3000 --store ") + url());
        QFile bad(folder.path(QStringLiteral("bad.jsonl")));
        if (!bad.open(QIODevice::WriteOnly) || bad.write("{\"kind\":\"message\",\"message_number\":\"x\"}\n") < 0)
            qFatal("%s", qPrintable(bad.errorString()));
        bad.close();
        run(QStringLiteral("import %1 --into %2").arg(bad.fileName(), url()));
    }
    void fill(const TempFolder& folder) {
        fillWithMessages(folder);
        change("UPDATE port_messages SET status = 'dead_letter', error_message = 'boom' WHERE id IN (SELECT id FROM "
               "port_messages ORDER BY id LIMIT 40)");
        QFile ids(folder.path(QStringLiteral("ids")));
        QFile model(folder.path(QStringLiteral("kpi.json")));
        if (!ids.open(QIODevice::WriteOnly) || !model.open(QIODevice::WriteOnly))
            qFatal("no files");
        ids.write(value("SELECT max(CAST(id AS text)) FROM port_messages WHERE error_message = 'boom'").toUtf8());
        model.write(
            R"({"name":"kpi","table":"analytics_data.kpi","definition":{"columns":[{"name":"at","type":"text"}]}})");
        ids.close();
        model.close();
        run(QStringLiteral("discard --ids %1 --reason old --store %2").arg(ids.fileName(), url()));
        run(QStringLiteral("model register %1 --reason test --store %2").arg(model.fileName(), url()));
        run(QStringLiteral("views save mine --pane dead-letters --filter error_message:boom --store ") + url());
        run(QStringLiteral("roll --store ") + url());
        run(QStringLiteral("replay --filter error_message:boom --reason test --dry-run --to "
                           "redis://127.0.0.1:1/0?stream=s --store ")
            + url());
    }
};

class FilledSqlite final : public FilledStore {
public:
    QString url() const override { return QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("orders.db")); }
    /// The file's bytes, and its log's.
    std::map<QString, QByteArray> contents() const override {
        std::map<QString, QByteArray> all;
        for (const char* suffix : {"", "-wal", "-journal"})
            all[QLatin1String(suffix)] =
                bytesOfFile(m_folder.path(QStringLiteral("orders.db")) + QLatin1String(suffix));
        return all;
    }
    void change(const QByteArray& sql) override {
        QCOMPARE(SqliteScript(m_folder.path(QStringLiteral("orders.db"))).run(sql), QString());
    }
    QString value(const QByteArray& sql) const override {
        return SqliteScript(m_folder.path(QStringLiteral("orders.db"))).value(sql);
    }

private:
    TempFolder m_folder;
};

class FilledServer final : public FilledStore {
public:
    FilledServer() : m_url(m_server.createDatabase()) {}
    QString url() const override {
        return QStringLiteral("postgresql://postgres@127.0.0.1:%1/%2").arg(m_server.port()).arg(m_url.database);
    }
    /// Every object, and every row with the transaction that wrote it: one that writes what was there shows, too.
    std::map<QString, QByteArray> contents() const override {
        PostgresScript script(m_url);
        std::map<QString, QByteArray> all{{QStringLiteral("schema"), m_server.schemaOf(m_url).toUtf8()}};
        for (const QString& table : script.rows(
                 "SELECT format('%I.%I', schemaname, tablename) FROM pg_catalog.pg_tables WHERE schemaname NOT IN "
                 "('pg_catalog', 'information_schema') ORDER BY 1"))
            all[table] = script
                             .value("SELECT md5(coalesce(string_agg(CAST(t AS text) || t.xmin, ',' ORDER BY CAST(t AS "
                                    "text)), '')) FROM "
                                    + table.toUtf8() + " AS t")
                             .toUtf8();
        return all;
    }
    void change(const QByteArray& sql) override { QCOMPARE(PostgresScript(m_url).run(sql), QString()); }
    QString value(const QByteArray& sql) const override { return PostgresScript(m_url).value(sql); }

private:
    PostgresServer m_server;
    StoreUrl m_url;
};

class FilledFolder final : public FilledStore {
public:
    QString url() const override { return QStringLiteral("file://") + m_folder.path(QStringLiteral("data")); }
    /// Every file of the tree.
    std::map<QString, QByteArray> contents() const override {
        std::map<QString, QByteArray> all;
        QDirIterator each(m_folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            const QString path = each.next();
            all[path] = bytesOfFile(path);
        }
        return all;
    }
    void change(const QByteArray&) override {}
    QString value(const QByteArray&) const override { return {}; }
    bool isDatabase() const override { return false; }

private:
    TempFolder m_folder;
};

} // namespace portolan::test
