#pragma once

#include "storage/config/urls.h"

#include <QByteArray>
#include <utility>
#include <vector>

namespace portolan {

/// The settings of librdkafka for a source: those that the guarantee rests on, our habits, and what the URL says, the
/// later ones overriding. The password is among them. Pure.
[[nodiscard]] std::vector<std::pair<QByteArray, QByteArray>> kafkaSettings(const SourceUrl& url);

} // namespace portolan
