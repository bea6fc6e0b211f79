#pragma once

#include "storage/base/result.h"

namespace portolan {

/// Loads Kafka's client library, unless it is loaded. It is not linked, as libpq is not (libpq.h): with TLS, SASL
/// and compression it brings ten libraries. librdkafka.cpp holds the functions of rdkafka.h that we use; they may be
/// called once this succeeded. Error Unsupported. Any thread.
[[nodiscard]] Result<void> loadLibrdkafka();

} // namespace portolan
