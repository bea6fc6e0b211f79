#pragma once

#include "storage/base/clock.h"
#include "storage/deadletters/templateminer.h"
#include "storage/listing/rowsource.h"

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace portolan {

/// A dead letter, as far as grouping needs it.
struct DeadLetter {
    QByteArray id;
    QByteArray portName;
    std::optional<QByteArray> errorMessage;
    std::optional<QByteArray> errorDetails; ///< JSON
    QByteArray messageData;                 ///< JSON; read only where the letter says nothing of its error
    std::optional<Timestamp> diedAt;
};

/// Counts of letters in 24 whole hours of UTC; the last is the present one.
using HourCounts = std::array<qint32, 24>;

/// Dead letters of one port that died of one cause.
struct DeadLetterGroup {
    QByteArray fingerprint; ///< of port, error type and template; the same everywhere and for good
    QByteArray text;        ///< the template: <*> stands for what varies
    QByteArray portName;
    QByteArray errorType; ///< empty when the error's details tell none
    qint64 count = 0;
    std::optional<Timestamp> firstSeen; ///< the oldest and newest died_at
    std::optional<Timestamp> lastSeen;
    QByteArray sampleId;    ///< the newest one's
    HourCounts lastHours{}; ///< by died_at, for a spark line

    // The store's memory of letters that are gone; see GroupScan::remember().
    std::optional<Timestamp> rememberedAt; ///< since when; nothing: not yet
    qint64 everSeen = 0;                   ///< letters there ever were, at least
    std::optional<Timestamp> everFirst;    ///< the oldest of these
    qint64 replayEnded = 0;                ///< replayed ones whose end is known
    qint64 failedAgain = 0;                ///< of these, those that died again, of the same or another cause

    /// Returns the share of `failedAgain`, from 0 to 1; nothing when the end of none is known.
    [[nodiscard]] std::optional<double> failedAgainShare() const;
};

std::span<const Column<DeadLetterGroup>> deadLetterGroupColumns();
const ColumnSet& deadLetterGroupSchema();

/// Puts dead letters into groups as they come. A letter that says nothing of its error goes by the shape of its
/// payload. The groups depend on the set of letters and on the known templates alone (but see TemplateMiner's limits).
/// Memory is that of the groups. One thread at a time.
class DeadLetterGrouping {
public:
    /// `known` are templates that stay as they are, the longest known first. Hours are counted back from `now`.
    explicit DeadLetterGrouping(std::span<const QByteArray> known = {}, Timestamp now = currentTime());

    void add(const DeadLetter& letter);
    /// Returns the groups so far, most letters first; later letters may make one of several. `now` ends lastHours.
    [[nodiscard]] std::vector<DeadLetterGroup> groups(Timestamp now = currentTime());
    /// Returns the fingerprint of a letter's group, as groups() would have it now.
    [[nodiscard]] QByteArray fingerprintOf(const DeadLetter& letter);
    /// Returns the same group without letters, also when none of those that were added is of it.
    [[nodiscard]] DeadLetterGroup groupOf(const DeadLetter& letter);
    /// Fixes the templates of the groups there are, whatever is added later.
    void settle();

private:
    struct Cause {
        QByteArray port;
        QByteArray errorType;
        TemplateId message{};
        friend bool operator<(const Cause& a, const Cause& b) {
            return std::tie(a.message, a.port, a.errorType) < std::tie(b.message, b.port, b.errorType);
        }
    };
    struct Sum {
        qint64 count = 0;
        std::optional<Timestamp> first;
        std::optional<Timestamp> last;
        QByteArray sample;
        HourCounts hours{};
        void add(const Sum& other);
    };
    void count(Sum& sum, const DeadLetter& letter) const;
    [[nodiscard]] TemplateMiner& settledMiner();
    [[nodiscard]] Cause settledCause(const DeadLetter& letter);
    [[nodiscard]] QByteArray typeOf(const DeadLetter& letter);

    TemplateMiner m_miner;
    std::optional<TemplateMiner> m_settled; ///< what m_miner would decide now; nothing: it was not asked yet
    qint64 m_hour;                          ///< the present one, since 1970
    std::map<Cause, Sum> m_sums;
    std::map<Cause, QByteArray> m_fingerprints;          ///< by what m_settled decided
    std::unordered_map<std::string, QByteArray> m_types; ///< of some details, which are often the same
};

/// Groups that were made, as a listing. Its own order is by fingerprint; sorted by `-count` most letters come first.
class GroupRows : public RowSource<DeadLetterGroup> {
public:
    explicit GroupRows(std::vector<DeadLetterGroup> groups) : m_groups(std::move(groups)) {}
    Result<Page<DeadLetterGroup>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    std::vector<DeadLetterGroup> m_groups;
};

} // namespace portolan
