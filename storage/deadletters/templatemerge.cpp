#include "storage/deadletters/templatemerge.h"

#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int mostRounds = 8;
constexpr std::size_t pairsAtOnce = 1 << 21;
constexpr qsizetype mostPlacesForPairs = 48;

/// Mixes bits: splitmix64's finalizer (Steele, Lea, Flood 2014).
quint64 mixed(quint64 x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/// Returns the hash of a token at a place. A shape's hash is their sum, so that leaving one out is a subtraction.
quint64 hashAt(std::size_t place, TokenId token) {
    return mixed((static_cast<quint64>(place) << 32 | token) + 0x9e3779b97f4a7c15);
}

quint64 hashOf(const TemplateShape& shape) {
    quint64 sum = mixed(shape.size());
    for (std::size_t i = 0; i < shape.size(); ++i)
        sum += hashAt(i, shape[i]);
    return sum;
}

/// A shape without one or two of its places, which `context` says.
struct Sighting {
    quint64 context = 0;
    quint32 shape = 0;
    quint16 first = 0;  ///< places
    quint16 second = 0; ///< of a pair, else the same
};

class Generalizer {
public:
    Generalizer(std::vector<TemplateShape> shapes, const TokenTable& table, const MergeRule& rule)
        : m_shapes(std::move(shapes))
        , m_table(table)
        , m_rule(rule) {}

    /// Goes one round; false when nothing changed.
    bool round() {
        m_next = m_shapes;
        findSingles();
        findPairs();
        const bool changed = m_next != m_shapes;
        m_shapes.swap(m_next);
        return changed;
    }
    [[nodiscard]] const std::vector<TemplateShape>& shapes() const { return m_shapes; }

private:
    [[nodiscard]] int wordsOf(const TemplateShape& shape) const {
        return static_cast<int>(
            std::ranges::count_if(shape, [&](TokenId id) { return id != anyToken && m_table.isWord(id); }));
    }
    [[nodiscard]] int wordsAround(const Sighting& sighting) const {
        const TemplateShape& shape = m_shapes[sighting.shape];
        const auto isWord = [&](quint16 place) { return shape[place] != anyToken; };
        const int taken = isWord(sighting.first) + (sighting.second != sighting.first && isWord(sighting.second));
        return wordsOf(shape) - taken;
    }
    [[nodiscard]] std::vector<quint16> places(const TemplateShape& shape) const {
        std::vector<quint16> found;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (m_table.isWord(shape[i]))
                found.push_back(static_cast<quint16>(i));
        }
        return found;
    }
    /// Returns how many different tokens the sightings have there, and true when one of them is a wildcard.
    std::pair<int, bool> tokensAt(std::span<const Sighting> group, quint16 Sighting::*place) {
        m_tokens.clear();
        for (const Sighting& sighting : group)
            m_tokens.push_back(m_shapes[sighting.shape][sighting.*place]);
        std::ranges::sort(m_tokens);
        const auto end = std::unique(m_tokens.begin(), m_tokens.end());
        return {static_cast<int>(end - m_tokens.begin()), m_tokens.front() == anyToken};
    }
    [[nodiscard]] int valuesNeeded(int wordsAround) const {
        return wordsAround >= 3 ? m_rule.values : wordsAround == 2 ? 2 * m_rule.values : 4 * m_rule.values;
    }

    void findSingles() {
        std::vector<Sighting> sightings;
        for (std::size_t s = 0; s < m_shapes.size(); ++s) {
            const TemplateShape& shape = m_shapes[s];
            const quint64 whole = hashOf(shape);
            for (const quint16 place : places(shape))
                sightings.push_back(
                    {whole - hashAt(place, shape[place]) + mixed(place), static_cast<quint32>(s), place, place});
        }
        forEachGroup(sightings, [&](std::span<const Sighting> group) {
            const int around = wordsAround(group.front());
            const auto [tokens, any] = tokensAt(group, &Sighting::first);
            const bool hasValue = any && tokens > 1 && around >= m_rule.wordsAroundValue;
            if (around > 0 && (hasValue || tokens >= valuesNeeded(around)))
                markFirst(group);
        });
    }

    void findPairs() {
        std::size_t total = 0;
        for (const TemplateShape& shape : m_shapes)
            total += shape.size() * shape.size() / 2;
        const quint64 parts = total / pairsAtOnce + 1;
        for (quint64 part = 0; part < parts; ++part) {
            std::vector<Sighting> sightings;
            for (std::size_t s = 0; s < m_shapes.size(); ++s)
                addPairs(static_cast<quint32>(s), parts, part, sightings);
            forEachGroup(sightings, [&](std::span<const Sighting> group) {
                if (std::ssize(group) < m_rule.values || wordsAround(group.front()) < m_rule.wordsAroundTwo
                    || tokensAt(group, &Sighting::first).first < m_rule.values
                    || tokensAt(group, &Sighting::second).first < m_rule.values)
                    return;
                markFirst(group);
                for (const Sighting& sighting : group)
                    m_next[sighting.shape][sighting.second] = anyToken;
            });
        }
    }

    void addPairs(quint32 s, quint64 parts, quint64 part, std::vector<Sighting>& sightings) const {
        const TemplateShape& shape = m_shapes[s];
        if (wordsOf(shape) < m_rule.wordsAroundTwo)
            return;
        const std::vector<quint16> all = places(shape);
        if (std::ssize(all) > mostPlacesForPairs)
            return;
        const quint64 whole = hashOf(shape);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const quint64 one = whole - hashAt(all[i], shape[all[i]]) + mixed(all[i]);
            for (std::size_t k = i + 1; k < all.size(); ++k) {
                const quint64 two = one - hashAt(all[k], shape[all[k]]) + mixed(quint64(all[k]) << 16);
                const bool bothAny = shape[all[i]] == anyToken && shape[all[k]] == anyToken;
                if (!bothAny && two % parts == part)
                    sightings.push_back({two, s, all[i], all[k]});
            }
        }
    }

    template <class Visit>
    static void forEachGroup(std::vector<Sighting>& sightings, const Visit& visit) {
        std::ranges::sort(sightings, {}, &Sighting::context);
        for (auto begin = sightings.begin(); begin != sightings.end();) {
            const auto end = std::find_if(begin, sightings.end(),
                                          [&](const Sighting& other) { return other.context != begin->context; });
            if (end - begin > 1)
                visit(std::span<const Sighting>(begin, end));
            begin = end;
        }
    }

    void markFirst(std::span<const Sighting> group) {
        for (const Sighting& sighting : group)
            m_next[sighting.shape][sighting.first] = anyToken;
    }

    std::vector<TemplateShape> m_shapes;
    std::vector<TemplateShape> m_next;
    std::vector<TokenId> m_tokens;
    const TokenTable& m_table;
    MergeRule m_rule;
};

/// Returns each shape once, and in `placeOf` the index of each given one among them.
std::vector<TemplateShape> distinct(std::span<const TemplateShape> shapes, std::vector<std::size_t>& placeOf) {
    std::map<TemplateShape, std::size_t> places;
    std::vector<TemplateShape> found;
    placeOf.clear();
    for (const TemplateShape& shape : shapes) {
        const auto [at, isNew] = places.try_emplace(shape, found.size());
        if (isNew)
            found.push_back(shape);
        placeOf.push_back(at->second);
    }
    return found;
}

} // namespace

std::vector<TemplateShape> generalized(std::span<const TemplateShape> shapes, const TokenTable& table,
                                       const MergeRule& rule) {
    std::vector<TemplateShape> result(shapes.begin(), shapes.end());
    std::vector<std::size_t> placeOf;
    for (int round = 0; round < mostRounds; ++round) {
        Generalizer generalizer(distinct(result, placeOf), table, rule);
        if (!generalizer.round())
            break;
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] = generalizer.shapes()[placeOf[i]];
    }
    return result;
}

} // namespace portolan
