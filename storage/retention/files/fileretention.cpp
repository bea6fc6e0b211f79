#include "storage/retention/files/fileretention.h"

#include "storage/backups/backupcatalogue.h"
#include "storage/json/jsontext.h"
#include "storage/listing/memorylisting.h"
#include "storage/retention/backuprule.h"
#include "storage/retention/files/fileretentionrun.h"

#include <QDir>
#include <algorithm>

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

constexpr char filesRule[] = "batch-files";
constexpr char backupsRule[] = "backups";

/// The rules as they are offered, by name; off.
std::vector<RetentionRule> offeredRules() {
    const auto offered = offeredRetentionRules();
    const auto backups =
        std::ranges::find_if(offered, [](const RetentionRule& rule) { return rule.name == backupsRule; });
    return {*backups, {.name = filesRule, .table = "batches", .timeColumn = "date_modified", .keep = days(90)}};
}

bool isAboutBackups(const RetentionRule& rule) {
    return rule.name == backupsRule;
}

/// The part of the member that keeps a rule: the first one there was has no name of its own.
QJsonObject partIn(const QJsonObject& member, const RetentionRule& rule) {
    return isAboutBackups(rule) ? member.value(QLatin1String(backupsRule)).toObject() : member;
}

/// Changes that part.
template <class Change>
void changePart(QJsonObject& member, const RetentionRule& rule, Change change) {
    QJsonObject part = partIn(member, rule);
    change(part);
    if (isAboutBackups(rule))
        member.insert(QLatin1String(backupsRule), part);
    else
        member = part;
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

/// The rule as it is kept, with an offered one's place.
RetentionRule ruleIn(const QJsonObject& member, RetentionRule rule, qint64 id) {
    if (!timeIn(member, "updated_at"))
        return rule; // nobody has set it
    rule.id = id;
    rule.filter = member.value(QLatin1String("condition")).toString(QString::fromUtf8(rule.filter)).toUtf8();
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

std::vector<RetentionRule> rulesIn(const QJsonObject& member) {
    std::vector<RetentionRule> rules = offeredRules();
    for (RetentionRule& rule : rules)
        rule = ruleIn(partIn(member, rule), rule, isAboutBackups(rule) ? 2 : 1);
    return rules;
}

const RetentionRule* ruleNamed(std::span<const RetentionRule> rules, const QByteArray& name) {
    const auto found = std::ranges::find(rules, name, &RetentionRule::name);
    return found == rules.end() ? nullptr : &*found;
}

void putRule(QJsonObject& member, const RetentionRule& rule) {
    if (!rule.filter.isEmpty())
        member.insert(QLatin1String("condition"), QString::fromUtf8(rule.filter));
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

Result<std::vector<RetentionRule>> FileRetention::allRules() const {
    const auto member = m_folder.read(retentionSubject());
    PORTOLAN_TRY(member);
    return rulesIn(*member);
}

Result<Page<RetentionRule>> FileRetention::page(const ListQuery& query, const CancelToken&) {
    const auto all = allRules();
    PORTOLAN_TRY(all);
    return pageOfRows(*all, ruleOrder(), query);
}

Result<PageIndex> FileRetention::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    const auto all = allRules();
    PORTOLAN_TRY(all);
    return pageIndexOfRows(*all, ruleOrder(), query, pages);
}

/// An age and a count are said together, or one of them alone holds.
Result<RetentionRule> FileRetention::changed(RetentionRule rule, const RetentionChange& change) const {
    if (isAboutBackups(rule))
        return changedRetentionRule(rule, change);
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
            const auto rules = rulesIn(member);
            const RetentionRule* const there = ruleNamed(rules, change.name);
            if (!there)
                return Error{ErrorCode::Usage,
                             QStringLiteral("A folder of batch files has the rules \"%1\" and \"%2\" alone.")
                                 .arg(QLatin1String(backupsRule), QLatin1String(filesRule))};
            Result<RetentionRule> rule = changed(*there, change);
            PORTOLAN_TRY(rule);
            made = std::move(*rule);
            changePart(member, made, [&](QJsonObject& part) { putRule(part, made); });
            told.push_back(auditEntry("set", "retention", made.name, reason, actor));
            told.back().before = retentionImage(*there);
            told.back().after = retentionImage(made);
            return {};
        });
    return done ? Result<RetentionRule>(made) : Result<RetentionRule>(done.error());
}

Result<void> FileRetention::switchOff(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                                      const CancelToken&) {
    return m_folder.change(retentionSubject(), [&](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
        const auto rules = rulesIn(member);
        const RetentionRule* const there = ruleNamed(rules, name);
        if (!there)
            return noRetentionRule(name, rules);
        RetentionRule rule = *there;
        told.push_back(auditEntry("off", "retention", name, reason, actor));
        told.back().before = retentionImage(rule);
        rule.enabled = false;
        told.back().after = retentionImage(rule);
        changePart(member, rule, [&](QJsonObject& part) { putRule(part, rule); });
        return {};
    });
}

/// Writes into the rule and the audit what a run did; of backups with their files.
Result<void> FileRetention::note(const RetentionRule& rule, const RetentionOutcome& outcome, const RetainOrder& order,
                                 const std::vector<BackupEntry>& removed) const {
    return m_folder.change(retentionSubject(), [&](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
        const QByteArray result = retentionStateName(outcome.state);
        changePart(member, rule, [&](QJsonObject& part) {
            putTime(part, "last_run_at", currentTime());
            putNumber(part, "last_rows", outcome.rows);
            part.insert(QLatin1String("last_result"), QString::fromLatin1(result));
        });
        told.push_back(
            auditEntry("retain", "retention", outcome.rule, order.reason.value_or(QByteArray()), order.actor));
        QByteArray after = "{\"table\":";
        appendJsonString(after, outcome.table);
        told.back().after = after + ",\"rows\":" + QByteArray::number(outcome.rows)
                            + ",\"bytes\":" + QByteArray::number(outcome.bytes)
                            + (isAboutBackups(rule) ? ",\"files\":" + fileNamesOf(removed) : QByteArray())
                            + ",\"result\":\"" + result + "\"}";
        return {};
    });
}

/// Writes into the audit which backups are about to go: a run that is killed does not write what it did.
Result<void> FileRetention::announce(const RetentionRule& rule, const std::vector<BackupEntry>& leaving,
                                     const RetainOrder& order) const {
    return m_folder.change(retentionSubject(), [&](QJsonObject&, OperationsFolder::Told& told) -> Result<void> {
        told.push_back(auditEntry("retain", "retention", rule.name, order.reason.value_or(QByteArray()), order.actor));
        QByteArray after = "{\"table\":";
        appendJsonString(after, rule.table);
        told.back().after = after + ",\"files\":" + fileNamesOf(leaving) + ",\"result\":\"begun\"}";
        return {};
    });
}

/// Removes what the rule about backups lets go of, the oldest first; adds what it removed to `removed`.
Result<void> FileRetention::removeBackups(const RetentionRule& rule, const RetainOrder& order, const Progress& progress,
                                          RetentionOutcome& outcome, std::vector<BackupEntry>& removed,
                                          const CancelToken& token) const {
    const auto sorted = sortByRule(m_url, rule, order.now, outcome);
    PORTOLAN_TRY(sorted);
    const auto folder = backupFolderOf(m_url);
    PORTOLAN_TRY(folder);
    if (token.stop_requested())
        return cancelled();
    if (!sorted->leaving.empty()) {
        PORTOLAN_TRY(announce(rule, sorted->leaving, order));
    }
    for (const BackupEntry& backup : sorted->leaving) {
        if (token.stop_requested())
            return cancelled();
        const Result<bool> isGone = removeBackup(*folder, backup);
        PORTOLAN_TRY(isGone);
        if (!*isGone) // another run was quicker
            continue;
        removed.push_back(backup);
        ++outcome.rows;
        outcome.bytes += backup.bytes;
        progress(rule.name, outcome.rows, std::ssize(sorted->leaving));
    }
    return {};
}

RetentionOutcome FileRetention::runBackups(const RetentionRule& rule, const RetainOrder& order,
                                           const Progress& progress, std::vector<BackupEntry>& removed,
                                           const CancelToken& token) const {
    using State = RetentionOutcome::State;
    RetentionOutcome outcome{.rule = rule.name, .table = rule.table};
    if (order.isDryRun)
        outcome.state = rule.enabled ? State::Counted : State::Off;
    const Result<void> done = order.isDryRun ? countByRule(m_url, rule, order.now, outcome)
                                             : removeBackups(rule, order, progress, outcome, removed, token);
    if (!done) {
        const bool isCancelled = done.error().code == ErrorCode::Cancelled;
        outcome.state = isCancelled ? State::Cancelled : State::Failed;
        outcome.problem = isCancelled ? QString() : retentionFailure(rule, done.error());
    }
    return outcome;
}

Result<void> FileRetention::run(const RetainOrder& order, const Progress& progress, const Told& told,
                                const CancelToken& token) {
    auto rules = allRules();
    PORTOLAN_TRY(rules);
    for (RetentionRule& rule : *rules) {
        if (!order.isDryRun || !order.changed || rule.name != order.changed->name)
            continue;
        auto wished = changed(rule, *order.changed);
        PORTOLAN_TRY(wished);
        rule = std::move(*wished);
    }
    if (order.rule) {
        const RetentionRule* const named = ruleNamed(*rules, *order.rule);
        if (!named)
            return noRetentionRule(*order.rule, *rules);
        if (!named->enabled && !order.isDryRun)
            return retentionRuleIsOff(named->name);
    }
    for (const RetentionRule& rule : *rules) {
        if (order.rule ? rule.name != *order.rule : !rule.enabled)
            continue;
        if (!order.isDryRun && m_access == Access::Read)
            return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(m_url.display())};
        std::vector<BackupEntry> removed;
        RetentionOutcome outcome;
        if (isAboutBackups(rule)) {
            outcome = runBackups(rule, order, progress, removed, token);
        } else {
            FileRetentionRun run(m_url, m_places, m_batches, rule, order);
            outcome = order.isDryRun ? run.count(token) : run.carryOut(progress, token);
        }
        if (!order.isDryRun) {
            PORTOLAN_TRY(note(rule, outcome, order, removed));
        }
        PORTOLAN_TRY(told(outcome));
        if (outcome.state == RetentionOutcome::State::Cancelled)
            return cancelled();
    }
    return {};
}

} // namespace portolan
