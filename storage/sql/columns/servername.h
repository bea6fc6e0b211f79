#pragma once

namespace portolan {

/// Picks the relation `c` of a path, of any schema but the server's own, also a partition or a chunk. The path is bound
/// twice. A relation of the first schema of search_path goes before another whose schema and name read the same, and
/// within that schema the one that is called so: of all that read as the path it has the longest name.
constexpr const char* namedServerRelation =
    "c.oid = (SELECT o.oid FROM pg_catalog.pg_class AS o JOIN pg_catalog.pg_namespace AS s ON s.oid = o.relnamespace "
    "WHERE s.nspname !~ '^(pg_|information_schema$)' AND o.relkind IN ('r', 'p', 'v', 'm', 'f') AND "
    "((s.nspname = current_schema AND o.relname = ?) OR s.nspname || '.' || o.relname = ?) "
    "ORDER BY length(CAST(o.relname AS text)) DESC LIMIT 1)";

} // namespace portolan
