#include "app/console/storeaccess.h"

#include "app/console/keptpassword.h"
#include "app/console/output.h"
#include "storage/stores/openstore.h"

namespace portolan {

Result<std::unique_ptr<Store>> openedStore(const Invocation& invocation) {
    const Result<StoreUrl> url = invocation.store("store");
    return url ? openStore(*url, Access::Read, invocation.interrupted) : url.error();
}

Result<StoreUrl> storeNamed(const QString& text) {
    auto url = StoreUrl::parse(text);
    PORTOLAN_TRY(url);
    auto complete = withAnyKeptPassword(*url);
    if (!complete)
        say(complete.error().text);
    return complete ? complete : url;
}

} // namespace portolan
