#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <chrono>
#include <optional>

namespace portolan {

/// A point in time: microseconds since 1970-01-01 00:00:00 UTC. The only form in which storage passes times.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads the system's clock.
Timestamp currentTime();

/// Writes "2025-10-16T14:56:05.123Z": ISO 8601, UTC, milliseconds (rounded down), as exports and SQLite's columns do.
QByteArray toIsoTime(Timestamp time);
constexpr qsizetype isoTimeSize = 24;
/// Writes the same into `isoTimeSize` characters.
void putIsoTime(char* out, Timestamp time);

/// Writes microseconds too, where there are any, "2025-10-16T14:56:05.123456Z": for times that have to come back exact.
QByteArray toExactIsoTime(Timestamp time);

/// Writes "2025-10-16 14:56:05", the form inside batch files: UTC, whole seconds (rounded down). All: years to 9999.
QByteArray toBatchFileTime(Timestamp time);

/// Reads an ISO 8601 date or date-time: 'T' or a blank between, a fraction of up to 9 digits (cut to microseconds),
/// optional zone 'Z', ±hh, ±hhmm or ±hh:mm; without a zone it is UTC. Years 0001 to 9999 in UTC. Nothing when it is no
/// such text.
std::optional<Timestamp> parseIsoTime(QByteArrayView text);

/// Reads "2h": an age in whole seconds, minutes, hours or days (s, m, h, d), of a thousand years at most; nothing when
/// it is no such text.
std::optional<std::chrono::microseconds> parseAge(QByteArrayView text);

/// Reads Unix seconds, or milliseconds from 1e11 on (as seconds beyond the year 5138). Nothing beyond the year 9999.
std::optional<Timestamp> fromUnixNumber(double number);

} // namespace portolan
