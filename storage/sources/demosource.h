#pragma once

#include "storage/base/random.h"
#include "storage/ingest/demorecords.h"
#include "storage/sources/source.h"

#include <array>

namespace portolan {

/// The sample pipeline: orders go from order-intake over validator, enricher and billing to ledger-sink, through the
/// ports orders, invoices and shipments; now and then one fails, and now and then a fault lasts for a while. The
/// same seed tells the same story, byte for byte. Knows nothing of time or pace.
class DemoPipeline {
public:
    explicit DemoPipeline(quint64 seed);
    /// The next payload; its number is one more than the last one's, from 1.
    [[nodiscard]] QByteArray next();

private:
    struct Order {
        quint64 id = 0;
        std::size_t step = 0;
    };
    [[nodiscard]] QByteArray event();
    [[nodiscard]] QByteArray failure(std::size_t step);

    Random m_random;
    quint64 m_number = 0;
    quint64 m_lastOrder = 1000;
    std::array<Order, 8> m_orders; ///< under way
    std::size_t m_fault = 0;       ///< which failure the present fault brings
    quint64 m_faultLeft = 0;       ///< events until it is over
};

/// `demo:?rate=N&seed=S&count=M&kinds=all|messages`: the pipeline above, with the records beside its messages unless
/// those alone are wanted, paced; what was not fetched in time is made up for. `count` is of both. They have no keys:
/// nothing could deliver them again. A story told as fast as it goes lies as far in the past as it is long.
class DemoSource final : public Source {
public:
    explicit DemoSource(const SourceUrl& url);

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey>) override { return {}; }
    [[nodiscard]] bool exhausted() const override { return m_count > 0 && m_made >= m_count; }
    [[nodiscard]] SourceStatus status() const override;

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] qint64 dueAt(Clock::time_point now) const;
    [[nodiscard]] Timestamp momentOf(qint64 number, Timestamp now) const;

    DemoPipeline m_pipeline;
    DemoRecords m_records;
    const bool m_messagesOnly;
    const qint64 m_rate;  ///< messages a second; 0: as fast as it goes
    const qint64 m_count; ///< 0: never ends
    qint64 m_made = 0;
    std::optional<Clock::time_point> m_begin; ///< the first fetch
    Timestamp m_beginning;                    ///< of the story
};

} // namespace portolan
