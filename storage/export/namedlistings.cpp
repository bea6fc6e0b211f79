#include "storage/export/namedlistings.h"

#include "storage/backups/backups.h"
#include "storage/deadletters/groupscan.h"
#include "storage/health/health.h"
#include "storage/health/storehistory.h"
#include "storage/listing/oddvalues.h"
#include "storage/messages/batches.h"
#include "storage/operations/audit.h"
#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "storage/ports/portflows.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/replay/replays.h"
#include "storage/retention/retention.h"
#include "storage/schedule/schedule.h"
#include "storage/series/series.h"
#include "storage/store.h"
#include "storage/tables/tables.h"
#include "storage/versions/componenthealth.h"
#include "storage/versions/pipelinerows.h"

#include <array>

namespace portolan {

namespace {

template <class Row>
class TypedPage final : public ExportPage {
public:
    TypedPage(DeferredPage<Row> page, std::span<const Column<Row>> columns, std::shared_ptr<OddValues> odd)
        : m_page(std::move(page))
        , m_columns(columns)
        , m_odd(std::move(odd)) {
        next = std::move(m_page.next);
        last = m_page.last;
    }
    std::size_t size() const override { return static_cast<std::size_t>(m_page.count); }
    void values(std::size_t row, std::vector<Value>& values) const override {
        const OddValues::Watch watch(*m_odd);
        exportValues(m_columns, m_page.row(static_cast<int>(row)), values);
    }

private:
    DeferredPage<Row> m_page;
    std::span<const Column<Row>> m_columns;
    std::shared_ptr<OddValues> m_odd;
};

template <class Row>
Result<RowCount> countRowsOf(RowSource<Row>& source, const ListQuery& query, const CancelToken& token) {
    const Result<PageIndex> pages = source.pageIndex(query, 1, token);
    PORTOLAN_TRY(pages);
    return RowCount{pages->counts.empty() ? 0 : pages->counts.front(), pages->complete};
}

template <class Row>
class TypedStoreListing : public StoreListing {
public:
    TypedStoreListing(RowSource<Row>& source, std::span<const Column<Row>> columns, const ColumnSet& schema,
                      Sort usual = {})
        : m_source(source)
        , m_typed(columns)
        , m_columns(exportColumns(columns))
        , m_schema(schema)
        , m_usual(std::move(usual)) {}

    ~TypedStoreListing() override { m_source.endExport(); }
    TypedStoreListing(const TypedStoreListing&) = delete;
    TypedStoreListing& operator=(const TypedStoreListing&) = delete;

    const std::vector<ExportColumn>& columns() const override { return m_columns; }
    const ColumnSet& schema() const override { return m_schema; }
    Sort usualSort() const override { return m_usual; }
    Result<std::unique_ptr<ExportPage>> page(const ListQuery& query, const CancelToken& token) override {
        const OddValues::Watch watch(*m_odd); // of a page whose rows are made with it
        Result<DeferredPage<Row>> page = m_source.deferredPage(query, token);
        PORTOLAN_TRY(page);
        m_tells = m_tells || page->count > 0 || !query.filter.isEmpty(); // a filter may look for what is hidden
        return std::unique_ptr<ExportPage>(std::make_unique<TypedPage<Row>>(std::move(*page), m_typed, m_odd));
    }
    Result<RowCount> count(const ListQuery& query, const CancelToken& token) override {
        return countRowsOf(m_source, query, token);
    }
    QString leftOut() const override {
        const QString odd = m_odd->text();
        const QString hidden = m_tells ? m_hidden : QString();
        return odd.isEmpty() || hidden.isEmpty() ? hidden + odd : hidden + QStringLiteral("; ") + odd;
    }
    /// `words` say what no row has, though the store does.
    void setHidden(QString words) { m_hidden = std::move(words); }

private:
    RowSource<Row>& m_source;
    QString m_hidden;
    std::shared_ptr<OddValues> m_odd = std::make_shared<OddValues>(); ///< of its pages, which may outlive it
    bool m_tells = false;
    std::span<const Column<Row>> m_typed;
    std::vector<ExportColumn> m_columns;
    const ColumnSet& m_schema;
    Sort m_usual;
};

/// The rows of any table: what columns there are is known when it is opened.
class TableListing final : public StoreListing {
public:
    explicit TableListing(std::shared_ptr<TableRows> table) : m_table(std::move(table)) {
        for (const ColumnSet::Column& column : m_table->schema().columns)
            m_columns.push_back({column.name, column.type});
    }
    ~TableListing() override { m_table->endExport(); }
    TableListing(const TableListing&) = delete;
    TableListing& operator=(const TableListing&) = delete;
    const std::vector<ExportColumn>& columns() const override { return m_columns; }
    const ColumnSet& schema() const override { return m_table->schema(); }
    QString note() const override { return m_table->note(); }
    QString leftOut() const override { return m_table->leftOut(); }
    QString costOf(const Sort& sort) const override { return m_table->costOf(sort); }
    Result<std::unique_ptr<ExportPage>> page(const ListQuery& query, const CancelToken& token) override {
        return m_table->exportPage(query, token);
    }
    Result<RowCount> count(const ListQuery& query, const CancelToken& token) override {
        return countRowsOf(m_table->rows(), query, token);
    }

private:
    std::shared_ptr<TableRows> m_table;
    std::vector<ExportColumn> m_columns;
};

/// Names the tables that cannot be read, among those that were listed.
class TableInfos final : public TypedStoreListing<TableInfo> {
public:
    explicit TableInfos(RowSource<TableInfo>& source)
        : TypedStoreListing<TableInfo>(source, tableInfoColumns(), tableInfoSchema()) {}
    Result<std::unique_ptr<ExportPage>> page(const ListQuery& query, const CancelToken& token) override {
        auto page = TypedStoreListing<TableInfo>::page(query, token);
        std::vector<Value> values;
        for (std::size_t row = 0; page && row < (*page)->size(); ++row) {
            (*page)->values(row, values);
            if (const auto* const error = std::get_if<QByteArray>(&values.back())) // the last column
                m_troubles << QStringLiteral("%1: %2").arg(QString::fromUtf8(std::get<QByteArray>(values.front())),
                                                           QString::fromUtf8(*error));
        }
        return page;
    }
    QString leftOut() const override {
        return m_troubles.isEmpty() ? QString()
                                    : QStringLiteral("cannot be read: ") + m_troubles.join(QLatin1String("; "));
    }

private:
    QStringList m_troubles;
};

using Opened = Result<std::unique_ptr<StoreListing>>;

Error lacking(const Store& store, Feature feature) {
    return {ErrorCode::Unsupported,
            store.unavailableReason(feature).value_or(QStringLiteral("This store has no such rows."))};
}

template <class Row>
Opened listingOver(const Store& store, Feature feature, RowSource<Row>* source, std::span<const Column<Row>> columns,
                   const ColumnSet& schema, Sort usual = {}) {
    if (!source)
        return lacking(store, feature);
    return std::unique_ptr<StoreListing>(
        std::make_unique<TypedStoreListing<Row>>(*source, columns, schema, std::move(usual)));
}

Opened openBatches(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Batches, &store.batches().batches(), batchColumns(), batchSchema());
}

/// The same of a table that may have metadata beside its rows.
template <class Row>
Opened withMetadata(Opened opened, Store& store, const char* table, const CancelToken& token) {
    if (opened)
        static_cast<TypedStoreListing<Row>&>(**opened).setHidden(hiddenMetadataOf(store, table, token));
    return opened;
}

Opened openMessages(Store& store, const QByteArray&, const CancelToken& token) {
    return withMetadata<Message>(
        listingOver(store, Feature::Batches, &store.batches().messages(), messageColumns(), messageSchema()), store,
        "messages", token);
}

Opened openRejects(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Rejects, &store.batches().rejects(), rejectColumns(), rejectSchema());
}

Opened openGaps(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Gaps, &store.batches().gaps(), gapColumns(), gapSchema());
}

Opened openPorts(Store& store, const QByteArray&, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports)
        return lacking(store, Feature::Ports);
    const auto counted = ports->countPorts(Ports::untilExact, token);
    PORTOLAN_TRY(counted);
    return listingOver(store, Feature::Ports, &ports->ports(), portColumns(), portSchema());
}

Opened openPortMessages(Store& store, const QByteArray&, const CancelToken&) {
    Ports* const ports = store.ports();
    return listingOver(store, Feature::Ports, ports ? &ports->messages() : nullptr, portMessageColumns(),
                       portMessageSchema());
}

Opened openDeadLetters(Store& store, const QByteArray&, const CancelToken&) {
    Ports* const ports = store.ports();
    return listingOver(store, Feature::Ports, ports ? &ports->deadLetters() : nullptr, deadLetterColumns(),
                       deadLetterSchema());
}

/// All dead letters are read to know what they have in common.
Opened openGroups(Store& store, const QByteArray&, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports || store.unavailableReason(Feature::DeadLetters))
        return lacking(store, Feature::DeadLetters);
    const auto read = ports->groups().more(GroupScan::untilExact, token);
    PORTOLAN_TRY(read);
    return listingOver<DeadLetterGroup>(store, Feature::DeadLetters, &ports->groups().rows(), deadLetterGroupColumns(),
                                        deadLetterGroupSchema(), {"count", true});
}

Opened openArchive(Store& store, const QByteArray&, const CancelToken&) {
    Operations* const operations = store.operations();
    return listingOver(store, Feature::Replay, operations ? &operations->archive().messages() : nullptr,
                       archiveColumns(), archiveSchema());
}

Opened openReplays(Store& store, const QByteArray&, const CancelToken&) {
    Replays* const replays = store.unavailableReason(Feature::Replay) ? nullptr : store.replays();
    return listingOver(store, Feature::Replay, replays ? &replays->runs() : nullptr, replayRunColumns(),
                       replayRunSchema());
}

Opened openJobs(Store& store, const QByteArray&, const CancelToken&) {
    Operations* const operations = store.operations();
    return listingOver(store, Feature::Operations, operations ? &operations->jobs().rows() : nullptr, jobColumns(),
                       jobSchema());
}

Opened openAudit(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver<AuditEntry>(store, Feature::Audit, store.audit(), auditColumns(), auditSchema());
}

Opened openRetentionRules(Store& store, const QByteArray&, const CancelToken&) {
    Retention* const retention = store.retention();
    return listingOver(store, Feature::Operations, retention ? &retention->rules() : nullptr, retentionRuleColumns(),
                       retentionRuleSchema());
}

/// Newest first.
Opened openBackups(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Receive, store.backups(), backupColumns(), backupSchema(), {"created_at", true});
}

Opened openSchedule(Store& store, const QByteArray&, const CancelToken&) {
    Schedule* const schedule = store.schedule();
    return listingOver(store, Feature::Operations, schedule ? &schedule->entries() : nullptr, scheduleColumns(),
                       scheduleSchema());
}

Opened openPortFlows(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Ports, store.portFlows(), portFlowColumns(), portFlowSchema());
}

Opened openComponentHealth(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Components, store.componentHealth(), componentHealthColumns(),
                       componentHealthSchema());
}

Opened openSeries(Store& store, const QByteArray&, const CancelToken&) {
    SeriesStore* const series = store.unavailableReason(Feature::Metrics) ? nullptr : store.series();
    return listingOver(store, Feature::Metrics, series ? &series->series() : nullptr, seriesColumns(), seriesSchema());
}

Opened openFindings(Store& store, const QByteArray&, const CancelToken&) {
    return listingOver(store, Feature::Batches, store.findings(), healthFindingColumns(), healthFindingSchema());
}

Opened openHistory(Store& store, const QByteArray&, const CancelToken&) {
    StoreHistory* const history = store.history();
    return listingOver(store, Feature::Batches, history ? &history->days() : nullptr, historyColumns(),
                       historySchema());
}

Opened openTables(Store& store, const QByteArray&, const CancelToken&) {
    Tables* const tables = store.tables();
    if (!tables)
        return lacking(store, Feature::Tables);
    return std::unique_ptr<StoreListing>(std::make_unique<TableInfos>(tables->tables()));
}

template <PipelineTable table>
Opened openStored(Store& store, const QByteArray&, const CancelToken& token) {
    Opened opened =
        listingOver(store, Feature::Metrics, store.pipelineRows(table), pipelineColumns(table), pipelineSchema(table));
    return pipelineSchema(table).find("metadata")
               ? withMetadata<PipelineRow>(std::move(opened), store, pipelineTableName(table), token)
               : std::move(opened);
}

template <PipelineTable table>
const ColumnSet& schemaOfStored() {
    return pipelineSchema(table);
}

Opened openRows(Store& store, const QByteArray& table, const CancelToken& token) {
    if (table.isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("rows are those of a table: --table NAME says which.")};
    Tables* const tables = store.tables();
    if (!tables)
        return lacking(store, Feature::Tables);
    auto rows = tables->open(table, token);
    PORTOLAN_TRY(rows);
    return std::unique_ptr<StoreListing>(std::make_unique<TableListing>(std::move(*rows)));
}

struct NamedListing {
    const char* name;
    const ColumnSet& (*schema)(); ///< null: known when it is opened
    Opened (*open)(Store&, const QByteArray& table, const CancelToken&);
};

template <PipelineTable table>
constexpr NamedListing stored(const char* name) {
    return {name, schemaOfStored<table>, openStored<table>};
}

constexpr std::array<NamedListing, 31> listings{{
    {"batches", batchSchema, openBatches},
    {"messages", messageSchema, openMessages},
    {"ports", portSchema, openPorts},
    {"port-flows", portFlowSchema, openPortFlows},
    {"port-messages", portMessageSchema, openPortMessages},
    {"dead-letters", deadLetterSchema, openDeadLetters},
    {"dead-letter-groups", deadLetterGroupSchema, openGroups},
    {"archive", archiveSchema, openArchive},
    {"replays", replayRunSchema, openReplays},
    {"jobs", jobSchema, openJobs},
    stored<PipelineTable::Checkpoints>("checkpoints"),
    stored<PipelineTable::Components>("components"),
    stored<PipelineTable::Health>("health"),
    {"component-health", componentHealthSchema, openComponentHealth},
    stored<PipelineTable::Sinks>("sinks"),
    stored<PipelineTable::ComponentMetrics>("component-metrics"),
    stored<PipelineTable::PortMetrics>("port-metrics"),
    stored<PipelineTable::Metrics>("metrics"),
    stored<PipelineTable::ProcessedEvents>("processed-events"),
    {"rejects", rejectSchema, openRejects},
    {"gaps", gapSchema, openGaps},
    {"audit", auditSchema, openAudit},
    {"retention-rules", retentionRuleSchema, openRetentionRules},
    {"backups", backupSchema, openBackups},
    {"schedule", scheduleSchema, openSchedule},
    {"series", seriesSchema, openSeries},
    {"findings", healthFindingSchema, openFindings},
    {"history", historySchema, openHistory},
    {"tables", tableInfoSchema, openTables},
    stored<PipelineTable::ObjectModels>("object-models"),
    {"rows", nullptr, openRows},
}};

const NamedListing* listingNamed(const QString& name) {
    const auto* const found =
        std::ranges::find_if(listings, [&](const NamedListing& each) { return name == QLatin1String(each.name); });
    return found == listings.end() ? nullptr : found;
}

Error noListing(const QString& name) {
    return {ErrorCode::Usage, QStringLiteral("There is no listing \"%1\"; there are %2.")
                                  .arg(name, storeListingNames().join(QLatin1String(", ")))};
}

} // namespace

QString hiddenMetadataOf(Store& store, const QByteArray& table, const CancelToken& token) {
    const std::optional<QString> hidden = store.hiddenMetadata();
    if (!hidden)
        return {};
    Tables* const tables = store.tables();
    const auto rows = tables ? tables->open(table, token) : Result(std::shared_ptr<TableRows>());
    const bool isItsOwn = rows && *rows && (*rows)->schema().find("metadata");
    return isItsOwn ? QString() : QStringLiteral("metadata of %1: ").arg(QString::fromUtf8(table)) + *hidden;
}

QStringList storeListingNames() {
    QStringList names;
    for (const NamedListing& each : listings)
        names << QLatin1String(each.name);
    return names;
}

Result<const ColumnSet*> storeListingSchema(const QString& name) {
    const NamedListing* const known = listingNamed(name);
    if (!known)
        return noListing(name);
    return known->schema ? &known->schema() : nullptr;
}

QByteArray storeListingNameOf(const ColumnSet& schema) {
    for (const NamedListing& each : listings) {
        if (each.schema && &each.schema() == &schema)
            return each.name;
    }
    return {};
}

Result<std::unique_ptr<StoreListing>> openNamedListing(Store& store, const QString& name, const QByteArray& table,
                                                       const CancelToken& token) {
    const NamedListing* const known = listingNamed(name);
    return known ? known->open(store, table, token) : Opened(noListing(name));
}

} // namespace portolan
