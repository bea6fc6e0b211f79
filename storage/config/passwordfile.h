#pragma once

#include "storage/config/urls.h"

#include <QString>
#include <QStringList>
#include <optional>

namespace portolan {

/// Passwords of databases on servers, kept for the next time in a file of the user's own that nobody else may read, as
/// plain text: for machines without a keychain. A JSON object; a name is `postgresql://user@host:port/database`. Of a
/// megabyte at most. Any thread, one at a time; several programs keep theirs in turn (`passwords.json.lock`).
class PasswordFile {
public:
    /// An empty path is usualPath().
    explicit PasswordFile(QString path = {});

    /// Returns $XDG_DATA_HOME/portolan/passwords.json, or that in ~/.local/share.
    [[nodiscard]] static QString usualPath();
    /// Returns the name of what a password lets in: who, and where; how the connection is made is no part of it.
    [[nodiscard]] static QString nameOf(StoreUrl url);
    /// Returns the same of a source's server: `redis://user@host:port`. Its passwords are kept in the keychain alone.
    [[nodiscard]] static QString nameOf(const SourceUrl& url);
    [[nodiscard]] const QString& path() const { return m_path; }

    /// Returns what is kept for a store; nothing where nothing is. Errors: Io; Auth (others may read the file: then it
    /// is not used); Corrupt.
    [[nodiscard]] Result<std::optional<QString>> passwordOf(const StoreUrl& url) const;
    /// Keeps the URL's password, or forgets what was kept when it has none: on the disk when it returns. Errors: as
    /// passwordOf().
    [[nodiscard]] Result<void> keep(const StoreUrl& url);
    /// Lists the stores that a password is kept for, as nameOf() has them. Errors: as passwordOf().
    [[nodiscard]] Result<QStringList> names() const;

private:
    QString m_path;
};

/// Returns true when a password is to be looked for: a server's URL names none, and PORTOLAN_PASSWORD is not set.
[[nodiscard]] bool wantsPassword(const StoreUrl& url);

/// Returns true when a source's password is to be looked for: it is a server's that names none, and
/// PORTOLAN_FROM_PASSWORD is not set. Also where it names no user: a Redis server's usual password belongs to none.
[[nodiscard]] bool wantsPassword(const SourceUrl& url);

/// Adds the password that is kept for a URL in the file, where the URL wants one. Errors: of PasswordFile.
[[nodiscard]] Result<StoreUrl> withKeptPassword(StoreUrl url);

} // namespace portolan
