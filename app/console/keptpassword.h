#pragma once

#include "storage/config/urls.h"

namespace portolan {

/// Adds the password that is kept for a URL, where it wants one (wantsPassword()): in the desktop's keychain, where the
/// session has one, else in the file of PasswordFile. Asks the keychain by the window's program, since commands load no
/// library of a desktop. Waits up to a minute, while the user may be asked to unlock it. Errors: of PasswordFile, and
/// of a keychain that refuses.
[[nodiscard]] Result<StoreUrl> withAnyKeptPassword(const StoreUrl& url);

/// Adds the password of PORTOLAN_FROM_PASSWORD to a source, else the kept one, as above. A source that names no user
/// may need none, so for it a keychain that refuses is no error.
[[nodiscard]] Result<SourceUrl> withAnyKeptPassword(SourceUrl url);

} // namespace portolan
