#include "storage/stores/openstore.h"

#include "storage/stores/bundlestore.h"
#include "storage/stores/filestore.h"
#include "storage/stores/postgresqlstore.h"
#include "storage/stores/sqlitestore.h"

namespace portolan {

Result<std::unique_ptr<Store>> openStore(const StoreUrl& url, Access access, const CancelToken& token) {
    switch (url.kind) {
    case StoreKind::Files:
        return openFileStore(url, access);
    case StoreKind::Sqlite:
        return openSqliteStore(url, access, token);
    case StoreKind::Postgresql:
        return openPostgresqlStore(url, access, token);
    case StoreKind::Bundle:
        return openBundleStore(url, access, token);
    }
    Q_UNREACHABLE();
}

} // namespace portolan
