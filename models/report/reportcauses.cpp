#include "models/report/reportcauses.h"

#include "models/list/format.h"
#include "models/report/reportleaves.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr qsizetype mostSlots = 8;
constexpr qsizetype longestMessage = 2'000;
constexpr qsizetype longestValue = 60;
constexpr std::size_t valuesTold = 4;
constexpr qint64 fewestLetters = 5;
constexpr double clearShare = 0.5;    ///< of the dead that have a value, at least
constexpr double clearDistance = 0.4; ///< from the share of the others
constexpr std::size_t contrastsTold = 3;

const QString anySign = QStringLiteral("<*>");

QString causeText(const char* text) {
    return QCoreApplication::translate("ReportCauses", text);
}

QStringList piecesOf(const QByteArray& pattern) {
    return QString::fromUtf8(pattern).split(anySign);
}

/// Matches what the template stands for; blanks are of no account.
QRegularExpression expressionOf(const QStringList& pieces) {
    QStringList escaped;
    for (const QString& piece : pieces) {
        QStringList words;
        for (const QString& word : piece.split(u' '))
            words << QRegularExpression::escape(word);
        escaped << words.join(QStringLiteral("\\s*"));
    }
    return QRegularExpression(QStringLiteral("^\\s*") + escaped.join(QStringLiteral("(.+?)")) + QStringLiteral("\\s*$"),
                              QRegularExpression::DotMatchesEverythingOption);
}

bool areAll(const std::vector<CauseSlot::Value>& values, const QRegularExpression& form) {
    return std::ranges::all_of(values,
                               [&](const CauseSlot::Value& value) { return form.match(value.text).hasMatch(); });
}

/// By the word that follows, where it is a unit, or by what the values look like.
QString nameOf(const std::vector<CauseSlot::Value>& values, const QString& after) {
    static const QRegularExpression unit(QStringLiteral("^\\s*(ms|s|min|h|bytes|B|KiB|MiB|GiB|%|rows|tries)\\b"));
    static const QRegularExpression length(QStringLiteral("^[0-9][0-9.,]*\\s*(ms|s|min|h)$"));
    static const QRegularExpression numbers(QStringLiteral("^[-+]?[0-9][0-9.,]*$"));
    static const QRegularExpression host(QStringLiteral("^[\\w-]+(\\.[\\w-]+)+(:[0-9]+)?$"));
    static const QRegularExpression address(QStringLiteral("^[0-9]+(\\.[0-9]+){3}(:[0-9]+)?$"));
    if (areAll(values, numbers)) {
        const auto found = unit.match(after);
        return found.hasMatch() ? found.captured(1) : causeText(QT_TRANSLATE_NOOP("ReportCauses", "number"));
    }
    if (areAll(values, length))
        return causeText(QT_TRANSLATE_NOOP("ReportCauses", "time"));
    if (areAll(values, address))
        return causeText(QT_TRANSLATE_NOOP("ReportCauses", "address"));
    return areAll(values, host) ? causeText(QT_TRANSLATE_NOOP("ReportCauses", "host"))
                                : causeText(QT_TRANSLATE_NOOP("ReportCauses", "value"));
}

std::optional<CauseSlot::Numbers> numbersOf(const std::map<QString, qint64>& counts, qint64 all) {
    std::map<double, qint64> numbers;
    for (const auto& [text, count] : counts) {
        bool isNumber = false;
        const double number = text.toDouble(&isNumber);
        if (!isNumber)
            return std::nullopt;
        numbers[number] += count;
    }
    CauseSlot::Numbers found{numbers.begin()->first, 0, numbers.rbegin()->first};
    qint64 below = 0;
    for (const auto& [number, count] : numbers) {
        below += count;
        if (2 * below >= all) {
            found.middle = number;
            break;
        }
    }
    return found;
}

using LeafCounts = std::map<std::pair<QString, QString>, qint64>;

qint64 countLeaves(std::span<const QByteArray> payloads, LeafCounts& counts) {
    qint64 read = 0;
    for (const QByteArray& payload : payloads) {
        const JsonLeaves leaves = leavesOf(payload);
        read += leaves.empty() ? 0 : 1;
        for (const auto& leaf : leaves)
            ++counts[leaf];
    }
    return read;
}

/// Whole percents: nobody asks for more of a few letters.
QString percents(double share) {
    constexpr double hundred = 100;
    const qint64 rounded = qRound64(share * hundred);
    return rounded == 0 && share > 0 ? QStringLiteral("< 1 %") : QString::number(rounded) + QStringLiteral(" %");
}

double shareOf(qint64 part, qint64 all) {
    return double(part) / double(all);
}

} // namespace

std::vector<CauseSlot> slotsOf(const QByteArray& pattern, std::span<const QByteArray> messages) {
    const QStringList pieces = piecesOf(pattern);
    const qsizetype places = pieces.size() - 1;
    if (places < 1 || places > mostSlots)
        return {};
    const QRegularExpression expression = expressionOf(pieces);
    std::vector<std::map<QString, qint64>> counts(static_cast<std::size_t>(places));
    qint64 matched = 0;
    for (const QByteArray& message : messages) {
        const auto match = expression.match(QString::fromUtf8(message.left(longestMessage)));
        if (!match.hasMatch())
            continue;
        ++matched;
        for (int i = 0; i < places; ++i)
            ++counts[static_cast<std::size_t>(i)][match.captured(i + 1).left(longestValue)];
    }
    std::vector<CauseSlot> found;
    std::map<QString, int> names;
    for (std::size_t i = 0; matched > 0 && i < counts.size(); ++i) {
        CauseSlot slot;
        slot.messages = matched;
        for (const auto& [text, count] : counts[i])
            slot.values.push_back({text, count});
        std::ranges::stable_sort(slot.values, [](const auto& a, const auto& b) { return a.count > b.count; });
        slot.numbers = numbersOf(counts[i], matched);
        slot.name = nameOf(slot.values, pieces[static_cast<qsizetype>(i) + 1]);
        if (const int times = ++names[slot.name]; times > 1)
            slot.name += u' ' + QString::number(times);
        found.push_back(std::move(slot));
    }
    return found;
}

QString namedTemplate(const QByteArray& pattern, std::span<const CauseSlot> slotsIn) {
    const QStringList pieces = piecesOf(pattern);
    QString text = pieces.front();
    for (qsizetype i = 1; i < pieces.size(); ++i) {
        const auto at = static_cast<std::size_t>(i) - 1;
        if (at >= slotsIn.size())
            text += QStringLiteral("⟨…⟩");
        else if (slotsIn[at].isOne())
            text += slotsIn[at].values.front().text;
        else
            text += u'⟨' + slotsIn[at].name + u'⟩';
        text += pieces[i];
    }
    return visibleText(text.toUtf8(), longestMessage);
}

QString slotText(const CauseSlot& slot) {
    if (slot.numbers && slot.values.size() > 2 * valuesTold)
        return causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 to %2, half of them up to %3"))
            .arg(realText(slot.numbers->least), realText(slot.numbers->greatest), realText(slot.numbers->middle));
    if (slot.values.size() > valuesTold && slot.values.front().count == 1)
        return causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 different values, such as %2"))
            .arg(groupedNumber(std::ssize(slot.values)), visibleText(slot.values.front().text.toUtf8(), longestValue));
    QStringList told;
    for (const CauseSlot::Value& value : slot.values) {
        if (std::cmp_equal(told.size(), valuesTold))
            break;
        told << QStringLiteral("%1 %2").arg(visibleText(value.text.toUtf8(), longestValue),
                                            percents(shareOf(value.count, slot.messages)));
    }
    const auto more = std::ssize(slot.values) - told.size();
    const QString text = told.join(QStringLiteral(", "));
    return more > 0
               ? causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 and %2 other values")).arg(text, groupedNumber(more))
               : text;
}

std::vector<CauseContrast> contrastsOf(std::span<const QByteArray> dead, std::span<const QByteArray> completed) {
    LeafCounts ofDead;
    LeafCounts ofOthers;
    const qint64 allDead = countLeaves(dead, ofDead);
    const qint64 allOthers = countLeaves(completed, ofOthers);
    std::vector<CauseContrast> found;
    if (allDead < fewestLetters || allOthers < fewestLetters)
        return found;
    for (const auto& [leaf, count] : ofDead) {
        const auto other = ofOthers.find(leaf);
        const CauseContrast contrast{visibleText(leaf.first.toUtf8(), longestValue),
                                     visibleText(leaf.second.toUtf8(), longestValue),
                                     count,
                                     allDead,
                                     other == ofOthers.end() ? 0 : other->second,
                                     allOthers};
        const double share = shareOf(count, allDead);
        if (share >= clearShare && share - shareOf(contrast.others, allOthers) >= clearDistance)
            found.push_back(contrast);
    }
    std::ranges::stable_sort(found, [](const CauseContrast& a, const CauseContrast& b) {
        const auto distance = [](const CauseContrast& of) {
            return shareOf(of.dead, of.allDead) - shareOf(of.others, of.allOthers);
        };
        return distance(a) > distance(b);
    });
    found.resize(std::min(found.size(), contrastsTold));
    return found;
}

QString contrastText(const CauseContrast& contrast) {
    return causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 = %2 in %3 of %4 dead, in %5 of %6 completed"))
        .arg(contrast.path, contrast.value, groupedNumber(contrast.dead), groupedNumber(contrast.allDead),
             groupedNumber(contrast.others), groupedNumber(contrast.allOthers));
}

} // namespace portolan
