#pragma once

#include <QLocale>
#include <QStringList>
#include <QTranslator>
#include <optional>

namespace portolan {

/// In which language the window speaks. Commands, files and what is stored are in English and in the C locale, always.
enum class Language { System, English, German };

/// "system", "en", "de"; nothing for another word.
std::optional<Language> languageNamed(const QString& word);
QString languageWord(Language language);

/// Of the languages that there are the one that `preferred` (as QLocale::uiLanguages() has it) names first; English
/// where it names none.
Language spokenOf(const QStringList& preferred);

/// While it lives, texts are in a language and QLocale's default goes with it. Made before the first widget, since
/// texts that are shown stay as they are. Qt's own dialogs speak it where Qt's translations are installed. GUI thread.
class Translation {
public:
    explicit Translation(Language wanted);
    ~Translation();
    Translation(const Translation&) = delete;
    Translation& operator=(const Translation&) = delete;

    [[nodiscard]] Language language() const { return m_language; } ///< never System

private:
    Language m_language;
    QLocale m_before;
    QTranslator m_qt;
    QTranslator m_own;
};

} // namespace portolan
