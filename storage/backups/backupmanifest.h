#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>
#include <QStringList>
#include <map>
#include <optional>

namespace portolan {

/// The extension TimescaleDB of a database that was backed up; empty: it has none.
struct TimescaleMark {
    QByteArray version;
    QByteArray schema; ///< of its functions

    friend bool operator==(const TimescaleMark&, const TimescaleMark&) = default;
};

/// The facts of a backup, which is its last file, `manifest.json`. Of a backup that is read it is foreign data.
struct BackupManifest {
    QByteArray id;
    Timestamp createdAt; ///< when reading began: nothing that was acknowledged before is missing
    QByteArray kind;
    QByteArray storeKind;   ///< "files", "sqlite" or "postgresql"
    QByteArray store;       ///< its URL without password
    QByteArray program;     ///< that made it: "Portolan 0.1.0"
    QByteArray server = {}; ///< of a database on a server its program and version
    std::optional<qint64> schemaVersion = {};
    QByteArrayList only = {};                   ///< the tables that were asked for; none: all
    std::map<QByteArray, qint64> tables = {};   ///< the number of rows of each
    std::map<QByteArray, qint64> contents = {}; ///< as tables, where a dump counts another way (chunks); else empty
    qint64 members = 0;                         ///< files with data
    qint64 bytes = 0;                           ///< of these
    QByteArray sums = {};                       ///< SHA-256 of the file SHA256SUMS, in hexadecimal digits
    TimescaleMark timescale = {};               ///< of a database on a server that has it
    bool isCopied = false;                      ///< of a database on a server: by COPY, not by pg_dump
    QByteArrayList lacks = {};                  ///< what could not be carried, in words that end a sentence
    QByteArrayList owners = {};                 ///< by COPY: the roles that the objects belonged to

    [[nodiscard]] qint64 rows() const;
    [[nodiscard]] QStringList lackSentences() const; ///< for who made, proved or restored it
    [[nodiscard]] QByteArray encoded() const;
    /// Error Corrupt: no manifest of a backup. Unsupported: of a later version.
    static Result<BackupManifest> parse(QByteArrayView json);

    friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
};

/// Makes the manifest of a new backup: its id is drawn, its time is now.
[[nodiscard]] BackupManifest newBackup(const QByteArray& kind, const QByteArray& storeKind, const QString& store,
                                       const QByteArray& program);

/// Returns NAME-YYYYmmddTHHMMSSmmmZ-ID.portolan.tar.zst.
[[nodiscard]] QString backupFileName(const QString& store, const BackupManifest& manifest);

} // namespace portolan
