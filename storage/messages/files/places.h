#pragma once

#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <QString>

namespace portolan {

/// The places of a file store. `/data` → messages in `/data/<service>/messages`, own things in
/// `/data/<service>/.portolan`. A folder that itself holds batch files is opened in place; own things are then beside
/// it, never in it: in `.portolan` when the folder is called `messages` (a service's own), else in `.portolan-<name>`.
struct StorePlaces {
    QString messages;
    QString own;
};

/// Returns the places of a URL; looks at its folder, which may be missing, and changes nothing. Error: the folder is
/// there but cannot be read.
[[nodiscard]] Result<StorePlaces> placesOf(const StoreUrl& url);

} // namespace portolan
