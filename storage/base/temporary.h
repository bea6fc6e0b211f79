#pragma once

#include <QByteArray>
#include <QString>
#include <concepts>

namespace portolan {

/// A text that dies with the statement it stands in. What borrows its text deletes the overload that takes one, so that
/// a view of freed memory does not compile.
template <typename Text>
concept Temporary = std::same_as<Text, QByteArray> || std::same_as<Text, QString>;

} // namespace portolan
