#include "storage/sql/rowstates.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/rowimage.h"
#include "storage/sql/rowreader.h"

#include <algorithm>

namespace portolan {

namespace {

QString keepingRows() {
    return QStringLiteral("keep the rows of");
}

/// Puts a text, which is the catalogue's, in single quotes.
QString inQuotes(QString text) {
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QLatin1String("''")) + QLatin1Char('\'');
}

} // namespace

Result<RowStates> RowStates::of(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                const QStringList& key, QStringList columns) {
    if (const auto lacking = catalogue.lacks(table, {}))
        return Error{ErrorCode::Unsupported, *lacking};
    if (connection.sqlite()) {
        PORTOLAN_TRY(addImageFunctions(connection.sqlite()));
    }
    const SchemaInspector::Entry& entry = *catalogue.table(table);
    if (columns.isEmpty()) {
        for (const SchemaInspector::Column& column : entry.columns)
            columns << column.name;
    }
    RowStates states(connection);
    states.m_table = table;
    states.m_key = key;
    states.m_columns = columns;
    for (const QString& column : columns + key) {
        if (!entry.column(column) || !columns.contains(column))
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("The table %1 has no column \"%2\" by now.").arg(table, column)};
    }
    for (const QString& column : std::as_const(columns)) {
        const Result<QString> name = quoteIdentifier(column);
        PORTOLAN_TRY(name);
        states.m_quoted << *name;
    }
    return states;
}

bool RowStates::isServer() const {
    return m_statements.connection().dialect() == SqlDialect::Postgresql;
}

/// Makes the image of a row (m).
QString RowStates::image(const QStringList& columns) const {
    QStringList parts;
    for (const QString& column : columns)
        parts << (isServer() ? QString() : inQuotes(column) + QStringLiteral(", ")) + QStringLiteral("m.")
                     + quoted(column);
    return (isServer() ? QStringLiteral("CAST(row_to_json((SELECT r FROM (SELECT %1) AS r)) AS text)")
                       : QStringLiteral("portolan_image(%1)"))
        .arg(parts.join(QStringLiteral(", ")));
}

/// Makes a row (r) of an image.
QString RowStates::source() const {
    return isServer() ? QStringLiteral("json_populate_record(CAST(NULL AS %1), CAST(? AS json)) AS r").arg(m_table)
                      : QStringLiteral("(SELECT ? AS image) AS r");
}

QString RowStates::valueOf(const QString& column) const {
    return isServer() ? QStringLiteral("r.") + quoted(column)
                      : QStringLiteral("portolan_from_image(r.image, %1)").arg(inQuotes(column));
}

/// Returns the condition that a row (m) has the image's values in these columns, which are never NULL, and in `others`.
QString RowStates::has(const QStringList& columns, const QStringList& others) const {
    QStringList parts;
    for (const QString& column : columns) // an index serves no other comparison on a server
        parts << QStringLiteral("m.%1 = %2").arg(quoted(column), valueOf(column));
    for (const QString& column : others)
        parts << QStringLiteral("m.%1 IS NOT DISTINCT FROM %2").arg(quoted(column), valueOf(column));
    return parts.join(QStringLiteral(" AND "));
}

Result<std::vector<QByteArray>> RowStates::images(const QString& sql, const QVariantList& bindings) {
    const Result<QSqlQuery*> rows = m_statements.run(sql, bindings, keepingRows());
    PORTOLAN_TRY(rows);
    std::vector<QByteArray> images;
    QueryCursor walk(m_statements.connection(), **rows, keepingRows());
    while (walk.next())
        images.push_back(bytesAt(**rows, 0));
    (*rows)->finish();
    if (walk.error())
        return *walk.error();
    return images;
}

Result<std::vector<QByteArray>> RowStates::where(const QString& condition, const QVariantList& bindings) {
    QStringList order;
    for (const QString& column : m_key)
        order << QStringLiteral("m.") + quoted(column);
    return images(QStringLiteral("SELECT %1 FROM %2 AS m WHERE %3 ORDER BY %4")
                      .arg(image(m_columns), m_table, condition, order.join(QStringLiteral(", "))),
                  bindings);
}

Result<std::vector<QByteArray>> RowStates::now(const std::vector<QByteArray>& before, const QString& condition,
                                               const QVariantList& bindings) {
    std::vector<QByteArray> rows;
    for (const QByteArray& each : before) {
        Result<std::optional<QByteArray>> row = now(each);
        PORTOLAN_TRY(row);
        if (*row)
            rows.push_back(std::move(**row));
    }
    const Result<std::vector<QByteArray>> others = where(condition, bindings);
    PORTOLAN_TRY(others);
    for (const QByteArray& other : *others) {
        const QByteArray key = keyOf(other);
        if (std::ranges::none_of(rows, [&](const QByteArray& row) { return keyOf(row) == key; }))
            rows.push_back(other);
    }
    return rows;
}

Result<std::optional<QByteArray>> RowStates::now(const QByteArray& image) {
    const Result<std::vector<QByteArray>> found =
        images(QStringLiteral("SELECT %1 FROM %2 AS m, %3 WHERE %4")
                   .arg(this->image(m_columns), m_table, source(), has(m_key)),
               {wholeText(image)});
    PORTOLAN_TRY(found);
    return found->empty() ? std::nullopt : std::optional(found->front());
}

Result<std::vector<QByteArray>> RowStates::keysLike(const QByteArray& image, const QStringList& columns,
                                                    const QString& condition) {
    return images(QStringLiteral("SELECT %1 FROM %2 AS m, %3 WHERE %4 AND %5")
                      .arg(this->image(m_key), m_table, source(), has(columns), condition),
                  {wholeText(image)});
}

Result<bool> RowStates::isAs(const QByteArray& image, const QStringList& except) {
    QStringList compared = m_columns;
    compared.removeIf([&](const QString& column) { return except.contains(column) || m_key.contains(column); });
    const Result<QVariant> found = m_statements.value(
        QStringLiteral("SELECT count(*) FROM %1 AS m, %2 WHERE %3").arg(m_table, source(), has(m_key, compared)),
        {wholeText(image)});
    return found ? Result<bool>(found->toLongLong() == 1) : found.error();
}

Result<void> RowStates::put(const QByteArray& image) {
    QStringList sets;
    for (const QString& column : m_columns) {
        if (!m_key.contains(column))
            sets << QStringLiteral("%1 = %2").arg(quoted(column), valueOf(column));
    }
    return m_statements.executeExpecting(QStringLiteral("UPDATE %1 AS m SET %2 FROM %3 WHERE %4")
                                             .arg(m_table, sets.join(QStringLiteral(", ")), source(), has(m_key)),
                                         {wholeText(image)}, 1, keepingRows());
}

Result<void> RowStates::add(const QByteArray& image) {
    QStringList values;
    for (const QString& column : m_columns)
        values << valueOf(column);
    return m_statements.executeExpecting(
        QStringLiteral("INSERT INTO %1 (%2) SELECT %3 FROM %4")
            .arg(m_table, m_quoted.join(QStringLiteral(", ")), values.join(QStringLiteral(", ")), source()),
        {wholeText(image)}, 1, keepingRows());
}

Result<void> RowStates::remove(const QByteArray& image) {
    return m_statements.executeExpecting(QStringLiteral("DELETE FROM %1 AS m WHERE EXISTS (SELECT 1 FROM %2 WHERE %3)")
                                             .arg(m_table, source(), has(m_key)),
                                         {wholeText(image)}, 1, keepingRows());
}

QByteArray RowStates::keyOf(const QByteArray& image) const {
    QByteArray key;
    for (const QString& column : m_key) {
        const auto place = findJsonPlace(image, {column.toUtf8()});
        key += (key.isEmpty() ? "" : " ") + (place ? place->text() : QByteArray("null"));
    }
    return key;
}

QByteArray withRows(const std::optional<QByteArray>& object, const std::vector<QByteArray>& images) {
    QByteArray text = object.value_or("{}");
    text.chop(1);
    text += text.endsWith('{') ? "\"rows\":[" : ",\"rows\":[";
    for (const QByteArray& image : images)
        text += (text.endsWith('[') ? "" : ",") + image;
    return text + "]}";
}

std::optional<std::vector<QByteArray>> rowsIn(const std::optional<QByteArray>& object) {
    const auto rows = object ? findJsonPlace(*object, {QByteArray("rows")}) : std::nullopt;
    if (!rows || rows->kind != JsonPlace::Kind::Array)
        return std::nullopt;
    std::vector<QByteArray> images;
    for (const JsonMember& member : jsonMembersAt(rows->raw, 0).members)
        images.push_back(jsonValueAt(rows->raw, member).toByteArray());
    return images;
}

} // namespace portolan
