#pragma once

#include "storage/ingest/gaptracker.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Keeps the gaps that come with a group of items in portolan_gaps, and how far the numbers of their series have come
/// in portolan_sources. Looks again at what is kept with every transaction, so that it is right whatever others write.
class SqlGaps {
public:
    explicit SqlGaps(Connection& connection) : m_connection(connection) {}

    /// Keeps the gaps that items tell of, in their transaction; `known` marks items that were stored before. Returns
    /// the number of new gaps. Costs nothing for items without series and news.
    [[nodiscard]] Result<qint64> keep(std::span<const IngestItem> items, const std::vector<bool>& known);

private:
    struct Series {
        qint64 id = 0;
        SeriesMark mark;
    };
    [[nodiscard]] Result<Series> series(const QByteArray& source);
    [[nodiscard]] Result<std::vector<Gap>> open(const QByteArray& source, qint64 epoch);
    [[nodiscard]] Result<std::optional<Numbering>> numbering(const QByteArray& source);
    [[nodiscard]] Result<void> advance(const QByteArray& source, const Series& series, const SeriesMark& to);
    [[nodiscard]] Result<qint64> follow(const QByteArray& source, std::span<const SeenNumber> numbers);
    [[nodiscard]] Result<qint64> keepNews(std::span<const IngestItem> items, const std::vector<bool>& known);
    [[nodiscard]] Result<void> write(const GapEdit& edit, qint64 sourceId);

    Connection& m_connection;
    std::map<QByteArray, std::optional<qint64>> m_fallen; ///< see SeriesMark; only as good as a guess
    std::set<QByteArray> m_interrupted;                   ///< the same
};

} // namespace portolan
