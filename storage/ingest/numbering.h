#pragma once

#include "storage/base/clock.h"

#include <QByteArray>
#include <QByteArrayView>
#include <optional>
#include <vector>

namespace portolan {

/// The steps of a series, which tell whether its numbers rise by one as a rule (CONTRACT §3.2): only then is a jump in
/// them a loss. A series is numbered once nine of its last ten steps rose by one, or, while it has fewer, three did and
/// one at most did not. It remains so, through a time of many losses, until fewer than half of its last ten did. Jumps
/// from before that are held, and told once it is numbered. Falls are no steps; late arrivals are, and rise where they
/// come in their order.
class Numbering {
public:
    /// A jump of which it is not known yet whether it is a loss: numbers first…last did not come.
    struct Held {
        qint64 first = 0;
        qint64 last = 0;
        Timestamp at;
        friend bool operator==(const Held&, const Held&) = default;
    };

    /// A series of which nothing is known but that its numbers were followed before.
    static Numbering followed();

    void step(bool roseByOne);
    [[nodiscard]] bool isNumbered() const { return m_isNumbered; }
    /// Returns true when what is held will not be told: the numbers are no sequence.
    [[nodiscard]] bool isNoSequence() const;

    std::vector<Held> held;

    /// Returns it as one line without NUL, for a store to keep.
    [[nodiscard]] QByteArray toText() const;
    static std::optional<Numbering> fromText(QByteArrayView text);
    friend bool operator==(const Numbering&, const Numbering&) = default;

private:
    [[nodiscard]] int risen() const;

    unsigned m_steps = 0; ///< a bit each, the last one lowest; 1: rose by one
    int m_count = 0;
    bool m_isNumbered = false;
};

} // namespace portolan
