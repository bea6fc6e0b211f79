#pragma once

#include "storage/ingest/decoder.h"

#include <vector>

namespace portolan::test {

/// Items as a stream's receiver would hand them on: key (1000 + n, 0) of one source, content "text n".
class IngestItems {
public:
    IngestItems& message(quint64 n, std::optional<qint64> number = std::nullopt) {
        return add(n, IncomingMessage{number, std::nullopt, "text " + QByteArray::number(n)});
    }
    IngestItems& rejection(quint64 n, const QString& reason) { return add(n, Rejection{reason}); }
    /// A payload as it is decoded.
    IngestItems& payload(quint64 n, const QByteArray& json) {
        add(n, {});
        IngestItem& item = m_items.back();
        item.delivery.payload = json;
        item.decoded = decode(item.delivery);
        return *this;
    }
    IngestItems& unkeyed(const QByteArray& content) {
        add(0, IncomingMessage{std::nullopt, std::nullopt, content});
        m_items.back().delivery.key = {};
        return *this;
    }
    IngestItems& range(quint64 first, quint64 last) {
        for (quint64 n = first; n <= last; ++n)
            message(n);
        return *this;
    }
    IngestItems& from(const QByteArray& source) {
        m_source = source;
        return *this;
    }
    [[nodiscard]] const std::vector<IngestItem>& all() const { return m_items; }
    [[nodiscard]] IngestItem& last() { return m_items.back(); }

private:
    IngestItems& add(quint64 n, Decoded decoded) {
        IngestItem item;
        item.delivery.key = {m_source, 1000 + n, 0};
        item.delivery.keyText = QByteArray::number(1000 + n) + "-0";
        item.delivery.payload = QByteArray("raw\0\xff", 5) + QByteArray::number(n);
        item.delivery.receivedAt = Timestamp(std::chrono::milliseconds(1729090565123));
        item.decoded = std::move(decoded);
        m_items.push_back(std::move(item));
        return *this;
    }

    QByteArray m_source = "localhost:6379/0/orders";
    std::vector<IngestItem> m_items;
};

} // namespace portolan::test
