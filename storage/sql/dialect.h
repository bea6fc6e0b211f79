#pragma once

namespace portolan {

enum class SqlDialect { Sqlite, Postgresql };

} // namespace portolan
