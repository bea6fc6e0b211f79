#include "models/operations/jobmodels.h"

#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/operations/operations.h"
#include "storage/store.h"

namespace portolan {

namespace {

RowSource<Job>& jobsOf(Store& store) {
    Operations* const operations = store.operations();
    return operations ? operations->jobs().rows() : noRows<Job>();
}

Listing<Job> jobs() {
    return {.source = jobsOf,
            .columns = jobColumns,
            .schema = jobSchema,
            .shown = {{"created_at", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 23},
                      {"kind", QT_TRANSLATE_NOOP("Columns", "Kind"), ColumnKind::Data, 9},
                      {"state", QT_TRANSLATE_NOOP("Columns", "State"), ColumnKind::State, 13},
                      {"done", QT_TRANSLATE_NOOP("Columns", "Done"), ColumnKind::Number, 8},
                      {"total", QT_TRANSLATE_NOOP("Columns", "Of"), ColumnKind::Number, 8},
                      {"heartbeat_at", QT_TRANSLATE_NOOP("Columns", "Last sign"), ColumnKind::Age, 9},
                      {"actor", QT_TRANSLATE_NOOP("Columns", "By"), ColumnKind::Data, 12},
                      {"error_message", QT_TRANSLATE_NOOP("Columns", "Error"), ColumnKind::Data, -16},
                      {"finished_at", QT_TRANSLATE_NOOP("Columns", "Ended"), ColumnKind::Time, 23}},
            .identity = [](const Job& job) { return job.id; },
            .trim =
                [](Job& job) { // the Inspector reads them whole
                    job.parameters.reset();
                    job.result.reset();
                },
            .rowsChange = true};
}

} // namespace

std::shared_ptr<const ListingAdapter> jobListing() {
    return std::make_shared<TypedListing<Job>>(jobs());
}

Result<Job> readWholeJob(Store& store, const QByteArray& id, const CancelToken& token) {
    ListQuery query;
    query.filter = equals(jobSchema(), "id", id);
    query.sort.column = "id";
    query.limit = 1;
    auto page = jobsOf(store).page(query, token);
    PORTOLAN_TRY(page);
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, QCoreApplication::translate("Errors", "The row is no longer there.")};
    return std::move(page->rows.front());
}

Inspection inspect(const Job& job) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Job: %1")).arg(visibleText(job.kind, 60));
    inspection.facts = {{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Id")), visibleText(job.id)},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "State")), statusText(job.state)},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Done")), job.done}};
    const auto addTime = [&](const char* name, const std::optional<Timestamp>& time) {
        if (time)
            inspection.facts.push_back({inspectionText(name), *time});
    };
    if (job.total)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Of")), *job.total});
    if (job.actor)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "By")), visibleText(*job.actor)});
    addTime(QT_TRANSLATE_NOOP("Inspection", "Created"), job.createdAt);
    addTime(QT_TRANSLATE_NOOP("Inspection", "Started"), job.startedAt);
    addTime(QT_TRANSLATE_NOOP("Inspection", "Last sign"), job.heartbeatAt);
    addTime(QT_TRANSLATE_NOOP("Inspection", "Ended"), job.finishedAt);
    if (job.errorMessage)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Error")), visibleText(*job.errorMessage)});
    const QString file = QStringLiteral("job-%1").arg(QString::fromUtf8(job.id));
    if (job.result)
        inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Result")),
                                                    *job.result, file + QStringLiteral("-result.json")));
    inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Asked for")),
                                                job.parameters.value_or("{}"), file + QStringLiteral(".json")));
    return inspection;
}

} // namespace portolan
