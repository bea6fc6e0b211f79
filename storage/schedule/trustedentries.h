#pragma once

#include "storage/config/urls.h"
#include "storage/schedule/schedule.h"

#include <QJsonObject>

namespace portolan {

/// The entries of a store's schedule that this user said on this machine are to run here: nothing else of it does. An
/// entry is trusted in its place, with its command and its times, in a file of the user's own that nobody else may
/// write: who may write into the store cannot have other commands run, and a copy of it runs none. A value; any
/// thread, several programs.
class TrustedEntries {
public:
    /// Reads those of a store. Errors: Io; Auth, others may write the file; Corrupt.
    [[nodiscard]] static Result<TrustedEntries> read(const StoreUrl& store);
    /// Returns true when the entry is trusted as it is.
    [[nodiscard]] bool has(const ScheduleEntry& entry) const;

    /// Trusts an entry of a store as it is, in the place of the one that has its name; on the disk when it returns.
    /// Errors: as read(), and Busy.
    [[nodiscard]] static Result<void> trust(const StoreUrl& store, const ScheduleEntry& entry);
    /// Trusts the entry of this name no more. Errors: as trust().
    [[nodiscard]] static Result<void> forget(const StoreUrl& store, const QByteArray& name);

    /// Returns $XDG_DATA_HOME/portolan/trusted-schedules.json, or that in ~/.local/share.
    [[nodiscard]] static QString usualPath();
    /// Returns the name of a store's place: the real path of a folder or file; a server, its database and its schema,
    /// any user who logs in. Names of this machine are one.
    [[nodiscard]] static QString placeOf(const StoreUrl& store);

private:
    QJsonObject m_entries; ///< by name
};

/// Says that an entry waits to be trusted, and how it is.
[[nodiscard]] Error entryIsNotTrusted(const ScheduleEntry& entry);

} // namespace portolan
