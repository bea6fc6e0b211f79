#pragma once

#include "storage/series/samplesum.h"

#include <QByteArray>
#include <QHashFunctions>
#include <map>
#include <unordered_map>

namespace portolan {

/// A row of portolan_rollups.
struct RollupRow {
    QByteArray series;
    std::chrono::seconds width{0};
    Timestamp begin;
    SampleSum samples;
};

/// Samples of many series, in any order, on their way to become rollups.
class RollupAccumulator {
public:
    void add(const QByteArray& series, SeriesPoint point);
    /// Adds the sum of an hour that is rolled up already, for its day.
    void addHour(const QByteArray& series, const SampleSum& samples);
    [[nodiscard]] qint64 samples() const { return m_samples; }
    void clear();

    /// Returns the rollups of whole hours that are worth keeping (see keepsRollups()).
    [[nodiscard]] std::vector<RollupRow> hourRows() const;
    /// Returns the rollups of the whole days inside a range, from everything that was added.
    [[nodiscard]] std::vector<RollupRow> dayRows(TimeRange range) const;

private:
    using Buckets = std::map<Timestamp, SampleSum>;
    std::unordered_map<QByteArray, Buckets> m_finest; ///< by the begin of ten seconds
    std::unordered_map<QByteArray, Buckets> m_hours;  ///< given by addHour()
    qint64 m_samples = 0;
};

} // namespace portolan
