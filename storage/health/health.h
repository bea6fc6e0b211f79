#pragma once

#include "storage/base/cancel.h"
#include "storage/health/phrase.h"
#include "storage/listing/listing.h"

#include <QByteArray>
#include <span>
#include <vector>

namespace portolan {

/// The urgency of something to be mended. Note: good to know, and may be meant so.
enum class Urgency { Now, Soon, Note };

/// "now", "soon", "note".
[[nodiscard]] const char* urgencyName(Urgency urgency);

/// Something about a store, its database or its disk that an operator would mend.
struct HealthFinding {
    Urgency urgency = Urgency::Note;
    QByteArray name;          ///< of its kind: "blocked-sessions"
    Phrase subject;           ///< what it is about: a session, a table, a disk
    Phrase detail;            ///< what was found
    Phrase remedy;            ///< what to do; a command where there is one
    QByteArray id = {};       ///< unlike all others of one look, in their order
    bool isUnchecked = false; ///< it could not be looked at, so that nobody knows
};

/// Makes the note that something was not looked at, and why.
[[nodiscard]] HealthFinding notLookedAt(const QByteArray& name, const Phrase& subject, const Error& error);

/// id, urgency, name, subject, detail, remedy.
std::span<const Column<HealthFinding>> healthFindingColumns();
const ColumnSet& healthFindingSchema();

/// Looks at what a kind of store has around its data: the server's sessions, its archive and replication, the database
/// file. Reads only, in a second or so. Used on the store's thread.
class StoreHealth {
public:
    StoreHealth() = default;
    StoreHealth(const StoreHealth&) = delete;
    StoreHealth& operator=(const StoreHealth&) = delete;
    virtual ~StoreHealth() = default;

    /// Looks; a note says why something could not be looked at. Error Cancelled.
    [[nodiscard]] virtual Result<std::vector<HealthFinding>> look(const CancelToken& token) = 0;
};

} // namespace portolan
