#pragma once

#include "storage/receive/receiver.h"
#include "storage/sources/files/filesource.h"
#include "storage/stores/openstore.h"

namespace portolan::test {

/// Imports a file into a store that is made where it is not there: "stored duplicates rejected", or the error's text.
inline QString imported(const ImportOptions& with, const StoreUrl& into) {
    ReceiverOptions options;
    options.into = into;
    Receiver receiver(
        options, [with] { return Result<std::unique_ptr<Source>>(std::make_unique<FileSource>(with)); },
        [into](const CancelToken& token) { return openStore(into, Access::Write, token); });
    receiver.start();
    const auto ended = receiver.wait();
    return ended ? QStringLiteral("%1 %2 %3").arg(ended->stored).arg(ended->duplicates).arg(ended->rejected)
                 : ended.error().text;
}

} // namespace portolan::test
