#pragma once

#include <QTest>
#include <QTimer>

namespace portolan::test {

/// Waits until what was posted to this thread is delivered and its event loop has turned: for tests that then look that
/// nothing has changed, or let a window paint.
inline bool turnEventLoop() {
    bool turned = false;
    QTimer::singleShot(0, [&turned] { turned = true; });
    return QTest::qWaitFor([&turned] { return turned; });
}

} // namespace portolan::test
