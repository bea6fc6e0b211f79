#pragma once

#include "models/jobs/joblist.h"
#include "storage/export/importrun.h"
#include "storage/storeworker.h"

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

namespace portolan {

/// An import; `total` is an estimate, and 0 while nobody knows.
struct ImportJob : DeskJob {
    QString path{};
    QString trouble{}; ///< what is in the way and tried again
};

/// Has files imported into one store, one after the other, on threads that open the store for writing. What was stored
/// when one is cancelled, or the desk goes, stays. GUI thread.
class ImportController : public QObject {
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
    void cancel(quint64 job);
    void dismiss(quint64 job); ///< one that has ended

    [[nodiscard]] const std::vector<ImportJob>& jobs() const { return m_book.jobs(); }
    [[nodiscard]] bool isBusy() const { return m_book.isBusy(); }
    void stop() { m_book.stopAll(); } ///< cancels all

Q_SIGNALS:
    void jobsChanged();
    void idle(); ///< nothing is being imported any more
    void notice(const QString& text);

private:
    void adopt(quint64 job, const ImportProgress& progress);
    void end(quint64 job, const Result<ImportOutcome>& outcome);

    StoreWorker::Opener m_opener;
    QByteArray m_actor;
    JobList<ImportJob> m_book;
    RequestScope m_asker;
    std::unique_ptr<Worker> m_looking; ///< null until the first look
    std::unique_ptr<Worker> m_working; ///< null until there is work
};

} // namespace portolan
