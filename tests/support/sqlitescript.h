#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QStringList>
#include <sqlite3.h>

namespace portolan::test {

/// A SQLite database as another program uses it: through SQLite's own interface, without ours.
class SqliteScript {
public:
    explicit SqliteScript(const QString& path) {
        const QByteArray name = QFile::encodeName(path);
        m_opened = sqlite3_open(name.constData(), &m_database) == SQLITE_OK;
        sqlite3_busy_timeout(m_database, 5000);
    }
    ~SqliteScript() { sqlite3_close(m_database); }
    SqliteScript(const SqliteScript&) = delete;
    SqliteScript& operator=(const SqliteScript&) = delete;

    /// Runs statements; an empty text when all went well, else SQLite's words.
    QString run(const QByteArray& sql) {
        if (!m_opened)
            return QStringLiteral("not opened");
        char* error = nullptr;
        sqlite3_exec(m_database, sql.constData(), nullptr, nullptr, &error);
        const QString text = QString::fromUtf8(error);
        sqlite3_free(error);
        return text;
    }

    /// All cells of all rows, a row a line, cells with '|' between them, as sqlite3 prints them.
    QStringList rows(const QByteArray& sql) {
        QStringList lines;
        char* error = nullptr;
        sqlite3_exec(m_database, sql.constData(), &SqliteScript::onRow, &lines, &error);
        if (error)
            lines.append(QStringLiteral("error: ") + QString::fromUtf8(error));
        sqlite3_free(error);
        return lines;
    }
    QString value(const QByteArray& sql) {
        const QStringList lines = rows(sql);
        return lines.isEmpty() ? QString() : lines.front();
    }

    /// What `.schema` prints: every object in the order in which it stands in the catalogue.
    QStringList schema() { return rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid"); }

    sqlite3* handle() { return m_database; }

private:
    static int onRow(void* lines, int count, char** cells, char**) {
        QStringList row;
        for (int i = 0; i < count; ++i)
            row.append(QString::fromUtf8(cells[i]));
        static_cast<QStringList*>(lines)->append(row.join(QLatin1Char('|')));
        return 0;
    }

    sqlite3* m_database = nullptr;
    bool m_opened = false;
};

} // namespace portolan::test
