#pragma once

#include "storage/base/result.h"

#include <QString>
#include <QStringList>

namespace portolan {

/// Returns the one of `known` that a mistyped word most likely meant; empty when none is near.
[[nodiscard]] QString nearestOf(const QString& typed, const QStringList& known);

/// Returns " Did you mean `list`?" to add to an error's text; empty when nothing is near. `prefix` goes before the
/// word.
[[nodiscard]] QString didYouMean(const QString& typed, const QStringList& known, const QString& prefix = {});

/// Says what is wrong with words that were typed in the language of the process: a command speaks English, the window
/// shows the same of what it is to run. `source` is of the translations' context "Usage".
[[nodiscard]] QString usageText(const char* source);

/// Looks whether a command knows its first word; `verbs` are several. Error Usage: what it knows.
[[nodiscard]] Result<void> checkVerb(const char* command, const QString& verb, const QStringList& verbs);

} // namespace portolan
