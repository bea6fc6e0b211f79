#include "storage/deadletters/contrasts.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonscanner.h"
#include "storage/listing/filterlexer.h"
#include "storage/listing/filtertexts.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace portolan {

namespace {

double share(qint64 part, qint64 of) {
    return of > 0 ? static_cast<double>(part) / static_cast<double>(of) : 0;
}

bool isJson(QByteArrayView document) {
    JsonScanner scanner(document);
    scanner.skipBlanks();
    if (!scanner.takeValue(0))
        return false;
    scanner.skipBlanks();
    return scanner.atEnd();
}

/// Returns true for a key that can be a step of a filter's place.
bool canBeTyped(const QByteArray& key) {
    return !key.isEmpty() && std::ranges::none_of(key, [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

/// Returns a scalar as a filter writes it: texts in quotes, numbers and words as they are.
QByteArray typedScalar(QByteArrayView raw) {
    return raw.startsWith('"') ? quotedPhrase(jsonStringText(raw)) : raw.toByteArray();
}

/// Returns the value without the quotes of a filter.
QByteArray shownValue(const QByteArray& typed) {
    return typed.size() >= 2 && typed.startsWith('"') ? typed.sliced(1, typed.size() - 2) : typed;
}

} // namespace

double Contrast::difference() const {
    return share(dead, ofDead) - share(completed, ofCompleted);
}

double deviations(qint64 part, qint64 of, qint64 part2, qint64 of2) {
    if (of <= 0 || of2 <= 0)
        return 0;
    const double common = share(part + part2, of + of2);
    const double spread =
        std::sqrt(common * (1 - common) * (1.0 / static_cast<double>(of) + 1.0 / static_cast<double>(of2)));
    return spread > 0 ? (share(part, of) - share(part2, of2)) / spread : 0;
}

void ContrastCounter::addDead(const ContrastedMessage& message) {
    ++m_dead;
    add(message, true);
}

void ContrastCounter::addCompleted(const ContrastedMessage& message) {
    ++m_completed;
    add(message, false);
}

void ContrastCounter::add(const ContrastedMessage& message, bool isDead) {
    addValue("source_component", quotedPhrase(message.source), isDead);
    addValue("target_component", quotedPhrase(message.target), isDead);
    addDocument("data", message.data, isDead);
    addDocument("meta", message.metadata, isDead);
}

void ContrastCounter::addDocument(const QByteArray& name, QByteArrayView document, bool isDead) {
    if (document.isEmpty() || !isJson(document))
        return;
    JsonScanner scanner(document);
    scanner.skipBlanks();
    addMembers(name, document, scanner.position(), 0, isDead);
}

/// Goes over the members of objects; arrays count as there or not, as their elements have no places of their own.
void ContrastCounter::addMembers(const QByteArray& path, QByteArrayView document, qsizetype value, int depth,
                                 bool isDead) {
    const JsonContainer container = jsonMembersAt(document, value);
    if (!container.isObject || depth >= deepest)
        return;
    std::set<QByteArray> seen;
    for (auto member = container.members.rbegin(); member != container.members.rend(); ++member) {
        if (!seen.insert(member->name).second || !canBeTyped(member->name))
            continue; // of equal names the last counts
        const QByteArray place = path + '.' + typedName(member->name).toUtf8();
        const QByteArrayView raw = jsonValueAt(document, *member);
        if (isJsonContainer(document, member->value)) {
            if (Place* const noted = placeOf(place))
                ++(isDead ? noted->any.dead : noted->any.completed);
            addMembers(place, document, member->value, depth + 1, isDead);
        } else if (raw != "null") {
            addValue(place, typedScalar(raw), isDead);
        }
    }
}

ContrastCounter::Place* ContrastCounter::placeOf(const QByteArray& path) {
    if (const auto known = m_places.find(path); known != m_places.end())
        return &known->second;
    if (m_places.size() >= mostPlaces)
        return nullptr;
    return &m_places[path];
}

void ContrastCounter::addValue(const QByteArray& path, const QByteArray& typed, bool isDead) {
    Place* const place = placeOf(path);
    if (!place)
        return;
    ++(isDead ? place->any.dead : place->any.completed);
    if (typed.size() > longestValue)
        return;
    const std::string key = typed.toStdString();
    if (const auto known = place->values.find(key); known != place->values.end())
        ++(isDead ? known->second.dead : known->second.completed);
    else if (isDead && place->values.size() < mostValues)
        place->values[key].dead = 1;
}

std::vector<QByteArray> ContrastCounter::commonPlaces(std::size_t most) const {
    std::vector<std::pair<qint64, QByteArray>> counted;
    for (const auto& [path, place] : m_places) {
        if (path.contains('.') && !place.values.empty())
            counted.emplace_back(-place.any.dead, path);
    }
    std::ranges::sort(counted);
    std::vector<QByteArray> places;
    for (auto& [dead, path] : counted) {
        if (places.size() < most)
            places.push_back(std::move(path));
    }
    return places;
}

std::vector<Contrast> ContrastCounter::found(std::size_t most) const {
    std::vector<Contrast> all;
    if (m_dead == 0 || m_completed == 0)
        return all;
    const auto consider = [&](Contrast contrast) {
        if (share(contrast.dead, contrast.ofDead) >= leastShare && contrast.difference() >= leastDifference
            && deviations(contrast.dead, contrast.ofDead, contrast.completed, contrast.ofCompleted) >= leastDeviations)
            all.push_back(std::move(contrast));
    };
    for (const auto& [path, place] : m_places) {
        consider({path, std::nullopt, "not " + path + ":*", m_dead - place.any.dead, m_dead,
                  m_completed - place.any.completed, m_completed});
        for (const auto& [value, count] : place.values) {
            const QByteArray typed = QByteArray::fromStdString(value);
            consider({path, shownValue(typed), path + ':' + typed, count.dead, m_dead, count.completed, m_completed});
        }
    }
    std::ranges::sort(all, [](const Contrast& a, const Contrast& b) {
        const double differenceA = a.difference();
        const double differenceB = b.difference();
        return differenceA != differenceB ? differenceA > differenceB : a.filter < b.filter;
    });
    std::vector<Contrast> shown;
    for (const Contrast& contrast : all) {
        const auto holds = [&](const Contrast& other) { // without the whole there are no parts of it
            return !contrast.value && !other.value && contrast.place.startsWith(other.place + '.');
        };
        if (shown.size() < most && std::ranges::none_of(all, holds))
            shown.push_back(contrast);
    }
    return shown;
}

} // namespace portolan
