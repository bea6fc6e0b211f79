#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"

#include <QString>
#include <array>
#include <chrono>
#include <functional>

namespace portolan {

/// The steps in which a backup moves the store's bytes, in their order. A file store is written as it is read.
enum class BackupStep {
    Reading, ///< the database, into a file beside
    Writing, ///< the backup
    Proving, ///< it is unpacked
};

/// Says how far a backup is: bytes of the data in this step.
using BackupProgress = std::function<void(BackupStep step, qint64 bytes)>;

/// Reads a rate, "20MB", "500 kB" or a number: bytes a second, of 1,000 or, as "20MiB", of 1,024. Error Usage.
[[nodiscard]] Result<qint64> parseByteRate(const QString& text);

/// Holds a work back so that no step of it is faster than a rate on the average. One thread.
class BackupPace {
public:
    /// 0 bytes a second: as fast as it goes.
    explicit BackupPace(qint64 bytesPerSecond) : m_rate(bytesPerSecond) {}

    /// Waits until a step may be so far, or the token stops.
    void hold(BackupStep step, qint64 bytes, const CancelToken& token);

private:
    qint64 m_rate;
    BackupStep m_step = BackupStep::Reading;
    std::chrono::steady_clock::time_point m_begun;
    bool m_isBegun = false;
    std::array<qint64, 3> m_held{}; ///< bytes of each step that were waited for, as steps may come by turns
    qint64 m_from = 0;              ///< of this step's, when its turn began
};

} // namespace portolan
