#pragma once

#include "storage/config/urls.h"

namespace portolan {

/// The URL with the password that is kept for it, where it wants one (wantsPassword()): in the desktop's keychain,
/// where there is a session with one, else in the file of PasswordFile. The keychain is asked by the window's program,
/// since commands load no library of a desktop; its user may be asked to unlock it meanwhile, for a minute. Waits.
/// Errors: of PasswordFile, and of a keychain that refuses.
[[nodiscard]] Result<StoreUrl> withAnyKeptPassword(const StoreUrl& url);

/// The source with the password of PORTOLAN_FROM_PASSWORD, else with the one that the keychain has. As above; where the
/// source names no user it may need none, so that a keychain that refuses is no error.
[[nodiscard]] Result<SourceUrl> withAnyKeptPassword(SourceUrl url);

} // namespace portolan
