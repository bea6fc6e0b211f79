#pragma once

#include <QtTest>

/// Ends a test function that cannot run without what this machine lacks: as skipped, and as failed where CI=true, which
/// installs everything (packaging/depends).
#define PORTOLAN_MISSING(what)                                                                                         \
    do {                                                                                                               \
        if (qgetenv("CI") == "true")                                                                                   \
            QFAIL("there is no " what);                                                                                \
        QSKIP("there is no " what);                                                                                    \
    } while (false)
