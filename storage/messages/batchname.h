#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <array>
#include <optional>

namespace portolan {

/// Returns the name that the receiver service gives the file of a batch (1 or more): "messages_batch_0042.txt", five
/// digits and more after 9999.
[[nodiscard]] QByteArray batchFileName(qint64 batch);
/// The same without allocating: a text that ends in NUL.
using BatchFileNameText = std::array<char, 40>;
[[nodiscard]] BatchFileNameText batchFileNameText(qint64 batch);
/// Returns the batch number of such a name. Nothing for another spelling ("messages_batch_42.txt"): one name a number.
[[nodiscard]] std::optional<qint64> batchOfFileName(QByteArrayView name);

} // namespace portolan
