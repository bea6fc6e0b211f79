#pragma once

#include "models/charts/chartlines.h"
#include "storage/base/worker.h"

#include <QObject>
#include <QStringList>

namespace portolan {

class StoreWorker;

/// The times that a chart shows: these, or the last so long before the newest sample, or all there are.
struct ChartSpan {
    std::optional<TimeRange> fixed = {};
    std::optional<std::chrono::microseconds> last = {};

    [[nodiscard]] bool follows() const { return !fixed; }
    friend bool operator==(const ChartSpan&, const ChartSpan&) = default;
};

/// A series as a line of so many pixels. Query thread. Errors as SeriesStore.
[[nodiscard]] Result<ChartLine> readLine(SeriesStore& store, const SeriesInfo& info, TimeRange span, ChartFigure figure,
                                         int pixels, const CancelToken& token);

/// Asks for the lines of chosen series, and asks again when what is wanted or the store changes. One question at a time
/// is on its way; what changes meanwhile is asked for after it, what is no longer wanted is dropped. The lines of one
/// answer belong together: one span, one figure. GUI thread.
class ChartFeed : public QObject {
    Q_OBJECT
public:
    enum class State { Nothing, Loading, Empty, Failed, Data };

    using QObject::QObject;

    /// Whose series; borrowed. Null: nobody's, and nothing is chosen any more.
    void setChannel(StoreWorker* channel);
    void setSeries(std::vector<SeriesInfo> series);
    void setSpan(const ChartSpan& span);
    void setFigure(ChartFigure figure);
    /// Sets how wide a line is.
    void setPixels(int pixels);
    /// The store may have changed: samples may have come late, too.
    void refresh();
    void retry();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const std::vector<SeriesInfo>& series() const { return m_series; }
    [[nodiscard]] const std::vector<ChartLine>& lines() const { return m_lines; }
    /// Returns the markers of what happened in these times.
    [[nodiscard]] const std::vector<ChartMarker>& markers() const { return m_markers; }
    /// Returns sentences about rows that are in no line.
    [[nodiscard]] const QStringList& leftOut() const { return m_leftOut; }
    [[nodiscard]] TimeRange shown() const { return m_shown; } ///< of the lines
    [[nodiscard]] const ChartSpan& span() const { return m_span; }
    [[nodiscard]] ChartFigure figure() const { return m_figure; }

    struct Picture {
        TimeRange span{};
        std::vector<ChartLine> lines;
        std::vector<ChartMarker> markers;
        QStringList leftOut;
    };

Q_SIGNALS:
    void changed(); ///< state, lines

private:
    void askAgain();
    void ask();
    void adopt(Result<Picture> picture);
    void setState(State state, std::optional<Error> error = {});

    StoreWorker* m_channel = nullptr;
    RequestScope m_asker;
    bool m_asked = false;
    bool m_again = false;
    std::vector<SeriesInfo> m_series;
    ChartSpan m_span;
    ChartFigure m_figure = ChartFigure::Samples;
    int m_pixels = 600;
    State m_state = State::Nothing;
    std::optional<Error> m_error;
    std::vector<ChartLine> m_lines;
    std::vector<ChartMarker> m_markers;
    QStringList m_leftOut;
    TimeRange m_shown{};
};

} // namespace portolan
