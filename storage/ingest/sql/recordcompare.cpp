#include "storage/ingest/sql/recordcompare.h"

#include "storage/ingest/kinds.h"
#include "storage/json/jsondifference.h"
#include "storage/json/jsonmembers.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/rowmetadata.h"

#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr int shownCharacters = 60;

QString comparing() {
    return QStringLiteral("compare what is stored in");
}

QString quoted(const char* name) {
    return QStringLiteral("\"%1\"").arg(QLatin1StringView(name));
}

QString shown(const QVariant& value) {
    return value.isNull() ? QStringLiteral("none") : value.toString().left(shownCharacters);
}

QString differs(const QString& label, const QString& stored, const QVariant& given) {
    return QStringLiteral("%1 %2, not %3").arg(label, stored, shown(given));
}

/// Two documents mean the same; two texts that are none are the same.
bool isSameDocument(const QByteArray& a, const QByteArray& b) {
    return a == b || jsonDifferences(a, b, 1).empty();
}

/// In words; empty: none. Rows of a listing that tell of none may be from before there was a place for it.
QString metadataDifference(const QByteArray& stored, const IncomingRecord& record) {
    const QByteArray& given = record.metadata;
    if (record.ownMetadata && stored.isEmpty())
        return {}; // of a version that dropped an entry's other fields
    const bool isEither = stored.isEmpty() || given.isEmpty();
    if (isEither ? stored.isEmpty() == given.isEmpty() : isSameJson(stored, given))
        return {};
    if (given.isEmpty() && record.isListed)
        return {};
    const auto text = [](const QByteArray& json) {
        return json.isEmpty() ? QVariant(QMetaType::fromType<QString>()) : QVariant(QString::fromUtf8(json));
    };
    return differs(QStringLiteral("metadata"), shown(text(stored)), text(given));
}

} // namespace

std::size_t fieldIndex(MessageKind kind, const char* field) {
    const auto fields = listedKindOf(kind).fields;
    const auto at = std::ranges::find_if(fields, [&](const KindField& of) { return qstrcmp(of.name, field) == 0; });
    Q_ASSERT(at != fields.end());
    return static_cast<std::size_t>(at - fields.begin());
}

QVariant toVariant(const FieldValue& value, bool isExact) {
    struct Variant {
        bool isExact;
        QVariant operator()(std::monostate) const { return QVariant(QMetaType::fromType<QString>()); }
        QVariant operator()(qint64 number) const { return number; }
        QVariant operator()(double number) const { return number; }
        QVariant operator()(Timestamp time) const {
            return QString::fromLatin1(isExact ? toExactIsoTime(time) : toIsoTime(time));
        }
        QVariant operator()(const QByteArray& text) const { return QString::fromUtf8(text); }
    };
    return std::visit(Variant{isExact}, value);
}

RecordCompare::RecordCompare(Connection& connection, const SchemaInspector& catalogue, MessageKind kind,
                             const RecordTable& table, std::span<const char* const> fields,
                             std::span<const char* const> found, const QString& rows)
    : m_connection(connection)
    , m_kind(kind) {
    QStringList cells;
    const SchemaInspector::Entry* const entry = catalogue.table(QLatin1StringView(table.name));
    for (const char* field : fields) {
        const auto planned = std::ranges::find_if(
            table.columns, [&](const RecordColumn& each) { return each.field && qstrcmp(each.field, field) == 0; });
        const bool isPlanned = planned != table.columns.end();
        const SchemaInspector::Column* const column =
            entry && isPlanned ? entry->column(QLatin1StringView(planned->name)) : nullptr;
        if (column)
            compare(*column, field, planned->fallback.has_value(), cells);
    }
    const MetadataKey* const key = metadataKeyOf(table.name);
    m_comparesMetadata = key && hasRowMetadata(catalogue);
    if (m_comparesMetadata)
        cells << QStringLiteral("CAST(%1 AS text)")
                     .arg(rowMetadata(table.name, quoted(table.name) + u'.' + quoted(key->column)));
    if (cells.isEmpty())
        cells << QStringLiteral("1");
    QStringList where;
    for (const char* column : found)
        where << quoted(column) + QStringLiteral(" = ?");
    m_statement = rows
                  + QStringLiteral("SELECT %1 FROM %2 WHERE %3")
                        .arg(cells.join(QStringLiteral(", ")), quoted(table.name), where.join(QStringLiteral(" AND ")));
}

/// Two cells: whether it differs, and its text.
void RecordCompare::compare(const SchemaInspector::Column& column, const char* field, bool hasFallback,
                            QStringList& cells) {
    const std::size_t index = fieldIndex(m_kind, field);
    const bool isServer = m_connection.dialect() == SqlDialect::Postgresql;
    const QString name = u'"' + column.name + u'"';
    const bool isJson = listedKindOf(m_kind).fields[index].type == FieldType::Json;
    const bool isTime = listedKindOf(m_kind).fields[index].type == FieldType::Time;
    QString same;
    int uses = 1;
    if (hasFallback) {
        same = QStringLiteral("%1 IS NOT DISTINCT FROM coalesce(?, %1)").arg(name);
    } else if (isJson) { // what is not the same text is compared by its meaning
        same = isServer ? QStringLiteral("CAST(%1 AS text) IS NOT DISTINCT FROM ?").arg(name)
                        : QStringLiteral("%1 IS ?").arg(name);
        uses = 2;
    } else if (isTime && !isServer) { // another program's may be in another form
        same = QStringLiteral("%1 IS ? OR %2 IS ?").arg(name, anyTimeAsIsoText(name));
        uses = 2;
    } else if (isTime && isServerNumber(column.type)) {
        same = QStringLiteral("%1 IS NOT DISTINCT FROM CAST(? AS timestamptz)")
                   .arg(columnAs(ColumnType::Time, name, column, SqlDialect::Postgresql).expression);
    } else if (isTime) { // texts, and rows of before microseconds were kept, have milliseconds
        same = QStringLiteral("%1 IS NOT DISTINCT FROM ? OR %1 IS NOT DISTINCT FROM ?").arg(name);
        uses = 2;
    } else {
        same = QStringLiteral("%1 IS NOT DISTINCT FROM ?").arg(name);
    }
    const QString text = QStringLiteral("CAST(%1 AS text)").arg(name);
    cells << QStringLiteral("CASE WHEN %1 THEN 0 ELSE 1 END").arg(same)
          << (isJson ? QStringLiteral("CASE WHEN %1 THEN NULL ELSE %2 END").arg(same, text)
                     : QStringLiteral("substr(%1, 1, %2)").arg(text).arg(shownCharacters));
    m_compared.push_back({index, QString::fromLatin1(field).replace(u'_', u' '), uses, hasFallback, isJson,
                          isMetadataField(listedKindOf(m_kind).fields[index])});
}

Result<RecordCompare::Answer> RecordCompare::withStored(const IncomingRecord& record, const QVariantList& place) {
    QVariantList values;
    for (const Compared& each : m_compared) {
        values << comparable(record, each);
        if (each.uses > 1)
            values << toVariant(record.values[each.field], record.isListed);
    }
    values << place;
    if (m_query) {
        PORTOLAN_TRY(m_connection.rerun(*m_query, values, comparing()));
    } else {
        Result<QSqlQuery> first = m_connection.run(m_statement, values, comparing());
        PORTOLAN_TRY(first);
        m_query.emplace(std::move(*first));
    }
    Result<bool> row = m_connection.next(*m_query);
    Answer answer;
    for (; row && *row; row = m_connection.next(*m_query)) {
        const QString difference = differenceOfRow(record);
        const bool isFirst = !std::exchange(answer.isThere, true);
        if (isFirst || difference.isEmpty())
            answer.difference = difference;
        if (difference.isEmpty())
            break;
    }
    if (answer.isThere && answer.difference.isEmpty() && m_comparesMetadata)
        answer.difference =
            metadataDifference(m_query->value(static_cast<int>(2 * m_compared.size())).toString().toUtf8(), record);
    m_query->finish();
    return row ? Result<Answer>(answer) : Result<Answer>(row.error());
}

/// The value as a server's own times hold it, or as SQLite's texts do.
QVariant RecordCompare::comparable(const IncomingRecord& record, const Compared& field) const {
    return toVariant(record.values[field.field], record.isListed || m_connection.dialect() == SqlDialect::Postgresql);
}

/// Of the row that the statement is at.
QString RecordCompare::differenceOfRow(const IncomingRecord& record) const {
    for (std::size_t i = 0; i < m_compared.size(); ++i) {
        const int cell = static_cast<int>(2 * i);
        if (m_query->value(cell).toInt() == 0)
            continue;
        const Compared& each = m_compared[i];
        const QVariant stored = m_query->value(cell + 1);
        const auto* given = std::get_if<QByteArray>(&record.values[each.field]);
        if (each.isJson && given && !stored.isNull() && isSameDocument(stored.toString().toUtf8(), *given))
            continue;
        if (each.isMetadata && record.ownMetadata
            && (stored.isNull() ? record.ownMetadata->isEmpty()
                                : isSameDocument(stored.toString().toUtf8(), *record.ownMetadata)))
            continue; // of a version that dropped an entry's other fields
        return differs(each.label, shown(stored), comparable(record, each));
    }
    return {};
}

QString RecordCompare::between(const IncomingRecord& taken, const IncomingRecord& record) const {
    for (const Compared& each : m_compared) {
        const FieldValue& a = taken.values[each.field];
        const FieldValue& b = record.values[each.field];
        if (a == b || (each.isOptional && std::holds_alternative<std::monostate>(b)))
            continue;
        if (comparable(taken, each) == comparable(record, each)) // as the database keeps both
            continue;
        const auto* one = std::get_if<QByteArray>(&a);
        const auto* other = std::get_if<QByteArray>(&b);
        if (each.isJson && one && other && isSameDocument(*one, *other))
            continue;
        return differs(each.label, shown(comparable(taken, each)), comparable(record, each));
    }
    return m_comparesMetadata ? metadataDifference(taken.metadata, record) : QString();
}

} // namespace portolan
