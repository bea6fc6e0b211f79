#pragma once

#include <QString>
#include <QStringList>

namespace portolan {

/// Returns the one of `known` that a mistyped word most likely meant; empty when none is near.
[[nodiscard]] QString nearestOf(const QString& typed, const QStringList& known);

/// Returns " Did you mean `list`?" to add to an error's text; empty when nothing is near. `prefix` goes before the
/// word.
[[nodiscard]] QString didYouMean(const QString& typed, const QStringList& known, const QString& prefix = {});

} // namespace portolan
