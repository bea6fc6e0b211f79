#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/preparedstatements.h"

#include <QByteArray>
#include <QVariantList>
#include <optional>
#include <vector>

namespace portolan {

/// Rows of a table as JSON objects of some of their columns (images), by which each is found by its key, held against
/// what it was, and put back, value for value. Its statements are prepared once, so it lives within one question or
/// transaction. On the connection's thread; rows stay as they were seen only within a transaction that keeps others
/// from them.
class RowStates {
public:
    /// Describes a table. `key`: the columns that tell rows apart; `columns`: those of an image, the key's among them;
    /// empty: all. Error Unsupported, in words: the table lacks one.
    [[nodiscard]] static Result<RowStates> of(Connection& connection, const SchemaInspector& catalogue,
                                              const QString& table, const QStringList& key, QStringList columns = {});

    /// Returns the images of the rows (m) for which a condition holds, in the order of their keys.
    [[nodiscard]] Result<std::vector<QByteArray>> where(const QString& condition, const QVariantList& bindings);
    /// Returns the images of those rows, and before them of the rows of `before` as they are now, each once.
    [[nodiscard]] Result<std::vector<QByteArray>> now(const std::vector<QByteArray>& before, const QString& condition,
                                                      const QVariantList& bindings);
    /// Returns the row of an image's key as it is; nothing: there is none.
    [[nodiscard]] Result<std::optional<QByteArray>> now(const QByteArray& image);
    /// Returns the keys, each as an image of the key's columns alone, of the rows (m) that have an image's values in
    /// `columns` and for which a condition holds.
    [[nodiscard]] Result<std::vector<QByteArray>> keysLike(const QByteArray& image, const QStringList& columns,
                                                           const QString& condition);
    /// Returns true when the row of an image's key has the image's values, whatever is in the columns of `except`.
    [[nodiscard]] Result<bool> isAs(const QByteArray& image, const QStringList& except);

    /// Gives the row of the image's key the image's values. Each of these three is an error when it is not one row.
    [[nodiscard]] Result<void> put(const QByteArray& image);
    [[nodiscard]] Result<void> add(const QByteArray& image);
    [[nodiscard]] Result<void> remove(const QByteArray& image);

    /// Returns the values of the key in an image: equal for one row.
    [[nodiscard]] QByteArray keyOf(const QByteArray& image) const;
    [[nodiscard]] const QString& table() const { return m_table; }
    [[nodiscard]] const QStringList& columns() const { return m_columns; }

private:
    explicit RowStates(Connection& connection) : m_statements(connection) {}
    [[nodiscard]] bool isServer() const;
    [[nodiscard]] QString image(const QStringList& columns) const;
    [[nodiscard]] QString source() const;
    [[nodiscard]] QString valueOf(const QString& column) const;
    [[nodiscard]] QString has(const QStringList& columns, const QStringList& others = {}) const;
    [[nodiscard]] QString quoted(const QString& column) const { return m_quoted.value(m_columns.indexOf(column)); }
    [[nodiscard]] Result<std::vector<QByteArray>> images(const QString& sql, const QVariantList& bindings);

    PreparedStatements m_statements;
    QString m_table;
    QStringList m_key;
    QStringList m_columns;
    QStringList m_quoted; ///< the same as SQL names them
};

/// Adds a member `rows`, an array of images, to an object; "{}" where there is none.
[[nodiscard]] QByteArray withRows(const std::optional<QByteArray>& object, const std::vector<QByteArray>& images);

/// Reads that member; nothing: it has none.
[[nodiscard]] std::optional<std::vector<QByteArray>> rowsIn(const std::optional<QByteArray>& object);

} // namespace portolan
