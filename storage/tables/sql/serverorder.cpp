#include "storage/tables/sql/serverorder.h"

#include "storage/base/numbertext.h"
#include "storage/sql/columns/filtersqltext.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

void appendPart(QByteArray& text, const std::optional<QByteArray>& part) {
    if (!part)
        text += '-';
    else
        text += QByteArray::number(part->size()) + ':' + *part;
}

/// The next part of a place's text, which is taken off; false: there is none.
bool takePart(QByteArrayView& text, std::optional<QByteArray>& part) {
    if (text.startsWith('-')) {
        part.reset();
        text = text.sliced(1);
        return true;
    }
    const qsizetype colon = text.indexOf(':');
    bool isNumber = false;
    const qlonglong size = colon > 0 ? text.first(colon).toByteArray().toLongLong(&isNumber) : 0;
    if (!isNumber || size < 0 || size > text.size() - colon - 1)
        return false;
    part = text.sliced(colon + 1, size).toByteArray();
    text = text.sliced(colon + 1 + size);
    return true;
}

/// Tells whether a key has a value: IS NULL would look into a row value and ask for all of its parts.
QString isNull(const ServerKey& key) {
    return QStringLiteral("%1 IS NOT DISTINCT FROM NULL").arg(key.expression);
}

QString isSet(const ServerKey& key) {
    return QStringLiteral("%1 IS DISTINCT FROM NULL").arg(key.expression);
}

} // namespace

QString textAsBytes(const QString& text) {
    return QStringLiteral("convert_to(%1, 'SQL_ASCII')").arg(text);
}

QString ServerOrder::valueOf(const ServerKey& key) const {
    return (m_asBytes ? QStringLiteral("CAST(convert_from(CAST(? AS bytea), 'SQL_ASCII') AS %1)")
                      : QStringLiteral("CAST(? AS %1)"))
        .arg(key.cast);
}

QString ServerOrder::than(const ServerKey& key) const {
    return m_descending ? key.operators.less : key.operators.greater;
}

QVariant ServerOrder::bound(const std::optional<QByteArray>& text) const {
    if (!text)
        return {};
    return m_asBytes ? QVariant(text->isNull() ? QByteArray("") : *text) : QVariant(wholeText(*text));
}

QString ServerOrder::columns() const {
    QStringList columns;
    for (const ServerKey& key : m_keys) {
        const QString text = QStringLiteral("CAST(%1 AS text)").arg(key.expression);
        columns << (key.isFloat ? key.expression : m_asBytes ? textAsBytes(text) : text);
    }
    return columns.join(QStringLiteral(", "));
}

QString ServerOrder::orderBy() const {
    QStringList order;
    for (const ServerKey& key : m_keys)
        order << key.expression + (m_descending ? QStringLiteral(" DESC") : QString());
    return order.join(QStringLiteral(", "));
}

ServerOrder::Condition ServerOrder::equal(std::size_t key, const ServerPlace& place) const {
    const ServerKey& of = m_keys[key];
    if (!place[key])
        return {isNull(of), {}};
    return {QStringLiteral("%1 %2 %3").arg(of.expression, of.operators.equal, valueOf(of)), {bound(place[key])}};
}

/// Empty: nothing is beyond it.
ServerOrder::Condition ServerOrder::beyond(std::size_t key, const ServerPlace& place) const {
    const ServerKey& of = m_keys[key];
    if (!place[key])
        return m_descending ? Condition{isSet(of), {}} : Condition();
    const QString beyond = QStringLiteral("%1 %2 %3").arg(of.expression, than(of), valueOf(of));
    if (m_descending || !of.isNullable)
        return {beyond, {bound(place[key])}};
    return {QStringLiteral("(%1 OR %2)").arg(beyond, isNull(of)), {bound(place[key])}};
}

/// Of keys that are never NULL, from `first` on: compared as one, which an index finds.
ServerOrder::Condition ServerOrder::rowBeyond(std::size_t first, const ServerPlace& place, bool andEqual) const {
    QStringList keys;
    QStringList values;
    Condition row;
    for (std::size_t i = first; i < m_keys.size(); ++i) {
        keys << m_keys[i].expression;
        values << valueOf(m_keys[i]);
        row.bindings << bound(place[i]);
    }
    row.sql =
        QStringLiteral("(%1) %2 (%3)")
            .arg(keys.join(QStringLiteral(", ")), than(m_keys[first]) + (andEqual ? QStringLiteral("=") : QString()),
                 values.join(QStringLiteral(", ")));
    return row;
}

ServerOrder::Condition ServerOrder::anyBeyond(const ServerPlace& place, bool andEqual) const {
    QStringList ways;
    Condition any;
    QStringList equals;
    QVariantList equalBindings;
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        if (const Condition than = beyond(i, place); !than.sql.isEmpty()) {
            ways << QStringLiteral("(%1)").arg((equals + QStringList(than.sql)).join(QStringLiteral(" AND ")));
            any.bindings << equalBindings << than.bindings;
        }
        const Condition same = equal(i, place);
        equals << same.sql;
        equalBindings << same.bindings;
    }
    if (andEqual) {
        ways << QStringLiteral("(%1)").arg(equals.join(QStringLiteral(" AND ")));
        any.bindings << equalBindings;
    }
    any.sql = QStringLiteral("(%1)").arg(ways.join(QStringLiteral(" OR ")));
    return any;
}

std::vector<ServerOrder::Condition> ServerOrder::after(const std::optional<ServerPlace>& place, bool andEqual) const {
    std::size_t nullable = 0;
    for (const ServerKey& key : m_keys)
        nullable += key.isNullable ? 1 : 0;
    const bool isFirstAlone = nullable == 1 && m_keys.front().isNullable && m_keys.size() > 1;
    const bool areUsual = std::ranges::all_of(m_keys, [](const ServerKey& key) { return key.operators.areUsual; });
    const bool isOneByOne = !areUsual && (m_keys.size() > 1 || andEqual);
    if (isOneByOne || (nullable > 0 && !isFirstAlone))
        return place ? std::vector{anyBeyond(*place, andEqual)} : std::vector{Condition()};
    if (!isFirstAlone)
        return place ? std::vector{rowBeyond(0, *place, andEqual)} : std::vector{Condition()};
    // An index has both stretches in order, but not one after the other by a condition on both.
    const QString isFirstNull = isNull(m_keys.front());
    const QString isFirstSet = isSet(m_keys.front());
    const bool isInNulls = place && !place->front();
    std::vector<Condition> stretches;
    if (!m_descending && !isInNulls)
        stretches.push_back(place ? rowBeyond(0, *place, andEqual) : Condition{isFirstSet, {}});
    if (isInNulls) {
        Condition rest = rowBeyond(1, *place, andEqual);
        stretches.push_back({isFirstNull + QStringLiteral(" AND ") + rest.sql, rest.bindings});
    } else if (!m_descending || !place) {
        stretches.push_back({isFirstNull, {}});
    }
    if (m_descending)
        stretches.push_back(place && !isInNulls ? rowBeyond(0, *place, andEqual) : Condition{isFirstSet, {}});
    return stretches;
}

ServerOrder::Condition ServerOrder::at(const ServerPlace& place) const {
    QStringList equals;
    Condition all;
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        const Condition same = equal(i, place);
        equals << same.sql;
        all.bindings << same.bindings;
    }
    all.sql = equals.join(QStringLiteral(" AND "));
    return all;
}

ServerOrder::Condition ServerOrder::allAfter(const std::optional<ServerPlace>& place, bool andEqual) const {
    return place ? anyBeyond(*place, andEqual) : Condition();
}

QByteArray placeText(const QByteArray& name, const ServerPlace& place) {
    QByteArray text;
    appendPart(text, name);
    for (const std::optional<QByteArray>& each : place)
        appendPart(text, each);
    return text;
}

std::optional<ServerPlace> placeOf(const QByteArray& text, const QByteArray& name) {
    QByteArrayView rest(text);
    std::optional<QByteArray> part;
    if (!takePart(rest, part) || !part || *part != name)
        return std::nullopt;
    ServerPlace place;
    while (!rest.isEmpty()) {
        if (!takePart(rest, part))
            return std::nullopt;
        place.push_back(part);
    }
    return place;
}

std::optional<QByteArray> keyText(const Value& cell) {
    if (const auto* text = std::get_if<QByteArray>(&cell))
        return *text;
    const auto* number = std::get_if<double>(&cell);
    return number ? std::optional(numberText(*number)) : std::nullopt;
}

} // namespace portolan
