#pragma once

#include "models/deadletters/deadletterselection.h"
#include "models/jobs/jobcontroller.h"
#include "storage/replay/archive.h"
#include "storage/storeworker.h"

#include <functional>
#include <memory>
#include <vector>

namespace portolan {

/// Dead letters that were looked at and may be discarded: these, and no others that match by then.
struct DiscardPreview {
    DiscardOrder order; ///< without its reason
    std::shared_ptr<const SeenLetters> seen;
};

/// A discard or a restore.
struct ArchiveJob : DeskJob {
    enum class Kind { Discard, Restore };
    Kind kind = Kind::Discard;
};

/// Has dead letters discarded into the archive and messages restored from it, one job after the other, on threads that
/// open the store for writing. Nothing waits here. GUI thread.
class ArchiveController : public JobController<ArchiveJob> {
    Q_OBJECT
public:
    /// `reader` opens the store for reading, `writer` for writing, on whichever thread asks; `actor` is for the audit.
    ArchiveController(StoreWorker::Opener reader, StoreWorker::Opener writer, QByteArray actor,
                      QObject* parent = nullptr);
    /// Ends running jobs after the transaction that each is in.
    ~ArchiveController() override;

    using PreviewReply = std::function<void(Result<DiscardPreview>)>;
    /// Looks which dead letters a choice means; writes nothing. Renewing the asker gives up.
    void look(RequestScope& asker, const LetterChoice& choice, QObject* context, PreviewReply reply);
    void discard(const DiscardPreview& preview, const QByteArray& reason);
    void restore(std::vector<QByteArray> ids, const QByteArray& reason);

Q_SIGNALS:
    void failed(const portolan::Error& error);

private:
    /// Returns what came of it, in words.
    using Work = std::function<Result<QString>(MessageArchive&, const MessageArchive::Progress&, const CancelToken&)>;
    void start(ArchiveJob::Kind kind, qint64 total, Work work);
    void tell(ArchiveJob& job, const Result<QString>& outcome);

    StoreWorker::Opener m_reader;
    StoreWorker::Opener m_opener;
    QByteArray m_actor;
    RequestScope m_asker;
    std::unique_ptr<StoreWorker> m_looking; ///< null until the first look
    std::unique_ptr<StoreWorker> m_working; ///< null until there is work
};

} // namespace portolan
