#pragma once

#include <QFont>
#include <QString>
#include <QTextOption>

namespace portolan {

/// Breaks lines at blanks, and inside a word that is longer than a line: an id, a path.
[[nodiscard]] QTextOption breaking(Qt::Alignment alignment = Qt::AlignTop | Qt::AlignLeft);

/// Returns the pixels that a text is high in lines of at most `width` pixels (at least 1).
[[nodiscard]] int wrappedHeight(QString text, const QFont& font, int width);

} // namespace portolan
