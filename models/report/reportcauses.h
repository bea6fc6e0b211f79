#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A place of a template that varies, and the values that stand there.
struct CauseSlot {
    struct Value {
        QString text;
        qint64 count = 0;
    };
    QString name;        ///< "ms", "time", "host", "number", "value"; told apart by a number where one comes twice
    qint64 messages = 0; ///< that have a value here
    std::vector<Value> values; ///< the most frequent first
    struct Numbers {
        double least = 0;
        double middle = 0;
        double greatest = 0;
    };
    std::optional<Numbers> numbers{}; ///< where every value is one

    /// Returns true where every message has the same value here: it varies between groups alone.
    [[nodiscard]] bool isOne() const { return values.size() == 1 && messages > 1; }
};

/// Finds the values of each <*> of a template in messages of its group; messages that do not fit it are left out.
[[nodiscard]] std::vector<CauseSlot> slotsOf(const QByteArray& pattern, std::span<const QByteArray> messages);
/// "timeout after 3000 ms on ⟨host⟩": the names of what varies, and the values of what does not.
[[nodiscard]] QString namedTemplate(const QByteArray& pattern, std::span<const CauseSlot> slotsIn);
/// "db-1 26 %, db-2 25 % and 3 more"; of many numbers "1 000 to 3 900, half of them below 2 400".
[[nodiscard]] QString slotText(const CauseSlot& slot);

/// A member with a value that the dead have and others seldom.
struct CauseContrast {
    QString path;
    QString value;
    qint64 dead = 0; ///< that have it, of `allDead`
    qint64 allDead = 0;
    qint64 others = 0;
    qint64 allOthers = 0;
};

/// Compares the payloads of a group's letters with those of messages that completed: at most three, the clearest first.
/// Nothing where there are too few of either.
[[nodiscard]] std::vector<CauseContrast> contrastsOf(std::span<const QByteArray> dead,
                                                     std::span<const QByteArray> completed);
/// "region = eu-3: 1 790 of 1 800 dead, 0 of 2 000 completed"
[[nodiscard]] QString contrastText(const CauseContrast& contrast);

} // namespace portolan
