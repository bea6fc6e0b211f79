#pragma once

#include "models/report/report.h"
#include "models/report/reportstory.h"
#include "storage/deadletters/contrasts.h"
#include "storage/deadletters/deadlettergroups.h"
#include "storage/listing/filter.h"
#include "storage/listing/rowsource.h"
#include "storage/store.h"
#include "storage/versions/versionchanges.h"

#include <QCoreApplication>
#include <functional>
#include <numeric>

namespace portolan {

/// The means by which the parts of a report are read, and what its summary tells of them.
struct ReportReading {
    Q_DECLARE_TR_FUNCTIONS(ReportReading)
public:
    Store& store;
    const ReportRequest& request;
    const CancelToken& token;
    ReportFigures summary{};                          ///< a figure or two of each part
    StoryFacts facts{};                               ///< the same for its sentences
    std::vector<std::pair<Timestamp, qint64>> came{}; ///< messages by the begin of their batch, for the timeline
    std::vector<std::pair<Timestamp, qint64>> died{}; ///< letters by their time, as far as these were looked at

    using Blocks = Result<std::vector<ReportBlock>>;

    /// Why the store cannot tell a part, as its only block; nothing when it can.
    [[nodiscard]] std::optional<std::vector<ReportBlock>> unavailableReason(Feature feature) const;
    /// The rows of the report's time, by that column. Without a time: all.
    [[nodiscard]] Result<Filter> within(const ColumnSet& schema, const char* column) const;
    /// Counts such rows and reads the newest of them, at most `most`; what they hold is read of these alone.
    template <class Row>
    [[nodiscard]] Result<std::pair<qint64, std::vector<Row>>> newest(RowSource<Row>& source, const Filter& filter,
                                                                     int most) const {
        constexpr int rowsAPage = 10'000;
        constexpr int pagesAtOnce = 100;
        qint64 all = 0;
        ListQuery query{filter, {}, {}, rowsAPage};
        for (bool complete = false; !complete;) {
            const auto counted = source.pageIndex(query, pagesAtOnce, token);
            PORTOLAN_TRY(counted);
            all = std::accumulate(counted->counts.begin(), counted->counts.end(), all);
            query.after = counted->next;
            complete = counted->complete;
        }
        auto page = source.page({filter, {{}, true}, {}, most}, token);
        PORTOLAN_TRY(page);
        return std::pair{all, std::move(page->rows)};
    }
    /// Every such row, in the source's order or the opposite one.
    template <class Row>
    [[nodiscard]] Result<void> eachRow(RowSource<Row>& source, const Filter& filter, bool descending,
                                       const std::function<void(const Row&)>& take) const {
        constexpr int rowsAtOnce = 500;
        ListQuery query{filter, {{}, descending}, {}, rowsAtOnce};
        for (bool last = false; !last;) {
            const auto page = source.page(query, token);
            PORTOLAN_TRY(page);
            std::ranges::for_each(page->rows, take);
            query.after = page->next;
            last = page->last || page->rows.empty();
        }
        return {};
    }
    [[nodiscard]] TimeDisplay display() const { return request.isLocal ? TimeDisplay::Local : TimeDisplay::Utc; }
    [[nodiscard]] bool isForCustomer() const { return request.reader == ReportReader::Customer; }
    [[nodiscard]] QString time(const std::optional<Timestamp>& at) const;
    /// "the newest 50 of 1 204"; nothing where all are there.
    static QString newestOf(std::size_t shown, qint64 all);
    static QString text(const std::optional<QByteArray>& utf8);
    static ReportTone badIf(bool bad) { return bad ? ReportTone::Bad : ReportTone::Good; }

    Blocks receiving();
    Blocks charts();
    Blocks deadLetters();
    Blocks replays();
    Blocks health();
    Blocks checks();
    Blocks gaps();
    /// Returns the first page, of what the other parts have found; called after these.
    Blocks story();

private:
    struct Cause;
    struct Letters;
    static QString whereText(const VersionChange& change) {
        return tr("%1, version %2").arg(text(change.subject), QString::number(change.version));
    }
    static QString changeText(const VersionChange& change);
    [[nodiscard]] Result<std::vector<QStringList>> justBefore(const DeadLetterGroup& group) const;
    Result<Letters> readLetters(const Filter& filter, std::span<const DeadLetterGroup> groups) const;
    Result<void> addCause(std::vector<ReportBlock>& blocks, const DeadLetterGroup& group, std::size_t place,
                          Cause& cause) const;
    [[nodiscard]] Result<void> addCompleted(const QByteArray& port, ContrastCounter& contrasts) const;
    Result<std::optional<ReportTable>> samples(const std::vector<QByteArray>& ids) const;
    [[nodiscard]] std::optional<TimeRange> storySpan() const;
    [[nodiscard]] Result<std::vector<VersionChange>> changes(TimeRange span) const;
};

inline constexpr int mostReportRows = 50; ///< of a table: the newest; the lists have the others

} // namespace portolan
