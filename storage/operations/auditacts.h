#pragma once

#include "storage/operations/audit.h"

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Entries of the audit that are alike, added up: by the same actor, of the same action, kind of subject and run. One
/// that belongs to no run is by itself, unless a program wrote it.
struct AuditPart {
    qint64 first = 0; ///< ids of the oldest and of the newest entry
    qint64 last = 0;
    Timestamp begin; ///< when they were written
    Timestamp end;
    qint64 entries = 0;
    QByteArray actor;
    QByteArray action;
    QByteArray subjectKind;
    std::optional<QByteArray> subjectId; ///< nothing: they have several, or none
    std::optional<QByteArray> reason;    ///< the same
    std::optional<QByteArray> runId;
};

/// A stretch of the audit, added up.
struct AuditParts {
    std::vector<AuditPart> parts;
    qint64 first = 0;   ///< the oldest id of the stretch, whether the filter takes it or not; 0: it is empty
    qint64 newest = 0;  ///< the newest one
    qint64 entries = 0; ///< in the stretch
    bool last = false;  ///< the audit has no older ones
};

/// Returns true when programs write such entries, one for each message that they work on or command that they run.
[[nodiscard]] bool isOfProgram(QByteArrayView subjectKind, QByteArrayView action);

/// An action that programs write.
struct ProgramAction {
    const char* subjectKind;
    const char* action;
};
[[nodiscard]] std::span<const ProgramAction> programActions();

/// An act of a person with all its entries, or a run of a program: what it wrote without a pause.
struct AuditAct {
    AuditPart whole;                           ///< of all its entries; action and subject are those of what was done
    qint64 entry = 0;                          ///< one that tells what was done, by which it is undone
    qint64 key = 0;                            ///< tells it apart, the same however many entries come to it
    bool isOfProgram = false;                  ///< it is a run
    std::map<QByteArray, qint64> actions = {}; ///< how many entries there are of each
};

/// The audit as acts and runs, put together of stretches that follow one another in either direction. A value.
class AuditActs {
public:
    void addOlder(const AuditParts& stretch) { add(stretch, false); }
    void addNewer(const AuditParts& stretch) { add(stretch, true); }
    [[nodiscard]] const std::vector<AuditAct>& acts() const { return m_acts; } ///< in no order
    [[nodiscard]] qint64 entries() const { return m_entries; }                 ///< in them

    static constexpr std::chrono::minutes pause{10}; ///< after which a program's entries are another run's

private:
    void add(const AuditParts& stretch, bool isNewer);
    [[nodiscard]] AuditAct* actOf(const QByteArray& key, const AuditPart& part);

    std::vector<AuditAct> m_acts;
    std::map<QByteArray, std::vector<std::size_t>> m_places; ///< by what their entries have in common
    qint64 m_entries = 0;
};

} // namespace portolan
