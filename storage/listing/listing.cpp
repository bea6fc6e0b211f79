#include "storage/listing/listing.h"

#include "storage/base/numbertext.h"
#include "storage/listing/filtertexts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUtf8StringView>
#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype longestCursor = 1'000'000;
constexpr qsizetype mostKeys = 4'100; // a key of SQLite's may have 2,000 columns
constexpr QByteArray::Base64Options urlBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

// The types of keys: the first element of each pair in the JSON. Numbers travel as texts: JSON has doubles only.
constexpr QChar nullTag = u'n';
constexpr QChar boolTag = u'b';
constexpr QChar integerTag = u'i';
constexpr QChar realTag = u'd';
constexpr QChar textTag = u's';
constexpr QChar bytesTag = u'x';
constexpr QChar timeTag = u't';

struct KeyWriter {
    static QJsonArray pair(QChar tag, const QString& text) { return QJsonArray{QString(tag), text}; }
    QJsonArray operator()(std::monostate) const { return QJsonArray{QString(nullTag)}; }
    QJsonArray operator()(bool value) const { return pair(boolTag, value ? QStringLiteral("1") : QStringLiteral("0")); }
    QJsonArray operator()(qint64 value) const { return pair(integerTag, QString::number(value)); }
    QJsonArray operator()(double value) const { return pair(realTag, QString::fromLatin1(numberText(value))); }
    QJsonArray operator()(const QByteArray& value) const {
        // QString::fromUtf8() would take a byte order mark away.
        if (QUtf8StringView(value).isValidUtf8() && !value.startsWith("\xEF\xBB\xBF"))
            return pair(textTag, QString::fromUtf8(value));
        return pair(bytesTag, QString::fromLatin1(value.toBase64(urlBase64)));
    }
    QJsonArray operator()(Timestamp value) const {
        return pair(timeTag, QString::number(qint64(value.time_since_epoch().count())));
    }
};

std::optional<QByteArray> decodeBase64(QByteArrayView text) {
    const auto decoded =
        QByteArray::fromBase64Encoding(text.toByteArray(), urlBase64 | QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? std::optional(decoded.decoded) : std::nullopt;
}

std::optional<qint64> readInteger(const QString& text) {
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<Value> readKey(const QJsonArray& pair) {
    const QString tag = pair.at(0).toString();
    if (tag == nullTag && pair.size() == 1)
        return Value();
    if (tag.size() != 1 || pair.size() != 2 || !pair.at(1).isString())
        return std::nullopt;
    const QString text = pair.at(1).toString();
    const auto asValue = [](const auto& read) { return read ? std::optional<Value>(*read) : std::nullopt; };
    switch (tag.front().unicode()) {
    case boolTag.unicode():
        return text == u'1' || text == u'0' ? std::optional<Value>(text == u'1') : std::nullopt;
    case integerTag.unicode():
        return asValue(readInteger(text));
    case realTag.unicode():
        return asValue(numberIn(text.toLatin1()));
    case textTag.unicode():
        return Value(text.toUtf8());
    case bytesTag.unicode():
        return asValue(decodeBase64(text.toLatin1()));
    case timeTag.unicode():
        if (const auto micros = readInteger(text))
            return Value(Timestamp(std::chrono::microseconds(*micros)));
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

std::optional<std::vector<Value>> readKeys(QByteArrayView text) {
    if (text.isEmpty() || text.size() > longestCursor)
        return std::nullopt;
    const auto json = decodeBase64(text);
    const QJsonDocument document = json ? QJsonDocument::fromJson(*json) : QJsonDocument();
    if (!document.isArray() || document.array().size() > mostKeys)
        return std::nullopt;
    std::vector<Value> keys;
    const QJsonArray pairs = document.array();
    for (const auto& pair : pairs) {
        auto key = readKey(pair.toArray());
        if (!key)
            return std::nullopt;
        keys.push_back(*std::move(key));
    }
    return keys;
}

} // namespace

QByteArray Cursor::toText() const {
    QJsonArray pairs;
    for (const Value& key : keys)
        pairs.append(std::visit(KeyWriter(), key));
    return QJsonDocument(pairs).toJson(QJsonDocument::Compact).toBase64(urlBase64);
}

Result<Cursor> Cursor::fromText(QByteArrayView text) {
    auto keys = readKeys(text);
    if (!keys)
        return Error{ErrorCode::Usage, QStringLiteral("This is no cursor: give the one that came with the page before, "
                                                      "whole and unchanged.")};
    return Cursor{*std::move(keys)};
}

Error Cursor::foreign() {
    return Error{ErrorCode::Usage,
                 QStringLiteral("This cursor belongs to another list. Run the command again without --after.")};
}

Result<Sort> parseSort(QByteArrayView text, const ColumnSet& schema) {
    const bool descending = text.startsWith('-') && !schema.find(text); // a column may be called so
    const QByteArrayView name = descending ? text.sliced(1) : text;
    const ColumnSet::Column* column = schema.find(name);
    if (!column && name.startsWith('"')) { // as in a filter: "Order Date":x
        const auto isTyped = [&](const ColumnSet::Column& each) { return quotedPhrase(each.name) == name; };
        const auto typed = std::ranges::find_if(schema.columns, isTyped);
        column = typed == schema.columns.end() ? nullptr : &*typed;
    }
    const auto isSortable = [](const ColumnSet::Column& each) { // an empty name asks for the listing's own order
        return !each.name.isEmpty() && (each.type != ColumnType::Json || each.isNative);
    };
    if (column && isSortable(*column))
        return Sort{column->name, descending};
    QStringList names;
    for (const ColumnSet::Column& each : schema.columns) {
        if (isSortable(each))
            names << QString::fromUtf8(each.name);
    }
    return Error{ErrorCode::Usage,
                 QStringLiteral("Cannot sort by \"%1\"; columns are %2 (with - before it: descending).")
                     .arg(QString::fromUtf8(name.first(std::min<qsizetype>(name.size(), 100))),
                          names.join(QStringLiteral(", ")))};
}

} // namespace portolan
