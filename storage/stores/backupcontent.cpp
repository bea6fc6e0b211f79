#include "storage/stores/backupcontent.h"

#include "storage/backups/sql/dumpload.h"
#include "storage/backups/sql/scratchdatabase.h"
#include "storage/backups/sql/sqlitebackup.h"
#include "storage/stores/backup.h"

#include <QDir>
#include <QFileInfo>

namespace portolan {

namespace {

/// The content of a backup under the backup's name. The files that were made to read it go with it.
class BackupContent final : public StoreContent {
public:
    explicit BackupContent(const StoreUrl& url) : m_url(url) {}

    Result<void> open(const ContentAid& aid, BackupUse use, const CancelToken& token) {
        auto work = BackupWorkplace::make(scratchBeside(m_url.path), newBackup({}, {}, {}, {}).id);
        PORTOLAN_TRY(work);
        m_work = std::move(*work);
        const auto manifest = checkBackup(m_url.path, {}, token);
        PORTOLAN_TRY(manifest);
        m_id = manifest->id;
        const bool isServers = manifest->storeKind == "postgresql";
        if (isServers && (!aid.server || aid.server->kind != StoreKind::Postgresql))
            return Error{
                ErrorCode::Unsupported,
                QStringLiteral("%1 is a backup of a database on a server, which only a server can read. Name a store "
                               "on one with --of: the backup is restored beside it, and goes afterwards.")
                    .arg(m_url.path)};
        const QString unpacked = m_work->path("unpacked");
        PORTOLAN_TRY(makeFolders(unpacked + QStringLiteral("/messages"))); // of a file store there may be no line
        PORTOLAN_TRY(unpackBackup(m_url.path, *manifest, unpacked, {}, token));
        const auto inside =
            isServers ? restoreAside(*manifest, unpacked, aid, token) : proveAside(*manifest, unpacked, token);
        PORTOLAN_TRY(inside);
        auto content = use == BackupUse::Copied ? openCopySource(*inside, token) : openContent(*inside, token);
        PORTOLAN_TRY(content);
        m_content = std::move(*content);
        return {};
    }

    ContentKeeper keeper() const override { return m_content->keeper(); }
    QString where() const override { return m_url.display(); }
    QStringList tables() const override { return m_content->tables(); }
    Result<std::optional<ContentTable>> table(const QString& name) override { return m_content->table(name); }
    Result<bool> hasRows(const QString& table) override { return m_content->hasRows(table); }
    Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan) override { return m_content->rows(plan); }
    Result<qint64> countRows(const QString& table) override { return m_content->countRows(table); }
    Result<std::unique_ptr<RowStream>> messagesByBatch() override { return m_content->messagesByBatch(); }
    QByteArray identity() const override { return "backup " + m_id; }
    Result<std::optional<qint64>> lastNumber(const QString& table) override { return m_content->lastNumber(table); }
    Result<void> checkUnmoved() override { return m_content->checkUnmoved(); }

private:
    static Result<StoreUrl> proveAside(const BackupManifest& manifest, const QString& unpacked,
                                       const CancelToken& token) {
        PORTOLAN_TRY(proveUnpacked(unpacked, manifest, token));
        StoreUrl inside;
        if (manifest.storeKind == "sqlite") {
            inside.kind = StoreKind::Sqlite;
            inside.path = unpackedDatabase(unpacked);
        } else {
            const QFileInfo folder(unpacked);
            inside.path = folder.absolutePath();
            inside.service = folder.fileName();
        }
        return inside;
    }

    Result<StoreUrl> restoreAside(const BackupManifest& manifest, const QString& unpacked, const ContentAid& aid,
                                  const CancelToken& token) {
        auto scratch = ScratchDatabase::make(*aid.server, token);
        PORTOLAN_TRY(scratch);
        m_scratch = std::move(*scratch);
        const auto of = StoreUrl::parse(QString::fromUtf8(manifest.store)); // foreign: its schema's name alone is used
        StoreUrl inside = m_scratch->url();
        inside.schema = of ? of->schema : QString();
        PORTOLAN_TRY(loadForReading(unpacked, manifest, inside, aid.tables, token));
        QDir(unpacked).removeRecursively(); // the server has it
        return inside;
    }

    StoreUrl m_url;
    QByteArray m_id;
    std::unique_ptr<BackupWorkplace> m_work;
    std::unique_ptr<ScratchDatabase> m_scratch;
    std::unique_ptr<StoreContent> m_content; ///< goes first
};

} // namespace

Result<std::unique_ptr<StoreContent>> openBackupContent(const StoreUrl& backup, const ContentAid& aid, BackupUse use,
                                                        const CancelToken& token) {
    auto content = std::make_unique<BackupContent>(backup);
    const Result<void> opened = content->open(aid, use, token);
    if (!opened)
        return opened.error();
    return std::unique_ptr<StoreContent>(std::move(content));
}

} // namespace portolan
