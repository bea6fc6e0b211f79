#pragma once

#include "storage/stores/sqlitestore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <memory>

namespace portolan::test {

/// A SQLite store in a folder of its own, and a writer on it.
class WrittenStore {
public:
    WrittenStore() {
        m_url.kind = StoreKind::Sqlite;
        m_url.path = m_folder.path(QStringLiteral("store.db"));
        reopen();
    }
    /// Another program's tables first, then what `portolan migrate up` adds.
    explicit WrittenStore(const QByteArray& foreignTables) {
        m_url.kind = StoreKind::Sqlite;
        m_url.path = m_folder.path(QStringLiteral("store.db"));
        if (const QString failed = SqliteScript(m_url.path).run(foreignTables); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        auto migration = openSqliteMigration(m_url, Access::Write);
        if (const auto up = migration->migrator().up(); !up)
            qFatal("%s", qPrintable(up.error().text));
        reopen();
    }
    void reopen() {
        m_writer.reset();
        const auto store = openSqliteStore(m_url, Access::Write);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        auto writer = (*store)->ingestWriter();
        if (!writer)
            qFatal("%s", qPrintable(writer.error().text));
        m_writer = std::move(*writer);
    }
    Result<IngestCounts> store(const IngestItems& items) { return m_writer->store(items.all()); }
    IngestWriter& writer() { return *m_writer; }
    const StoreUrl& url() const { return m_url; }
    StoreUrl& url() { return m_url; }
    QString value(const QByteArray& sql) const { return SqliteScript(m_url.path).value(sql); }
    QStringList rows(const QByteArray& sql) const { return SqliteScript(m_url.path).rows(sql); }

private:
    TempFolder m_folder;
    StoreUrl m_url;
    std::unique_ptr<IngestWriter> m_writer;
};

/// "stored duplicates rejected", or the error's text.
inline QString countsText(const Result<IngestCounts>& counts) {
    if (!counts)
        return counts.error().text;
    return QStringLiteral("%1 %2 %3").arg(counts->stored).arg(counts->duplicates).arg(counts->rejected);
}

} // namespace portolan::test
