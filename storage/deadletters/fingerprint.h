#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace portolan {

/// Returns the name of a group of dead letters: 16 hexadecimal digits, the first 64 bits of the SHA-256 (FIPS 180-4) of
/// the port's name, the error type (errorType()) and the template of the error message (TemplateMiner). The same
/// everywhere and for good; the chance that two of a million groups share one is 1 in 37 million. Any thread.
QByteArray fingerprint(QByteArrayView port, QByteArrayView errorType, QByteArrayView messageTemplate);

} // namespace portolan
