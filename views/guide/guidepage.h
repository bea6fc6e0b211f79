#pragma once

#include <QString>

class QFont;

namespace portolan {

struct ThemeTokens;

/// A chapter's Markdown as HTML of our own: Qt's own import takes no style sheet and gives headings no anchors. A page
/// is made of headings, paragraphs, flat lists, tables, code, notes (a block quote) and links. GUI thread.
[[nodiscard]] QString guidePage(const QString& markdown);

/// Returns what a heading is linked by: small letters, a hyphen for each blank, and nothing of punctuation.
[[nodiscard]] QString guideAnchor(const QString& heading);

/// Returns the style sheet of such pages.
[[nodiscard]] QString guideSheet(const ThemeTokens& tokens, const QFont& base);

} // namespace portolan
