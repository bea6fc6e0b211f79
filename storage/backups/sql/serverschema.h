#pragma once

#include "storage/backups/sql/copyscript.h"
#include "storage/sql/connection/connection.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>
#include <QStringList>
#include <vector>

namespace portolan {

/// A table whose rows are copied.
struct CopiedTable {
    QString schema;
    QString name;
    QStringList columns;
    QByteArray quoted; ///< both, as a statement has them
    QByteArray list;   ///< of the columns
    QByteArray source; ///< what COPY takes before TO STDOUT
    QByteArray target; ///< and before FROM
};

/// All that a database is made of, as statements.
struct ServerSchema {
    std::vector<CopyStep> before; ///< the rows
    std::vector<CopiedTable> tables;
    std::vector<CopyStep> after;
    QByteArrayList lacks;  ///< what is not among them, in words that end a sentence
    QByteArrayList owners; ///< the roles that the objects belong to
};

/// Reads it from the server's catalogue in the caller's transaction, whose search_path is pg_catalog alone, so that
/// every name is written with its schema. `only`: these tables of `schema`, with what they are made of; none: all.
[[nodiscard]] Result<ServerSchema> readServerSchema(Connection& connection, const QString& schema,
                                                    const QStringList& only);

} // namespace portolan
