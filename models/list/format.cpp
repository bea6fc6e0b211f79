#include "models/list/format.h"

#include "storage/base/numbertext.h"
#include "storage/base/timeforms.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringDecoder>
#include <QStringList>
#include <QTimeZone>
#include <algorithm>
#include <array>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

QDateTime toDateTime(Timestamp time, TimeDisplay display) {
    const qint64 msecs = floor<milliseconds>(time).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(msecs, display == TimeDisplay::Utc ? Qt::UTC : Qt::LocalTime);
}

/// The names of U+0000 to U+001F. Their pictures (␀) are too small to read in most faces.
constexpr std::array controlNames{"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "TAB", "LF",
                                  "VT",  "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
                                  "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US"};
static_assert(controlNames.size() == 0x20);

/// Returns true for characters that a screen would hide or that turn the text around them.
bool isHiding(char32_t c) {
    struct Range {
        char32_t first, last;
    };
    static constexpr std::array ranges{Range{0x80, 0x9F},     Range{0xAD, 0xAD},     Range{0x61C, 0x61C},
                                       Range{0x115F, 0x1160}, Range{0x180E, 0x180E}, Range{0x200B, 0x200F},
                                       Range{0x2028, 0x202E}, Range{0x2060, 0x206F}, Range{0x3164, 0x3164},
                                       Range{0xFEFF, 0xFEFF}, Range{0xFFF9, 0xFFFB}, Range{0xE0000, 0xE0FFF}};
    return std::any_of(ranges.begin(), ranges.end(), [c](Range r) { return c >= r.first && c <= r.last; });
}

QString hexOf(char32_t c, int digits) {
    return QString::number(static_cast<uint>(c), 16).toUpper().rightJustified(digits, u'0');
}

/// A character decoded from UTF-8, or a byte that begins none.
struct DecodedCharacter {
    char32_t character;
    qsizetype bytes;
    bool valid;
};

DecodedCharacter decodeFirst(QByteArrayView text) {
    const auto byte = [&](qsizetype i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return {lead, 1, true};
    const int more = lead >= 0xF0 && lead < 0xF5   ? 3
                     : lead >= 0xE0 && lead < 0xF0 ? 2
                     : lead >= 0xC2 && lead < 0xE0 ? 1
                                                   : 0;
    if (more == 0 || text.size() <= more)
        return {lead, 1, false};
    char32_t c = lead & (0x3FU >> more);
    for (int i = 1; i <= more; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return {lead, 1, false};
        c = (c << 6U) | (byte(i) & 0x3FU);
    }
    static constexpr std::array<char32_t, 4> smallest{0, 0x80, 0x800, 0x10000};
    if (c < smallest[static_cast<std::size_t>(more)] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return {lead, 1, false};
    return {c, more + 1, true};
}

void appendVisible(QString& out, const DecodedCharacter& d, bool lines) {
    if (!d.valid)
        out += u'⟨' + hexOf(d.character, 2) + u'⟩';
    else if (lines && (d.character == '\n' || d.character == '\t'))
        out += QChar(static_cast<char16_t>(d.character));
    else if (d.character < 0x20 || d.character == 0x7F)
        out += u'⟨' + QLatin1String(d.character == 0x7F ? "DEL" : controlNames[d.character]) + u'⟩';
    else if (isHiding(d.character))
        out += QStringLiteral("⟨U+") + hexOf(d.character, 4) + u'⟩';
    else if (d.character < 0x10000)
        out += QChar(static_cast<char16_t>(d.character));
    else
        out += QString::fromUcs4(&d.character, 1);
}

struct TimeUnit {
    qint64 seconds;
    const char* text;
};
constexpr std::array timeUnits{
    TimeUnit{31'557'600, QT_TRANSLATE_NOOP("Figures", "%1 y")}, TimeUnit{86'400, QT_TRANSLATE_NOOP("Figures", "%1 d")},
    TimeUnit{3'600, QT_TRANSLATE_NOOP("Figures", "%1 h")}, TimeUnit{60, QT_TRANSLATE_NOOP("Figures", "%1 min")},
    TimeUnit{1, QT_TRANSLATE_NOOP("Figures", "%1 s")}};

struct SpanUnit {
    qint64 seconds;
    const char* one;
    const char* several;
};
constexpr std::array spanUnits{
    SpanUnit{31'536'000, QT_TRANSLATE_NOOP("Figures", "1 year"), QT_TRANSLATE_NOOP("Figures", "%1 years")},
    SpanUnit{86'400, QT_TRANSLATE_NOOP("Figures", "1 day"), QT_TRANSLATE_NOOP("Figures", "%1 days")},
    SpanUnit{3'600, QT_TRANSLATE_NOOP("Figures", "1 hour"), QT_TRANSLATE_NOOP("Figures", "%1 hours")},
    SpanUnit{60, QT_TRANSLATE_NOOP("Figures", "1 minute"), QT_TRANSLATE_NOOP("Figures", "%1 minutes")},
    SpanUnit{1, QT_TRANSLATE_NOOP("Figures", "1 second"), QT_TRANSLATE_NOOP("Figures", "%1 seconds")}};

} // namespace

QString byteSize(qint64 bytes) {
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    constexpr double step = 1024;
    constexpr double parts = 100;                          // of a unit that two decimals tell
    constexpr double firstInexact = 9'007'199'254'740'992; // 2^53
    std::size_t unit = 0;
    double size = std::abs(static_cast<double>(bytes));
    for (; size >= step && unit + 1 < units.size(); ++unit)
        size /= step;
    const double rounded = std::round(size * parts) / parts;
    const QString shown = (bytes < 0 ? QStringLiteral("−") : QString()) + realText(rounded) + u' ';
    const double said = std::ldexp(rounded, 10 * static_cast<int>(unit));
    const bool isExact = said == std::abs(static_cast<double>(bytes)) && said < firstInexact;
    return isExact ? shown + QLatin1String(units[unit])
                   : shown + QLatin1String(units[unit]) + QStringLiteral(" (") + groupedNumber(bytes)
                         + QStringLiteral(" B)");
}

QString groupedNumber(qint64 number) {
    QString digits = QString::number(number);
    const qsizetype first = number < 0 ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3)
        digits.insert(at, QChar(0x2009));
    return digits;
}

QString realText(double number) {
    return QString::fromLatin1(numberText(number)).replace(u'.', QLocale().decimalPoint());
}

QString measuredFigure(double number, int decimals) {
    return measuredText(number, decimals).replace(u'.', QLocale().decimalPoint());
}

QString shareText(double share) {
    constexpr double parts = 10'000; // hundredths of a percent
    const double rounded = std::round(share * parts);
    const bool isNearlyNone = share > 0 && rounded <= 0;
    const bool isNearlyAll = share < 1 && rounded >= parts;
    const double shown = (isNearlyNone ? 1 : isNearlyAll ? parts - 1 : rounded) / 100;
    return (isNearlyNone  ? QStringLiteral("< ")
            : isNearlyAll ? QStringLiteral("> ")
                          : QString())
           + realText(shown) + QStringLiteral(" %");
}

QString timeText(Timestamp time, TimeDisplay display) {
    if (!hasFourDigitYear(time))
        return QString::fromLatin1(toIsoTime(time));
    const QDateTime moment = toDateTime(time, display);
    const bool whole = moment.time().msec() == 0;
    return moment.toString(whole ? QStringLiteral("yyyy-MM-dd HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString timeWithZone(Timestamp time, TimeDisplay display) {
    return timeText(time, display) + u' ' + toDateTime(time, display).timeZoneAbbreviation();
}

QString ageText(Timestamp time, Timestamp now) {
    const qint64 passed = duration_cast<seconds>(now - time).count();
    for (const TimeUnit& unit : timeUnits) {
        const qint64 count = std::abs(passed) / unit.seconds;
        if (count == 0)
            continue;
        const QString text = QCoreApplication::translate("Figures", unit.text).arg(count);
        return passed < 0 ? QCoreApplication::translate("Figures", "in %1").arg(text) : text;
    }
    return QCoreApplication::translate("Figures", "now");
}

QString agoText(Timestamp time, Timestamp now) {
    const QString age = ageText(time, now);
    if (std::chrono::abs(now - time) < seconds(1))
        return QCoreApplication::translate("Figures", "just now");
    return time > now ? age : QCoreApplication::translate("Figures", "%1 ago").arg(age);
}

QString durationText(milliseconds length) {
    const qint64 whole = std::abs(length.count());
    const QString sign = length.count() < 0 ? QStringLiteral("−") : QString();
    if (whole < 60'000)
        return sign + QCoreApplication::translate("Figures", "%1 s").arg(realText(static_cast<double>(whole) / 1000));
    qint64 left = whole / 1000;
    QStringList parts;
    for (const TimeUnit& unit : timeUnits) {
        const qint64 count = left / unit.seconds;
        left %= unit.seconds;
        if (count > 0)
            parts << QCoreApplication::translate("Figures", unit.text).arg(count);
        else if (!parts.empty())
            break; // hours say nothing of seconds
        if (parts.size() == 2)
            break;
    }
    return sign + parts.join(u' ');
}

QString spanText(seconds length) {
    const auto* const unit = std::ranges::find_if(
        spanUnits, [&](const SpanUnit& each) { return length.count() != 0 && length.count() % each.seconds == 0; });
    const SpanUnit& whole = unit == spanUnits.end() ? spanUnits.back() : *unit;
    const qint64 count = length.count() / whole.seconds;
    return count == 1 ? QCoreApplication::translate("Figures", whole.one)
                      : QCoreApplication::translate("Figures", whole.several).arg(groupedNumber(count));
}

QString namesInShort(std::span<const QByteArray> names) {
    constexpr std::size_t shown = 2;
    constexpr qsizetype longest = 24;
    QStringList first;
    for (const QByteArray& name : names.first(std::min(shown, names.size())))
        first << visibleText(name, longest);
    const QString text = first.join(QStringLiteral(", "));
    return names.size() <= shown ? text
                                 : QCoreApplication::translate("Figures", "%1 and %2 more")
                                       .arg(text, QString::number(names.size() - shown));
}

void cutToCell(QByteArray& utf8) {
    constexpr qsizetype most = 4 * maxCellCharacters;
    if (utf8.size() > most)
        utf8 = QByteArray(utf8.constData(), most);
}

QString visibleText(QByteArrayView utf8, qsizetype maximum) {
    QString out;
    out.reserve(std::min(utf8.size(), maximum) + 1);
    while (!utf8.isEmpty()) {
        if (out.size() >= maximum)
            return out + u'…';
        const DecodedCharacter d = decodeFirst(utf8);
        appendVisible(out, d, false);
        utf8 = utf8.sliced(d.bytes);
    }
    return out;
}

QString visibleLines(QByteArrayView utf8) {
    QString out;
    out.reserve(utf8.size());
    while (!utf8.isEmpty()) {
        const DecodedCharacter d = decodeFirst(utf8);
        appendVisible(out, d, true);
        utf8 = utf8.sliced(d.bytes);
    }
    return out;
}

QString statusText(QByteArrayView status) {
    static constexpr const char* silentStatus = QT_TRANSLATE_NOOP("Status", "silent"); // our own finding
    struct Shape {
        const char* status;
        char16_t shape;
    };
    static constexpr std::array shapes{
        Shape{"pending", u'○'}, Shape{"processing", u'◐'}, Shape{"completed", u'●'}, Shape{"failed", u'▲'},
        Shape{"dead_letter", u'✖'},
        // Of replay runs and their items:
        Shape{"frozen", u'○'}, Shape{"queued", u'◐'}, Shape{"replayed", u'○'}, Shape{"failed_same", u'✖'},
        Shape{"failed_anew", u'✖'}, Shape{"vanished", u'▲'}, Shape{"skipped", u'▲'}, Shape{"recalled", u'○'},
        Shape{"running", u'◐'}, Shape{"paused", u'▲'}, Shape{"cancelled", u'▲'}, Shape{"handed_back", u'◐'},
        // Of rejected messages:
        Shape{"open", u'▲'}, Shape{"reinjected", u'●'}, Shape{"dismissed", u'○'},
        // Of migrations:
        Shape{"applied", u'●'}, Shape{"changed", u'✖'},
        // Of compared rows, of which a changed one is no fault:
        Shape{"difference/changed", u'≠'}, Shape{"difference/missing", u'▲'}, Shape{"difference/extra", u'○'},
        // Of scheduled commands, and of findings:
        Shape{"done", u'●'}, Shape{"found", u'▲'}, Shape{"interrupted", u'▲'}, Shape{"now", u'✖'}, Shape{"soon", u'▲'},
        Shape{"note", u'○'},
        // Of components:
        Shape{"healthy", u'●'}, Shape{"degraded", u'▲'}, Shape{"unhealthy", u'✖'}, Shape{silentStatus, u'✖'}};
    // The others are words of the data, and stay as they are there.
    const auto known = std::ranges::find_if(shapes, [status](const Shape& each) { return status == each.status; });
    const bool isKnown = known != shapes.end();
    const QByteArrayView plain = isKnown ? status.sliced(status.lastIndexOf('/') + 1) : status;
    const QString word =
        status == silentStatus ? QCoreApplication::translate("Status", silentStatus) : visibleText(plain, 60);
    return QChar(isKnown ? known->shape : u'?') + (u' ' + word);
}

QString figuresText(const std::vector<std::optional<qint64>>& figures) {
    const auto text = [](const char* source) { return QCoreApplication::translate("Figures", source); };
    const auto known = std::ranges::count_if(figures, [](const auto& figure) { return figure.has_value(); });
    if (known == 0)
        return text(QT_TRANSLATE_NOOP("Figures", "Not counted by the minute."));
    qint64 all = 0;
    qint64 most = 0;
    for (const auto& figure : figures) {
        all += figure.value_or(0);
        most = std::max(most, figure.value_or(0));
    }
    return text(QT_TRANSLATE_NOOP("Figures", "%1 messages in %2 min, at most %3 in one, %4 in this one"))
        .arg(groupedNumber(all), groupedNumber(known), groupedNumber(most),
             figures.back() ? groupedNumber(*figures.back()) : QStringLiteral("?"));
}

QString shortenedMiddle(const QString& text, qsizetype maximum) {
    if (text.size() <= maximum || maximum < 3)
        return text;
    const qsizetype tail = (maximum - 1) / 2;
    return text.left(maximum - 1 - tail) + u'…' + text.right(tail);
}

} // namespace portolan
