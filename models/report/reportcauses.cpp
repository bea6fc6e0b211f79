#include "models/report/reportcauses.h"

#include "models/list/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace portolan {

namespace {

constexpr qsizetype longestValue = 60;
constexpr qsizetype longestChange = 120;
constexpr qint64 valuesTold = 4;
constexpr qsizetype membersTold = 3;

QString causeText(const char* text) {
    return QCoreApplication::translate("ReportCauses", text);
}

/// Whole percents: nobody asks for more of a few letters.
QString percents(double share) {
    constexpr double hundred = 100;
    const qint64 rounded = qRound64(share * hundred);
    return rounded == 0 && share > 0 ? QStringLiteral("< 1 %") : QString::number(rounded) + QStringLiteral(" %");
}

} // namespace

QString slotSentence(const TemplateSlot& slot) {
    if (slot.numbers && slot.distinct > 2 * valuesTold)
        return causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 to %2, half of them up to %3"))
            .arg(realText(slot.numbers->least), realText(slot.numbers->greatest), realText(slot.numbers->middle));
    if (slot.distinct > valuesTold && slot.commonest.front().count == 1)
        return causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 different values, such as %2"))
            .arg(groupedNumber(slot.distinct), visibleText(slot.commonest.front().value, longestValue));
    QStringList told;
    for (const TemplateSlot::Share& share : slot.commonest) {
        if (told.size() == valuesTold)
            break;
        told << QStringLiteral("%1 %2").arg(visibleText(share.value, longestValue),
                                            percents(static_cast<double>(share.count) / static_cast<double>(slot.of)));
    }
    const qint64 more = slot.distinct - told.size();
    const QString text = told.join(QStringLiteral(", "));
    return more > 0
               ? causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 and %2 other values")).arg(text, groupedNumber(more))
               : text;
}

QString contrastSentence(const Contrast& contrast) {
    const QString place = visibleText(contrast.place, longestValue);
    const QString what = contrast.value
                             ? QStringLiteral("%1 = %2").arg(place, visibleText(*contrast.value, longestValue))
                             : causeText(QT_TRANSLATE_NOOP("ReportCauses", "no %1")).arg(place);
    return causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1 in %2 of %3 dead, in %4 of %5 completed"))
        .arg(what, groupedNumber(contrast.dead), groupedNumber(contrast.ofDead), groupedNumber(contrast.completed),
             groupedNumber(contrast.ofCompleted));
}

QString changeSentence(const Precursor& change) {
    if (change.kind != PrecursorKind::Checkpoint && change.kind != PrecursorKind::ComponentState)
        return visibleText(change.words);
    QStringList told;
    for (const MemberChange& member : change.members) {
        if (member.habit == MemberHabit::Constant || told.size() == membersTold)
            continue;
        const auto value = [](const QString& text) { return text.isEmpty() ? QStringLiteral("–") : text; };
        told << visibleText(
            QStringLiteral("%1: %2 → %3").arg(member.path, value(member.before), value(member.after)).toUtf8(),
            longestChange);
    }
    return told.isEmpty() ? QString()
                          : causeText(QT_TRANSLATE_NOOP("ReportCauses", "%1, version %2: %3"))
                                .arg(visibleText(change.subject), QString::number(change.version.value_or(0)),
                                     told.join(QStringLiteral("; ")));
}

} // namespace portolan
