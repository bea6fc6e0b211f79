#include "views/guide/guide.h"

#include <QFile>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array allChapters{
    GuideChapter{firstChapter, "guide"},
    GuideChapter{"trouble", "warning"},
    GuideChapter{"stores", "database"},
    GuideChapter{"receiving", "play"},
    GuideChapter{"overview", "overview"},
    GuideChapter{"batches", "batches"},
    GuideChapter{"ports", "ports"},
    GuideChapter{"deadletters", "dead-letters"},
    GuideChapter{"checkpoints", "checkpoints"},
    GuideChapter{"components", "components"},
    GuideChapter{"metrics", "metrics"},
    GuideChapter{"events", "events"},
    GuideChapter{"tables", "tables"},
    GuideChapter{"integrity", "integrity"},
    GuideChapter{"operations", "operations"},
    GuideChapter{"audit", "audit"},
    GuideChapter{"filters", "filter"},
    GuideChapter{"export", "save"},
    GuideChapter{"commandline", "command"},
    GuideChapter{keyboardChapter, "keyboard"},
};

constexpr QLatin1StringView guideFolder("/guide/");
constexpr QLatin1StringView chapterEnding(".md");

} // namespace

std::span<const GuideChapter> guideChapters() {
    return allChapters;
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
        && std::ranges::any_of(allChapters, [&](const auto& c) { return file == QLatin1String(c.file); });
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
