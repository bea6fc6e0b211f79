#include "app/storeaccess.h"

#include "storage/operations.h"

namespace portolan {

Result<std::unique_ptr<Store>> openedStore(const Invocation& invocation, Access access) {
    const Result<StoreUrl> url = invocation.store("store");
    return url ? openStore(*url, access, invocation.interrupted) : url.error();
}

Result<void> confirmed(Store& store, const Invocation& invocation) {
    const Result<std::optional<QString>> name = productionName(store, invocation.value("env"));
    if (!name)
        return name.error();
    const QString where = store.url().display();
    if (!*name) {
        if (!invocation.has("confirm"))
            return {};
        return Error{ErrorCode::Usage, QStringLiteral("%1 is not marked as production; is it the store that you mean? "
                                                      "Leave --confirm away, if it is.")
                                           .arg(where)};
    }
    if (invocation.value("confirm") != **name)
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is marked as production, with the name \"%2\". Nothing was changed; type its "
                                    "name with --confirm if you mean it.")
                         .arg(where, **name)};
    if (invocation.value("reason").trimmed().isEmpty())
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is marked as production: say why with --reason TEXT; it goes into the audit.")
                         .arg(where)};
    return {};
}

} // namespace portolan
