#pragma once

#include "models/list/format.h"
#include "models/overview/overviewday.h"

#include <QString>
#include <optional>
#include <vector>

namespace portolan {

/// The facts of a store that its state is told from, as far as they are known. A value.
struct StateFacts {
    Timestamp now{};
    TimeDisplay times = TimeDisplay::Local;

    bool isReceiving = false; ///< in this window
    bool isPaused = false;    ///< the receiver of this window
    QString trouble;          ///< of the receiver, in words
    double rate = 0;          ///< rows a second
    std::optional<qint64> behind;
    qint64 heldBack = 0;                ///< fetched by the receiver, not stored
    std::optional<Timestamp> newestRow; ///< that came
    bool canReceive = true;             ///< it has a place for what comes

    std::optional<OverviewCount> letters; ///< nothing: the store has no place for them, or they are not counted yet
    std::optional<Timestamp> newestDeath;
    std::vector<DeathWave> waves;  ///< of the last day, oldest first
    std::vector<Precursor> before; ///< the changes shortly before the largest wave, likeliest first

    std::vector<QByteArray> silent;
    std::vector<QByteArray> unhealthy;
    std::vector<QByteArray> degraded;
    qint64 components = 0; ///< that report

    std::optional<qint64> findings; ///< checks that found something; nothing: it was never verified
};

/// Tells the store's facts from its figures; `day` may be null.
[[nodiscard]] StateFacts stateFacts(const Overview& overview, const OverviewDay* day);

/// The urgency of a state.
enum class StateGrade { Neutral, Good, Warning, Bad };

/// A way that leads on from the sentence.
struct StateLink {
    enum class Kind {
        Times,  ///< the window's time range, and the rows of `place`
        Rows,   ///< the rows of `place`
        Replay, ///< the dead letters that `filter` takes, to be replayed
    };
    Kind kind = Kind::Rows;
    QString text;
    QString place;
    QString filter;
    TimeRange range{};
};

/// The state of a store in a few words. A value.
struct StateSentence {
    StateGrade grade = StateGrade::Neutral;
    QString text;
    QString help; ///< the same times in the other zone, and what is counted; may be empty
    std::vector<StateLink> links;
};

/// Says how a store is: what died and when, whether it goes on, what is still there, what comes, who is silent. Pure.
[[nodiscard]] StateSentence stateSentence(const StateFacts& facts);

/// The link to a change that came before letters died.
[[nodiscard]] StateLink changeLink(const Precursor& change, TimeDisplay times);

/// The filter that takes the rows of a time column within a range.
[[nodiscard]] QString rangeFilter(const QString& column, TimeRange range);

/// Writes a range as an operator says it: "Last night 02:10–02:35", "Today 14:03–14:05", "2026-11-25 17:10–18:02".
[[nodiscard]] QString spokenRange(TimeRange range, Timestamp now, TimeDisplay times);

} // namespace portolan
