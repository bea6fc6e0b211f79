#pragma once

#include "storage/series/series.h"
#include "storage/series/sql/seriesreader.h"
#include "storage/sql/session.h"

#include <map>
#include <optional>

namespace portolan {

/// The time series of a SQL store, in tables of any program. On the session's thread.
class SqlSeriesStore : public SeriesStore {
public:
    explicit SqlSeriesStore(Session& session) : m_session(session), m_rows(*this) {}

    RowSource<SeriesInfo>& series() override { return m_rows; }
    Result<std::optional<TimeRange>> extent(const SeriesName& name, const CancelToken& token) override;
    Result<std::vector<SeriesBucket>> buckets(const SeriesName& name, TimeRange range, std::chrono::microseconds width,
                                              const CancelToken& token) override;
    Result<LeftOutRows> leftOut(const SeriesName& name, TimeRange range, const CancelToken& token) override;
    Result<SeriesLine> line(const SeriesName& name, TimeRange range, std::chrono::microseconds width, qint64 few,
                            const CancelToken& token) override;
    Result<std::vector<SeriesPercentile>> percentiles(const SeriesName& name, TimeRange range,
                                                      std::chrono::microseconds width, double share,
                                                      const CancelToken& token) override;
    Result<std::vector<std::vector<SeriesPoint>>> newest(std::span<const SeriesInfo> series, int count,
                                                         const CancelToken& token) override;
    Result<std::vector<Annotation>> annotations(TimeRange range, std::chrono::microseconds gap,
                                                const CancelToken& token) override;
    Result<DayFigures> dayFigures(TimeRange range, std::chrono::minutes width, const CancelToken& token) override;

    /// Returns why a database with these tables has no series, in words; nothing when it has.
    [[nodiscard]] static std::optional<QString> unavailableReason(const SchemaInspector& catalogue);

private:
    class Rows : public RowSource<SeriesInfo> {
    public:
        explicit Rows(SqlSeriesStore& store) : m_store(store) {}
        Result<Page<SeriesInfo>> page(const ListQuery& query, const CancelToken& token) override;
        Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        SqlSeriesStore& m_store;
    };
    [[nodiscard]] Result<void> learn(Connection& connection);
    [[nodiscard]] Result<std::shared_ptr<const std::vector<SeriesInfo>>> all(const CancelToken& token);
    [[nodiscard]] Result<SeriesPlace> place(Connection& connection, const SeriesName& name);
    /// Runs `ask` with a series' place in one snapshot.
    template <class Ask>
    auto about(const SeriesName& name, const CancelToken& token, Ask ask)
        -> std::invoke_result_t<Ask, Connection&, const SeriesPlace&>;

    Session& m_session;
    quint64 m_generation = 0;
    std::optional<qint64> m_mark;
    SchemaInspector m_catalogue;
    Rows m_rows;
};

} // namespace portolan
