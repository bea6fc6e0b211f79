#include "storage/deadletters/templateslots.h"

#include "storage/deadletters/templateshape.h"
#include "storage/deadletters/wordscan.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace portolan {

namespace {

constexpr qsizetype mostUnitBytes = 12;
constexpr qsizetype mostNameBytes = 24;

bool isLetter(char c) {
    return classOf(c) == CharacterClass::Letter;
}

bool isDigit(char c) {
    return classOf(c) == CharacterClass::Digit;
}

bool isOfWord(char c) {
    return isLetter(c) || isDigit(c);
}

bool isBlank(char c) {
    return classOf(c) == CharacterClass::Blank;
}

QByteArrayView trimmed(QByteArrayView text) {
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text.chop(1);
    return text;
}

/// Returns the end of a run of pieces that is found at `at` of a message; -1: it is not there. Blanks in a message
/// count no more than in a template, but a blank before the run has to be there where the template has one.
template <class Pieces>
qsizetype matchAt(QByteArrayView message, qsizetype at, const Pieces& run) {
    bool isFirst = true;
    for (const auto& piece : run) {
        const qsizetype begin = at;
        while (at < message.size() && isBlank(message[at]))
            ++at;
        if (isFirst && piece.spaced && at == begin && at > 0)
            return -1;
        isFirst = false;
        if (!message.sliced(at).startsWith(piece.text))
            return -1;
        at += piece.text.size();
        const char mark = piece.text.back();
        while (!isOfWord(mark) && at < message.size() && message[at] == mark) // a ruler, which is cut to three
            ++at;
    }
    return at;
}

bool isNumber(QByteArrayView value) {
    return !value.isEmpty() && std::ranges::any_of(value, isDigit) && std::ranges::all_of(value, [](char c) {
        return isDigit(c) || c == '.' || c == ',' || c == '-' || c == '+';
    });
}

/// Returns the unit after a number ("ms" of "3000 ms" and of "3000ms"); empty: there is none.
QByteArray unitOf(QByteArrayView value) {
    qsizetype begin = value.size();
    while (begin > 0 && (isLetter(value[begin - 1]) || value[begin - 1] == '%'))
        --begin;
    const QByteArrayView unit = value.sliced(begin);
    return !unit.isEmpty() && unit.size() <= mostUnitBytes && isNumber(trimmed(value.first(begin))) ? unit.toByteArray()
                                                                                                    : QByteArray();
}

bool isUuid(QByteArrayView value) {
    if (value.size() != 36)
        return false;
    for (qsizetype i = 0; i < value.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? value[i] != '-' : !isHexDigit(value[i]))
            return false;
    }
    return true;
}

bool isAddress(QByteArrayView value) {
    const qsizetype colon = value.indexOf(':');
    const QByteArrayView host = colon >= 0 && value.count(':') == 1 ? value.first(colon) : value;
    return (host.count('.') == 3 && std::ranges::all_of(host, [](char c) { return isDigit(c) || c == '.'; }))
           || (value.count(':') >= 2
               && std::ranges::all_of(value, [](char c) { return isHexDigit(c) || c == ':' || c == '.'; }));
}

bool isTime(QByteArrayView value) {
    return value.size() >= 8 && isDigit(value[0]) && isDigit(value[1])
           && (value.count(':') >= 2 || (value.size() >= 10 && value[4] == '-' && value[7] == '-'));
}

bool isUrl(QByteArrayView value) {
    return value.indexOf("://") > 0;
}

bool isPath(QByteArrayView value) {
    return value.startsWith('/') || value.startsWith("./") || value.startsWith("~/") || value.startsWith("\\\\")
           || (value.size() > 2 && isLetter(value[0]) && value[1] == ':');
}

/// "db-1", "node17", "smtp-2:25", "queue.example.org".
bool isHost(QByteArrayView value) {
    const bool plain =
        std::ranges::all_of(value, [](char c) { return isOfWord(c) || c == '-' || c == '.' || c == ':' || c == '_'; });
    return plain && !value.isEmpty() && isLetter(value[0]);
}

constexpr QByteArrayView beforeHosts[] = {"on", "to", "from", "by", "at", "host", "server", "via", "with"};

template <class Holds>
bool all(const std::vector<QByteArray>& values, Holds holds) {
    return !values.empty()
           && std::ranges::all_of(values, [&](const QByteArray& value) { return holds(QByteArrayView(value)); });
}

/// Returns the word at the end of a text, and true when it is the name of a value: "attempt=", "user:".
std::pair<QByteArray, bool> wordBefore(QByteArrayView text) {
    text = trimmed(text);
    const bool names = text.endsWith('=') || text.endsWith(':');
    while (!text.isEmpty() && !isOfWord(text.back()))
        text.chop(1);
    qsizetype begin = text.size();
    while (begin > 0 && (isOfWord(text[begin - 1]) || text[begin - 1] == '_'))
        --begin;
    return {text.sliced(begin).toByteArray(), names};
}

/// Returns the unit that a text begins with; empty: it begins with another word.
QByteArray unitBefore(QByteArrayView text) {
    static constexpr QByteArrayView units[] = {"ms", "us",  "s",   "min", "h", "bytes", "B",     "KB",      "MB",
                                               "GB", "KiB", "MiB", "GiB", "%", "rows",  "tries", "retries", "attempts"};
    text = trimmed(text);
    qsizetype end = text.startsWith('%') ? 1 : 0;
    while (end < text.size() && isLetter(text[end]))
        ++end;
    const QByteArrayView word = text.first(end);
    return std::ranges::find(units, word) != std::end(units) ? word.toByteArray() : QByteArray();
}

/// Sums up values that are all numbers; nothing where one is none.
std::optional<TemplateSlot::Numbers> numbersOf(const std::unordered_map<std::string, qint64>& values) {
    std::map<double, qint64> numbers;
    qint64 all = 0;
    for (const auto& [value, count] : values) {
        bool isOne = false;
        const double number = QByteArray::fromStdString(value).toDouble(&isOne);
        if (!isOne || !std::isfinite(number))
            return std::nullopt;
        numbers[number] += count;
        all += count;
    }
    if (numbers.empty())
        return std::nullopt;
    TemplateSlot::Numbers found{numbers.begin()->first, 0, numbers.rbegin()->first};
    qint64 below = 0;
    for (const auto& [number, count] : numbers) {
        below += count;
        if (2 * below >= all) {
            found.middle = number;
            break;
        }
    }
    return found;
}

} // namespace

QByteArray slotName(const std::vector<QByteArray>& values, QByteArrayView before, QByteArrayView after) {
    const auto [word, names] = wordBefore(before);
    const bool hasWord = !word.isEmpty() && word.size() <= mostNameBytes && isLetter(word.front());
    if (names && hasWord)
        return word;
    if (all(values, isUuid))
        return "id";
    if (all(values, isUrl))
        return "URL";
    if (all(values, isAddress))
        return "address";
    if (all(values, isTime))
        return "time";
    if (all(values, isPath))
        return "path";
    if (const QByteArray unit = values.empty() ? QByteArray() : unitOf(values.front());
        !unit.isEmpty() && all(values, [&](QByteArrayView value) { return unitOf(value) == unit; }))
        return unit;
    if (const QByteArray unit = unitBefore(after); !unit.isEmpty() && all(values, isNumber))
        return unit;
    if (all(values, [](QByteArrayView value) { return isNumber(value) || !unitOf(value).isEmpty(); })) {
        const bool isPlain = std::ranges::find(beforeHosts, QByteArrayView(word)) == std::end(beforeHosts)
                             && word != "after" && word != "of" && word != "in" && word != "for";
        return hasWord && word.size() > 1 && isPlain && all(values, isNumber) ? word : QByteArray("number");
    }
    const bool isAfterHostWord = std::ranges::find(beforeHosts, QByteArrayView(word)) != std::end(beforeHosts);
    if (isAfterHostWord && all(values, isHost))
        return word == "server" ? word : QByteArray("host");
    return hasWord && word.size() > 2 ? word : QByteArray("value");
}

SlotCounter::SlotCounter(QByteArrayView text) : m_text(text.toByteArray()) {
    std::vector<TemplateToken> tokens;
    tokenize(m_text, tokens);
    for (const TemplateToken& token : tokens) {
        if (token.wildcard) {
            m_pieces.push_back({{}, token.spaced});
            continue;
        }
        bool spaced = token.spaced;
        qsizetype at = 0;
        while (at < token.text.size()) {
            const qsizetype next = token.text.indexOf(wildcard, at);
            const qsizetype end = next < 0 ? token.text.size() : next;
            if (end > at)
                m_pieces.push_back({token.text.sliced(at, end - at).toByteArray(), std::exchange(spaced, false)});
            if (next >= 0)
                m_pieces.push_back({{}, std::exchange(spaced, false)});
            at = next < 0 ? end : next + wildcard.size();
        }
    }
    const auto places = std::ranges::count_if(m_pieces, [](const Piece& piece) { return piece.text.isEmpty(); });
    m_values.resize(static_cast<std::size_t>(places));
    m_full.resize(m_values.size());
}

/// Finds each run of words of the template as early as it can be after the one before, and the last at the end: what is
/// between them are the values. Linear in the length of the message for each run.
std::optional<std::vector<QByteArrayView>> SlotCounter::valuesOf(QByteArrayView message) const {
    std::vector<QByteArrayView> values;
    message = trimmed(message);
    qsizetype at = 0;
    bool isOpen = false; // a value begins at `at`
    for (auto piece = m_pieces.begin(); piece != m_pieces.end();) {
        if (piece->text.isEmpty()) {
            if (isOpen)
                return std::nullopt; // nothing tells two values side by side apart
            isOpen = true;
            ++piece;
            continue;
        }
        const auto end = std::find_if(piece, m_pieces.end(), [](const Piece& p) { return p.text.isEmpty(); });
        const std::vector<Piece> run(piece, end);
        const bool isLast = end == m_pieces.end();
        qsizetype found = -1;
        qsizetype after = -1;
        for (qsizetype from = isOpen ? at + 1 : at; from <= message.size(); ++from) {
            after = matchAt(message, from, run);
            if (after >= 0 && (!isLast || after == message.size())) {
                found = from;
                break;
            }
            if (!isOpen)
                break;
        }
        if (found < 0)
            return std::nullopt;
        if (std::exchange(isOpen, false))
            values.push_back(trimmed(message.sliced(at, found - at)));
        at = after;
        piece = end;
    }
    if (isOpen)
        values.push_back(trimmed(message.sliced(at)));
    else if (at != message.size())
        return std::nullopt;
    return values;
}

bool SlotCounter::add(QByteArrayView message) {
    const auto values = valuesOf(message);
    if (!values)
        return false;
    ++m_counted;
    for (std::size_t place = 0; place < values->size(); ++place) {
        auto& known = m_values[place];
        const QByteArrayView value = (*values)[place].first(std::min((*values)[place].size(), longestValue));
        const std::string key(value.data(), static_cast<std::size_t>(value.size()));
        if (const auto found = known.find(key); found != known.end())
            ++found->second;
        else if (known.size() < mostDistinct)
            known.emplace(key, 1);
        else
            m_full[place] = true;
    }
    return true;
}

std::vector<QByteArray> SlotCounter::names() const {
    std::vector<QByteArray> names;
    std::map<QByteArray, int> used;
    QByteArray before;
    for (auto piece = m_pieces.begin(); piece != m_pieces.end(); ++piece) {
        if (!piece->text.isEmpty()) {
            before += (piece->spaced ? " " : "") + piece->text;
            continue;
        }
        std::vector<QByteArray> values;
        for (const auto& [value, count] : m_values[names.size()])
            values.push_back(QByteArray::fromStdString(value));
        const auto next = std::next(piece);
        const QByteArray name = slotName(values, before, next != m_pieces.end() ? next->text : QByteArray());
        const int number = ++used[name];
        names.push_back(number == 1 ? name : name + ' ' + QByteArray::number(number));
        before.clear();
    }
    return names;
}

/// Returns the words next to a place; empty where another place or the end is.
std::pair<QByteArray, QByteArray> SlotCounter::wordsBeside(std::size_t place) const {
    std::size_t seen = 0;
    for (auto piece = m_pieces.begin(); piece != m_pieces.end(); ++piece) {
        if (!piece->text.isEmpty() || seen++ != place)
            continue;
        const auto next = std::next(piece);
        const QByteArray before = piece != m_pieces.begin() ? std::prev(piece)->text : QByteArray();
        const QByteArray after = next != m_pieces.end() ? next->text : QByteArray();
        return {before.isEmpty() || !piece->spaced ? before : before + ' ',
                after.isEmpty() || !next->spaced ? after : ' ' + after};
    }
    return {};
}

std::vector<TemplateSlot> SlotCounter::places() const {
    std::vector<TemplateSlot> places;
    const std::vector<QByteArray> named = names();
    for (std::size_t place = 0; place < m_values.size(); ++place) {
        TemplateSlot made{named[place], {}, static_cast<qint64>(m_values[place].size()), m_full[place], m_counted};
        for (const auto& [value, count] : m_values[place])
            made.commonest.push_back({QByteArray::fromStdString(value), count});
        std::ranges::sort(made.commonest, [](const auto& a, const auto& b) {
            return a.count != b.count ? a.count > b.count : a.value < b.value;
        });
        if (made.commonest.size() > mostShown)
            made.commonest.resize(mostShown);
        std::tie(made.before, made.after) = wordsBeside(place);
        made.numbers = numbersOf(m_values[place]);
        places.push_back(std::move(made));
    }
    return places;
}

QByteArray SlotCounter::namedText() const {
    std::vector<QByteArray> shown = names();
    for (QByteArray& name : shown)
        name = "⟨" + name + "⟩";
    return textWith(shown);
}

QByteArray SlotCounter::filledText() const {
    std::vector<QByteArray> shown;
    for (const TemplateSlot& place : places())
        shown.push_back(place.isOne() ? place.commonest.front().value : "⟨" + place.name + "⟩");
    return textWith(shown);
}

QByteArray SlotCounter::textWith(const std::vector<QByteArray>& atPlaces) const {
    QByteArray text;
    std::size_t place = 0;
    for (const Piece& piece : m_pieces) {
        if (piece.spaced && !text.isEmpty())
            text += ' ';
        text += piece.text.isEmpty() ? atPlaces[place++] : piece.text;
    }
    return text;
}

} // namespace portolan
