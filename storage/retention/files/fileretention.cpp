#include "storage/retention/files/fileretention.h"

#include "storage/json/jsontext.h"
#include "storage/listing/memorylisting.h"
#include "storage/retention/files/fileretentionrun.h"

#include <QDir>

namespace portolan {

namespace {

using namespace std::chrono;

QString retentionSubject() {
    return QStringLiteral("retention");
}

RowOrder<RetentionRule> ruleOrder() {
    constexpr int name = 1;
    return {retentionRuleColumns(), &retentionRuleSchema(), name, name};
}

/// The rule as it is offered; off.
RetentionRule offeredRule() {
    return {.name = "batch-files", .table = "batches", .timeColumn = "date_modified", .keep = days(90)};
}

void putNumber(QJsonObject& member, const char* name, std::optional<qint64> number) {
    member.insert(QLatin1String(name), number ? QJsonValue(*number) : QJsonValue());
}

std::optional<qint64> numberIn(const QJsonObject& member, const char* name) {
    const QJsonValue value = member.value(QLatin1String(name));
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

void putTime(QJsonObject& member, const char* name, Timestamp time) {
    member.insert(QLatin1String(name), QString::fromLatin1(toExactIsoTime(time)));
}

std::optional<Timestamp> timeIn(const QJsonObject& member, const char* name) {
    return parseIsoTime(member.value(QLatin1String(name)).toString().toLatin1());
}

RetentionRule ruleIn(const QJsonObject& member) {
    RetentionRule rule = offeredRule();
    if (!timeIn(member, "updated_at"))
        return rule; // nobody has set it
    rule.id = 1;
    const auto keep = numberIn(member, "keep_seconds");
    rule.keep = keep ? std::optional(seconds(*keep)) : std::nullopt;
    rule.keepCount = numberIn(member, "keep_count");
    rule.archive = member.value(QLatin1String("archive")).toString().toUtf8();
    rule.enabled = member.value(QLatin1String("enabled")).toBool();
    rule.updatedAt = timeIn(member, "updated_at");
    rule.lastRunAt = timeIn(member, "last_run_at");
    rule.lastRows = numberIn(member, "last_rows");
    if (const QJsonValue result = member.value(QLatin1String("last_result")); result.isString())
        rule.lastResult = result.toString().toUtf8();
    return rule;
}

void putRule(QJsonObject& member, const RetentionRule& rule) {
    putNumber(member, "keep_seconds", rule.keep ? std::optional(qint64(rule.keep->count())) : std::nullopt);
    putNumber(member, "keep_count", rule.keepCount);
    member.insert(QLatin1String("archive"), QString::fromUtf8(rule.archive));
    member.insert(QLatin1String("enabled"), rule.enabled);
    putTime(member, "updated_at", currentTime());
}

Error wrongFileRule(const QString& what) {
    return {ErrorCode::Usage, QStringLiteral("The rule \"batch-files\" %1").arg(what)};
}

bool isWithin(const QString& folder, const QString& outer) {
    const QString clean = QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
    const QString around = QDir::cleanPath(QFileInfo(outer).absoluteFilePath());
    return clean == around || clean.startsWith(around + u'/');
}

} // namespace

Result<RetentionRule> FileRetention::rule() const {
    const auto member = m_folder.read(retentionSubject());
    PORTOLAN_TRY(member);
    return ruleIn(*member);
}

Result<Page<RetentionRule>> FileRetention::page(const ListQuery& query, const CancelToken&) {
    const auto only = rule();
    PORTOLAN_TRY(only);
    return pageOfRows(std::vector{*only}, ruleOrder(), query);
}

Result<PageIndex> FileRetention::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    const auto only = rule();
    PORTOLAN_TRY(only);
    return pageIndexOfRows(std::vector{*only}, ruleOrder(), query, pages);
}

/// An age and a count are said together, or one of them alone holds.
Result<RetentionRule> FileRetention::changed(RetentionRule rule, const RetentionChange& change) const {
    if (change.name != rule.name)
        return Error{
            ErrorCode::Usage,
            QStringLiteral("A folder of batch files has the rule \"%1\" alone.").arg(QString::fromUtf8(rule.name))};
    if (change.table || change.timeColumn || change.filter)
        return wrongFileRule(QStringLiteral("takes --keep, --count and --archive: it is about whole files by their "
                                            "time."));
    if (change.keep || change.keepCount) {
        rule.keep = change.keep;
        rule.keepCount = change.keepCount;
    }
    if (rule.keep && *rule.keep < seconds(0))
        return wrongFileRule(QStringLiteral("cannot keep files for less than no time."));
    if (rule.keepCount && *rule.keepCount < 1)
        return wrongFileRule(QStringLiteral("keeps at least one file: --count 1."));
    rule.archive = change.archive.value_or(rule.archive);
    const QString archive = QString::fromUtf8(rule.archive);
    if (!archive.isEmpty() && (isWithin(archive, m_places.messages) || isWithin(archive, m_places.own)))
        return wrongFileRule(QStringLiteral("cannot pack into %1, which is the store's own.").arg(archive));
    if (!archive.isEmpty())
        rule.archive = QDir::cleanPath(QFileInfo(archive).absoluteFilePath()).toUtf8();
    rule.enabled = true;
    return rule;
}

Result<RetentionRule> FileRetention::set(const RetentionChange& change, const QByteArray& reason,
                                         const QByteArray& actor, const CancelToken&) {
    RetentionRule made;
    const auto done =
        m_folder.change(retentionSubject(), [&](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
            const RetentionRule there = ruleIn(member);
            Result<RetentionRule> rule = changed(there, change);
            PORTOLAN_TRY(rule);
            made = std::move(*rule);
            putRule(member, made);
            told.push_back(auditEntry("set", "retention", made.name, reason, actor));
            told.back().before = retentionImage(there);
            told.back().after = retentionImage(made);
            return {};
        });
    return done ? Result<RetentionRule>(made) : Result<RetentionRule>(done.error());
}

Result<void> FileRetention::switchOff(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                                      const CancelToken&) {
    return m_folder.change(retentionSubject(), [&](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
        RetentionRule rule = ruleIn(member);
        if (name != rule.name)
            return noRetentionRule(name, std::span(&rule, 1));
        told.push_back(auditEntry("off", "retention", name, reason, actor));
        told.back().before = retentionImage(rule);
        rule.enabled = false;
        told.back().after = retentionImage(rule);
        putRule(member, rule);
        return {};
    });
}

/// Writes into the rule and the audit what a run did.
Result<void> FileRetention::note(const RetentionOutcome& outcome, const RetainOrder& order) const {
    return m_folder.change(retentionSubject(), [&](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
        const QByteArray result = retentionStateName(outcome.state);
        putTime(member, "last_run_at", currentTime());
        putNumber(member, "last_rows", outcome.rows);
        member.insert(QLatin1String("last_result"), QString::fromLatin1(result));
        told.push_back(
            auditEntry("retain", "retention", outcome.rule, order.reason.value_or(QByteArray()), order.actor));
        QByteArray after = "{\"table\":";
        appendJsonString(after, outcome.table);
        told.back().after = after + ",\"rows\":" + QByteArray::number(outcome.rows)
                            + ",\"bytes\":" + QByteArray::number(outcome.bytes) + ",\"result\":\"" + result + "\"}";
        return {};
    });
}

Result<void> FileRetention::run(const RetainOrder& order, const Progress& progress, const Told& told,
                                const CancelToken& token) {
    const Result<RetentionRule> rule = this->rule();
    PORTOLAN_TRY(rule);
    if (order.rule && *order.rule != rule->name)
        return noRetentionRule(*order.rule, std::span(&*rule, 1));
    if (!rule->enabled && !order.rule)
        return {};
    if (!rule->enabled && !order.isDryRun)
        return retentionRuleIsOff(rule->name);
    if (!order.isDryRun && m_access == Access::Read)
        return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(m_url.display())};
    FileRetentionRun run(m_url, m_places, m_batches, *rule, order);
    const RetentionOutcome outcome = order.isDryRun ? run.count(token) : run.carryOut(progress, token);
    if (!order.isDryRun) {
        PORTOLAN_TRY(note(outcome, order));
    }
    PORTOLAN_TRY(told(outcome));
    return outcome.state == RetentionOutcome::State::Cancelled ? Result<void>(cancelled()) : Result<void>();
}

} // namespace portolan
