#pragma once

#include "storage/base/cancel.h"
#include "storage/checks/checks.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/lines/posixfile.h"

#include <array>
#include <vector>

namespace portolan {

/// The sum of one kind of damage: how often, and where first.
struct DamageTally {
    qint64 places = 0;
    qint64 amount = 0;
    std::vector<QByteArray> rows; ///< the first filteredRows by name
    std::vector<QByteArray> keys; ///< values of the listing's column for these
    QByteArray note;              ///< what is to be said besides, UTF-8
    void add(const QByteArray& row, const QByteArray& key, qint64 stands = 1);
    void add(const QByteArray& row) { add(row, row); }
};

/// The damages that show in the batch files themselves, read once for all of it.
enum class FileDamage { BatchGap, NumberGap, NumberTwice, TornLine, NoMessage, OverSize, NotFull, Future };
inline constexpr std::size_t fileDamages = 8;

struct FileScan {
    std::array<DamageTally, fileDamages> tallies{};
    std::vector<std::pair<qint64, qint64>> lines; ///< of each batch, how many
    qint64 batchSize = 0;                         ///< how many messages a batch of this store holds
    bool numbersKnown = true;                     ///< false: they are too scattered to be compared all
    [[nodiscard]] DamageTally& of(FileDamage damage) { return tallies[static_cast<std::size_t>(damage)]; }
};

/// Reads every batch file once. `usualSize` counts where no two full batches have the same size. Files that were
/// archived (`own`: the path of `.portolan`) are no gap, nor are their messages.
[[nodiscard]] Result<FileScan> scanFiles(const Fd& messages, const QString& own, RowSource<Batch>& batches,
                                         qint64 usualSize, const CancelToken& token);

} // namespace portolan
