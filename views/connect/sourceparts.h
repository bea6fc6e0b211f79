#pragma once

#include "storage/config/urls.h"

#include <QString>
#include <utility>
#include <vector>

namespace portolan {

// Parts of a source's URL, as the fields of its form have them. Pure functions.

[[nodiscard]] bool isRedis(SourceKind kind);

/// Reads "host:port, host"; without any it is this machine. What is no host stays as it is, so that reading the whole
/// URL says what is wrong.
[[nodiscard]] std::vector<std::pair<QString, int>> hostsIn(const QString& text, int usualPort);
/// Writes the same. Leaves the usual port out: another kind of source has another one.
[[nodiscard]] QString hostsText(const std::vector<std::pair<QString, int>>& hosts, int usualPort);

/// Returns an option that is passed through, or nothing.
[[nodiscard]] QString optionOf(const SourceUrl& url, const QString& name);
/// Puts an option into its place, or at the end; an empty value takes it out.
void setOption(SourceUrl& url, const QString& name, const QString& value);

} // namespace portolan
