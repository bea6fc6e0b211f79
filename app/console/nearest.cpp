#include "app/console/nearest.h"

#include <QCoreApplication>
#include <algorithm>
#include <numeric>
#include <vector>

namespace portolan {

namespace {

/// Returns the number of letters to add, drop, change or swap with their neighbour.
int editDistance(const QString& from, const QString& to) {
    const qsizetype width = to.size() + 1;
    std::vector<int> before(static_cast<std::size_t>(width));
    std::vector<int> above(static_cast<std::size_t>(width));
    std::vector<int> row(static_cast<std::size_t>(width));
    std::iota(above.begin(), above.end(), 0);
    for (qsizetype i = 1; i <= from.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (qsizetype j = 1; j < width; ++j) {
            const auto at = static_cast<std::size_t>(j);
            row[at] = std::min({above[at] + 1, row[at - 1] + 1, above[at - 1] + (from[i - 1] != to[j - 1] ? 1 : 0)});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                row[at] = std::min(row[at], before[at - 2] + 1);
        }
        before = std::exchange(above, row);
    }
    return above.back();
}

/// Returns the edit distance; 1 for a beginning of at least three letters.
int distanceTo(const QString& typed, const QString& known) {
    const bool begins = typed.size() >= 3 && known.startsWith(typed);
    return begins ? 1 : editDistance(typed, known);
}

} // namespace

QString nearestOf(const QString& typed, const QStringList& known) {
    const QString word = typed.toLower();
    const int most = std::max(1, static_cast<int>(word.size()) / 3);
    QString nearest;
    int least = most + 1;
    for (const QString& each : known) {
        const int distance = distanceTo(word, each);
        if (distance < least) {
            least = distance;
            nearest = each;
        }
    }
    return nearest;
}

QString usageText(const char* source) {
    return QCoreApplication::translate("Usage", source);
}

QString didYouMean(const QString& typed, const QStringList& known, const QString& prefix) {
    const QString nearest = nearestOf(typed, known);
    return nearest.isEmpty() ? QString()
                             : usageText(QT_TRANSLATE_NOOP("Usage", " Did you mean `%1%2`?")).arg(prefix, nearest);
}

Result<void> checkVerb(const char* command, const QString& verb, const QStringList& verbs) {
    if (verbs.contains(verb))
        return {};
    return Error{ErrorCode::Usage,
                 QStringLiteral("%1 knows %2 and %3, not \"%4\".")
                         .arg(QLatin1String(command), verbs.first(verbs.size() - 1).join(QLatin1String(", ")),
                              verbs.back(), verb)
                     + didYouMean(verb, verbs)};
}

} // namespace portolan
