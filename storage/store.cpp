#include "storage/store.h"

#include "storage/batchfile/filestore.h"
#include "storage/sql/sqlitestore.h"

namespace portolan {

Result<std::unique_ptr<Store>> openStore(const StoreUrl& url, Access access) {
    switch (url.kind) {
    case StoreKind::Files:
        return openFileStore(url, access);
    case StoreKind::Sqlite:
        return openSqliteStore(url, access);
    case StoreKind::Postgresql:
        break;
    }
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("%1: this version opens file and SQLite stores; PostgreSQL comes with the next one.")
                     .arg(url.display())};
}

} // namespace portolan
