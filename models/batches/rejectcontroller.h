#pragma once

#include "storage/receive/rejectretry.h"
#include "storage/storeworker.h"

#include <QObject>
#include <functional>
#include <memory>

namespace portolan {

/// Has rejected messages stored again, as they are or mended, or dismissed, one order after the other, on a thread that
/// opens the store for writing. Nothing waits here. GUI thread.
class RejectController : public QObject {
    Q_OBJECT
public:
    /// `writer` opens the store for writing, on whichever thread asks; `actor` is for the audit.
    RejectController(StoreWorker::Opener writer, QByteArray actor, QObject* parent = nullptr);
    /// Stops what is being done after the transaction it is in.
    ~RejectController() override;

    /// `filter` says which of the open ones.
    void retry(const Filter& filter, const QByteArray& reason);
    void edit(qint64 id, const QByteArray& payload, const QByteArray& reason);
    void dismiss(const Filter& filter, const QByteArray& reason);

    [[nodiscard]] bool isBusy() const { return m_running > 0; }
    void stop(); ///< cancels all

Q_SIGNALS:
    void busyChanged();
    void idle(); ///< nothing is being done any more
    void notice(const QString& text);

private:
    using Work = std::function<Result<RejectTally>(Store&, const RejectOrder&, const CancelToken&)>;
    void start(const Filter& filter, const QByteArray& reason, Work work);
    void end(const Result<RejectTally>& tally);

    StoreWorker::Opener m_opener;
    QByteArray m_actor;
    CancelSource m_stopped;
    int m_running = 0;
    RequestScope m_asker;
    std::unique_ptr<StoreWorker> m_working; ///< null until there is work
};

} // namespace portolan
