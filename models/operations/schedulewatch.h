#pragma once

#include "models/operations/operationscontroller.h"
#include "storage/storeworker.h"

#include <QHash>
#include <QObject>
#include <QTimer>
#include <chrono>
#include <optional>

namespace portolan {

/// Runs a store's schedule while its window is open: looks every 15 seconds what is due, over the channel that only
/// reads, and has the desk run that. Nothing is written, and the store not opened for writing, while nothing is due. A
/// store that may only be read runs nothing, a store that is marked as production only after its name was typed. GUI
/// thread.
class ScheduleWatch : public QObject {
    Q_OBJECT
public:
    /// Both are borrowed and outlive it.
    ScheduleWatch(StoreWorker& channel, OperationsController& desk, QObject* parent = nullptr);

    void start(); ///< looks at once, too; once is enough
    void stop();  ///< hands out nothing more
    void look();  ///< asks at once what is due
    /// Runs a production store's as well, for as long as it has the name that it has now.
    void allow();

    /// Returns why nothing is run here, in words; empty: it is, or it is not known yet.
    [[nodiscard]] const QString& whyNot() const { return m_whyNot; }
    /// Returns the name of a production store whose name is to be typed first.
    [[nodiscard]] std::optional<QString> nameToType() const;
    /// Returns the entries that do not run here before somebody trusts them, as they were seen last.
    [[nodiscard]] const std::vector<ScheduleEntry>& untrusted() const { return m_untrusted; }
    [[nodiscard]] bool isKnown() const { return m_isKnown; } ///< the store has answered once

Q_SIGNALS:
    void changed(); ///< what the above say

private:
    /// The answer of the store.
    struct Look {
        std::vector<ScheduleEntry> due; ///< and trusted here
        std::vector<ScheduleEntry> untrusted;
        QString whyNot;
        std::optional<QString> production;
    };
    /// An entry that was handed to the desk.
    struct Handed {
        std::optional<Timestamp> due;
        std::chrono::steady_clock::time_point at;
    };
    static Result<Look> lookAt(Store& store, const CancelToken& token);
    void adopt(Look seen);
    [[nodiscard]] bool isRunning() const;

    StoreWorker& m_channel;
    OperationsController& m_desk;
    RequestScope m_asker;
    QTimer m_clock;
    bool m_isAsking = false;
    bool m_isKnown = false;
    QString m_whyNot;
    std::vector<ScheduleEntry> m_untrusted;
    QString m_refused; ///< what the store said when it was to be written to
    std::optional<QString> m_production;
    std::optional<QString> m_allowed;   ///< the production name that was typed
    QHash<QByteArray, Handed> m_handed; ///< by its name
};

} // namespace portolan
