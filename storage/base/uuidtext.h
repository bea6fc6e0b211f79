#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>

namespace portolan {

/// Returns a UUID as databases write it, lower case with hyphens, from one in capitals, in braces or without hyphens;
/// nothing for any other text.
[[nodiscard]] std::optional<QByteArray> canonicalUuid(QByteArrayView text);

} // namespace portolan
