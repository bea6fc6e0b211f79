#include "storage/replay/replays.h"

#include <QUuid>

namespace portolan {

QByteArray Replays::newRunId() {
    return QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

} // namespace portolan
