#include "tests/support/loghub.h"

#include <QFile>
#include <algorithm>
#include <map>
#include <utility>

namespace portolan::test {

namespace {

/// The next record of a CSV file (RFC 4180); empty at its end.
std::vector<QByteArray> nextRecord(QByteArrayView bytes, qsizetype& at) {
    std::vector<QByteArray> fields;
    QByteArray field;
    bool quoted = false;
    for (; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (c == '"') {
            if (quoted && at + 1 < bytes.size() && bytes[at + 1] == '"')
                field += bytes[++at];
            else
                quoted = !quoted;
        } else if (!quoted && (c == ',' || c == '\n')) {
            fields.push_back(std::exchange(field, {}));
            if (c == '\n') {
                ++at;
                return fields;
            }
        } else if (quoted || c != '\r') {
            field += c;
        }
    }
    if (!fields.empty() || !field.isEmpty())
        fields.push_back(field);
    return fields;
}

} // namespace

QString sharedData() {
    return qEnvironmentVariable("PORTOLAN_DATA", QStringLiteral(PORTOLAN_SOURCE_DIR "/../shared/data"));
}

std::vector<LabelledMessage> loghubSet(const char* name) {
    QFile file(sharedData() + QStringLiteral("/loghub/") + QLatin1String(name) + QStringLiteral(".csv"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray bytes = file.readAll();
    qsizetype at = 0;
    const std::vector<QByteArray> head = nextRecord(bytes, at);
    const auto column = [&](const char* title) {
        return static_cast<std::size_t>(std::ranges::find(head, QByteArray(title)) - head.begin());
    };
    const std::size_t content = column("Content");
    const std::size_t group = column("EventId");
    std::vector<LabelledMessage> messages;
    for (auto record = nextRecord(bytes, at); !record.empty(); record = nextRecord(bytes, at)) {
        if (record.size() > std::max(content, group))
            messages.push_back({record[content], record[group]});
    }
    return messages;
}

double groupingAccuracy(std::span<const LabelledMessage> messages, std::span<const QByteArray> groups) {
    std::map<QByteArray, std::size_t> sizes;
    std::map<QByteArray, std::size_t> trueSizes;
    std::map<std::pair<QByteArray, QByteArray>, std::size_t> common;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        ++sizes[groups[i]];
        ++trueSizes[messages[i].group];
        ++common[{groups[i], messages[i].group}];
    }
    std::size_t right = 0;
    for (const auto& [pair, count] : common) {
        if (count == sizes[pair.first] && count == trueSizes[pair.second])
            right += count;
    }
    return messages.empty() ? 0 : static_cast<double>(right) / static_cast<double>(messages.size());
}

} // namespace portolan::test
