#pragma once

#include "models/list/format.h"
#include "storage/export/reportrequest.h"

#include <QStringList>
#include <chrono>
#include <optional>
#include <vector>

namespace portolan {

/// The figures of a report that its first sentences tell. What was not read is nothing, and is not told.
struct StoryFacts {
    struct Came {
        qint64 messages = 0;
        std::optional<Timestamp> first{}; ///< the begin of the first batch, and of the last
        std::optional<Timestamp> last{};
        qint64 rejected = 0;
    };
    struct Cause {
        qint64 count = 0;
        QString text;
        QString port;
    };
    struct Died {
        qint64 letters = 0; ///< that are dead now
        qint64 causes = 0;
        std::optional<Timestamp> first{};
        std::optional<Timestamp> last{};
        Cause largest{};
    };
    struct PutBack {
        qint64 runs = 0;
        qint64 messages = 0;
        qint64 completed = 0;
        qint64 diedAgain = 0;
        qint64 underWay = 0;
    };
    struct Checked {
        qint64 all = 0;
        qint64 found = 0;
    };
    std::optional<Came> came{};
    std::optional<Died> died{};
    std::optional<PutBack> putBack{};
    std::optional<QStringList> silent{}; ///< names of components
    std::optional<Checked> checked{};
    std::optional<qint64> openGaps{};
};

/// Tells what came, what died and why, what was put back with which outcome, and what is open; a sentence or two each.
[[nodiscard]] QStringList storySentences(const StoryFacts& facts, TimeDisplay display);

/// Tells what became of messages that were put back: "640 were put back: 600 completed, 12 died again, 28 are under
/// way."
[[nodiscard]] QString outcomeSentence(const StoryFacts::PutBack& putBack);

/// "63 of 65 checks found nothing."
[[nodiscard]] QString checksSentence(const StoryFacts::Checked& checked);

/// Returns the width of a report's buckets over a span: one that people count in, of a second at least, so that there
/// are 60 buckets at most.
[[nodiscard]] std::chrono::microseconds storyBucket(std::chrono::microseconds span);
/// "Messages a minute", "Messages every 5 minutes".
[[nodiscard]] QString bucketTitle(std::chrono::microseconds width);

} // namespace portolan
