#include "storage/operations/verification.h"

#include "storage/json/jsontext.h"
#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "storage/store.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace portolan {

namespace {

constexpr char verifyKind[] = "verify";

Error noJobs(const Store& store) {
    return {ErrorCode::Unsupported,
            store.unavailableReason(Feature::Operations)
                .value_or(QStringLiteral("%1 has no place for results; databases have.").arg(store.url().display()))};
}

QByteArray resultText(const Verification& verification) {
    QByteArray json = "{\"not_made\":" + QByteArray::number(verification.notMade) + ",\"found\":[";
    bool isFirst = true;
    for (const Verification::Finding& finding : verification.findings) {
        json += std::exchange(isFirst, false) ? "{\"name\":" : ",{\"name\":";
        appendJsonString(json, finding.check);
        json += ",\"count\":" + QByteArray::number(finding.count) + ",\"detail\":";
        appendJsonString(json, finding.detail);
        json += '}';
    }
    return json + "]}";
}

Verification fromJob(const Job& job) {
    Verification verification;
    verification.endedAt = job.finishedAt.value_or(job.createdAt);
    verification.startedAt = job.startedAt.value_or(verification.endedAt);
    verification.actor = job.actor.value_or(QByteArray());
    verification.checks = job.done;
    const QJsonObject result = QJsonDocument::fromJson(job.result.value_or(QByteArray())).object();
    verification.notMade = result[QLatin1String("not_made")].toInteger();
    for (const auto each : result[QLatin1String("found")].toArray())
        verification.findings.push_back({each[QLatin1String("name")].toString().toUtf8(),
                                         each[QLatin1String("count")].toInteger(),
                                         each[QLatin1String("detail")].toString().toUtf8()});
    return verification;
}

} // namespace

Result<void> recordVerification(Store& store, const Verification& verification) {
    Operations* const operations = store.operations();
    if (!operations)
        return noJobs(store);
    Job job;
    job.kind = verifyKind;
    job.done = verification.checks;
    job.actor = verification.actor;
    job.startedAt = verification.startedAt;
    job.finishedAt = verification.endedAt;
    job.result = resultText(verification);
    return operations->jobs().record(job);
}

Result<std::optional<Verification>> lastVerification(Store& store, const CancelToken& token) {
    Operations* const operations = store.operations();
    if (!operations)
        return noJobs(store);
    ListQuery newest;
    newest.filter = both(equals(jobSchema(), "kind", QByteArray(verifyKind)),
                         equals(jobSchema(), "state", QByteArray("completed")));
    newest.sort = {"created_at", true};
    newest.limit = 1;
    const auto page = operations->jobs().rows().page(newest, token);
    PORTOLAN_TRY(page);
    return page->rows.empty() ? std::nullopt : std::optional(fromJob(page->rows.front()));
}

} // namespace portolan
