#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/columns/filtersql.h"

#include <QString>
#include <QVariant>
#include <optional>
#include <vector>

namespace portolan {

/// A part of the key that tells rows apart; never NULL.
struct SqlKeyPart {
    enum class Kind {
        Integer,
        Uuid,   ///< PostgreSQL's, compared as such
        Text,   ///< compared by its bytes
        Native, ///< PostgreSQL: of the type `cast`, compared as the server compares it
        Stored, ///< SQLite: a number, or bytes
    };
    QString expression;
    Kind kind = Kind::Integer;
    std::optional<int> column =
        0; ///< the listing's column that it is; nothing: none is just that, as a row's own number, which `*` leaves out
    QString cast = {};
};

/// The unique, non-NULL key that ends every ORDER BY: mostly a single part.
struct SqlKey : SqlKeyPart {
    std::vector<SqlKeyPart> rest = {}; ///< those after the first, which together with it tell rows apart
};

/// Return the key part's expression for comparisons, and the placeholder for one of its values.
[[nodiscard]] QString keyExpression(const SqlKeyPart& key, SqlDialect dialect);
[[nodiscard]] QString keyPlaceholder(const SqlKeyPart& key);

/// The form in which a value travels in a cursor: each is compared by the database exactly as it is bound.
enum class KeyForm { Integer, Real, Text, Bytes, Uuid, Stored };

[[nodiscard]] KeyForm keyFormOf(ColumnType type, ColumnEncoding keeping);
[[nodiscard]] KeyForm keyFormOf(const SqlKeyPart& key);

/// Returns the placeholder for a value of this form.
[[nodiscard]] QString placeholderOf(KeyForm form);

/// Makes a variant that is NULL for no value alone: Qt binds a null string or byte array as NULL, too.
[[nodiscard]] QVariant boundKey(const Value& value, KeyForm form);

/// Returns true when a cursor's value is of this form.
[[nodiscard]] bool fitsKey(const Value& value, KeyForm form);

/// Reads a value of this form from a row; nothing where it is of another, so that nothing could be found after it.
[[nodiscard]] std::optional<Value> keyValueOf(const QVariant& value, KeyForm form);

} // namespace portolan
