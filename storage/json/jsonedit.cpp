#include "storage/json/jsonedit.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsonscanner.h"
#include "storage/json/jsontext.h"

#include <QByteArrayList>
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace portolan {

namespace {

using Pointer = std::vector<QByteArray>;

/// A patch that copies into itself doubles with each operation.
constexpr qsizetype mostGrowth = qsizetype(16) << 20;

QString shown(const Pointer& pointer) {
    QString text;
    for (QByteArray token : pointer)
        text += QLatin1Char('/') + QString::fromUtf8(token.replace("~", "~0").replace("/", "~1"));
    return text.isEmpty() ? QStringLiteral("the document") : text;
}

Error doesNotApply(const QString& why) {
    return {ErrorCode::Invalid, why};
}

Error noPlace(const Pointer& pointer) {
    return doesNotApply(QStringLiteral("there is no %1").arg(shown(pointer)));
}

Error notAPatch(qsizetype number, const QString& why) {
    return {ErrorCode::Usage, QStringLiteral("Operation %1 of the patch: %2.").arg(number).arg(why)};
}

qsizetype rootOf(const QByteArray& document) {
    JsonScanner scanner(document);
    scanner.skipBlanks();
    return scanner.position();
}

qsizetype endOf(const QByteArray& document, qsizetype value) {
    JsonScanner scanner(document);
    scanner.moveTo(value);
    scanner.takeValue(0);
    return scanner.position();
}

/// An index into an array of `size`: digits without needless zeros, at most `size`.
std::optional<qsizetype> indexOf(const QByteArray& token, std::size_t size) {
    if (token.isEmpty() || token.size() > 9 || (token.size() > 1 && token.startsWith('0'))
        || !std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const qsizetype index = token.toLongLong();
    return index <= static_cast<qsizetype>(size) ? std::optional(index) : std::nullopt;
}

const JsonMember* memberAt(const JsonContainer& container, const QByteArray& token) {
    if (container.isObject)
        return lastNamed(container, token);
    const auto index = indexOf(token, container.members.size());
    return index && *index < std::ssize(container.members) ? &container.members[static_cast<std::size_t>(*index)]
                                                           : nullptr;
}

/// Returns the place where the value at a path begins; -1 when there is none.
qsizetype find(const QByteArray& document, std::span<const QByteArray> path) {
    qsizetype at = rootOf(document);
    for (const QByteArray& token : path) {
        const JsonContainer container = jsonMembersAt(document, at);
        const JsonMember* const member = memberAt(container, token);
        if (!member)
            return -1;
        at = member->value;
    }
    return at;
}

/// The object or array that the last token of a path (not the empty one) is about.
Result<JsonContainer> containerOf(const QByteArray& document, const Pointer& path) {
    const std::span<const QByteArray> parents(path.data(), path.size() - 1);
    const qsizetype at = find(document, parents);
    const Pointer parent(parents.begin(), parents.end());
    if (at < 0)
        return noPlace(parent);
    if (!isJsonContainer(document, at))
        return doesNotApply(QStringLiteral("%1 is neither an object nor an array").arg(shown(parent)));
    return jsonMembersAt(document, at);
}

QByteArray spliced(const QByteArray& document, qsizetype begin, qsizetype end, const QByteArray& text) {
    return document.first(begin) + text + document.sliced(end);
}

Result<QByteArray> valueOf(const QByteArray& document, const Pointer& path) {
    const qsizetype at = find(document, path);
    return at < 0 ? Result<QByteArray>(noPlace(path))
                  : Result<QByteArray>(document.sliced(at, endOf(document, at) - at));
}

Result<QByteArray> replaced(const QByteArray& document, const Pointer& path, const QByteArray& value) {
    const qsizetype at = find(document, path);
    return at < 0 ? Result<QByteArray>(noPlace(path))
                  : Result<QByteArray>(spliced(document, at, endOf(document, at), value));
}

/// The blanks between `begin` and what stands there.
QByteArray blanksFrom(const QByteArray& document, qsizetype begin) {
    JsonScanner scanner(document);
    scanner.moveTo(begin);
    scanner.skipBlanks();
    return scanner.since(begin).toByteArray();
}

/// Returns the place where the blanks before a member begin: after the comma or the bracket before it.
qsizetype blanksBefore(const JsonContainer& container, const QByteArray& document, std::size_t index) {
    return index == 0 ? container.open : document.indexOf(',', container.members[index - 1].end) + 1;
}

/// Adds a member after the last one, spaced as that is.
QByteArray withMember(const QByteArray& document, const JsonContainer& object, const QByteArray& name,
                      const QByteArray& value) {
    QByteArray quoted;
    appendJsonString(quoted, name);
    if (object.members.empty())
        return spliced(document, object.open, object.open, quoted + ':' + value);
    const JsonMember& last = object.members.back();
    const qsizetype nameEnd = endOf(document, last.begin);
    const QByteArray between = document.sliced(nameEnd, last.value - nameEnd); // with the colon
    const QByteArray before = blanksFrom(document, blanksBefore(object, document, object.members.size() - 1));
    return spliced(document, last.end, last.end, ',' + before + quoted + between + value);
}

QByteArray withElement(const QByteArray& document, const JsonContainer& array, qsizetype index,
                       const QByteArray& value) {
    if (array.members.empty())
        return spliced(document, array.open, array.open, value);
    const QByteArray blanks =
        array.members.size() > 1 ? blanksFrom(document, blanksBefore(array, document, 1)) : QByteArray();
    if (index == std::ssize(array.members))
        return spliced(document, array.members.back().end, array.members.back().end, ',' + blanks + value);
    const qsizetype at = array.members[static_cast<std::size_t>(index)].begin;
    return spliced(document, at, at, value + ',' + blanks);
}

Result<QByteArray> added(const QByteArray& document, const Pointer& path, const QByteArray& value) {
    if (path.empty())
        return replaced(document, path, value);
    const Result<JsonContainer> container = containerOf(document, path);
    PORTOLAN_TRY(container);
    const QByteArray& token = path.back();
    if (container->isObject) {
        if (const JsonMember* const member = lastNamed(*container, token))
            return spliced(document, member->value, member->end, value);
        if (!token.isValidUtf8())
            return doesNotApply(QStringLiteral("the name %1 is no Unicode text").arg(shown(path)));
        return withMember(document, *container, token, value);
    }
    const auto index = token == "-" ? std::optional<qsizetype>(std::ssize(container->members))
                                    : indexOf(token, container->members.size());
    return index ? Result<QByteArray>(withElement(document, *container, *index, value))
                 : Result<QByteArray>(noPlace(path));
}

Result<QByteArray> removed(const QByteArray& document, const Pointer& path) {
    if (path.empty())
        return doesNotApply(QStringLiteral("a whole document cannot be taken away"));
    const Result<JsonContainer> container = containerOf(document, path);
    PORTOLAN_TRY(container);
    const JsonMember* const wanted = memberAt(*container, path.back());
    if (!wanted)
        return noPlace(path);
    const auto& members = container->members;
    QByteArray kept = document.first(members.front().begin);
    const qsizetype begin = kept.size();
    for (std::size_t i = 0; i < members.size(); ++i) {
        const JsonMember& member = members[i];
        if (container->isObject ? member.name == wanted->name : &member == wanted)
            continue;
        const qsizetype from = kept.size() == begin ? member.begin : members[i - 1].end; // with the comma before it
        kept += QByteArrayView(document).sliced(from, member.end - from);
    }
    return kept + document.sliced(members.back().end);
}

bool isWithin(const Pointer& inner, const Pointer& outer) {
    return inner.size() > outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

Result<QByteArray> moved(const QByteArray& document, const Pointer& from, const Pointer& path) {
    if (isWithin(path, from))
        return doesNotApply(QStringLiteral("%1 cannot be moved into itself").arg(shown(from)));
    const Result<QByteArray> value = valueOf(document, from);
    if (!value || from == path)
        return value ? Result<QByteArray>(document) : value;
    const Result<QByteArray> without = removed(document, from);
    return without ? added(*without, path, *value) : without;
}

std::optional<QByteArrayView> memberOf(QByteArrayView element, const char* name) {
    const auto place = findJsonPlace(element, {QByteArray(name)});
    return place ? std::optional(place->raw) : std::nullopt;
}

/// The elements of an array whose elements are all objects with "op" and "path".
std::optional<std::vector<QByteArray>> operationsOf(const QByteArray& text) {
    const qsizetype root = rootOf(text);
    if (text[root] != '[')
        return std::nullopt;
    std::vector<QByteArray> elements;
    for (const JsonMember& member : jsonMembersAt(text, root).members) {
        elements.push_back(text.sliced(member.value, member.end - member.value));
        const QByteArray& element = elements.back();
        if (!element.startsWith('{') || !memberOf(element, "op") || !memberOf(element, "path"))
            return std::nullopt;
    }
    return elements;
}

/// "a/b" of "a~1b"; nothing when there is a ~ that stands for nothing.
std::optional<QByteArray> unescaped(const QByteArray& token) {
    QByteArray text;
    for (qsizetype i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            text += token[i];
            continue;
        }
        ++i;
        if (i == token.size() || (token[i] != '0' && token[i] != '1'))
            return std::nullopt;
        text += token[i] == '0' ? '~' : '/';
    }
    return text;
}

} // namespace

Result<JsonEdit::Pointer> JsonEdit::parsePointer(QByteArrayView element, const char* member, qsizetype number) {
    const auto place = findJsonPlace(element, {QByteArray(member)});
    const QString name = QLatin1String(member);
    if (!place || place->kind != JsonPlace::Kind::String)
        return notAPatch(number, QStringLiteral("\"%1\" should be a text like \"/a/0\"").arg(name));
    const QByteArray text = place->text();
    if (text.isEmpty())
        return Pointer();
    if (!text.startsWith('/'))
        return notAPatch(number, QStringLiteral("\"%1\" should begin with /").arg(name));
    Pointer pointer;
    for (const QByteArray& token : text.sliced(1).split('/')) {
        const auto plain = unescaped(token);
        if (!plain)
            return notAPatch(number, QStringLiteral("in \"%1\" a ~ should be ~0, and ~1 means /").arg(name));
        pointer.push_back(*plain);
    }
    return pointer;
}

Result<JsonEdit::Operation> JsonEdit::parseOperation(QByteArrayView element, qsizetype number) {
    static constexpr std::pair<const char*, Kind> kinds[] = {{"add", Kind::Add},         {"remove", Kind::Remove},
                                                             {"replace", Kind::Replace}, {"move", Kind::Move},
                                                             {"copy", Kind::Copy},       {"test", Kind::Test}};
    const auto name = findJsonPlace(element, {QByteArray("op")});
    const auto* const kind = std::ranges::find_if(kinds, [&](const auto& entry) {
        return name && name->kind == JsonPlace::Kind::String && name->text() == entry.first;
    });
    if (kind == std::end(kinds))
        return notAPatch(number, QStringLiteral("\"op\" should be add, remove, replace, move, copy or test"));
    Operation operation;
    operation.kind = kind->second;
    Result<Pointer> path = parsePointer(element, "path", number);
    PORTOLAN_TRY(path);
    operation.path = std::move(*path);
    if (operation.kind == Kind::Move || operation.kind == Kind::Copy) {
        Result<Pointer> from = parsePointer(element, "from", number);
        PORTOLAN_TRY(from);
        operation.from = std::move(*from);
    } else if (operation.kind != Kind::Remove) {
        const auto value = memberOf(element, "value");
        if (!value)
            return notAPatch(number, QStringLiteral("\"value\" is missing"));
        operation.value = value->toByteArray();
    }
    return operation;
}

Result<JsonEdit> JsonEdit::parse(QByteArrayView text) {
    const QByteArray whole = text.toByteArray();
    if (!whole.isValidUtf8() || !findJsonPlace(whole, {}))
        return Error{ErrorCode::Usage, QStringLiteral("The edit is neither a JSON Patch nor another JSON document.")};
    JsonEdit edit;
    const auto elements = operationsOf(whole);
    if (!elements) {
        edit.m_document = whole;
        return edit;
    }
    if (elements->empty())
        return Error{ErrorCode::Usage, QStringLiteral("The edit is an empty patch; nothing would change.")};
    edit.m_isPatch = true;
    for (const QByteArray& element : *elements) {
        Result<Operation> operation = parseOperation(element, std::ssize(edit.m_operations) + 1);
        PORTOLAN_TRY(operation);
        edit.m_operations.push_back(std::move(*operation));
    }
    return edit;
}

Result<QByteArray> JsonEdit::applyOne(const Operation& operation, const QByteArray& document) {
    switch (operation.kind) {
    case Kind::Add:
        return added(document, operation.path, operation.value);
    case Kind::Remove:
        return removed(document, operation.path);
    case Kind::Replace:
        return replaced(document, operation.path, operation.value);
    case Kind::Move:
        return moved(document, operation.from, operation.path);
    case Kind::Copy: {
        const Result<QByteArray> value = valueOf(document, operation.from);
        return value ? added(document, operation.path, *value) : value;
    }
    case Kind::Test: {
        const Result<QByteArray> value = valueOf(document, operation.path);
        if (value && !isSameJson(*value, operation.value))
            return doesNotApply(
                QStringLiteral("%1 is not %2").arg(shown(operation.path), QString::fromUtf8(operation.value)));
        return value ? Result<QByteArray>(document) : value;
    }
    }
    Q_UNREACHABLE();
}

Result<QByteArray> JsonEdit::apply(QByteArrayView document) const {
    if (!m_isPatch)
        return m_document;
    QByteArray text = document.toByteArray();
    if (!findJsonPlace(text, {}))
        return doesNotApply(QStringLiteral("the document is no JSON"));
    for (const Operation& operation : m_operations) {
        Result<QByteArray> after = applyOne(operation, text);
        if (!after)
            return after;
        text = std::move(*after);
        if (text.size() - document.size() > mostGrowth)
            return doesNotApply(QStringLiteral("the document would grow by more than 16 MiB"));
        if (!findJsonPlace(text, {}))
            return doesNotApply(QStringLiteral("the document would be nested too deeply"));
    }
    return text;
}

QString whyNotJsonb(QByteArrayView document) {
    JsonScanner scanner(document);
    while (!scanner.atEnd()) {
        const qsizetype begin = scanner.position();
        const char c = scanner.peek();
        if (c == '"') {
            if (!scanner.takeString())
                return QStringLiteral("it is no JSON");
            const QByteArray text = jsonStringText(scanner.since(begin));
            if (text.contains('\0'))
                return QStringLiteral("the database cannot hold \\u0000 in a text");
            if (!text.isValidUtf8())
                return QStringLiteral("the database cannot hold half a surrogate pair in a text");
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            if (!scanner.takeNumber())
                return QStringLiteral("it is no JSON");
            if (!isHeldNumber(scanner.since(begin)))
                return QStringLiteral("the database cannot hold a number of so many digits");
        } else {
            scanner.moveTo(begin + 1);
        }
    }
    return {};
}

} // namespace portolan
