#pragma once

#include "storage/base/bytes.h"

#include <QByteArray>
#include <QByteArrayView>
#include <vector>

namespace portolan {

/// The place of an array's element or an object's member in the text of its document.
struct JsonMember {
    qsizetype begin = 0; ///< of its name, or of the element
    qsizetype value = 0; ///< of its value
    qsizetype end = 0;   ///< after its value
    QByteArray name;     ///< of a member, escapes resolved
};

/// The text of its value. Borrows the document.
[[nodiscard]] QByteArrayView jsonValueAt(QByteArrayView document, const JsonMember& member);
template <Temporary Text>
QByteArrayView jsonValueAt(const Text&& document, const JsonMember& member) = delete;

/// An object or an array of a checked document, taken apart.
struct JsonContainer {
    bool isObject = false;
    qsizetype open = 0; ///< after its bracket
    std::vector<JsonMember> members;
};

/// Takes apart the value that begins at `value` in a checked document. It has no members when it is neither object
/// nor array; see isContainer().
[[nodiscard]] JsonContainer jsonMembersAt(QByteArrayView document, qsizetype value);
[[nodiscard]] bool isJsonContainer(QByteArrayView document, qsizetype value);

/// The last member of that name; null when there is none.
[[nodiscard]] const JsonMember* lastNamed(const JsonContainer& container, QByteArrayView name);

/// Returns true when two checked values are the same: numbers by value, strings by their characters, objects whatever
/// the order of their members (of equal names the last).
[[nodiscard]] bool isSameJson(QByteArrayView a, QByteArrayView b);

} // namespace portolan
