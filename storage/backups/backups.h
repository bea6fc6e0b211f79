#pragma once

#include "storage/base/clock.h"
#include "storage/listing/listing.h"

#include <QByteArrayList>
#include <QString>
#include <QStringList>
#include <optional>
#include <span>

namespace portolan {

namespace backupkind {
inline constexpr char full[] = "full";
inline constexpr char selected[] = "selected";   ///< some tables
inline constexpr char migration[] = "migration"; ///< made before the schema was changed
inline constexpr char replaced[] = "replaced";   ///< what was there before a restore took over
} // namespace backupkind

/// A backup as a store's list of backups has it.
struct BackupEntry {
    QByteArray id; ///< eight hexadecimal digits
    Timestamp createdAt;
    QByteArray kind;
    QString file; ///< absolute path
    qint64 rows = 0;
    qint64 bytes = 0; ///< of the file
    std::optional<qint64> schemaVersion;
    std::optional<Timestamp> verifiedAt;
    QByteArray result;           ///< UTF-8: provedResult(), or what was found; empty: nobody has looked
    QStringList shortfalls = {}; ///< sentences for who made it: what was not looked at or written down; in no list
};

/// The proof of a backup in which nothing was found.
struct BackupProof {
    QString how;           ///< in words
    QStringList unchecked; ///< what could not be looked at, and why, each without its point
    QString refusal = {};  ///< why a database did not take it: it was read, and is not proved
};

/// Writes a proof as the list has it: "ok", or "ok; " and what could not be looked at, or is not in the backup;
/// "not restorable: " and why.
[[nodiscard]] QByteArray provedResult(const BackupProof& proof, const QByteArrayList& lacks = {});

/// Returns true when a backup was proved, and nothing was found, whatever could not be looked at.
[[nodiscard]] bool isProved(const BackupEntry& backup);

/// The first words of a lack that is the rows of a table.
inline constexpr char rowsLackBefore[] = "the rows of the table ";

/// The words of a lack before the roles that objects belonged to.
inline constexpr char ownersLackBefore[] = "owners other than this role";

/// Returns true when rows of the store are not in a backup that was proved.
[[nodiscard]] bool isLackingRows(const BackupEntry& backup);

/// id, created_at, kind, file, rows, bytes, schema_version, verified_at, result.
std::span<const Column<BackupEntry>> backupColumns();
const ColumnSet& backupSchema();

/// Returns true for eight hexadecimal digits: no such word is taken for a file.
[[nodiscard]] bool isBackupId(QByteArrayView word);

} // namespace portolan
