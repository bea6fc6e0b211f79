#include "storage/sql/keylookup.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype lookedUpAtOnce = 100;

QString lookingUpKeys() {
    return QStringLiteral("look up what is stored in");
}

} // namespace

KeyLookup::KeyLookup(Connection& connection, const char* table, const char* column) : m_connection(connection) {
    const QString marks = QStringLiteral("?, ").repeated(lookedUpAtOnce).chopped(2);
    m_statement = QStringLiteral("SELECT \"%1\" FROM \"%2\" WHERE \"%1\" IN (%3)")
                      .arg(QLatin1StringView(column), QLatin1StringView(table), marks);
}

Result<void> KeyLookup::ask(const QVariantList& keys) {
    if (m_query)
        return m_connection.rerun(*m_query, keys, lookingUpKeys());
    Result<QSqlQuery> query = m_connection.run(m_statement, keys, lookingUpKeys());
    if (!query)
        return query.error();
    m_query.emplace(std::move(*query));
    return {};
}

Result<void> KeyLookup::find(std::span<const QByteArray> keys, QSet<QByteArray>& found) {
    for (std::size_t at = 0; at < keys.size(); at += lookedUpAtOnce) {
        const auto part = keys.subspan(at, std::min<std::size_t>(lookedUpAtOnce, keys.size() - at));
        QVariantList values;
        values.reserve(lookedUpAtOnce);
        for (const QByteArray& key : part)
            values.append(QString::fromUtf8(key));
        while (values.size() < lookedUpAtOnce) // the statement stays the same; asking twice does no harm
            values.append(values.last());
        if (const Result<void> asked = ask(values); !asked)
            return asked;
        Result<bool> row = m_connection.next(*m_query);
        for (; row && *row; row = m_connection.next(*m_query))
            found.insert(m_query->value(0).toString().toUtf8());
        m_query->finish();
        if (!row)
            return row.error();
    }
    return {};
}

} // namespace portolan
