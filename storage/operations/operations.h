#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

class Jobs;
class MessageArchive;
class Store;
struct StoreUrl;

/// A port message that ids were looked up for.
struct FoundMessage {
    QByteArray id; ///< as the store has it
    bool isDeadLetter = false;
};

/// The acts of operators on a store beside replaying, and its settings. Used on the store's thread.
class Operations {
public:
    Operations() = default;
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;
    virtual ~Operations() = default;

    virtual MessageArchive& archive() = 0;
    virtual Jobs& jobs() = 0;

    /// The name under which the store is marked as production; nothing where it is not.
    [[nodiscard]] virtual Result<std::optional<QString>> productionName() = 0;
    /// Marks the store, or takes the mark off; in the audit. Error Usage: no reason, or a name of blanks. Unsupported:
    /// the database has no place for it, in words.
    [[nodiscard]] virtual Result<void> markProduction(const std::optional<QString>& name, const QByteArray& reason,
                                                      const QByteArray& actor) = 0;

    /// Writes into the audit that the store, which is marked, was entered by a command for this reason. Nothing where
    /// the database has no audit.
    [[nodiscard]] virtual Result<void> recordConfirmation(const QByteArray& command, const QByteArray& reason,
                                                          const QByteArray& actor) = 0;

    /// True when the sample pipeline (`demo`) was received into the store, as noteSample() remembers it. Nothing is
    /// remembered where the database has no place for it.
    [[nodiscard]] virtual Result<bool> hasSample() = 0;
    [[nodiscard]] virtual Result<void> noteSample() = 0;

    /// Looks port messages up by ids as they were written down: a UUID is found in capitals, in braces and without
    /// hyphens, too. One answer an id, in their order; nothing: there is no such message.
    [[nodiscard]] virtual Result<std::vector<std::optional<FoundMessage>>> findMessages(std::span<const QByteArray> ids,
                                                                                        const CancelToken& token) = 0;

    /// After how long without a report a component counts as silent; nothing: as is usual for it (silentAfter() in
    /// componenthealth.h). In the audit. Errors: as markProduction(), and Usage for less than a second.
    [[nodiscard]] virtual Result<void> setSilentAfter(const QByteArray& component,
                                                      std::optional<std::chrono::seconds> silentAfter,
                                                      const QByteArray& reason, const QByteArray& actor) = 0;
};

/// The name that is to be typed before the store is changed; nothing where it is not marked as production.
[[nodiscard]] Result<std::optional<QString>> productionName(Store& store);

/// The same for a store that was opened as an environment of a configuration file: the one called `production` is
/// marked with its database's name, whatever the database says.
[[nodiscard]] Result<std::optional<QString>> productionName(Store& store, const QString& environment);

/// The name of its database, file or folder, without an extension.
[[nodiscard]] QString ownName(const StoreUrl& url);

} // namespace portolan
