#include "models/versions/sinkmodels.h"

#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/store.h"

#include <QCoreApplication>

namespace portolan {

namespace {

template <PipelineTable table>
RowSource<PipelineRow>& rowsOf(Store& store) {
    RowSource<PipelineRow>* const rows = store.pipelineRows(table);
    return rows ? *rows : noRows<PipelineRow>();
}

void trimDocuments(PipelineRow& row) {
    for (Value& cell : row.cells) {
        if (auto* const text = std::get_if<QByteArray>(&cell))
            cutToCell(*text);
    }
}

Listing<PipelineRow> sinks() {
    return {.source = rowsOf<PipelineTable::Sinks>,
            .columns = [] { return pipelineColumns(PipelineTable::Sinks); },
            .schema = []() -> const ColumnSet& { return pipelineSchema(PipelineTable::Sinks); },
            .shown = {{"created_at", QT_TRANSLATE_NOOP("Columns", "Stored"), ColumnKind::Time, 29},
                      {"sink_name", QT_TRANSLATE_NOOP("Columns", "Sink"), ColumnKind::Data, 18},
                      {"data_type", QT_TRANSLATE_NOOP("Columns", "Type"), ColumnKind::Data, 14},
                      {"data", QT_TRANSLATE_NOOP("Columns", "Data"), ColumnKind::Data, -24},
                      {"metadata", QT_TRANSLATE_NOOP("Columns", "Metadata"), ColumnKind::Data, 18},
                      {"updated_at", QT_TRANSLATE_NOOP("Columns", "Updated"), ColumnKind::Time, 29}},
            .identity = storedId,
            .trim = trimDocuments,
            .rowsChange = true,
            .cells = rowsOf<PipelineTable::SinkCells>};
}

} // namespace

std::shared_ptr<const ListingAdapter> sinkListing() {
    return std::make_shared<TypedListing<PipelineRow>>(sinks());
}

Result<InspectedSinkRow> readSinkRow(Store& store, const QByteArray& id, const CancelToken& token) {
    ListQuery query;
    query.filter = equals(pipelineSchema(PipelineTable::Sinks), "id", id);
    query.limit = 1;
    auto page = rowsOf<PipelineTable::Sinks>(store).page(query, token);
    PORTOLAN_TRY(page);
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, QCoreApplication::translate("Errors", "The row is no longer there.")};
    return InspectedSinkRow{std::move(page->rows.front())};
}

Inspection inspect(const InspectedSinkRow& inspected) {
    const auto cell = [&](const char* column) { return pipelineCell(PipelineTable::Sinks, inspected.row, column); };
    const auto textIn = [&](const char* column) {
        const Value value = cell(column);
        const auto* const text = std::get_if<QByteArray>(&value);
        return text ? *text : QByteArray();
    };
    Inspection inspection;
    inspection.title = visibleText(textIn("sink_name"), 60);
    const auto addTime = [&](const char* name, const char* column) {
        const Value value = cell(column);
        if (const auto* const time = std::get_if<Timestamp>(&value))
            inspection.facts.push_back({inspectionText(name), *time});
    };
    const QByteArray data = textIn("data");
    const QString file = QStringLiteral("sink-%1").arg(QString::fromUtf8(textIn("id")));
    if (const QByteArray type = textIn("data_type"); !type.isEmpty())
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Type")), visibleText(type)});
    addTime(QT_TRANSLATE_NOOP("Inspection", "Stored"), "created_at");
    addTime(QT_TRANSLATE_NOOP("Inspection", "Updated"), "updated_at");
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Size (B)")), data.size()});
    inspection.documents.push_back(
        readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Data")), data, file + QStringLiteral(".json")));
    if (const QByteArray metadata = textIn("metadata"); !metadata.isEmpty())
        inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Metadata")),
                                                    metadata, file + QStringLiteral("-metadata.json")));
    return inspection;
}

} // namespace portolan
