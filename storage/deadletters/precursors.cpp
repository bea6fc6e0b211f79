#include "storage/deadletters/precursors.h"

#include <QRegularExpression>
#include <QSet>
#include <QtGlobal>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

// Weights of evidence in powers of ten, as Good adds them (Probability and the Weighing of Evidence, 1950): two more
// make a cause a hundred times as likely. Those of chance are computed; the others are chosen so that tst_precursors
// holds.
constexpr double ofFeeder = 1.5;   ///< about a component that the letters come from or go to: one of some thirty
constexpr double ofState = 0.25;   ///< a state holds settings, a checkpoint positions
constexpr double ofName = 1;       ///< the error has a word of the member's or the subject's name
constexpr double ofValue = 2;      ///< the error has the new value
constexpr double ofRise = -0.75;   ///< the member may be a counter that seldom moves
constexpr double ofDoubt = -1.5;   ///< too few versions are known to tell it from a counter
constexpr double ofUnknown = -0.5; ///< nothing is known of what the version changed
constexpr double mostOfChance = 4;
constexpr seconds soon{60};        ///< a change takes effect at its next use: nearer than that is no more evidence
constexpr hours usualDistance{24}; ///< between acts of people, silences, first versions

constexpr qsizetype leastWord = 3;
constexpr qsizetype leastStem = 5; ///< of words of which one begins with the other
constexpr qsizetype leastText = 4;
constexpr double leastNumber = 10; ///< smaller ones are in any error by chance
constexpr double nearNumber = 0.02;

/// The words and the numbers of what letters say, to be found in names and values.
struct Said {
    QSet<QString> words{};
    std::vector<double> numbers{};
    QString text{}; ///< in small letters
};

/// Returns true for words that errors and names share by chance.
bool isCommon(const QString& word) {
    static const QStringList common =
        QStringLiteral(
            "after and any config count data error failed for from has into last max message min name not null "
            "number port settings state status the total type value version was with")
            .split(u' ');
    return common.contains(word);
}

/// Returns the words of a name or a sentence in small letters: of "maxTimeout_ms" only "timeout".
QSet<QString> nameWords(const QString& text) {
    static const QRegularExpression word(QStringLiteral("\\p{Lu}?\\p{Ll}+|\\p{Lu}+"));
    QSet<QString> words;
    for (auto found = word.globalMatch(text); found.hasNext();) {
        const QString small = found.next().captured().toLower();
        if (small.size() >= leastWord && !isCommon(small))
            words.insert(small);
    }
    return words;
}

Said saidBy(std::span<const QByteArray> errors) {
    static const QRegularExpression number(QStringLiteral("[0-9]+(\\.[0-9]+)?"));
    Said said;
    for (const QByteArray& error : errors) {
        const QString text = QString::fromUtf8(error);
        said.words.unite(nameWords(text));
        said.text += text.toLower() + u'\n';
        for (auto found = number.globalMatch(text); found.hasNext();)
            said.numbers.push_back(found.next().captured().toDouble());
    }
    return said;
}

bool saysWordOf(const Said& said, const QString& name) {
    return std::ranges::any_of(nameWords(name), [&](const QString& word) {
        return std::ranges::any_of(said.words, [&](const QString& each) {
            return each == word
                   || (std::min(each.size(), word.size()) >= leastStem
                       && (each.startsWith(word) || word.startsWith(each)));
        });
    });
}

bool saysValue(const Said& said, const QString& value) {
    bool isNumber = false;
    const double number = std::abs(value.toDouble(&isNumber));
    if (isNumber)
        return number >= leastNumber && std::ranges::any_of(said.numbers, [&](double each) {
                   return std::abs(each - number) <= nearNumber * number;
               });
    return value.size() >= leastText && value != u"true" && value != u"false" && said.text.contains(value.toLower());
}

/// Returns the weight of a change by chance: the less likely it is that one of its kind falls so near before the
/// letters without having to do with them, the more. Changes of a kind are taken to come as a Poisson process does, so
/// that within a distance d the chance of one is 1 - exp(-d * rate).
double weightOfChance(microseconds distance, double times, microseconds within) {
    const double expected = duration<double>(std::max<microseconds>(distance, soon)).count() * times
                            / duration<double>(std::max<microseconds>(within, seconds(1))).count();
    return std::min(-std::log10(-std::expm1(-expected)), mostOfChance);
}

double weightOfMember(const MemberChange& member, const Said& said, microseconds distance, microseconds known) {
    double weight =
        weightOfChance(distance, static_cast<double>(member.times) - 0.5, known); // it is one of them itself
    if (saysWordOf(said, member.path))
        weight += ofName;
    if (saysValue(said, member.after))
        weight += ofValue;
    if (member.habit == MemberHabit::Doubtful)
        return weight + ofDoubt;
    return member.mayCount ? weight + ofRise : weight;
}

/// Sorts the members of a version, the most telling first, and returns the weight of that one.
double weightOfMembers(Precursor& precursor, const Said& said, microseconds distance) {
    std::vector<std::pair<double, MemberChange>> weighed;
    for (MemberChange& member : precursor.members) {
        const bool isConstant = member.habit == MemberHabit::Constant;
        const double weight = isConstant ? std::numeric_limits<double>::lowest()
                                         : weightOfMember(member, said, distance, precursor.known);
        weighed.emplace_back(weight, std::move(member));
    }
    std::ranges::stable_sort(weighed, std::greater(), &std::pair<double, MemberChange>::first);
    precursor.members.clear();
    for (auto& [weight, member] : weighed)
        precursor.members.push_back(std::move(member));
    return weighed.front().first;
}

/// Weighs the evidence that a change caused letters; marks it where it explains nothing.
double weightOf(Precursor& precursor, Timestamp began, const Said& said) {
    const microseconds distance = precursor.at < began ? began - precursor.at : precursor.at - began;
    double weight = precursor.feeds ? ofFeeder : 0;
    if (precursor.kind == PrecursorKind::ComponentState)
        weight += ofState;
    const bool tellsItself = precursor.kind == PrecursorKind::Migration || precursor.kind == PrecursorKind::Promotion;
    if (saysWordOf(said, QString::fromUtf8(tellsItself ? precursor.words : precursor.subject)))
        weight += ofName;
    if (!precursor.isStored())
        return weight + weightOfChance(distance, 1, usualDistance);
    if (precursor.isFirst())
        return weight + ofUnknown + weightOfChance(distance, 1, usualDistance);
    if (!precursor.previous)
        return weight + ofUnknown;
    precursor.isRoutine = precursor.isRoutine || std::ranges::all_of(precursor.members, [](const MemberChange& member) {
                              return member.habit == MemberHabit::Constant;
                          });
    return precursor.members.empty() ? weight : weight + weightOfMembers(precursor, said, distance);
}

} // namespace

const char* precursorKindName(PrecursorKind kind) {
    switch (kind) {
    case PrecursorKind::Checkpoint:
        return "checkpoint";
    case PrecursorKind::ComponentState:
        return "component_state";
    case PrecursorKind::Silence:
        return "silence";
    case PrecursorKind::Replay:
        return "replay";
    case PrecursorKind::Migration:
        return "migration";
    case PrecursorKind::Promotion:
        return "promotion";
    }
    Q_UNREACHABLE();
}

void noteDifferences(std::span<Precursor* const> versions, std::span<const VersionDocument> documents,
                     Timestamp began) {
    if (documents.empty())
        return;
    const auto [first, last] = std::ranges::minmax_element(documents, {}, &VersionDocument::at);
    const auto differences = versionDifferences(documents);
    for (Precursor* const precursor : versions) {
        if (precursor->version == documents.front().version)
            continue; // the first that is known
        precursor->known = std::max(last->at, began) - first->at;
        const auto found = std::ranges::find(differences, precursor->version,
                                             [](const VersionDifference& each) { return std::optional(each.version); });
        if (found == differences.end())
            continue;
        precursor->previous = found->before;
        precursor->members = found->members;
    }
}

void rankPrecursors(std::vector<Precursor>& precursors, Timestamp began, std::span<const QByteArray> errors) {
    const Said said = saidBy(errors);
    std::vector<std::pair<double, Precursor>> weighed;
    weighed.reserve(precursors.size());
    for (Precursor& precursor : precursors) {
        const double weight = weightOf(precursor, began, said);
        weighed.emplace_back(weight, std::move(precursor));
    }
    const auto distance = [began](const Precursor& precursor) {
        return precursor.at < began ? began - precursor.at : precursor.at - began;
    };
    std::ranges::stable_sort(weighed, [&](const auto& a, const auto& b) {
        if (a.second.isRoutine != b.second.isRoutine)
            return b.second.isRoutine;
        if (!a.second.isRoutine && a.first != b.first)
            return a.first > b.first;
        return distance(a.second) < distance(b.second);
    });
    precursors.clear();
    for (auto& [weight, precursor] : weighed)
        precursors.push_back(std::move(precursor));
}

} // namespace portolan
