#pragma once

#include "storage/operations/alerts.h"
#include "storage/operations/savedviews.h"
#include "storage/retention/retention.h"
#include "storage/schedule/schedule.h"
#include "storage/storeworker.h"
#include "storage/undo/undo.h"
#include "storage/versions/versions.h"

#include <QObject>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace portolan {

/// Changes checkpoints and settings of one store for the window, on a thread that opens the store for writing. Each
/// change is one transaction: when the store is closed meanwhile, it is done whole or not at all. GUI thread.
class StoreController : public QObject {
    Q_OBJECT
public:
    /// `writer` opens the store for writing, on whichever thread asks; `actor` is for the audit.
    StoreController(StoreWorker::Opener writer, QByteArray actor, QObject* parent = nullptr);
    ~StoreController() override;

    struct Version {
        QByteArray name;
        qint64 number = 0;
    };
    /// As Checkpoints does it; the reply comes unless `context` has gone.
    void promote(const Version& version, std::optional<qint64> expectedLatest, const QByteArray& reason,
                 QObject* context, std::function<void(Result<Promotion>)> reply);
    void setExpiry(const Version& version, Expiry expires, const std::optional<Expiry>& expected,
                   const QByteArray& reason, QObject* context, std::function<void(Result<void>)> reply);
    /// As Operations does it.
    void setSilentAfter(const QByteArray& component, std::optional<std::chrono::seconds> silentAfter,
                        const QByteArray& reason, QObject* context, std::function<void(Result<void>)> reply);
    /// As Operations does it: the audit keeps that a store that is marked was entered for this deed.
    void recordConfirmation(const QByteArray& deed, const QByteArray& reason);
    /// As SavedViews does it.
    void saveView(const SavedView& view, const std::optional<SavedView>& instead, QObject* context,
                  std::function<void(Result<void>)> reply);
    void removeView(const SavedView& seen, QObject* context, std::function<void(Result<void>)> reply);
    /// As Retention does it.
    void switchRetention(const QByteArray& rule, bool on, const QByteArray& reason, QObject* context,
                         std::function<void(Result<void>)> reply);
    void setRetention(const RetentionChange& change, const QByteArray& reason, QObject* context,
                      std::function<void(Result<void>)> reply);
    /// As Schedule does it.
    void addScheduled(const QByteArray& name, const QStringList& words, const QByteArray& spec,
                      const QByteArray& reason, QObject* context, std::function<void(Result<void>)> reply);
    /// Trusts an entry as it is on this machine, as TrustedEntries does it.
    void trustScheduled(const ScheduleEntry& entry, QObject* context, std::function<void(Result<void>)> reply);
    void removeScheduled(const QByteArray& name, const QByteArray& reason, QObject* context,
                         std::function<void(Result<void>)> reply);
    /// As ObjectModels does it.
    void heal(const std::vector<QByteArray>& statements, const QByteArray& reason, QObject* context,
              std::function<void(Result<void>)> reply);
    /// As the functions in storage/stores/alertrules.h do it.
    void saveAlert(const AlertRule& rule, const std::optional<AlertRule>& expected, const QByteArray& reason,
                   QObject* context, std::function<void(Result<void>)> reply);
    void removeAlert(const QByteArray& name, const QByteArray& reason, QObject* context,
                     std::function<void(Result<void>)> reply);
    void acknowledgeAlert(const QByteArray& name, const QByteArray& reason, QObject* context,
                          std::function<void(Result<void>)> reply);
    void recordAlerts(const std::vector<AlertTransition>& transitions, QObject* context,
                      std::function<void(Result<int>)> reply);

    /// As Undo does it.
    void undo(qint64 entry, const QByteArray& reason, QObject* context, std::function<void(Result<UndoOutcome>)> reply);

    /// Returns the name under which the audit has what this window does.
    [[nodiscard]] const QByteArray& actor() const { return m_actor; }

private:
    template <class Answer, class Change>
    void change(Change change, QObject* context, std::function<void(Answer)> reply);

    StoreWorker::Opener m_opener;
    QByteArray m_actor;
    RequestScope m_asker;
    std::unique_ptr<StoreWorker> m_channel; ///< null until something is changed
};

} // namespace portolan
