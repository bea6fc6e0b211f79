#include "app/console/storeaccess.h"

#include "storage/stores/openstore.h"

namespace portolan {

Result<std::unique_ptr<Store>> openedStore(const Invocation& invocation) {
    const Result<StoreUrl> url = invocation.store("store");
    return url ? openStore(*url, Access::Read, invocation.interrupted) : url.error();
}

} // namespace portolan
