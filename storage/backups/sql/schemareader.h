#pragma once

#include "storage/backups/sql/serverschema.h"

#include <QHash>
#include <QSet>
#include <functional>

namespace portolan {

/// Reads the catalogue for readServerSchema(). Objects have ids of their own: a letter of their catalogue and the
/// server's number; a schema its name in hexadecimal digits. One thread, in one transaction.
class SchemaReader {
public:
    SchemaReader(Connection& connection, QString schema, QStringList only)
        : m_connection(connection)
        , m_schema(std::move(schema))
        , m_only(std::move(only)) {}

    Result<ServerSchema> read();

private:
    /// An object that others may need before they can be made.
    struct Object {
        QString id;
        QString schema;
        QString name;
        QByteArrayList statements; ///< the first makes it
    };
    using Row = std::function<void(const QSqlQuery& row)>;

    [[nodiscard]] Result<void> forRows(const QString& sql, const Row& each);
    /// Reads objects: id, schema, name, and the statement that makes one.
    [[nodiscard]] Result<void> readObjects(const QString& sql);
    [[nodiscard]] Result<void> readExtensions();
    [[nodiscard]] Result<void> readTypes();
    [[nodiscard]] Result<void> readFunctions();
    [[nodiscard]] Result<void> readSequences();
    [[nodiscard]] Result<void> readViews();
    [[nodiscard]] Result<void> readTables();
    [[nodiscard]] Result<void> readColumns();
    [[nodiscard]] Result<void> readNeeds();
    void choose();
    [[nodiscard]] Result<void> order();
    void visit(const QString& id);
    [[nodiscard]] bool isChosen(const QString& id) const { return m_only.isEmpty() || m_chosen.contains(id); }
    [[nodiscard]] static QStringList textsOf(const QString& json);
    [[nodiscard]] bool isAskedFor(const QString& schema, const QString& name) const;
    /// Reads steps that belong to an object: its id, schema, name, statement.
    [[nodiscard]] Result<void> readSteps(const QString& sql, CopyStep::Kind kind, std::vector<CopyStep>& steps);
    [[nodiscard]] Result<void> readBefore();
    [[nodiscard]] Result<void> readRows();
    [[nodiscard]] Result<void> readAfter();
    [[nodiscard]] Result<void> readForeignKeys();
    [[nodiscard]] Result<void> readValues();
    [[nodiscard]] Result<void> readLacks();
    [[nodiscard]] Result<void> readOwners();
    [[nodiscard]] Result<void> readOddBytes();

    Connection& m_connection;
    QString m_schema; ///< the store's
    QStringList m_only;
    int m_version = 0; ///< the server's major version
    std::vector<Object> m_objects;
    QHash<QString, int> m_places;             ///< of an id in these
    QHash<QString, QByteArrayList> m_columns; ///< of a table, as CREATE TABLE takes them
    QHash<QString, QByteArrayList> m_changes; ///< of a table's columns, which CREATE TABLE does not take
    QHash<QString, QStringList> m_needs;      ///< ids that have to be there before
    QHash<QString, QStringList> m_uses;       ///< and ids of what belongs to its triggers and indexes
    QSet<QString> m_chosen;
    QSet<QString> m_visited;
    std::vector<int> m_order;     ///< of the objects
    QSet<QString> m_late;         ///< need a key that comes after the rows
    QSet<QString> m_withheld;     ///< tables whose rows the role may not read
    std::vector<CopyStep> m_last; ///< for these, when all else is made
    ServerSchema m_found;
};

} // namespace portolan
