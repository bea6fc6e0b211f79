#include "storage/sql/keylookup.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t parametersAtOnce = 100;
constexpr std::size_t elementsAtOnce = 10'000;

QString lookingUpKeys() {
    return QStringLiteral("look up what is stored in");
}

/// Writes an array of texts as a server reads it (PostgreSQL's manual, "Array Input and Output Syntax").
QString arrayOf(std::span<const QByteArray> keys) {
    QString text = QStringLiteral("{");
    for (const QByteArray& key : keys) {
        QString element = QString::fromUtf8(key);
        element.replace(u'\\', QLatin1String("\\\\")).replace(u'"', QLatin1String("\\\""));
        text += (text.size() > 1 ? QLatin1String(",\"") : QLatin1String("\"")) + element + u'"';
    }
    return text + u'}';
}

/// Returns as many parameters as the statement has, the last one repeated: asking twice does no harm.
QVariantList parametersOf(std::span<const QByteArray> keys) {
    QVariantList values;
    values.reserve(parametersAtOnce);
    for (const QByteArray& key : keys)
        values.append(QString::fromUtf8(key));
    while (values.size() < qsizetype(parametersAtOnce))
        values.append(values.last());
    return values;
}

} // namespace

KeyLookup::KeyLookup(Connection& connection, const char* table, const char* column)
    : m_connection(connection)
    , m_isServer(connection.dialect() == SqlDialect::Postgresql) {
    const QString among =
        m_isServer ? QStringLiteral("= ANY (?)")
                   : QStringLiteral("IN (%1)").arg(QStringLiteral("?, ").repeated(parametersAtOnce).chopped(2));
    m_statement = QStringLiteral("SELECT \"%1\" FROM \"%2\" WHERE \"%1\" %3")
                      .arg(QLatin1StringView(column), QLatin1StringView(table), among);
}

Result<void> KeyLookup::ask(const QVariantList& keys) {
    if (m_query)
        return m_connection.rerun(*m_query, keys, lookingUpKeys());
    Result<QSqlQuery> query = m_connection.run(m_statement, keys, lookingUpKeys());
    PORTOLAN_TRY(query);
    m_query.emplace(std::move(*query));
    return {};
}

Result<void> KeyLookup::find(std::span<const QByteArray> keys, QSet<QByteArray>& found) {
    const std::size_t atOnce = m_isServer ? elementsAtOnce : parametersAtOnce;
    for (std::size_t at = 0; at < keys.size(); at += atOnce) {
        const auto part = keys.subspan(at, std::min(atOnce, keys.size() - at));
        if (const Result<void> asked = ask(m_isServer ? QVariantList{arrayOf(part)} : parametersOf(part)); !asked)
            return asked;
        Result<bool> row = m_connection.next(*m_query);
        for (; row && *row; row = m_connection.next(*m_query))
            found.insert(m_query->value(0).toString().toUtf8());
        m_query->finish();
        PORTOLAN_TRY(row);
    }
    return {};
}

} // namespace portolan
