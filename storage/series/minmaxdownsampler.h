#pragma once

#include "storage/series/samplesum.h"

#include <map>

namespace portolan {

/// The columns of a picture, at most `pixels`. They begin at whole multiples of their width, so that they keep their
/// places while a chart moves on; their width is a whole multiple of the rollups that they are made of.
class MinMaxDownsampler {
public:
    /// The range is not empty, and there is at least one pixel.
    MinMaxDownsampler(TimeRange range, int pixels);

    /// Returns the widest rollups that the columns can be made of; zero: none.
    [[nodiscard]] std::chrono::seconds rollups() const { return m_rollups; }
    [[nodiscard]] std::chrono::microseconds width() const { return m_width; }

    void add(const SampleSum& samples);
    [[nodiscard]] qint64 samples() const { return m_samples; }
    /// Returns the least and the greatest sample of each column, in time order.
    [[nodiscard]] std::vector<SeriesPoint> points() const;

private:
    std::chrono::seconds m_rollups{0};
    std::chrono::microseconds m_width{1};
    Timestamp m_origin;
    std::map<qint64, SampleSum> m_columns;
    qint64 m_samples = 0;
};

} // namespace portolan
