#pragma once

#include "models/batches/rejectcontroller.h"
#include "models/deadletters/archivecontroller.h"
#include "storage/base/worker.h"
#include "storage/ports/ports.h"
#include "storage/replay/replayjob.h"
#include "storage/storeworker.h"

#include <QObject>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace portolan {

/// The dead letters that are to be put back, and their target.
struct ReplayRequest : LetterChoice {
    std::optional<SourceUrl> to{};
    std::optional<QByteArray> edit{};
};

/// A window's desk for the dead letters of one store: looks at them, has them put back, takes them back. All writing is
/// done on threads that open the store for that; nothing waits here. GUI thread.
class ReplayController : public QObject {
    Q_OBJECT
public:
    /// `reader` opens the store for reading, `writer` for writing, on whichever thread asks; `actor` is for the audit.
    ReplayController(const StoreWorker::Opener& reader, StoreWorker::Opener writer, QByteArray actor,
                     QObject* parent = nullptr);
    /// Runs that are being carried out rest where they are, and can be gone on with.
    ~ReplayController() override;

    using PreviewReply = std::function<void(Result<ReplayPreview>)>;
    /// Looks which dead letters a request means; writes nothing. Renewing the asker gives up.
    void look(RequestScope& asker, const ReplayRequest& request, QObject* context, PreviewReply reply);
    using SampleReply = std::function<void(Result<std::vector<PortMessage>>)>;
    /// Reads the first few of the dead letters that were seen, whole, as far as they are still there.
    void sample(RequestScope& asker, const ReplayPreview& preview, QObject* context, SampleReply reply);
    static constexpr int sampleRows = 5;
    /// Freezes what was seen, and carries it out. Returns the run's id.
    QByteArray begin(const ReplayPreview& preview, const QByteArray& reason, const ReplayPace& pace,
                     const std::optional<SourceUrl>& to = {});
    /// Goes on with a run, from wherever it stands.
    void carryOut(const QByteArray& run, const ReplayPace& pace = {}, const std::optional<SourceUrl>& to = {});
    void pause(const QByteArray& run);
    void cancel(const QByteArray& run); ///< one that is carried out here, or any other
    void recall(const QByteArray& run, const QByteArray& reason);
    /// Writes the items of a run into a file, CSV or JSON lines by its name.
    void exportItems(const QByteArray& run, const QString& path);

    /// Returns the runs that are being carried out, oldest first. One that has ended stays until it is dismissed.
    [[nodiscard]] std::vector<ReplayProgress> jobs() const;
    [[nodiscard]] const ReplayProgress* job(const QByteArray& run) const; ///< null: none
    void dismiss(const QByteArray& run);

    /// Discarding, and restoring what was discarded.
    [[nodiscard]] ArchiveController& archive() { return m_archive; }
    /// Storing rejected messages again, and dismissing them.
    [[nodiscard]] RejectController& rejects() { return m_rejects; }

    /// Something is being put back or away; until stop() has been heard of through idle().
    [[nodiscard]] bool isBusy() const;
    void stop(); ///< lets every run rest where it is, and discarding end

Q_SIGNALS:
    void jobsChanged();
    void began(const QByteArray& run); ///< a run is being carried out now
    void idle();                       ///< nothing is any more
    void notice(const QString& text);
    void failed(const portolan::Error& error);

private:
    struct Job;
    template <class Question, class Reply>
    void ask(Question question, Reply reply);
    void start(const QByteArray& run, const ReplayPace& pace, const std::optional<SourceUrl>& to,
               std::optional<ReplayPreview> first = {});
    void adopt(quint64 number, const ReplayProgress& progress);
    void becomeIdle();
    void endRun(const QByteArray& run);
    void say(const Error& error);

    StoreWorker::Opener m_opener;
    QByteArray m_actor;
    std::unique_ptr<StoreWorker> m_reader; ///< for previews
    std::unique_ptr<StoreWorker> m_writer; ///< for all that is soon done
    ArchiveController m_archive;
    RejectController m_rejects;
    RequestScope m_asker;
    std::vector<std::unique_ptr<Job>> m_jobs;
    quint64 m_numbers = 0;
};

} // namespace portolan
