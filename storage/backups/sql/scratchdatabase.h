#pragma once

#include "storage/base/cancel.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <memory>

namespace portolan {

/// A database of its own on a store's server, of the same encoding and order of texts, for what is restored there. It
/// is dropped with this, unless it took the store's place. One thread.
class ScratchDatabase {
public:
    /// Errors: Auth, the role may make no databases; those of opening and of the server.
    static Result<std::unique_ptr<ScratchDatabase>> make(const StoreUrl& store, const CancelToken& token);
    ~ScratchDatabase();
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    [[nodiscard]] const StoreUrl& url() const { return m_url; }

    /// Returns the name that what was there has after replaceStore().
    [[nodiscard]] QString replacedName() const;
    /// Gives this database the store's owner, rights and settings, and puts it in the store's place, by two renamings
    /// in one transaction; what was there is returned. Error Busy: somebody is connected to one of
    /// them.
    [[nodiscard]] Result<StoreUrl> replaceStore();
    /// Drops what was there.
    [[nodiscard]] Result<void> drop(const StoreUrl& database);

private:
    ScratchDatabase(StoreUrl store, StoreUrl url, std::unique_ptr<Connection> connection)
        : m_store(std::move(store))
        , m_url(std::move(url))
        , m_connection(std::move(connection)) {}

    StoreUrl m_store;
    StoreUrl m_url;
    std::unique_ptr<Connection> m_connection; ///< to another database of the server
    bool m_isTaken = false;
};

/// Returns the role that a store is opened as.
[[nodiscard]] Result<QString> currentRole(const StoreUrl& store, const CancelToken& token);

/// Returns true when nothing was made in a database yet but what extensions brought.
[[nodiscard]] Result<bool> isEmptyServer(const StoreUrl& store, const CancelToken& token);

} // namespace portolan
