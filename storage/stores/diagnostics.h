#pragma once

#include <QByteArray>
#include <QString>
#include <utility>
#include <vector>

namespace portolan {

/// Returns what a helper wants to know of the program and the machine: versions of the libraries, the system, what of
/// the environment changes how the program behaves (names of variables, never their values). No path, name of a user or
/// host, store or secret is among it. Names and values, in an order. Any thread.
[[nodiscard]] std::vector<std::pair<QString, QString>> diagnostics(const QByteArray& version);

/// The same as lines of text.
[[nodiscard]] QByteArray diagnosticsText(const QByteArray& version);

} // namespace portolan
