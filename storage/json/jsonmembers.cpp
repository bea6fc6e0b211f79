#include "storage/json/jsonmembers.h"

#include "storage/json/jsonnumber.h"
#include "storage/json/jsonscanner.h"

#include <algorithm>
#include <map>
#include <ranges>

namespace portolan {

namespace {

QByteArrayView trimmed(QByteArrayView text) {
    JsonScanner scanner(text);
    scanner.skipBlanks();
    const qsizetype begin = scanner.position();
    scanner.takeValue(0);
    return scanner.since(begin);
}

using Members = std::map<QByteArray, QByteArrayView>;

Members membersOf(QByteArrayView document, const JsonContainer& object) {
    Members members;
    for (const JsonMember& member : object.members)
        members[member.name] = jsonValueAt(document, member);
    return members;
}

bool isSameContainer(QByteArrayView a, QByteArrayView b) {
    const JsonContainer left = jsonMembersAt(a, 0);
    const JsonContainer right = jsonMembersAt(b, 0);
    if (left.isObject) {
        const Members these = membersOf(a, left);
        const Members those = membersOf(b, right);
        return std::ranges::equal(these, those, [](const auto& one, const auto& other) {
            return one.first == other.first && isSameJson(one.second, other.second);
        });
    }
    return std::ranges::equal(left.members, right.members, [&](const JsonMember& one, const JsonMember& other) {
        return isSameJson(jsonValueAt(a, one), jsonValueAt(b, other));
    });
}

bool isNumber(QByteArrayView value) {
    return value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}

} // namespace

QByteArrayView jsonValueAt(QByteArrayView document, const JsonMember& member) {
    return document.sliced(member.value, member.end - member.value);
}

bool isJsonContainer(QByteArrayView document, qsizetype value) {
    return document[value] == '{' || document[value] == '[';
}

JsonContainer jsonMembersAt(QByteArrayView document, qsizetype value) {
    JsonContainer container;
    if (!isJsonContainer(document, value))
        return container;
    container.isObject = document[value] == '{';
    container.open = value + 1;
    JsonScanner scanner(document);
    scanner.moveTo(container.open);
    scanner.skipBlanks();
    if (scanner.peek() == '}' || scanner.peek() == ']')
        return container;
    do {
        scanner.skipBlanks();
        JsonMember member;
        member.begin = scanner.position();
        if (container.isObject) {
            scanner.takeString();
            member.name = jsonStringText(scanner.since(member.begin));
            scanner.skipBlanks();
            scanner.take(':');
            scanner.skipBlanks();
        }
        member.value = scanner.position();
        if (!scanner.takeValue(0))
            return container; // the document was not checked
        member.end = scanner.position();
        container.members.push_back(std::move(member));
        scanner.skipBlanks();
    } while (scanner.take(','));
    return container;
}

const JsonMember* lastNamed(const JsonContainer& container, QByteArrayView name) {
    const auto found = std::find_if(container.members.rbegin(), container.members.rend(),
                                    [name](const JsonMember& member) { return QByteArrayView(member.name) == name; });
    return found == container.members.rend() ? nullptr : &*found;
}

bool isSameJson(QByteArrayView a, QByteArrayView b) {
    const QByteArrayView left = trimmed(a);
    const QByteArrayView right = trimmed(b);
    if (left == right || left.isEmpty() || right.isEmpty())
        return left == right;
    if (isNumber(left) && isNumber(right))
        return compareJsonNumbers(left, right) == std::strong_ordering::equal;
    if (left.front() != right.front())
        return false;
    if (isJsonContainer(left, 0))
        return isSameContainer(left, right);
    return left.front() == '"' ? jsonStringText(left) == jsonStringText(right) : left == right;
}

} // namespace portolan
