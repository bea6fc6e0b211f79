// URLs of stores and sources: what is shown says the same, less the password.

#include "storage/config/urls.h"
#include "tests/fuzz/fuzztarget.h"

using namespace portolan;
using fuzz::require;

namespace {

template <class Url>
void check(const QString& text) {
    Result<Url> url = Url::parse(text);
    if (!url) {
        require(!url.error().text.isEmpty(), "a refusal says why");
        return;
    }
    const Result<Url> shown = Url::parse(url->display());
    require(shown.ok(), "what is shown can be opened");
    require(shown->password.isEmpty(), "no password is shown");
    url->password.clear();
    require(*shown == *url, "what is shown is what was meant");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QString text = QString::fromUtf8(fuzz::bytesOf(data, size));
    check<StoreUrl>(text);
    check<SourceUrl>(text);
    return 0;
}
