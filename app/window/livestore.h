#pragma once

#include "app/window/receivercontrol.h"
#include "models/alerts/alertmonitor.h"
#include "models/deadletters/replaycontroller.h"
#include "models/export/exportcontroller.h"
#include "models/export/importcontroller.h"
#include "models/integrity/checkcontroller.h"
#include "models/operations/operationscontroller.h"
#include "models/operations/schedulewatch.h"
#include "models/overview/overviewpoller.h"
#include "models/window/storecontroller.h"
#include "storage/base/worker.h"
#include "storage/ports/sampleworker.h"
#include "storage/storeworker.h"
#include "views/list/panecontext.h"
#include "views/report/reportcontroller.h"

#include <QHash>
#include <QObject>
#include <QTemporaryDir>
#include <QTimer>
#include <memory>
#include <optional>

namespace portolan {

/// An open store: its channel, its receiver, and the watch over its changes. GUI thread.
class LiveStore : public QObject {
    Q_OBJECT
public:
    /// The way the channel opens it; the default is openStore() for reading.
    using Opener = StoreWorker::Opener;
    explicit LiveStore(StoreUrl url, Opener opener = {}, QObject* parent = nullptr);
    ~LiveStore() override;

    /// The sample pipeline: a store in a temporary folder that goes away with it.
    static std::unique_ptr<LiveStore> sample();
    static SourceUrl sampleSource();
    /// Lets the sample's components work: port messages are completed, fail and die.
    void workOnSample();

    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] QString name() const;
    [[nodiscard]] QString key() const;                    ///< what settings know it by; without password
    [[nodiscard]] bool isOpen() const { return m_known; } ///< it has answered
    /// Returns why it does not answer now, in words; empty: it does, or was not asked yet.
    [[nodiscard]] const QString& problem() const { return m_problem; }
    /// Returns when it answered last, and showed whether anything had changed; nothing: never.
    [[nodiscard]] const std::optional<Timestamp>& answeredAt() const { return m_answeredAt; }
    /// Returns the name under which it is marked as production; empty: it is not.
    [[nodiscard]] const QString& production() const { return m_production; }
    /// Returns how far a standby is after its primary; nothing: it is none.
    [[nodiscard]] const std::optional<std::chrono::seconds>& standbyLag() const { return m_standbyLag; }
    [[nodiscard]] bool isSample() const { return m_folder != nullptr; }
    [[nodiscard]] StoreWorker& channel() { return *m_channel; }
    /// Returns how it is opened for reading, on whichever thread asks.
    [[nodiscard]] const Opener& opener() const { return m_opener; }
    [[nodiscard]] ReceiverControl& receiver() { return m_receiver; }
    [[nodiscard]] ReplayController& replays() { return m_replays; }
    [[nodiscard]] CheckController& checks() { return m_checks; }
    [[nodiscard]] StoreController& desk() { return m_desk; }
    [[nodiscard]] OverviewPoller& overview() { return m_overview; }
    [[nodiscard]] AlertMonitor& alerts() { return m_alerts; }
    [[nodiscard]] ExportController& exports() { return m_exports; }
    [[nodiscard]] ReportController& reports() { return m_reports; }
    [[nodiscard]] ImportController& imports() { return m_imports; }
    [[nodiscard]] OperationsController& operations() { return m_operations; }
    [[nodiscard]] PaneContext context();
    /// Something writes to it on behalf of the window.
    [[nodiscard]] bool isBusy() const {
        return m_receiver.isRunning() || m_replays.isBusy() || m_imports.isBusy() || m_operations.isBusy();
    }
    /// Ends what writes, in good order; ended() tells the end of each.
    void stop();

    /// Begins to ask: first what the store can, then, while watched, whether it has changed.
    void open();
    void setWatched(bool watched);
    /// Why the store cannot show or do something, in words; empty when it can or has not said yet.
    [[nodiscard]] QString cannot(std::optional<Feature> feature) const {
        return feature ? m_missing.value(*feature) : QString();
    }
    /// Returns true for an empty database, or another program's: its own tables can be added to it.
    [[nodiscard]] bool canSetUp() const { return m_canSetUp; }
    /// Receives as soon as the store has been opened (or found missing: then the receiver makes it).
    void receiveWhenOpen(const SourceUrl& from);
    /// The same, and lets the sample's components work where the sample was before, or nothing was. A store that is
    /// marked as production gets nothing of it; notice() says so.
    void sampleWhenOpen(const SourceUrl& from);
    void receive(const SourceUrl& from) { m_receiver.start(from, m_url); }

Q_SIGNALS:
    void opened();                                                   ///< what it cannot do is known
    void changed();                                                  ///< rows may have come or gone
    void connectionChanged();                                        ///< isOpen(), problem(), production()
    void refused(const portolan::StoreUrl& url, const QString& why); ///< the server wants another password
    void notice(const QString& text);
    void ended(); ///< a receiver, or what was replayed or imported, has come to its end

private:
    /// The answers of a store that was just opened.
    struct Abilities {
        QHash<Feature, QString> missing;
        std::optional<QString> production; ///< the name under which it is marked
        bool hasSample = false;
        std::optional<std::chrono::seconds> standbyLag;
    };
    [[nodiscard]] static Result<Abilities> abilitiesOf(Store& store);
    void ask();
    void askSetUp();
    void noteAnswer(const std::optional<Error>& error);
    void beginToReceive(const Result<Abilities>& abilities);
    void look();

    StoreUrl m_url;
    std::unique_ptr<QTemporaryDir> m_folder; ///< outlives what works in it
    std::shared_ptr<QuestionLog> m_questions = std::make_shared<QuestionLog>();
    Opener m_opener;
    std::unique_ptr<StoreWorker> m_channel;
    ReceiverControl m_receiver;
    ReplayController m_replays;
    CheckController m_checks;
    StoreController m_desk;
    OverviewPoller m_overview;
    AlertMonitor m_alerts; ///< asks over the overview's channel
    ExportController m_exports;
    ReportController m_reports;
    ImportController m_imports;
    OperationsController m_operations;
    ScheduleWatch m_schedule; ///< asks over the store's own channel
    SampleWorker m_worker;
    RequestScope m_asker;
    QTimer m_watch;
    bool m_looking = false;
    bool m_known = false;
    bool m_refused = false; ///< that was said
    bool m_worked = false;  ///< the sample's worker has begun
    std::optional<ChangeMark> m_mark;
    QString m_problem;
    std::optional<Timestamp> m_answeredAt;
    QString m_production;
    std::optional<std::chrono::seconds> m_standbyLag;
    Timestamp m_learntAt{}; ///< what it can, and how it is marked
    QHash<Feature, QString> m_missing;
    QHash<Feature, QString> m_lookedFor; ///< what it lacked when its versions were read
    RequestScope m_versionsAsker;
    bool m_canSetUp = false;
    std::optional<SourceUrl> m_receiveFrom;
    bool m_receivesSample = false;
    bool m_isPaced = true; ///< what is received comes little by little, and so it is worked on
};

} // namespace portolan
