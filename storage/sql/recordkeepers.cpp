#include "storage/sql/recordkeepers.h"

namespace portolan {

RecordKeeper recordKeeper(MessageKind kind) {
    switch (kind) {
    case MessageKind::Message: // kept by the writer itself
    case MessageKind::PortMessage:
    case MessageKind::SensorEvent:
    case MessageKind::ComponentMetric:
    case MessageKind::PortMetric:
    case MessageKind::Health:
    case MessageKind::Checkpoint:
    case MessageKind::ComponentState:
    case MessageKind::SinkRecord:
        return nullptr;
    }
    Q_UNREACHABLE();
}

} // namespace portolan
