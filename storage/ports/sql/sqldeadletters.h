#pragma once

#include "storage/deadletters/groupscan.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/sql/session.h"

#include <functional>

namespace portolan {

/// Dead letters of a SQL store as a GroupScan reads them: the few columns that it needs, and what the store remembers
/// of groups (portolan_fingerprints).
class SqlDeadLetters : public DeadLetterSource {
public:
    /// The table as it is now.
    using Layout = std::function<Result<const PortLayout*>(Connection&)>;
    SqlDeadLetters(Session& session, Layout layout) : m_session(session), m_layout(std::move(layout)) {}

    Result<ChangeMark> changeMark() override { return m_session.changeMark(); }
    Result<Letters> letters(const std::optional<QByteArray>& port, const Cursor& after,
                            const CancelToken& token) override;
    Result<bool> isNewestFirst() override;
    Result<std::vector<RememberedGroup>> remembered(const CancelToken& token) override;
    Result<void> remember(std::span<const DeadLetterGroup> groups, const CancelToken& token) override;
    Result<std::vector<Precursor>> precursors(const DeadLetterGroup& group, const CancelToken& token) override;

private:
    Session& m_session;
    Layout m_layout;
};

/// Returns the columns of a dead letter for the SELECT of rows of a listing; readLetter() reads them.
[[nodiscard]] QString letterColumns(const PortLayout& layout, SqlDialect dialect);
constexpr int letterColumnCount = 6;
[[nodiscard]] DeadLetter readLetter(const QSqlQuery& row);

} // namespace portolan
