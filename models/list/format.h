#pragma once

#include "storage/base/clock.h"

#include <QByteArrayView>
#include <QString>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The zone in which the window shows times; the tooltip shows the other.
enum class TimeDisplay { Utc, Local };

/// Formats a whole number with thin-space thousands, for the screen.
QString groupedNumber(qint64 number);
/// Formats a size as "512 B", "2.5 KiB" or "37.47 MiB (39 290 112 B)", with the language's decimal sign. The exact
/// number follows where the unit rounds, so that two sizes never read the same.
QString byteSize(qint64 bytes);

/// Formats a real number for the screen: numberText() with the language's decimal sign; two values never read the same.
QString realText(double number);
/// Formats a measured figure for the screen, with so many decimals (measuredText()).
QString measuredFigure(double number, int decimals);
/// Formats a share from 0 to 1 as a percentage, rounded to a hundredth; "< 0.01 %" is not none, "> 99.99 %" not all.
QString shareText(double share);

/// Writes "2025-10-16 14:56:05", followed by ".123" when the time is not on a whole second.
QString timeText(Timestamp time, TimeDisplay display);

/// The same with its zone's name: "2025-10-16 16:56:05 CEST".
QString timeWithZone(Timestamp time, TimeDisplay display);

/// Writes an age in one unit: "now", "12 s", "5 min", "3 h", "2 d", "4 y"; "in 5 min" for a time to come.
QString ageText(Timestamp time, Timestamp now);

/// Writes when something was, seen from now: "just now", "5 min ago", "in 5 min".
QString agoText(Timestamp time, Timestamp now);

/// The most characters of data in one cell; the Inspector shows the rest.
inline constexpr qsizetype maxCellCharacters = 1000;

/// Writes a length of time in two units at most: "0.25 s", "12 s", "3 min 5 s", "2 d 4 h"; "−5 s" for a negative one.
QString durationText(std::chrono::milliseconds length);

/// Writes a length of time that was set, in the one unit that it is whole in: "90 days", "2 years" (of 365 days).
QString spanText(std::chrono::seconds length);

/// Lists names as "orders, billing and 3 more".
[[nodiscard]] QString namesInShort(std::span<const QByteArray> names);

/// Cuts UTF-8 to what a cell can show of it; frees the memory of the rest.
void cutToCell(QByteArray& utf8);

/// Makes data visible on one line: control characters as their names (⟨ESC⟩, ⟨LF⟩), characters that reorder or hide
/// text as ⟨U+202E⟩, bytes that are not UTF-8 as ⟨FF⟩. Cuts it after `maximum` characters, with "…" as its end.
QString visibleText(QByteArrayView utf8, qsizetype maximum = maxCellCharacters);

/// The same with line breaks and tabs kept: for text that is shown on many lines.
QString visibleLines(QByteArrayView utf8);

/// Writes a status (of a port message, a replay, a replay's item, a reject or a component) with its shape: "▲ failed";
/// an unknown one with "?".
QString statusText(QByteArrayView status);

/// Describes a line of figures: "1 204 messages in 60 min, at most 35 in one, 12 in this one". `figures` are of a
/// minute each, oldest first; at least one.
QString figuresText(const std::vector<std::optional<qint64>>& figures);

/// Shortens a long id in its middle to `maximum` characters: "6f1c2a…9be0".
QString shortenedMiddle(const QString& text, qsizetype maximum);

} // namespace portolan
