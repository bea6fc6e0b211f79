#pragma once

#include <QString>
#include <QStringList>

namespace portolan {

/// A sentence in English, of the translations' context "Findings", and the values that go into it: a window may say it
/// in another language.
struct Phrase {
    const char* text = ""; ///< with %1, %2 and so on in the place of the values
    QStringList values = {};

    /// Makes a phrase of foreign words alone: a path, a name.
    [[nodiscard]] static Phrase ofWords(const QString& words) { return {"%1", {words}}; }
    /// Puts the values into the sentence, or into its translation. A value stays as it is, whatever it holds.
    [[nodiscard]] QString filledInto(const QString& sentence) const;
    [[nodiscard]] QString english() const { return filledInto(QString::fromUtf8(text)); }
};

} // namespace portolan
