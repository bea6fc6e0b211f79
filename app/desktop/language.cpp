#include "app/desktop/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <algorithm>
#include <array>

/// A resource of a static library is linked only where it is named, outside of any namespace.
static void initTranslations() {
    Q_INIT_RESOURCE(portolan_translations);
}

namespace portolan {

namespace {

struct LanguageWord {
    Language language;
    const char* word;
};

constexpr std::array languageWords{LanguageWord{Language::System, "system"}, LanguageWord{Language::English, "en"},
                                   LanguageWord{Language::German, "de"}};

/// The system's own where it is of that language, for the country's way of writing numbers and dates.
QLocale localeOf(Language language) {
    const QLocale system = QLocale::system();
    const auto wanted = language == Language::German ? QLocale::German : QLocale::English;
    const bool isPlain = language == Language::English && system.language() == QLocale::C;
    return isPlain || system.language() == wanted ? system : QLocale(wanted);
}

} // namespace

std::optional<Language> languageNamed(const QString& word) {
    const auto found =
        std::ranges::find_if(languageWords, [&](const LanguageWord& each) { return word == QLatin1String(each.word); });
    return found == languageWords.end() ? std::nullopt : std::optional(found->language);
}

QString languageWord(Language language) {
    return QLatin1String(std::ranges::find(languageWords, language, &LanguageWord::language)->word);
}

Language spokenOf(const QStringList& preferred) {
    for (const QString& name : preferred) {
        const auto language = languageNamed(name.section(u'-', 0, 0).section(u'_', 0, 0).toLower());
        if (language && language != Language::System)
            return *language;
    }
    return Language::English;
}

Translation::Translation(Language wanted)
    : m_language(wanted == Language::System ? spokenOf(QLocale::system().uiLanguages()) : wanted) {
    initTranslations();
    QLocale::setDefault(localeOf(m_language));
    const QString word = languageWord(m_language);
    if (m_qt.load(QStringLiteral("qtbase_") + word, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
    // English has a file, too: of what there is one, or several.
    if (m_own.load(QStringLiteral(":/translations/portolan_%1.qm").arg(word)))
        QCoreApplication::installTranslator(&m_own);
}

Translation::~Translation() {
    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
    QLocale::setDefault(m_before);
}

} // namespace portolan
