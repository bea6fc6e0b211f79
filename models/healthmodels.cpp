#include "models/healthmodels.h"

#include "models/format.h"
#include "storage/store.h"

#include <QCoreApplication>

namespace portolan {

namespace {

#define COLUMN(text) QT_TRANSLATE_NOOP("Columns", text)
#define TEXT(source) inspectionText(QT_TRANSLATE_NOOP("Inspection", source))

Listing<ComponentHealth> components() {
    return {.source = [](Store& store) -> RowSource<ComponentHealth>& {
                RowSource<ComponentHealth>* const health = store.componentHealth();
                return health ? *health : noRows<ComponentHealth>();
            },
            .columns = componentHealthColumns,
            .schema = componentHealthSchema,
            .shown = {{"component_name", COLUMN("Component"), ColumnKind::Data, 0},
                      {"state", COLUMN("State"), ColumnKind::State, 12},
                      {"last_heartbeat", COLUMN("Last report"), ColumnKind::Age, 10},
                      {"silent_after", COLUMN("Silent after (s)"), ColumnKind::Number, 12},
                      {"history", COLUMN("Newest reports"), ColumnKind::Bars, 24}},
            .identity = [](const ComponentHealth& component) { return component.name; },
            .trim = nullptr,
            .rowsChange = true};
}

class HealthListing final : public TypedListing<ComponentHealth> {
public:
    HealthListing() : TypedListing(components()) {}
    bool rowsAreFew() const override { return true; }
};

} // namespace

std::shared_ptr<const RowListing> healthListing() {
    return std::make_shared<HealthListing>();
}

Inspection inspect(const ComponentHealth& component) {
    Inspection inspection;
    inspection.title = visibleText(component.name, 60);
    inspection.facts.push_back(
        {TEXT("State"), statusText(component.silent ? QByteArrayView("silent") : component.status)});
    inspection.facts.push_back({TEXT("Last said"), statusText(component.status)});
    if (component.heartbeat)
        inspection.facts.push_back({TEXT("Last report"), *component.heartbeat});
    inspection.facts.push_back({TEXT("Silent after (s)"), static_cast<qint64>(component.silentAfter.count())});
    inspection.facts.push_back(
        {TEXT("This was set"), component.isSet ? TEXT("by an operator") : TEXT("by its reports")});
    InspectedDocument details;
    details.bytes = component.details;
    details.fileName = QStringLiteral("health");
    if (auto tree = JsonTree::parse(component.details))
        details.tree = *tree;
    else
        details.noTree = component.details.isEmpty() ? TEXT("The report has no details.") : tree.error().text;
    inspection.documents.push_back(std::move(details));
    return inspection;
}

#undef COLUMN
#undef TEXT

} // namespace portolan
