#include "storage/sources/files/listedrows.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>
#include <vector>

namespace portolan {

namespace {

struct Signature {
    ListedRows listing;
    /// Columns that tell the listing from all others, in every version that has been.
    std::vector<QByteArrayView> columns;
};

constexpr const char* countedElsewhere = "They are counted from port messages: import those (`export port-messages`).";

/// Those that are refused come first, so that nothing of them passes for a kind.
const std::vector<Signature>& signatures() {
    static const std::vector<Signature> all{
        {{"rejects",
          {},
          "`portolan rejects retry --store STORE` stores them again, `portolan rejects edit ID --payload FILE` "
          "with a mended payload; payloads alone, one a line, can be imported."},
         {"rejected_at", "source", "key", "reason", "payload"}},
        {{"gaps", {}, "They tell of messages that are not there; `portolan verify` and `list gaps` show them."},
         {"source", "epoch", "missing", "detected_at"}},
        {{"audit",
          {},
          "An audit is written by what is done, never imported; `portolan bundle` carries messages with theirs."},
         {"at", "actor", "action", "subject_kind"}},
        {{"replays", {}, "Runs of replays are written by what is done, never imported."},
         {"frozen", "replayed", "failed_same", "failed_anew"}},
        {{"jobs", {}, "Jobs are written by what is done, never imported."}, {"kind", "state", "done", "heartbeat_at"}},
        {{"retention-rules", {}, "`portolan retention set` makes a rule, and switches it on."},
         {"table_name", "keep_seconds", "keep_count", "enabled"}},
        {{"findings", {}, "They are found when they are looked for: `portolan doctor`."},
         {"urgency", "subject", "remedy"}},
        {{"history", {}, "`portolan stats --record` keeps the figures of a store, a row a day and table."},
         {"id", "day", "name", "row_count"}},
        {{"schedule", {}, "`portolan schedule add` makes an entry of a command and its times."},
         {"command", "spec", "next_run_at", "lease_until"}},
        {{"archive", {}, "`portolan discard --restore FILE` puts discarded messages back where they were."},
         {"message_id", "cause", "archived_at", "row_image"}},
        {{"dead-letter-groups", {}, "They are found in dead letters: import those (`export dead-letters`)."},
         {"fingerprint", "template", "sample_id"}},
        {{"ports", {}, countedElsewhere}, {"port_name", "pending", "processing", "dead_letter"}},
        {{"port-flows", {}, countedElsewhere}, {"flow", "per_minute", "dead_letters"}},
        {{"component-health", {}, "It is found in health reports: import those (`export health`)."},
         {"component_name", "health_status", "silent_after"}},
        {{"batches", {}, "Batches are made by the messages in them: import those (`export messages`)."},
         {"filename", "message_count", "file_size_bytes"}},
        {{"series", {}, "They are found in samples: import these (`export metrics`, `export component-metrics`)."},
         {"series", "kind", "last_value", "last_time"}},
        {{"tables", {}, "They describe the tables of a database; `portolan backup` keeps what is in them."},
         {"table", "zone", "indexes", "partitions"}},
        {{"migrations", {}, "`portolan migrate up` brings a store to this program's version."},
         {"version", "description", "applied_at", "checksum"}},
        {{"backups", {}, "`portolan restore FILE` brings back what a backup holds."},
         {"file", "schema_version", "verified_at"}},
        {{"object-models", {}, "`portolan model` defines them."}, {"table_name", "definition"}},
        {{"port-messages", MessageKind::PortMessage, nullptr},
         {"port_name", "source_component", "target_component", "message_data", "status"}},
        {{"messages", MessageKind::Message, nullptr}, {"batch_id", "message_number", "content"}},
        {{"metrics", MessageKind::SensorEvent, nullptr}, {"event_id", "sensor_id", "timestamp", "value", "created_at"}},
        {{"processed-events",
          {},
          "They guard sensor events against coming twice: import these (`export metrics`), and "
          "they are there."},
         {"event_id", "sensor_id", "processed_at"}},
        {{"checkpoints", MessageKind::Checkpoint, nullptr},
         {"checkpoint_name", "component_name", "checkpoint_data", "created_at"}},
        {{"components", MessageKind::ComponentState, nullptr},
         {"component_name", "component_type", "state_data", "updated_at"}},
        {{"health", MessageKind::Health, nullptr}, {"component_name", "health_status", "last_heartbeat"}},
        {{"sinks", MessageKind::SinkRecord, nullptr}, {"sink_name", "data", "updated_at"}},
        {{"component-metrics", MessageKind::ComponentMetric, nullptr},
         {"id", "component_name", "metric_name", "metric_value"}},
        {{"port-metrics", MessageKind::PortMetric, nullptr},
         {"id", "port_name", "messages_sent", "buffer_utilization"}},
    };
    return all;
}

/// With commas between thousands, as operators read numbers.
QString grouped(qint64 number) {
    QString text = QString::number(number);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, u',');
    return text;
}

} // namespace

const ListedRows* listingWith(std::span<const QByteArray> columns) {
    for (const Signature& each : signatures()) {
        const bool isIt = std::ranges::all_of(each.columns, [&](QByteArrayView wanted) {
            return std::ranges::any_of(columns, [&](const QByteArray& column) { return column == wanted; });
        });
        if (isIt)
            return &each.listing;
    }
    return nullptr;
}

QString refusalOf(const ListedRows& listing, const QString& fileName) {
    return QStringLiteral("%1 holds rows of `list %2`, which are not imported. %3")
        .arg(fileName, QLatin1String(listing.what), QLatin1String(listing.instead));
}

qint64 ImportTally::all() const {
    return std::accumulate(states.begin(), states.end(), qint64{0},
                           [](qint64 sum, const auto& state) { return sum + state.second; });
}

qint64 ImportTally::finished() const {
    const auto number = [this](const char* state) {
        const auto found = states.find(state);
        return found == states.end() ? 0 : found->second;
    };
    return number("completed") + number("failed") + number("dead_letter");
}

QString statesKept(const ImportTally& tally) {
    if (tally.states.empty())
        return {};
    QStringList parts;
    for (const auto& [state, number] : tally.states)
        parts << QStringLiteral("%1 %2").arg(grouped(number), QString::fromUtf8(state));
    return QStringLiteral("%1 port messages keep their state and times: %2; %3 are finished and stay finished.")
        .arg(grouped(tally.all()), parts.join(QStringLiteral(", ")), grouped(tally.finished()));
}

} // namespace portolan
