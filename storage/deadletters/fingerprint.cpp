#include "storage/deadletters/fingerprint.h"

#include "storage/base/bytes.h"

#include <QCryptographicHash>

namespace portolan {

namespace {

constexpr qsizetype hexDigitsOfName = 16;

} // namespace

QByteArray fingerprint(QByteArrayView port, QByteArrayView errorType, QByteArrayView messageTemplate) {
    ByteWriter writer; // with their lengths, so that none runs into the next
    writer.bytes(port);
    writer.bytes(errorType);
    writer.bytes(messageTemplate);
    return QCryptographicHash::hash(writer.data(), QCryptographicHash::Sha256).toHex().first(hexDigitsOfName);
}

} // namespace portolan
