#pragma once

#include "storage/operations/audit.h"
#include "storage/ports/ports.h"

#include <QString>
#include <utility>

namespace portolan {

/// A port message and what the audit says of it (the numbers of its lines do not count), on its way from one store
/// into another.
struct AuditedMessage {
    PortMessage message;
    std::vector<AuditEntry> audit; ///< as they were written
};

/// Returns true when two rows say the same: documents by meaning (PostgreSQL keeps no more of them), every other field
/// but statusChangedAt exactly.
[[nodiscard]] bool saysTheSame(const PortMessage& a, const PortMessage& b);

/// For the audit of the store that takes them.
struct IntakeOrder {
    QByteArray from; ///< what they come from: a bundle's identity
    QByteArray reason;
    QByteArray actor;
};

struct IntakeOutcome {
    qint64 taken = 0;
    qint64 present = 0; ///< were there already, the same
    qint64 audit = 0;   ///< lines of the audit that came with those that were taken
    /// The id, and why it was not taken.
    std::vector<std::pair<QByteArray, QString>> refused;

    void add(IntakeOutcome other);
};

/// Takes port messages as they are, whatever their state, with their ids and times, and their audit with them. On the
/// store's thread.
class PortIntake {
public:
    PortIntake() = default;
    PortIntake(const PortIntake&) = delete;
    PortIntake& operator=(const PortIntake&) = delete;
    virtual ~PortIntake() = default;

    /// Takes them in one transaction, with a line of its own in the audit (`import_bundle` of the subject `bundle`);
    /// where a rule of the database refuses one of them, in several, so that the others are taken. A second call takes
    /// nothing twice. Refused, each for itself: an id that another message has here, and what the table cannot hold.
    /// Errors besides the connection's: ReadOnly, Unsupported (no port messages or no audit here, in words).
    [[nodiscard]] virtual Result<IntakeOutcome> take(std::span<const AuditedMessage> messages, const IntakeOrder& order,
                                                     const CancelToken& token) = 0;
};

} // namespace portolan
