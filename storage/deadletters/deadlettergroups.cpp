#include "storage/deadletters/deadlettergroups.h"

#include "storage/deadletters/errortype.h"
#include "storage/deadletters/fingerprint.h"
#include "storage/deadletters/payloadshape.h"
#include "storage/listing/memorylisting.h"

#include <algorithm>
#include <chrono>

namespace portolan {

namespace {

using Group = DeadLetterGroup;

/// The contract's columns first.
constexpr Column<Group> groupTable[] = {
    {"fingerprint", ColumnType::Text, [](const Group& g) { return Value(g.fingerprint); }},
    {"template", ColumnType::Text, [](const Group& g) { return Value(g.text); }},
    {"port_name", ColumnType::Text, [](const Group& g) { return Value(g.portName); }},
    {"error_type", ColumnType::Text, [](const Group& g) { return Value(g.errorType); }},
    {"count", ColumnType::Integer, [](const Group& g) { return Value(g.count); }},
    {"first_seen", ColumnType::Time, [](const Group& g) { return optionalValue(g.firstSeen); }},
    {"last_seen", ColumnType::Time, [](const Group& g) { return optionalValue(g.lastSeen); }},
    {"sample_id", ColumnType::Text, [](const Group& g) { return Value(g.sampleId); }},
    {"ever_seen", ColumnType::Integer, [](const Group& g) { return Value(g.everSeen); }},
    {"ever_first", ColumnType::Time, [](const Group& g) { return optionalValue(g.everFirst); }},
    {"replay_ended", ColumnType::Integer, [](const Group& g) { return Value(g.replayEnded); }},
    {"failed_again", ColumnType::Integer, [](const Group& g) { return Value(g.failedAgain); }},
    {"failed_again_share", ColumnType::Real, [](const Group& g) { return optionalValue(g.failedAgainShare()); }},
    {"remembered_at", ColumnType::Time, [](const Group& g) { return optionalValue(g.rememberedAt); }},
};

/// Limits of the error types kept by their details: so many details, and none longer (in bytes).
constexpr std::size_t mostKept = 2'000;
constexpr qsizetype longestKept = 4'096;

qint64 hourOf(Timestamp time) {
    return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

/// Returns the text of a letter's error; of a letter without text and details the shape of its payload.
QByteArray wordsOf(const DeadLetter& letter) {
    if (letter.errorMessage)
        return *letter.errorMessage;
    return letter.errorDetails ? QByteArray() : payloadShape(letter.messageData);
}

Group emptyGroup(const QByteArray& port, const QByteArray& errorType, const QByteArray& text) {
    Group group;
    group.fingerprint = fingerprint(port, errorType, text);
    group.text = text;
    group.portName = port;
    group.errorType = errorType;
    return group;
}

} // namespace

std::span<const Column<DeadLetterGroup>> deadLetterGroupColumns() {
    return groupTable;
}

const ColumnSet& deadLetterGroupSchema() {
    static const ColumnSet schema =
        schemaOf(deadLetterGroupColumns(), "last_seen", {"fingerprint", "template", "port_name", "error_type"});
    return schema;
}

std::optional<double> DeadLetterGroup::failedAgainShare() const {
    if (replayEnded == 0)
        return std::nullopt;
    return static_cast<double>(failedAgain) / static_cast<double>(replayEnded);
}

DeadLetterGrouping::DeadLetterGrouping(std::span<const QByteArray> known, Timestamp now)
    : m_miner(known)
    , m_hour(hourOf(now)) {}

void DeadLetterGrouping::Sum::add(const Sum& other) {
    count += other.count;
    if (other.first && (!first || *other.first < *first))
        first = other.first;
    // Of letters of one instant the sample is always the same, in whatever order they come.
    if (sample.isNull() || other.last > last || (other.last == last && other.sample > sample))
        sample = other.sample;
    last = std::max(last, other.last);
    for (std::size_t i = 0; i < hours.size(); ++i)
        hours[i] += other.hours[i];
}

void DeadLetterGrouping::count(Sum& sum, const DeadLetter& letter) const {
    ++sum.count;
    if (sum.sample.isNull() || letter.diedAt > sum.last || (letter.diedAt == sum.last && letter.id > sum.sample)) {
        sum.sample = letter.id;
        sum.last = letter.diedAt;
    }
    if (!letter.diedAt)
        return;
    if (!sum.first || *letter.diedAt < *sum.first)
        sum.first = letter.diedAt;
    // A letter that is dated ahead of the clock counts as of now.
    const qint64 ago = std::max<qint64>(m_hour - hourOf(*letter.diedAt), 0);
    if (ago < std::ssize(sum.hours))
        ++sum.hours[sum.hours.size() - 1 - static_cast<std::size_t>(ago)];
}

QByteArray DeadLetterGrouping::typeOf(const DeadLetter& letter) {
    if (!letter.errorDetails)
        return {};
    if (letter.errorDetails->size() > longestKept)
        return errorType(*letter.errorDetails);
    std::string details = letter.errorDetails->toStdString();
    if (const auto known = m_types.find(details); known != m_types.end())
        return known->second;
    if (m_types.size() == mostKept)
        m_types.clear();
    return m_types.emplace(std::move(details), errorType(*letter.errorDetails)).first->second;
}

void DeadLetterGrouping::add(const DeadLetter& letter) {
    count(m_sums[{letter.portName, typeOf(letter), m_miner.add(wordsOf(letter))}], letter);
    m_settled.reset();
}

/// Settles a copy, so that the templates known later do not depend on when this was asked.
TemplateMiner& DeadLetterGrouping::settledMiner() {
    if (!m_settled) {
        m_settled.emplace(m_miner).settle();
        m_fingerprints.clear();
    }
    return *m_settled;
}

std::vector<DeadLetterGroup> DeadLetterGrouping::groups(Timestamp now) {
    const TemplateMiner& miner = settledMiner();
    std::map<Cause, Sum> sums;
    for (const auto& [cause, sum] : m_sums)
        sums[{cause.port, cause.errorType, miner.settled(cause.message)}].add(sum);
    const auto passed =
        static_cast<std::size_t>(std::clamp<qint64>(hourOf(now) - m_hour, 0, std::tuple_size_v<HourCounts>));
    std::vector<DeadLetterGroup> groups;
    for (auto& [cause, sum] : sums) {
        std::shift_left(sum.hours.begin(), sum.hours.end(), static_cast<std::ptrdiff_t>(passed));
        std::fill_n(sum.hours.rbegin(), passed, 0);
        DeadLetterGroup group = emptyGroup(cause.port, cause.errorType, miner.text(cause.message));
        group.count = sum.count;
        group.firstSeen = sum.first;
        group.lastSeen = sum.last;
        group.sampleId = sum.sample;
        group.lastHours = sum.hours;
        group.everSeen = sum.count;
        group.everFirst = sum.first;
        groups.push_back(std::move(group));
    }
    std::ranges::stable_sort(groups, [](const Group& a, const Group& b) {
        return a.count != b.count ? a.count > b.count : a.fingerprint < b.fingerprint;
    });
    return groups;
}

DeadLetterGrouping::Cause DeadLetterGrouping::settledCause(const DeadLetter& letter) {
    TemplateMiner& miner = settledMiner();
    return {letter.portName, typeOf(letter), miner.settled(miner.add(wordsOf(letter)))};
}

DeadLetterGroup DeadLetterGrouping::groupOf(const DeadLetter& letter) {
    const Cause cause = settledCause(letter);
    return emptyGroup(cause.port, cause.errorType, m_settled->text(cause.message));
}

QByteArray DeadLetterGrouping::fingerprintOf(const DeadLetter& letter) {
    Cause cause = settledCause(letter);
    if (const auto known = m_fingerprints.find(cause); known != m_fingerprints.end())
        return known->second;
    QByteArray found = portolan::fingerprint(cause.port, cause.errorType, m_settled->text(cause.message));
    return m_fingerprints.emplace(std::move(cause), std::move(found)).first->second;
}

void DeadLetterGrouping::settle() {
    m_miner.settle();
    std::map<Cause, Sum> settled;
    for (const auto& [cause, sum] : m_sums)
        settled[{cause.port, cause.errorType, m_miner.settled(cause.message)}].add(sum);
    m_sums = std::move(settled);
    m_settled.reset();
}

namespace {

RowOrder<Group> groupOrder() {
    return {groupTable, &deadLetterGroupSchema(), 0, 0};
}

} // namespace

Result<Page<DeadLetterGroup>> GroupRows::page(const ListQuery& query, const CancelToken&) {
    return pageOfRows(m_groups, groupOrder(), query);
}

Result<PageIndex> GroupRows::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    return pageIndexOfRows(m_groups, groupOrder(), query, pages);
}

} // namespace portolan
