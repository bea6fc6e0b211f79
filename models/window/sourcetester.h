#pragma once

#include "storage/base/worker.h"
#include "storage/config/urls.h"
#include "storage/sources/probe/sourceprobe.h"

#include <QStringList>
#include <functional>

namespace portolan {

/// Looks at a source on a thread of its own, for the form that asks for one. GUI thread, which waits only when it goes.
class SourceTester {
public:
    using Reply = std::function<void(const Result<SourceProbe>& probe)>;

    /// Replies on the GUI thread, unless stop() or another question came before, or `context` died.
    void ask(const SourceUrl& url, QObject* context, const Reply& reply);
    void stop();

private:
    RequestScope m_asker;
    Worker m_worker;
};

/// Returns the findings in words, a sentence a line: what answers, what is there, how far its group is.
[[nodiscard]] QStringList probeTexts(const SourceUrl& url, const SourceProbe& probe);

} // namespace portolan
