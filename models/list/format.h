#pragma once

#include "storage/base/clock.h"

#include <QByteArrayView>
#include <QString>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// In which zone the window shows times; the tooltip shows the other.
enum class TimeDisplay { Utc, Local };

/// A whole number with thin-space thousands, for the screen.
QString groupedNumber(qint64 number);
/// "512 B", "2.5 KiB", "37.47 MiB (39 290 112 B)": bytes in the unit that leaves the number short, with the language's
/// decimal sign; followed by all of them where the unit rounds, so that two sizes never read the same.
QString byteSize(qint64 bytes);

/// A real number for the screen: numberText() with the language's decimal sign, so that two values never read the same.
QString realText(double number);
/// A measured figure for the screen, with so many decimals (measuredText()).
QString measuredFigure(double number, int decimals);
/// A share from 0 to 1 as a percentage, rounded to a hundredth; "< 0.01 %" and "> 99.99 %" are neither none nor all.
QString shareText(double share);

/// Writes "2025-10-16 14:56:05", followed by ".123" when the time is not on a whole second.
QString timeText(Timestamp time, TimeDisplay display);

/// The same with its zone's name: "2025-10-16 16:56:05 CEST".
QString timeWithZone(Timestamp time, TimeDisplay display);

/// Says an age in one unit: "now", "12 s", "5 min", "3 h", "2 d", "4 y"; "in 5 min" for what is to come.
QString ageText(Timestamp time, Timestamp now);

/// At most so many characters of data in one cell; the Inspector shows the rest.
inline constexpr qsizetype maxCellCharacters = 1000;

/// A length of time in two units at most: "0.25 s", "12 s", "3 min 5 s", "2 d 4 h"; "−5 s" of what goes back.
QString durationText(std::chrono::milliseconds length);

/// "orders, billing and 3 more".
[[nodiscard]] QString namesInShort(std::span<const QByteArray> names);

/// Cuts UTF-8 to what a cell can show of it; the long text's memory goes.
void cutToCell(QByteArray& utf8);

/// Makes data visible on one line: control characters as their names (⟨ESC⟩, ⟨LF⟩), characters that reorder or hide
/// text as ⟨U+202E⟩, bytes that are not UTF-8 as ⟨FF⟩. Cuts it after `maximum` characters, with "…" as its end.
QString visibleText(QByteArrayView utf8, qsizetype maximum = maxCellCharacters);

/// The same with line breaks and tabs kept: for text that is shown on many lines.
QString visibleLines(QByteArrayView utf8);

/// The status of a port message, or the state of a replay, one of its items or a component, with its shape: "▲ failed";
/// a status that is none of ours with "?".
QString statusText(QByteArrayView status);

/// Says what a line of figures shows, in words: "1 204 in 60 min, 35 at most in one, 12 in the last". `figures` are of
/// a minute each, oldest first.
QString figuresText(const std::vector<std::optional<qint64>>& figures);

/// A long id with its middle left out: "6f1c2a…9be0".
QString shortenedMiddle(const QString& text, qsizetype maximum);

} // namespace portolan
