#pragma once

#include <QString>
#include <QStringList>

namespace portolan {

/// The one of `known` that was most likely meant by a mistyped word; empty when none is near.
[[nodiscard]] QString nearestOf(const QString& typed, const QStringList& known);

/// " Did you mean `list`?", to be added to an error's text; empty when nothing is near. `prefix` goes before the word.
[[nodiscard]] QString didYouMean(const QString& typed, const QStringList& known, const QString& prefix = {});

} // namespace portolan
