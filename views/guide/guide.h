#pragma once

#include <QLocale>
#include <QString>
#include <QUrl>
#include <span>

namespace portolan {

/// A chapter of the user guide: the file resources/guide/LANGUAGE/FILE.md, whose first heading is its title.
struct GuideChapter {
    QString file;
    const char* icon; ///< resources/icons/ICON.svg
};

/// In the order in which they are listed; each pane has one.
std::span<const GuideChapter> guideChapters();

/// "de" where that is the locale's language, else "en".
[[nodiscard]] QString guideLanguage(const QLocale& locale);
/// Returns the place of a chapter among the resources.
[[nodiscard]] QUrl guideUrl(const QString& language, const QString& file);
/// The chapter's file where the URL is one of a chapter, in any language; else empty.
[[nodiscard]] QString guideFileOf(const QUrl& url);
/// The text of a chapter, as it is written; empty where there is none.
[[nodiscard]] QString guideText(const QString& language, const QString& file);
/// The text's first heading.
[[nodiscard]] QString guideTitle(const QString& text);
/// The chapter about a pane, by the pane's id in paneEntries().
[[nodiscard]] QString guideFileOfPane(const QString& pane);

/// The chapter about keys; a table of the keys that are in force stands below its text.
inline constexpr const char* keyboardChapter = "keyboard";
inline constexpr const char* firstChapter = "start";

} // namespace portolan
