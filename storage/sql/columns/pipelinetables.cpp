#include "storage/sql/columns/pipelinetables.h"

#include <algorithm>
#include <array>
#include <vector>

namespace portolan {

namespace {

struct PipelineTable {
    const char* name;
    std::vector<const char*> columns;
};

const std::array tables{
    PipelineTable{"batches", {"filename"}},
    PipelineTable{"messages", {"batch_id", "content"}},
    PipelineTable{"port_messages", {"port_name", "message_data", "status"}},
    PipelineTable{"processed_events", {"event_id"}},
    PipelineTable{"metrics", {"sensor_id", "timestamp", "value"}},
    PipelineTable{"component_metrics", {"component_name"}},
    PipelineTable{"port_metrics", {"port_name"}},
    PipelineTable{"system_health", {"component_name", "health_status"}},
    PipelineTable{"checkpoints", {"checkpoint_name", "version"}},
    PipelineTable{"component_state", {"component_name", "state_data"}},
    PipelineTable{"sink_storage", {"sink_name", "data"}},
};

} // namespace

std::span<const char* const> columnsThatTell(const QString& table) {
    const auto* const found = std::ranges::find_if(tables, [&](const PipelineTable& each) {
        return table.compare(QLatin1String(each.name), Qt::CaseInsensitive) == 0;
    });
    return found == tables.end() ? std::span<const char* const>() : std::span(found->columns);
}

} // namespace portolan
