#include "storage/checks/storestats.h"

#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

constexpr Column<StoreStats> statsTable[] = {
    {"name", ColumnType::Text, [](const StoreStats& s) { return Value(s.name); }},
    {"rows", ColumnType::Integer, [](const StoreStats& s) { return optionalValue(s.rows); }},
    {"estimate", ColumnType::Boolean, [](const StoreStats& s) { return Value(s.isEstimate); }},
    {"bytes", ColumnType::Integer, [](const StoreStats& s) { return optionalValue(s.bytes); }},
    {"last_minute", ColumnType::Integer, [](const StoreStats& s) { return optionalValue(s.lastMinute); }},
    {"last_hour", ColumnType::Integer, [](const StoreStats& s) { return optionalValue(s.lastHour); }},
    {"p50_ms", ColumnType::Real, [](const StoreStats& s) { return s.latency ? Value(s.latency->p50) : Value(); }},
    {"p95_ms", ColumnType::Real, [](const StoreStats& s) { return s.latency ? Value(s.latency->p95) : Value(); }},
    {"p99_ms", ColumnType::Real, [](const StoreStats& s) { return s.latency ? Value(s.latency->p99) : Value(); }},
    {"cache_hits", ColumnType::Integer, [](const StoreStats& s) { return s.cache ? Value(s.cache->hits) : Value(); }},
    {"cache_misses", ColumnType::Integer,
     [](const StoreStats& s) { return s.cache ? Value(s.cache->misses) : Value(); }},
    {"cache_bytes", ColumnType::Integer, [](const StoreStats& s) { return s.cache ? Value(s.cache->bytes) : Value(); }},
    {"cache_most", ColumnType::Integer, [](const StoreStats& s) { return s.cache ? Value(s.cache->most) : Value(); }},
    {"pool_open", ColumnType::Integer,
     [](const StoreStats& s) { return s.pool ? Value(qint64(s.pool->open)) : Value(); }},
    {"pool_kept", ColumnType::Integer,
     [](const StoreStats& s) { return s.pool ? Value(qint64(s.pool->kept)) : Value(); }},
    {"pool_most", ColumnType::Integer,
     [](const StoreStats& s) { return s.pool ? Value(qint64(s.pool->most)) : Value(); }},
    {"pool_refused", ColumnType::Integer,
     [](const StoreStats& s) { return s.pool ? Value(s.pool->refused) : Value(); }},
    {"bytes_a_day", ColumnType::Real, [](const StoreStats& s) { return optionalValue(s.bytesADay); }},
    {"full_at", ColumnType::Time, [](const StoreStats& s) { return optionalValue(s.fullAt); }},
    {"problem", ColumnType::Text, [](const StoreStats& s) { return s.problem.isEmpty() ? Value() : Value(s.problem); }},
};

} // namespace

std::optional<Latency> Latency::of(std::vector<double> milliseconds) {
    if (milliseconds.empty())
        return std::nullopt;
    std::ranges::sort(milliseconds);
    const auto at = [&](double share) {
        const double rank = std::ceil(share * static_cast<double>(milliseconds.size()));
        return milliseconds[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
    };
    return Latency{at(0.5), at(0.95), at(0.99)};
}

std::span<const Column<StoreStats>> storeStatsColumns() {
    return statsTable;
}

} // namespace portolan
