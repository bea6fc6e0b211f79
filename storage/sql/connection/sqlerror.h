#pragma once

#include "storage/base/result.h"

#include <QString>

class QSqlError;

namespace portolan {

/// Translates SQLite's result codes (extended ones too). `where` names the file as an operator knows it, `doing` is
/// the unfinished sentence "cannot …". The error's text ends in what can be done.
[[nodiscard]] Error sqliteError(int code, const QString& doing, const QString& where, const QString& details);

/// The same for what a QSqlQuery or QSqlDatabase of the SQLite driver reports.
[[nodiscard]] Error sqliteError(const QSqlError& error, const QString& doing, const QString& where);

/// Makes an error of what the operating system says of a database file; `code` is errno. NotFound or Io.
[[nodiscard]] Error fileError(const QString& doing, const QString& path, int code);

} // namespace portolan
