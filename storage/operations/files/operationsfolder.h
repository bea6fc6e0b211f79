#pragma once

#include "storage/base/access.h"
#include "storage/config/urls.h"
#include "storage/messages/files/lines/posixfile.h"
#include "storage/operations/audit.h"

#include <QJsonObject>
#include <functional>
#include <vector>

namespace portolan {

/// The operations of a file store, in `.portolan/operations`: `state.json`, an object with a member a subject, and
/// `audit.jsonl`, the acts that made it, each a line with the columns of the audit. Changes follow each other over all
/// programs, by the kernel's lock. An act is synced before the state that is its result, which says how long the audit
/// is: so a crash leaves both or neither, and the next act takes the place of what is beyond that length. Any thread;
/// each call opens the folder.
class OperationsFolder {
public:
    static constexpr const char* folderName = "operations";
    static constexpr const char* stateFile = "state.json";
    static constexpr const char* auditFile = "audit.jsonl";

    /// `own`: the path of `.portolan`, which need not exist.
    OperationsFolder(const StoreUrl& url, const QString& own, Access access)
        : m_url(url)
        , m_path(own + u'/' + QLatin1String(folderName))
        , m_access(access) {}

    /// Returns the member of a subject; empty: there is none yet. Errors: Corrupt, with what to do; Io.
    [[nodiscard]] Result<QJsonObject> read(const QString& subject) const;

    using Told = std::vector<AuditEntry>;
    /// Changes the member: `change` gets it as it is and adds the acts to `told`, which get their numbers and time. An
    /// error of it changes nothing; neither does a member that stays as it was, with nothing told. Error ReadOnly.
    [[nodiscard]] Result<void> change(const QString& subject,
                                      const std::function<Result<void>(QJsonObject& member, Told& told)>& change) const;

    /// The state and the acts that belong to it, of one moment; empty bytes for what is not there. `own` is open, or
    /// not there.
    struct Copy {
        QByteArray state;
        QByteArray audit;
    };
    [[nodiscard]] static Result<Copy> copyOf(const Fd& own);

private:
    StoreUrl m_url;
    QString m_path;
    Access m_access;
};

} // namespace portolan
