#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"

#include <QObject>
#include <functional>
#include <memory>

namespace portolan {

/// A caller, and the generation of its question. After cancelPending() the questions asked before are not answered nor,
/// if they have not begun, run. GUI thread; may die before the answers come.
class RequestScope {
public:
    RequestScope();
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;
    void cancelPending();

private:
    friend class Worker;
    CancelSource m_generation;
};

/// A thread that runs tasks in the order they were posted and hands their ends back to the thread that made it
/// (which must run an event loop). The core of StoreWorker; knows nothing of stores.
class Worker {
public:
    using Task = std::function<void(const CancelToken&)>;
    using Done = std::function<void(const Result<void>& ran)>;

    /// `atEnd` runs on the worker as its last act (it destroys there what lives there).
    explicit Worker(Task atEnd = {});
    ~Worker(); ///< cancels the running task, drops the others, joins
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs `task` on the worker, then `done` on the making thread, unless by then the asker has cancelled or died, or
    /// `context` died. The thread starts with the first task; where the system starts none, `done` hears of it as an
    /// error (Io), the task was not run, and the next one is tried again.
    void post(RequestScope& asker, QObject* context, Task task, Done done);

private:
    struct Job;
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace portolan
