#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace portolan {

/// A place of a template that varies: its name, and the values that the messages of the template have there. A word
/// that varies in part is a place as a whole: "db-1" of "on db-<*>".
struct TemplateSlot {
    struct Share {
        QByteArray value;
        qint64 count = 0;
        friend bool operator==(const Share&, const Share&) = default;
    };
    QByteArray name;              ///< "ms", "host", "address", "number", …; of two equal ones the second has a number
    std::vector<Share> commonest; ///< by count, then by value; SlotCounter::mostShown at most
    qint64 distinct = 0;          ///< different values
    bool isAtLeast = false;       ///< there are more: after SlotCounter::mostDistinct no new ones are noted
    qint64 of = 0;                ///< messages that were counted
    QByteArray before = {};       ///< the template's word next to it, with the blank between: "on "
    QByteArray after = {};
    struct Numbers {
        double least = 0;
        double middle = 0; ///< half of the messages have no greater one
        double greatest = 0;
    };
    std::optional<Numbers> numbers = {}; ///< where every value is one, without a unit

    /// Returns true where several messages have the same value here: it varies between groups alone.
    [[nodiscard]] bool isOne() const { return distinct == 1 && !isAtLeast && of > 1; }
};

/// Counts the values at the places of one template that vary. Memory is bounded by the template's length and
/// `mostDistinct`. One thread at a time.
class SlotCounter {
public:
    static constexpr std::size_t mostDistinct = 2'000;
    static constexpr std::size_t mostShown = 8;
    static constexpr qsizetype longestValue = 200; ///< bytes; of a longer one the beginning counts

    /// `text`: as TemplateMiner::text().
    explicit SlotCounter(QByteArrayView text);

    /// Counts a message. Returns false for one that does not fit the template, which is not counted.
    bool add(QByteArrayView message);
    [[nodiscard]] qint64 counted() const { return m_counted; }
    /// Returns the places in the order of the template.
    [[nodiscard]] std::vector<TemplateSlot> places() const;
    /// Returns the template with the names of its places: "timeout after ⟨ms⟩ on ⟨host⟩".
    [[nodiscard]] QByteArray namedText() const;
    /// Returns the same with the value where it is always the same: "timeout after 3000 ms on ⟨host⟩".
    [[nodiscard]] QByteArray filledText() const;

private:
    struct Piece {
        QByteArray text; ///< to be found; empty: a place that varies
        bool spaced = false;
    };
    [[nodiscard]] std::optional<std::vector<QByteArrayView>> valuesOf(QByteArrayView message) const;
    [[nodiscard]] std::vector<QByteArray> names() const;
    [[nodiscard]] QByteArray textWith(const std::vector<QByteArray>& atPlaces) const;
    [[nodiscard]] std::pair<QByteArray, QByteArray> wordsBeside(std::size_t place) const;

    QByteArray m_text;
    std::vector<Piece> m_pieces;
    std::vector<std::unordered_map<std::string, qint64>> m_values; ///< of each place
    std::vector<bool> m_full;
    qint64 m_counted = 0;
};

/// Returns the name of a place by its values and the words beside it: "ms" of "3000 ms" and before "ms", "attempt"
/// after "attempt=".
[[nodiscard]] QByteArray slotName(const std::vector<QByteArray>& values, QByteArrayView before,
                                  QByteArrayView after = {});

} // namespace portolan
