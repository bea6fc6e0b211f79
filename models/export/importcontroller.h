#pragma once

#include "models/jobs/jobcontroller.h"
#include "storage/export/importrun.h"
#include "storage/storeworker.h"

#include <functional>
#include <memory>
#include <vector>

namespace portolan {

/// An import; `total` is an estimate, and 0 while nobody knows.
struct ImportJob : DeskJob {
    QString path{};
    QString lastError{}; ///< what is in the way and tried again
};

/// Has files imported into one store, one after the other, on threads that open the store for writing. Rows that are
/// stored when one is cancelled, or the desk goes, stay. GUI thread.
class ImportController : public JobController<ImportJob> {
    Q_OBJECT
public:
    /// `writer` opens the store for writing, on whichever thread asks; `actor` is for the audit.
    ImportController(StoreWorker::Opener writer, QByteArray actor, QObject* parent = nullptr);
    ~ImportController() override;

    /// As previewImport() does it. Renewing the asker gives up.
    void look(RequestScope& asker, const ImportOptions& options, QObject* context,
              std::function<void(Result<ImportPreview>)> reply);
    /// `reason` is a bundle's.
    void start(const ImportOptions& options, const QByteArray& reason);

private:
    void tell(ImportJob& job, const Result<ImportOutcome>& outcome);

    StoreWorker::Opener m_opener;
    QByteArray m_actor;
    RequestScope m_asker;
    std::unique_ptr<Worker> m_looking; ///< null until the first look
    std::unique_ptr<Worker> m_working; ///< null until there is work
};

} // namespace portolan
