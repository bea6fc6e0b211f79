#pragma once

#include "storage/listing/listing.h"

#include <QString>
#include <QVariantList>
#include <optional>
#include <vector>

namespace portolan {

/// The operators of the class that ORDER BY sorts a type by.
struct ServerOperators {
    QString less = QStringLiteral("<");
    QString equal = QStringLiteral("=");
    QString greater = QStringLiteral(">");
    bool areUsual = true; ///< found by these names; others have no place in a comparison of rows
};

/// A sort key of the rows of a server's table.
struct ServerKey {
    QString expression;
    QString cast;            ///< its type, which values of a cursor are cast to
    bool isNullable = false; ///< NULL comes after all values, as the server has it
    bool isFloat = false;    ///< read as the server holds it: its text may have lost digits
    ServerOperators operators = {};
};

/// The values of a row's keys as texts that are cast back; nothing for NULL.
using ServerPlace = std::vector<std::optional<QByteArray>>;

/// A total order of the rows of a server's table: keys in one direction, whose last ones tell rows apart. A page begins
/// after the last row of the one before, so that it costs what it reads where an index has the order.
class ServerOrder {
public:
    /// `asBytes`: of a database without an encoding, whose texts come and go as bytes.
    ServerOrder(std::vector<ServerKey> keys, bool descending, bool asBytes)
        : m_keys(std::move(keys))
        , m_descending(descending)
        , m_asBytes(asBytes) {}

    [[nodiscard]] int size() const { return static_cast<int>(m_keys.size()); }
    /// The keys as they are read, in their order.
    [[nodiscard]] QString columns() const;
    [[nodiscard]] QString orderBy() const;

    struct Condition {
        QString sql; ///< empty: every row
        QVariantList bindings;
    };
    /// The rows after a place (`andEqual`: also those that are equal to it) in stretches that follow one another and
    /// are asked for in turn. Without a place: from the first row on.
    [[nodiscard]] std::vector<Condition> after(const std::optional<ServerPlace>& place, bool andEqual) const;
    /// The rows at a place.
    [[nodiscard]] Condition at(const ServerPlace& place) const;
    /// Those after it by one condition, for a statement that sorts them anyhow.
    [[nodiscard]] Condition allAfter(const std::optional<ServerPlace>& place, bool andEqual) const;

private:
    [[nodiscard]] QString valueOf(const ServerKey& key) const;
    [[nodiscard]] QString than(const ServerKey& key) const;
    [[nodiscard]] QVariant bound(const std::optional<QByteArray>& text) const;
    [[nodiscard]] Condition equal(std::size_t key, const ServerPlace& place) const;
    [[nodiscard]] Condition beyond(std::size_t key, const ServerPlace& place) const;
    [[nodiscard]] Condition rowBeyond(std::size_t first, const ServerPlace& place, bool andEqual) const;
    [[nodiscard]] Condition anyBeyond(const ServerPlace& place, bool andEqual) const;

    std::vector<ServerKey> m_keys;
    bool m_descending;
    bool m_asBytes;
};

/// A text of a database without an encoding, as the bytes that it is: the server would refuse to send what is no UTF-8.
[[nodiscard]] QString textAsBytes(const QString& text);

/// A place as one text, under the name of what it belongs to; nothing for a text that belongs to something else.
[[nodiscard]] QByteArray placeText(const QByteArray& name, const ServerPlace& place);
[[nodiscard]] std::optional<ServerPlace> placeOf(const QByteArray& text, const QByteArray& name);

/// A key as it was read.
[[nodiscard]] std::optional<QByteArray> keyText(const Value& cell);

} // namespace portolan
