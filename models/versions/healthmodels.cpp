#include "models/versions/healthmodels.h"

#include "models/list/format.h"
#include "storage/listing/rowsource.h"
#include "storage/store.h"

#include <QCoreApplication>

namespace portolan {

namespace {

constexpr qsizetype mostOfDetails = 200; ///< characters of a report, in the table

Listing<ComponentHealth> components() {
    return {.source = [](Store& store) -> RowSource<ComponentHealth>& {
                RowSource<ComponentHealth>* const health = store.componentHealth();
                return health ? *health : noRows<ComponentHealth>();
            },
            .columns = componentHealthColumns,
            .schema = componentHealthSchema,
            .shown = {{"component_name", QT_TRANSLATE_NOOP("Columns", "Component"), ColumnKind::Data, 0},
                      {"state", QT_TRANSLATE_NOOP("Columns", "State"), ColumnKind::State, 12},
                      {"last_heartbeat", QT_TRANSLATE_NOOP("Columns", "Last report"), ColumnKind::Age, 10},
                      {"silent_after", QT_TRANSLATE_NOOP("Columns", "Silent after (s)"), ColumnKind::Number, 12},
                      {"history", QT_TRANSLATE_NOOP("Columns", "Reports up to now"), ColumnKind::States, 24}},
            .identity = [](const ComponentHealth& component) { return component.name; },
            .trim = nullptr,
            .rowsChange = true};
}

Inspection::Table reportsOf(const std::vector<PipelineRow>& newestFirst) {
    Inspection::Table table;
    table.name = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Newest reports"));
    table.headers = QStringList{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")),
                                inspectionText(QT_TRANSLATE_NOOP("Inspection", "Status")),
                                inspectionText(QT_TRANSLATE_NOOP("Inspection", "Details"))};
    table.noRows = inspectionText(QT_TRANSLATE_NOOP("Inspection", "There is no report of it any more."));
    for (const PipelineRow& report : newestFirst) {
        const auto text = [&](const char* column) {
            const Value value = pipelineCell(PipelineTable::Health, report, column);
            const auto* const bytes = std::get_if<QByteArray>(&value);
            return bytes ? *bytes : QByteArray();
        };
        const Value heartbeat = pipelineCell(PipelineTable::Health, report, "last_heartbeat");
        const auto* const time = std::get_if<Timestamp>(&heartbeat);
        table.rows.push_back({time ? Inspection::FactValue(*time) : Inspection::FactValue(QString()),
                              statusText(text("health_status")), visibleText(text("health_details"), mostOfDetails)});
    }
    return table;
}

class HealthListing final : public TypedListing<ComponentHealth> {
public:
    HealthListing() : TypedListing(components()) {}
    bool rowsAreFew() const override { return true; }
};

} // namespace

std::shared_ptr<const ListingAdapter> healthListing() {
    return std::make_shared<HealthListing>();
}

Result<InspectedHealth> readHealth(Store& store, const ComponentHealth& component, const CancelToken& token) {
    InspectedHealth health{component, {}};
    RowSource<PipelineRow>* const reports = store.pipelineRows(PipelineTable::Health);
    if (!reports)
        return health;
    ListQuery newest;
    newest.sort = {"last_heartbeat", true};
    newest.limit = keptReports;
    newest.filter = equals(pipelineSchema(PipelineTable::Health), "component_name", component.name);
    auto page = reports->page(newest, token);
    PORTOLAN_TRY(page);
    health.newestReports = std::move(page->rows);
    return health;
}

Inspection inspect(const InspectedHealth& health) {
    const ComponentHealth& component = health.component;
    Inspection inspection;
    inspection.title = visibleText(component.name, 60);
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "State")),
                                statusText(component.silent ? QByteArrayView("silent") : component.status)});
    inspection.facts.push_back(
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Last said")), statusText(component.status)});
    if (component.heartbeat)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Last report")), *component.heartbeat});
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Silent after (s)")),
                                static_cast<qint64>(component.silentAfter.count())});
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "This was set")),
                                component.isSet ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "by an operator"))
                                                : inspectionText(QT_TRANSLATE_NOOP("Inspection", "by its reports"))});
    inspection.facts.push_back(
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "A bar of its strip (s)")),
         static_cast<qint64>(std::chrono::ceil<std::chrono::seconds>(component.interval).count())});
    inspection.tables.push_back(reportsOf(health.newestReports));
    InspectedDocument details;
    details.name = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Details"));
    details.bytes = component.details;
    details.fileName = QStringLiteral("health");
    if (auto tree = JsonTree::parse(component.details))
        details.tree = *tree;
    else
        details.noTree = component.details.isEmpty()
                             ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "The report has no details."))
                             : tree.error().text;
    inspection.documents.push_back(std::move(details));
    return inspection;
}

} // namespace portolan
