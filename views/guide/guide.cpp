#include "views/guide/guide.h"

#include "models/list/panes.h"

#include <QFile>
#include <algorithm>
#include <vector>

namespace portolan {

namespace {

std::vector<GuideChapter> makeChapters() {
    std::vector<GuideChapter> chapters{{QLatin1String(firstChapter), "guide"},
                                       {QStringLiteral("trouble"), "warning"},
                                       {QStringLiteral("stores"), "database"},
                                       {QStringLiteral("receiving"), "play"}};
    for (const PaneEntry& pane : paneEntries())
        chapters.push_back({guideFileOfPane(QLatin1String(pane.id)), pane.icon});
    chapters.insert(chapters.end(), {{QStringLiteral("filters"), "filter"},
                                     {QStringLiteral("export"), "save"},
                                     {QStringLiteral("moving"), "database"},
                                     {QStringLiteral("recovery"), "warning"},
                                     {QStringLiteral("commandline"), "command"},
                                     {QLatin1String(keyboardChapter), "keyboard"}});
    return chapters;
}

constexpr QLatin1StringView guideFolder("/guide/");
constexpr QLatin1StringView chapterEnding(".md");

} // namespace

std::span<const GuideChapter> guideChapters() {
    static const std::vector<GuideChapter> chapters = makeChapters();
    return chapters;
}

QString guideLanguage(const QLocale& locale) {
    return locale.language() == QLocale::German ? QStringLiteral("de") : QStringLiteral("en");
}

QUrl guideUrl(const QString& language, const QString& file) {
    return QUrl(QStringLiteral("qrc:") + guideFolder + language + u'/' + file + chapterEnding);
}

QString guideFileOf(const QUrl& url) {
    const QString file = url.fileName().chopped(url.fileName().endsWith(chapterEnding) ? chapterEnding.size() : 0);
    const bool isOne =
        url.scheme() == QLatin1String("qrc") && url.path().startsWith(guideFolder)
        && std::ranges::any_of(guideChapters(), [&](const GuideChapter& each) { return file == each.file; });
    return isOne ? file : QString();
}

QString guideText(const QString& language, const QString& file) {
    QFile text(u':' + guideFolder + language + u'/' + file + chapterEnding);
    return text.open(QIODevice::ReadOnly) ? QString::fromUtf8(text.readAll()) : QString();
}

QString guideTitle(const QString& text) {
    return text.section(u'\n', 0, 0).remove(0, 2);
}

QString guideFileOfPane(const QString& pane) {
    return QString(pane).remove(u'-');
}

} // namespace portolan
