#pragma once

#include "storage/ingest/delivery.h"

#include <QByteArrayView>
#include <QtGlobal>

namespace portolan {

/// Computes the hash that tells a delivery from another one under the same key: XXH3 of 64 bits over the payload's
/// bytes, and over those of its metadata where there are any. The same on every machine and in every version, because
/// stores keep it; never 0, which stands for "not known" there. Pure; any thread.
[[nodiscard]] quint64 contentHash(QByteArrayView payload, QByteArrayView metadata = {});

/// The same of what a source delivered under a key: news of a gap are told from every message. Pure; any thread.
[[nodiscard]] quint64 contentHash(const Delivery& delivery);

} // namespace portolan
