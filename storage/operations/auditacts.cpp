#include "storage/operations/auditacts.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr ProgramAction byPrograms[] = {
    {"port_message", "complete"}, {"port_message", "dead_letter"},
    {"port_message", "fail"},     {"port_message", "retry"},
    {"port_message", "take"},     {"schedule", "lost"},
    {"schedule", "ran"},          {"schedule", "run"},
};

/// Returns true when an entry only notes the state of what others did.
bool notesState(const AuditPart& part) {
    return part.subjectKind == "job" || part.subjectKind == "replay_run";
}

/// A run is put back, recalled and undone in acts of their own.
QByteArray deedOf(const AuditPart& part) {
    if (part.action == "recall" || part.action == "replay_recalled")
        return "recall";
    return part.action == "undo" || part.action == "restore_discarded" ? part.action : QByteArray();
}

/// Returns what the entries of one act have in common; empty: the part is an act by itself.
QByteArray keyOf(const AuditPart& part, bool isProgram) {
    if (isProgram)
        return 'p' + part.actor + '\0' + part.subjectKind;
    const std::optional<QByteArray> run = part.runId                  ? part.runId
                                          : part.subjectKind == "job" ? part.subjectId
                                                                      : std::nullopt;
    return run ? 'r' + *run + '\0' + deedOf(part) : QByteArray();
}

void keepIfSame(std::optional<QByteArray>& kept, const std::optional<QByteArray>& other) {
    if (kept != other)
        kept.reset();
}

void take(AuditAct& act, const AuditPart& part) {
    AuditPart& whole = act.whole;
    if (notesState(whole) && !notesState(part)) { // it tells what was done
        whole.action = part.action;
        whole.subjectKind = part.subjectKind;
        whole.subjectId = part.subjectId;
        act.entry = part.last;
    } else if (notesState(whole) == notesState(part)) {
        keepIfSame(whole.subjectId, part.subjectId);
    }
    if (!whole.reason)
        whole.reason = part.reason;
    if (!whole.runId)
        whole.runId = part.runId;
    whole.first = std::min(whole.first, part.first);
    whole.last = std::max(whole.last, part.last);
    whole.begin = std::min(whole.begin, part.begin);
    whole.end = std::max(whole.end, part.end);
    whole.entries += part.entries;
    act.actions[part.action] += part.entries;
}

} // namespace

std::span<const ProgramAction> programActions() {
    return byPrograms;
}

bool isOfProgram(QByteArrayView subjectKind, QByteArrayView action) {
    return std::ranges::any_of(byPrograms, [&](const ProgramAction& each) {
        return subjectKind == each.subjectKind && action == each.action;
    });
}

AuditAct* AuditActs::actOf(const QByteArray& key, const AuditPart& part) {
    const auto found = m_places.find(key);
    if (found == m_places.end())
        return nullptr;
    for (const std::size_t place : found->second) {
        AuditAct& act = m_acts[place];
        const bool isNear = part.begin <= act.whole.end + pause && act.whole.begin <= part.end + pause;
        if (!act.isOfProgram || isNear)
            return &act;
    }
    return nullptr;
}

void AuditActs::add(const AuditParts& stretch, bool isNewer) {
    std::vector<const AuditPart*> inTurn; // from what is known to what is not
    for (const AuditPart& part : stretch.parts)
        inTurn.push_back(&part);
    std::ranges::sort(inTurn, [&](const AuditPart* a, const AuditPart* b) {
        return isNewer ? a->first < b->first : a->last > b->last;
    });
    for (const AuditPart* const part : inTurn) {
        m_entries += part->entries;
        const bool isProgram = !part->runId && isOfProgram(part->subjectKind, part->action);
        const QByteArray key = keyOf(*part, isProgram);
        if (AuditAct* const act = key.isEmpty() ? nullptr : actOf(key, *part)) {
            take(*act, *part);
            continue;
        }
        if (!key.isEmpty())
            m_places[key].push_back(m_acts.size());
        m_acts.push_back(
            {*part, part->last, isNewer ? part->first : part->last, isProgram, {{part->action, part->entries}}});
    }
}

} // namespace portolan
