#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace portolan {

/// A difference between dead messages and completed ones: a value that most of the dead have at a place and few of the
/// others, or a place that the dead lack.
struct Contrast {
    QByteArray place;                ///< as a filter names it: "data.region", "source_component"
    std::optional<QByteArray> value; ///< as it is shown; nothing: the dead have nothing at this place
    QByteArray filter;               ///< the filter's term that takes these: "data.region:\"eu-3\""
    qint64 dead = 0;                 ///< so many of `ofDead` have it
    qint64 ofDead = 0;
    qint64 completed = 0;
    qint64 ofCompleted = 0;

    /// Returns the dead's share less that of the completed, -1 to 1.
    [[nodiscard]] double difference() const;
};

/// A message as far as it is contrasted. Borrows its texts.
struct ContrastedMessage {
    QByteArrayView source;   ///< component
    QByteArrayView target;   ///< component
    QByteArrayView data;     ///< JSON; anything else has no places
    QByteArrayView metadata; ///< JSON; may be empty
};

/// Contrasts a sample of dead messages with one of completed messages. All dead ones are added first: a value that none
/// of them has is not counted. Memory is bounded by the limits below. One thread at a time.
class ContrastCounter {
public:
    static constexpr std::size_t mostPlaces = 300;
    static constexpr std::size_t mostValues = 200; ///< of a place: later ones are not noted
    static constexpr qsizetype longestValue = 200; ///< bytes; longer ones are not compared
    static constexpr int deepest = 6;              ///< levels of a document
    /// A contrast is shown from these on: of the dead so many have it, by so much more than of the completed, and by so
    /// many standard deviations more than chance would have it.
    static constexpr double leastShare = 0.5;
    static constexpr double leastDifference = 0.2;
    static constexpr double leastDeviations = 4;

    void addDead(const ContrastedMessage& message);
    void addCompleted(const ContrastedMessage& message);
    [[nodiscard]] qint64 dead() const { return m_dead; }
    [[nodiscard]] qint64 completed() const { return m_completed; }
    /// Returns the greatest differences first, `most` at most; none while either sample is empty.
    [[nodiscard]] std::vector<Contrast> found(std::size_t most) const;
    /// Returns the places in documents that most of the dead have a value at, as a filter names them.
    [[nodiscard]] std::vector<QByteArray> commonPlaces(std::size_t most) const;

private:
    struct Count {
        qint64 dead = 0;
        qint64 completed = 0;
    };
    struct Place {
        Count any;                                     ///< have a value here
        std::unordered_map<std::string, Count> values; ///< by the value as a filter writes it
    };
    void add(const ContrastedMessage& message, bool isDead);
    void addDocument(const QByteArray& name, QByteArrayView document, bool isDead);
    void addMembers(const QByteArray& path, QByteArrayView document, qsizetype value, int depth, bool isDead);
    void addValue(const QByteArray& path, const QByteArray& typed, bool isDead);
    Place* placeOf(const QByteArray& path);

    std::map<QByteArray, Place> m_places;
    qint64 m_dead = 0;
    qint64 m_completed = 0;
};

/// Returns true when `part` of `of` against `part2` of `of2` is more than chance: by so many standard deviations of the
/// difference of two shares.
[[nodiscard]] double deviations(qint64 part, qint64 of, qint64 part2, qint64 of2);

} // namespace portolan
