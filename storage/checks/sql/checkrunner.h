#pragma once

#include "storage/checks/checks.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/session.h"

#include <QSet>
#include <vector>

namespace portolan {

/// The checks of a SQL store: those of builtinchecks.h whose tables it has, and those of the database itself.
class SqlChecks : public Checks {
public:
    /// The session is borrowed.
    explicit SqlChecks(Session& session) : m_session(session) {}

    [[nodiscard]] Result<std::vector<CheckName>> begin(const CancelToken& token) override;
    [[nodiscard]] Result<CheckResult> run(const QByteArray& name, const CancelToken& token) override;

    /// Passed to a check that is no single statement but a function. Borrowed for the call.
    struct CheckContext {
        Connection& connection;
        const SchemaInspector& catalogue;
        const StoreUrl& url;
        const QSet<QString>& damaged; ///< tables in which this verification has found something
    };

private:
    struct Plan {
        CheckName name;
        QString what;
        QString statement; ///< empty: `function` makes it
        QString table;     ///< the first that it reads
        QByteArray listing;
        QByteArray column;
        bool hasKeys = false;
        bool hasAmount = false;
        Result<CheckResult> (*function)(const CheckContext&) = nullptr;
    };
    [[nodiscard]] Result<void> plan(Connection& connection);
    [[nodiscard]] Result<CheckResult> ask(Connection& connection, const Plan& plan);
    [[nodiscard]] Result<CheckResult> askStatement(Connection& connection, const Plan& plan);

    Session& m_session;
    SchemaInspector m_catalogue;
    std::vector<Plan> m_plans;
    QSet<QString> m_damaged;
    bool m_hasWaited = false; ///< for a lock, in vain: the checks after it do not wait as long again
};

} // namespace portolan
