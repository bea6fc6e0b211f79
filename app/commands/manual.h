#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace portolan {

// The manual page and the completions, made from the table that --help is made from. Any thread.

/// Writes the page portolan(1), in the macros of man(7). `date` (YYYY-MM-DD) is in its foot.
[[nodiscard]] QByteArray manualPage(const QByteArray& date);

/// Completes commands, options, names of listings and files in "bash", "zsh" or "fish"; nothing for another shell.
[[nodiscard]] std::optional<QByteArray> completionFor(const QString& shell);

} // namespace portolan
