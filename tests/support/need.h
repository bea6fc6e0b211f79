#pragma once

#include "storage/base/result.h"

#include <QtGlobal>

namespace portolan::test {

/// The value of what must not fail where a test prepares something: ends the program with the error's words if it did.
template <class T>
T need(Result<T> result) {
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
    return std::move(*result);
}
inline void need(const Result<void>& result) {
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
}

} // namespace portolan::test
