#include "models/window/storeopener.h"

#include "storage/stores/openstore.h"

namespace portolan {

StoreWorker::Opener readingOpener(const StoreUrl& url) {
    return [url](const CancelToken& token) { return openStore(url, Access::Read, token); };
}

} // namespace portolan
