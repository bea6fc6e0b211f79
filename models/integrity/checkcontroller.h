#pragma once

#include "storage/base/worker.h"
#include "storage/checks/checks.h"
#include "storage/storeworker.h"

#include <QElapsedTimer>
#include <QObject>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

/// Verifies one store for the window: check after check, on a thread and a connection of its own, which go when it is
/// done. Findings stay. GUI thread.
class CheckController : public QObject {
    Q_OBJECT
public:
    enum class Outcome { Waiting, Running, Ok, Found, Failed };
    struct Entry {
        CheckName check;
        Outcome outcome = Outcome::Waiting;
        CheckResult result{};
        Error error{}; ///< of a check that failed
    };

    /// `opener` opens the store for reading, on whichever thread asks.
    explicit CheckController(StoreWorker::Opener opener, QObject* parent = nullptr);
    ~CheckController() override;

    void run();    ///< again, from the first check; nothing while it runs
    void cancel(); ///< what is known stays

    /// Returns the last verification that went to its end, to be kept for the next start; empty: there was none.
    [[nodiscard]] QByteArray save() const;
    /// Shows one that was kept, as old as it is; nothing where the text is none, or there is a newer one.
    void restore(const QByteArray& kept);

    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] int done() const;  ///< checks of the present or last verification
    [[nodiscard]] int found() const; ///< of them, those that found something
    /// When the last verification that went to its end did so, and how long it took.
    [[nodiscard]] std::optional<Timestamp> endedAt() const { return m_endedAt; }
    [[nodiscard]] qint64 milliseconds() const { return m_milliseconds; }
    /// Why there was no verification at all: the store could not be opened.
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

Q_SIGNALS:
    void reset();              ///< the entries are others
    void entryChanged(int at); ///< one of them
    void changed();            ///< whatever else is told here

private:
    void begin(Result<std::vector<CheckName>> checks);
    void next();
    void adopt(std::size_t at, Result<CheckResult> result);
    void end();

    StoreWorker::Opener m_opener;
    std::unique_ptr<StoreWorker> m_channel;
    RequestScope m_asker;
    std::vector<Entry> m_entries;
    std::optional<Error> m_error;
    std::optional<Timestamp> m_endedAt;
    QElapsedTimer m_clock;
    qint64 m_milliseconds = 0;
    bool m_running = false;
};

} // namespace portolan
