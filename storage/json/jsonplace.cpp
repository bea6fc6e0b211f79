#include "storage/json/jsonplace.h"

#include "storage/json/jsonnumber.h"
#include "storage/json/jsonscanner.h"

namespace portolan {

namespace {

JsonPlace::Kind kindOf(char first) {
    switch (first) {
    case '{':
        return JsonPlace::Kind::Object;
    case '[':
        return JsonPlace::Kind::Array;
    case '"':
        return JsonPlace::Kind::String;
    case 't':
    case 'f':
        return JsonPlace::Kind::Boolean;
    case 'n':
        return JsonPlace::Kind::Null;
    default:
        return JsonPlace::Kind::Number;
    }
}

/// From the bracket of a checked array to the wanted element.
bool enterArray(JsonScanner& scanner, int wanted) {
    if (!scanner.take('['))
        return false;
    for (int index = 0;; ++index) {
        scanner.skipBlanks();
        if (index == wanted)
            return scanner.peek() != ']';
        if (!scanner.takeValue(0))
            return false;
        scanner.skipBlanks();
        if (!scanner.take(','))
            return false;
    }
}

/// From the bracket of a checked object to the value of its last member of that name.
bool enterObject(JsonScanner& scanner, const QByteArray& key) {
    if (!scanner.take('{'))
        return false;
    qsizetype found = -1;
    do {
        scanner.skipBlanks();
        const qsizetype begin = scanner.position();
        if (!scanner.takeString())
            break;
        const bool isWanted = isJsonString(scanner.since(begin), key);
        scanner.skipBlanks();
        scanner.take(':');
        scanner.skipBlanks();
        if (isWanted)
            found = scanner.position();
        if (!scanner.takeValue(0))
            break;
        scanner.skipBlanks();
    } while (scanner.take(','));
    if (found < 0)
        return false;
    scanner.moveTo(found);
    return true;
}

/// Takes a whole object, checking it, and tells the place of the value of its last member of that name; none: -1.
bool takeObject(JsonScanner& scanner, const QByteArray& key, qsizetype& found) {
    found = -1;
    if (!scanner.take('{'))
        return false;
    scanner.skipBlanks();
    if (scanner.take('}'))
        return true;
    do {
        scanner.skipBlanks();
        const qsizetype begin = scanner.position();
        if (!scanner.takeString())
            return false;
        const bool isWanted = isJsonString(scanner.since(begin), key);
        scanner.skipBlanks();
        if (!scanner.take(':'))
            return false;
        scanner.skipBlanks();
        if (isWanted)
            found = scanner.position();
        if (!scanner.takeValue(1))
            return false;
        scanner.skipBlanks();
    } while (scanner.take(','));
    return scanner.take('}');
}

bool enter(JsonScanner& scanner, const std::variant<QByteArray, int>& step) {
    const auto* key = std::get_if<QByteArray>(&step);
    return key ? enterObject(scanner, *key) : enterArray(scanner, std::get<int>(step));
}

} // namespace

QByteArray JsonPlace::text() const {
    switch (kind) {
    case Kind::String:
        return jsonStringText(raw);
    case Kind::Number:
        return jsonNumberText(raw);
    case Kind::Null:
    case Kind::Boolean:
    case Kind::Array:
    case Kind::Object:
        break;
    }
    return raw.toByteArray();
}

std::optional<JsonPlace> findJsonPlace(QByteArrayView document,
                                       const std::vector<std::variant<QByteArray, int>>& path) {
    JsonScanner scanner(document);
    scanner.skipBlanks();
    const qsizetype first = scanner.position();
    // An object, which most documents are, is checked and entered in one pass.
    const auto* const key = path.empty() ? nullptr : std::get_if<QByteArray>(&path.front());
    const bool isEntered = key && scanner.peek() == '{';
    qsizetype place = first;
    if (!(isEntered ? takeObject(scanner, *key, place) : scanner.takeValue(0)))
        return std::nullopt;
    scanner.skipBlanks();
    if (!scanner.atEnd() || place < 0)
        return std::nullopt;
    scanner.moveTo(place);
    for (std::size_t step = isEntered ? 1 : 0; step < path.size(); ++step) {
        if (!enter(scanner, path[step]))
            return std::nullopt;
    }
    const qsizetype begin = scanner.position();
    const JsonPlace::Kind kind = kindOf(scanner.peek());
    if (!scanner.takeValue(0))
        return std::nullopt;
    return JsonPlace{kind, scanner.since(begin)};
}

std::optional<std::vector<QByteArrayView>> jsonMemberValues(QByteArrayView document) {
    JsonScanner scanner(document);
    scanner.skipBlanks();
    if (!scanner.take('{'))
        return std::nullopt;
    std::vector<QByteArrayView> values;
    scanner.skipBlanks();
    bool more = scanner.peek() != '}';
    while (more) {
        scanner.skipBlanks();
        if (!scanner.takeString())
            return std::nullopt;
        scanner.skipBlanks();
        if (!scanner.take(':'))
            return std::nullopt;
        scanner.skipBlanks();
        const qsizetype begin = scanner.position();
        if (!scanner.takeValue(1))
            return std::nullopt;
        values.push_back(scanner.since(begin));
        scanner.skipBlanks();
        more = scanner.take(',');
    }
    const bool closed = scanner.take('}');
    scanner.skipBlanks();
    return closed && scanner.atEnd() ? std::optional(std::move(values)) : std::nullopt;
}

} // namespace portolan
