#include "storage/messages/batchname.h"

#include <algorithm>
#include <charconv>

namespace portolan {

namespace {

constexpr QByteArrayView prefix = "messages_batch_";
constexpr QByteArrayView suffix = ".txt";

/// Writes the name to `to`; its end.
char* putName(char* to, qint64 batch) {
    constexpr std::ptrdiff_t longestNumber = 19;
    char* const digits = std::ranges::copy(prefix, to).out;
    const auto [end, error] = std::to_chars(digits, digits + longestNumber, batch);
    Q_ASSERT(batch > 0 && error == std::errc());
    const auto padding = std::max<std::ptrdiff_t>(0, 4 - (end - digits));
    std::move_backward(digits, end, end + padding);
    std::fill_n(digits, padding, '0');
    return std::ranges::copy(suffix, end + padding).out;
}

} // namespace

BatchFileNameText batchFileNameText(qint64 batch) {
    BatchFileNameText name{};
    putName(name.data(), batch);
    return name;
}

QByteArray batchFileName(qint64 batch) {
    BatchFileNameText name; // NOLINT: putName() fills what is read
    return {name.data(), putName(name.data(), batch) - name.data()};
}

std::optional<qint64> batchOfFileName(QByteArrayView name) {
    if (!name.startsWith(prefix) || !name.endsWith(suffix) || name.size() < prefix.size() + 4 + suffix.size())
        return std::nullopt;
    const QByteArrayView digits = name.sliced(prefix.size(), name.size() - prefix.size() - suffix.size());
    const bool padded = digits.size() > 4 && digits.front() == '0';
    if (padded || digits.size() > 18 || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    qint64 batch = 0;
    std::from_chars(digits.begin(), digits.end(), batch);
    return batch > 0 ? std::optional(batch) : std::nullopt;
}

} // namespace portolan
