#include "storage/deadletters/errortype.h"

#include "storage/deadletters/messagemask.h"
#include "storage/deadletters/wordscan.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

namespace portolan {

namespace {

using Json = nlohmann::json;
using Names = std::span<const std::string_view>;

constexpr qsizetype longestType = 200;
constexpr qsizetype longestTrace = 16 * 1024;
constexpr qsizetype longestFrame = 120;
constexpr int deepest = 4; ///< members in members that are looked into

// In their order, in lower case without _ and -.
constexpr std::string_view typeNames[] = {"type",           "errortype", "exceptiontype", "class",
                                          "errorclass",     "classname", "exception",     "exceptionname",
                                          "exceptionclass", "name",      "errorname"};
constexpr std::string_view codeNames[] = {"code", "errorcode", "errno", "sqlstate", "status", "statuscode"};
constexpr std::string_view traceNames[] = {"stack", "stacktrace", "traceback", "backtrace", "trace", "frames"};
constexpr std::string_view innerNames[] = {"error", "exception", "cause", "err"};
constexpr std::string_view functionNames[] = {"function", "method", "methodname", "func", "name"};
constexpr std::string_view scopeNames[] = {"class", "classname", "module", "declaringclass"};
constexpr std::string_view fileNames[] = {"file", "filename", "path", "source"};

std::string plainKey(const std::string& key) {
    std::string plain;
    for (const char c : key) {
        if (c != '_' && c != '-')
            plain += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

QByteArray bytesOf(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// Visits the members with these names, by the order of the names, until one is taken.
template <class Take>
bool anyMember(const Json& object, Names names, const Take& take) {
    for (const std::string_view name : names) {
        for (const auto& [key, value] : object.items()) {
            if (plainKey(key) == name && take(value))
                return true;
        }
    }
    return false;
}

/// Makes a text one line without control characters, cut between characters.
QByteArray oneLine(QByteArray text, qsizetype longest) {
    for (char& c : text) {
        if (classOf(c) == CharacterClass::Blank)
            c = ' ';
    }
    text = text.simplified();
    while (text.size() > longest || !text.isValidUtf8())
        text.chop(1);
    return text;
}

/// Returns the first string or number under these names as text; empty: there is none.
QByteArray scalarIn(const Json& object, Names names) {
    QByteArray found;
    anyMember(object, names, [&](const Json& value) {
        if (value.is_string())
            found = oneLine(bytesOf(value.get_ref<const std::string&>()), longestType);
        else if (value.is_number())
            found = bytesOf(value.dump());
        return !found.isEmpty();
    });
    return found;
}

/// Finds the type. "java.io.IOException: no space" is named by the part before its message; other texts with blanks are
/// no types.
QByteArray typeIn(const Json& object) {
    QByteArray found;
    anyMember(object, typeNames, [&](const Json& value) {
        if (!value.is_string())
            return false;
        const QByteArray text = oneLine(bytesOf(value.get_ref<const std::string&>()), longestType);
        const qsizetype colon = text.indexOf(": ");
        found = colon > 0 ? text.first(colon) : text;
        if (found.endsWith(':'))
            found.chop(1);
        if (found.contains(' ') && colon > 0)
            found.clear();
        return !found.isEmpty();
    });
    return found;
}

/// Makes paths file names, and leaves out the line and column that follow them.
QByteArray withoutPlaces(QByteArrayView frame) {
    QByteArray kept;
    qsizetype word = 0; // where the word begins in what is kept
    for (qsizetype i = 0; i < frame.size(); ++i) {
        const char c = frame[i];
        if (c == '/' || c == '\\') {
            kept.truncate(word);
            continue;
        }
        if (c == ':' && i + 1 < frame.size() && classOf(frame[i + 1]) == CharacterClass::Digit) {
            while (i + 1 < frame.size() && classOf(frame[i + 1]) == CharacterClass::Digit)
                ++i;
            continue;
        }
        if (c == '"' || c == '\'')
            continue;
        kept += c;
        if (classOf(c) == CharacterClass::Blank || c == '(' || c == '[' || c == ',')
            word = kept.size();
    }
    return kept;
}

QByteArray plainFrame(QByteArrayView line) {
    QByteArrayView frame = line.trimmed();
    if (frame.startsWith("at "))
        frame = frame.sliced(3).trimmed();
    MessageMask mask;
    return oneLine(mask.mask(withoutPlaces(frame.first(std::min(frame.size(), 4 * longestFrame)))), longestFrame);
}

bool isPythonFrame(QByteArrayView line) {
    return line.startsWith("File \"");
}

/// Returns true for a frame as Java, JavaScript and .NET write it, gdb and PHP, or Python.
bool isFrame(QByteArrayView line) {
    const bool numbered = line.size() > 1 && line[0] == '#' && classOf(line[1]) == CharacterClass::Digit;
    return line.startsWith("at ") || numbered || isPythonFrame(line);
}

/// Returns true for a line that only announces: "Traceback (most recent call last):", "goroutine 1 [running]:".
bool isHeading(QByteArrayView line) {
    return line.isEmpty() || line.endsWith(':') || line.startsWith("Traceback");
}

QByteArray frameOfObject(const Json& frame) {
    const QByteArray function = scalarIn(frame, functionNames);
    const QByteArray scope = scalarIn(frame, scopeNames);
    const QByteArray file = scalarIn(frame, fileNames);
    QByteArray text = scope.isEmpty() || function.isEmpty() ? scope + function : scope + '.' + function;
    if (!file.isEmpty())
        text += text.isEmpty() ? file : " (" + file + ')';
    return plainFrame(text);
}

QByteArray frameOfArray(const Json& frames) {
    QByteArray lines;
    for (const Json& frame : frames) {
        if (frame.is_object()) {
            if (QByteArray text = frameOfObject(frame); !text.isEmpty())
                return text;
        } else if (frame.is_string() && lines.size() < longestTrace) {
            lines += bytesOf(frame.get_ref<const std::string&>()) + '\n';
        }
    }
    return firstStackFrame(lines);
}

QByteArray frameIn(const Json& object) {
    QByteArray found;
    anyMember(object, traceNames, [&](const Json& value) {
        if (value.is_string())
            found = firstStackFrame(bytesOf(value.get_ref<const std::string&>()));
        else if (value.is_array())
            found = frameOfArray(value);
        return !found.isEmpty();
    });
    return found;
}

struct ErrorParts {
    QByteArray type;
    QByteArray code;
    QByteArray frame;
};

void collect(const Json& object, int depth, ErrorParts& parts) {
    const auto fill = [](QByteArray& part, QByteArray found) {
        if (part.isEmpty())
            part = std::move(found);
    };
    fill(parts.type, typeIn(object));
    fill(parts.code, scalarIn(object, codeNames));
    fill(parts.frame, frameIn(object));
    if (depth == deepest)
        return;
    anyMember(object, innerNames, [&](const Json& value) {
        if (value.is_object())
            collect(value, depth + 1, parts);
        return false;
    });
}

} // namespace

QByteArray firstStackFrame(QByteArrayView trace) {
    const QByteArray text = trace.first(std::min(trace.size(), longestTrace)).toByteArray();
    QByteArrayView found;
    QByteArrayView fallback;
    for (QByteArrayView rest = text; !rest.isEmpty();) {
        const qsizetype end = rest.indexOf('\n');
        const QByteArrayView line = (end < 0 ? rest : rest.first(end)).trimmed();
        rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
        if (isFrame(line) && (found.isEmpty() || isPythonFrame(line)))
            found = line;
        if (fallback.isEmpty() && !isHeading(line))
            fallback = line;
    }
    return plainFrame(found.isEmpty() ? fallback : found);
}

QByteArray errorType(QByteArrayView details) {
    const Json document = Json::parse(details.begin(), details.end(), nullptr, false);
    if (!document.is_object())
        return {};
    ErrorParts parts;
    collect(document, 0, parts);
    QByteArray text = parts.type;
    if (!parts.code.isEmpty())
        text += (text.isEmpty() ? "" : " ") + parts.code;
    if (!parts.frame.isEmpty())
        text += (text.isEmpty() ? "at " : " at ") + parts.frame;
    return oneLine(text, longestType);
}

} // namespace portolan
