#pragma once

#include "storage/operations/savedviews.h"
#include "storage/sql/session.h"

namespace portolan {

class UnitOfWork;

/// The views of a SQL store (`portolan_saved_views`). On the session's thread.
class SqlSavedViews final : public SavedViews {
public:
    explicit SqlSavedViews(Session& session) : m_session(session) {}

    Result<std::vector<SavedView>> list(const CancelToken& token) override;
    Result<std::optional<QString>> cannotSave(const CancelToken& token) override;
    Result<void> save(const SavedView& view, const std::optional<SavedView>& instead, const QByteArray& actor,
                      const CancelToken& token) override;
    Result<void> remove(const SavedView& seen, const QByteArray& actor, const CancelToken& token) override;
    Result<void> rename(const SavedView& seen, const QByteArray& name, const QByteArray& actor,
                        const CancelToken& token) override;

private:
    /// Makes one of the changes, with its entry in the audit: `change` makes it, in a transaction in which the view of
    /// that pane and name is as `expected` (nothing: there is none).
    template <class Change>
    [[nodiscard]] Result<void> apply(const char* action, const SavedView& named,
                                     const std::optional<SavedView>& expected, const std::optional<SavedView>& after,
                                     const QByteArray& actor, const CancelToken& token, Change change);

    Session& m_session;
};

} // namespace portolan
