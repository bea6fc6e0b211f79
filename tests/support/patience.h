#pragma once

#include <QtTest>

namespace portolan::test {

/// Milliseconds after which a test stops waiting for a state. No test counts on a fast machine: this only ends what
/// will never come, so it is far longer than anything takes beside busy processors.
inline constexpr int patience = 60'000;

} // namespace portolan::test

// QtTest's own give up after five seconds.
#undef QTRY_VERIFY
#define QTRY_VERIFY(expr) QTRY_VERIFY_WITH_TIMEOUT((expr), portolan::test::patience)
#undef QTRY_VERIFY2
#define QTRY_VERIFY2(expr, message) QTRY_VERIFY2_WITH_TIMEOUT((expr), (message), portolan::test::patience)
#undef QTRY_COMPARE
#define QTRY_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT((actual), (expected), portolan::test::patience)
