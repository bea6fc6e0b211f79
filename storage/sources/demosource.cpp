#include "storage/sources/demosource.h"

#include "storage/base/backoff.h"
#include "storage/json/jsontext.h"

#include <algorithm>
#include <limits>

namespace portolan {

namespace {

using namespace std::chrono;

/// A step of an order; they come in order. `%o` the order, `%c` the customer, `%a` an amount.
struct Step {
    const char* component;
    const char* port;
    const char* text;
};
constexpr auto steps = std::to_array<Step>({
    {"order-intake", "orders", "order %o received from %c, %a EUR"},
    {"validator", "orders", "order %o passed 14 of 14 checks"},
    {"enricher", "orders", "order %o enriched with the address and credit line of %c"},
    {"billing", "invoices", "invoice for order %o issued, %a EUR due in 14 days"},
    {"ledger-sink", "shipments", "order %o booked and handed to shipping"},
});

constexpr auto failures = std::to_array<const char*>({
    "timeout after %m ms on billing-db-%n.internal",
    "timeout after %m ms on stock-api-%n.internal",
    "null value in column \"customer_id\" violates not-null constraint, order %o",
    "duplicate key value violates unique constraint \"invoices_pkey\": (invoice_id)=(%o)",
    "HTTP 422 from tax-service: unknown VAT number of %c",
    "HTTP 404 from address-service: no address of %c",
    "HTTP 429 from rates-api: retry after %n s",
    "connection to ledger-%n.internal:5432 was reset by peer",
});

constexpr auto customers =
    std::to_array<const char*>({"Nordlicht GmbH", "Atelier Lumière", "Harbour & Sons", "Kowalski Sp. z o.o.",
                                "Ribeira Lda.", "Østerbro ApS", "Café Zürich AG", "Bianchi S.r.l."});

constexpr quint64 failsOnceIn = 25;
constexpr quint64 faultBeginsOnceIn = 400;
constexpr quint64 faultLasts = 60; ///< events, at most
constexpr quint64 jsonOnceIn = 3;

constexpr microseconds toldPace{20'000};       ///< between two records of a story without a rate
constexpr microseconds longestPast = days(30); ///< that such a story reaches back

} // namespace

DemoPipeline::DemoPipeline(quint64 seed) : m_random(seed) {
    for (Order& order : m_orders)
        order.id = ++m_lastOrder;
}

QByteArray DemoPipeline::next() {
    ++m_number;
    const bool asJson = m_random.oneIn(jsonOnceIn);
    const QByteArray content = event();
    const QByteArray number = QByteArray::number(m_number);
    if (!asJson)
        return "Message #" + number + ": " + content;
    QByteArray json = "{\"kind\":\"message\",\"message_number\":" + number + ",\"content\":";
    appendJsonString(json, content);
    json += '}';
    return json;
}

QByteArray DemoPipeline::event() {
    Order& order = m_orders[m_random.below(m_orders.size())];
    const std::size_t step = order.step;
    if (m_faultLeft == 0 && m_random.oneIn(faultBeginsOnceIn)) {
        m_fault = m_random.below(failures.size());
        m_faultLeft = 1 + m_random.below(faultLasts);
    }
    const bool inFault = m_faultLeft > 0 && m_random.oneIn(2);
    m_faultLeft -= m_faultLeft > 0 ? 1 : 0;
    const bool fails = inFault || m_random.oneIn(failsOnceIn);

    QByteArray text = QByteArray("[") + steps[step].component + "] " + steps[step].port + ": ";
    text += fails ? failure(step) : QByteArray(steps[step].text);
    text.replace("%o", "o-" + QByteArray::number(order.id));
    text.replace("%c", customers[order.id % customers.size()]);
    text.replace("%a", QByteArray::number(order.id * 7919 % 90'000 + 999).insert(2, '.'));
    // A failed step is tried again with the order's next event.
    if (!fails && ++order.step == steps.size())
        order = {++m_lastOrder, 0};
    return text;
}

QByteArray DemoPipeline::failure(std::size_t step) {
    const bool inFault = m_faultLeft > 0;
    QByteArray text = failures[inFault ? m_fault : (m_random.below(failures.size()) + step) % failures.size()];
    text.replace("%m", QByteArray::number(1000 + m_random.below(30) * 100));
    text.replace("%n", QByteArray::number(1 + m_random.below(4)));
    return "failed: " + text;
}

DemoSource::DemoSource(const SourceUrl& url)
    : m_pipeline(url.seed)
    , m_records(url.seed)
    , m_messagesOnly(url.messagesOnly)
    , m_rate(url.rate)
    , m_count(url.count) {}

/// When the n-th of the story happened, from 0.
Timestamp DemoSource::momentOf(qint64 number, Timestamp now) const {
    if (m_rate > 0)
        return m_beginning + microseconds(number * 1'000'000 / m_rate);
    return m_count > 0 ? m_beginning + microseconds(toldPace.count() * number) : now;
}

/// Returns how many should have been made by now.
qint64 DemoSource::dueAt(Clock::time_point now) const {
    const qint64 end = m_count > 0 ? m_count : std::numeric_limits<qint64>::max();
    if (m_rate <= 0)
        return end;
    const double elapsed = duration<double>(now - *m_begin).count();
    return std::min(end, static_cast<qint64>(elapsed * static_cast<double>(m_rate)) + 1);
}

Result<std::vector<Delivery>> DemoSource::fetch(FetchLimits limits, milliseconds wait, const CancelToken& token) {
    if (!m_begin) {
        m_begin = Clock::now();
        m_beginning = currentTime();
        if (m_rate == 0)
            m_beginning -= microseconds(toldPace.count() * std::min<qint64>(m_count, longestPast / toldPace));
    }
    if (dueAt(Clock::now()) <= m_made) {
        const auto nextAt =
            *m_begin + duration<double>(static_cast<double>(m_made) / static_cast<double>(std::max<qint64>(m_rate, 1)));
        const auto left = exhausted() ? wait : ceil<milliseconds>(nextAt - Clock::now());
        pauseFor(std::clamp(left, milliseconds(0), wait), token);
    }
    std::vector<Delivery> batch;
    if (token.stop_requested())
        return batch;
    const qint64 due = std::min<qint64>(dueAt(Clock::now()) - m_made, std::max(limits.count, 1));
    const Timestamp now = currentTime();
    qint64 bytes = 0;
    for (qint64 i = 0; i < due && (i == 0 || bytes < limits.bytes); ++i) {
        Delivery delivery;
        if (!m_messagesOnly)
            delivery.payload = m_records.next(momentOf(m_made, now));
        if (delivery.payload.isEmpty())
            delivery.payload = m_pipeline.next();
        delivery.receivedAt = now;
        bytes += delivery.payload.size();
        batch.push_back(std::move(delivery));
        ++m_made;
    }
    return batch;
}

SourceStatus DemoSource::status() const {
    SourceStatus status;
    status.connected = true;
    if (m_begin && m_rate > 0)
        status.behind = std::max<qint64>(dueAt(Clock::now()) - m_made, 0);
    return status;
}

} // namespace portolan
