#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/dialect.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// A numbered pair of scripts.
struct Migration {
    int version = 0;
    QString name; ///< "initial_schema"
    QByteArray up;
    QByteArray down;
    /// SHA-256 of both scripts, in hexadecimal: what tells that a file was changed after it was applied.
    [[nodiscard]] QByteArray checksum() const;
};

/// The program's own migrations, version 1 first, without a gap. Error Invalid: the program was built wrong.
[[nodiscard]] Result<std::vector<Migration>> builtInMigrations(SqlDialect dialect);

} // namespace portolan
