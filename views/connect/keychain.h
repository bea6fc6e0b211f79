#pragma once

#include "storage/config/urls.h"

#include <QObject>
#include <functional>
#include <optional>

namespace portolan {

/// Passwords of databases on servers in the desktop's keychain (Secret Service, KWallet), by QtKeychain. A key is what
/// PasswordFile calls the name of a store. Nothing here waits: the keychain may ask its user first. A reply comes on
/// the GUI thread, at most once, and not after `context` died.
namespace keychain {

/// Replies true when there is one on this desktop; asks the session's bus.
void isThere(QObject* context, const std::function<void(bool)>& reply);

/// Reads what is kept for a store; nothing where nothing is, or where there is no keychain. Errors: Auth (it was
/// refused), Io.
void read(const StoreUrl& url, QObject* context,
          const std::function<void(const Result<std::optional<QString>>&)>& reply);

/// Keeps the URL's password, or forgets what was kept when it has none. Errors: as read(), and Unsupported without a
/// keychain.
void keep(const StoreUrl& url, QObject* context, const std::function<void(const Result<void>&)>& reply);

/// The same by a name, as of a source: PasswordFile::nameOf(). keepNamed() forgets what was kept when it is given
/// nothing.
void readNamed(const QString& name, QObject* context,
               const std::function<void(const Result<std::optional<QString>>&)>& reply);
void keepNamed(const QString& name, const QString& password, QObject* context,
               const std::function<void(const Result<void>&)>& reply);

/// The URL with the password that is kept for it, in the keychain or in the file (withKeptPassword()), where it wants
/// one. At once where it does not. A keychain that cannot be asked is no reason not to try without: the reply's second
/// part says it, else it is empty.
void complete(const StoreUrl& url, QObject* context,
              const std::function<void(const StoreUrl& url, const QString& problem)>& reply);

} // namespace keychain

} // namespace portolan
