#include "storage/sql/columns/sqlkey.h"

#include "storage/sql/columns/filtersqltext.h"

namespace portolan {

KeyForm keyFormOf(ColumnType type, ColumnEncoding keeping) {
    if (keeping == ColumnEncoding::UnixMilliseconds || keeping == ColumnEncoding::Integer)
        return KeyForm::Integer;
    if (keeping == ColumnEncoding::Uuid)
        return KeyForm::Uuid;
    switch (type) {
    case ColumnType::Integer:
    case ColumnType::Boolean:
        return KeyForm::Integer;
    case ColumnType::Real:
        return KeyForm::Real;
    case ColumnType::Time:
    case ColumnType::Date:
    case ColumnType::Numeric:
        return KeyForm::Text;
    case ColumnType::Native:
    case ColumnType::Text:
    case ColumnType::Json:
        return KeyForm::Bytes;
    }
    Q_UNREACHABLE();
}

QString placeholderOf(KeyForm form) {
    return form == KeyForm::Uuid ? QStringLiteral("CAST(? AS uuid)") : QStringLiteral("?");
}

KeyForm keyFormOf(const SqlKeyPart& key) {
    switch (key.kind) {
    case SqlKeyPart::Kind::Integer:
        return KeyForm::Integer;
    case SqlKeyPart::Kind::Uuid:
        return KeyForm::Uuid;
    case SqlKeyPart::Kind::Text:
        return KeyForm::Bytes;
    case SqlKeyPart::Kind::Native:
        return KeyForm::Text;
    case SqlKeyPart::Kind::Stored:
        return KeyForm::Stored;
    }
    Q_UNREACHABLE();
}

QVariant boundKey(const Value& value, KeyForm form) {
    if (const auto* number = std::get_if<qint64>(&value))
        return QVariant(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real);
    const auto* bytes = std::get_if<QByteArray>(&value);
    if (!bytes)
        return {};
    if (form == KeyForm::Text || form == KeyForm::Uuid)
        return bytes->isEmpty() ? QVariant(QStringLiteral("")) : QVariant(QString::fromUtf8(*bytes));
    return bytes->isNull() ? QVariant(QByteArray("")) : QVariant(*bytes);
}

bool fitsKey(const Value& value, KeyForm form) {
    switch (form) {
    case KeyForm::Integer:
        return std::holds_alternative<qint64>(value);
    case KeyForm::Real:
        return std::holds_alternative<double>(value);
    case KeyForm::Text:
    case KeyForm::Bytes:
        return std::holds_alternative<QByteArray>(value);
    case KeyForm::Stored:
        return fitsKey(value, KeyForm::Integer) || fitsKey(value, KeyForm::Real) || fitsKey(value, KeyForm::Bytes);
    case KeyForm::Uuid: {
        const auto* text = std::get_if<QByteArray>(&value);
        return text && isCanonicalUuid(*text);
    }
    }
    Q_UNREACHABLE();
}

std::optional<Value> keyValueOf(const QVariant& value, KeyForm form) {
    const int type = value.typeId();
    switch (form) {
    case KeyForm::Integer:
        return type == QMetaType::LongLong || type == QMetaType::Int ? std::optional<Value>(value.toLongLong())
                                                                     : std::nullopt;
    case KeyForm::Real:
        return type == QMetaType::Double ? std::optional<Value>(value.toDouble()) : std::nullopt;
    case KeyForm::Text:
    case KeyForm::Uuid:
        // Bytes that are no UTF-8 have become U+FFFD on the way and would be found elsewhere.
        return type == QMetaType::QString && !value.toString().contains(QChar::ReplacementCharacter)
                   ? std::optional<Value>(value.toString().toUtf8())
                   : std::nullopt;
    case KeyForm::Bytes:
        return type == QMetaType::QByteArray ? std::optional<Value>(value.toByteArray()) : std::nullopt;
    case KeyForm::Stored:
        return keyValueOf(value, type == QMetaType::Double       ? KeyForm::Real
                                 : type == QMetaType::QByteArray ? KeyForm::Bytes
                                                                 : KeyForm::Integer);
    }
    Q_UNREACHABLE();
}

QString keyExpression(const SqlKeyPart& key, SqlDialect dialect) {
    switch (key.kind) {
    case SqlKeyPart::Kind::Text:
        return bytesOf(key.expression, dialect);
    case SqlKeyPart::Kind::Native: // of a domain its type, whose operators want both sides to be of one type
        return QStringLiteral("CAST(%1 AS %2)").arg(key.expression, key.cast);
    case SqlKeyPart::Kind::Integer:
    case SqlKeyPart::Kind::Uuid:
    case SqlKeyPart::Kind::Stored:
        return key.expression;
    }
    Q_UNREACHABLE();
}

QString keyPlaceholder(const SqlKeyPart& key) {
    return key.kind == SqlKeyPart::Kind::Native ? QStringLiteral("CAST(? AS %1)").arg(key.cast)
                                                : placeholderOf(keyFormOf(key));
}

} // namespace portolan
