#pragma once

#include "storage/replay/sql/replaysql.h"

namespace portolan {

/// The statements of the outbox, as ReplaySql has those of replays. `i` are items, `o` their rows in the outbox, `m`
/// those in port_messages.
class OutboxSql : public ReplaySql {
public:
    explicit OutboxSql(ReplaySql sql) : ReplaySql(std::move(sql)) {}

    /// Puts items into the outbox. run, positions.
    [[nodiscard]] QString insert() const;
    /// Puts one item into the outbox with another document. document, run, position.
    [[nodiscard]] QString insertEdited() const;
    /// Reads position, outbox id and bytes of the payload of the queued, in order. run, run, after position, at most.
    [[nodiscard]] QString queued() const;
    /// Reads the messages to send: position, outbox id, message id, port, source, target, metadata, max_retries,
    /// payload. run, positions.
    [[nodiscard]] QString letters() const;
    /// Reads position, outbox id, the server's run and the epoch of sent items, in order. run, run, after position, at
    /// most.
    [[nodiscard]] QString sent() const;
    /// Reads the positions of those sent to this run of the server by this connection or an earlier one. run, run,
    /// after position, at most, server's run, epoch.
    [[nodiscard]] QString sentHere() const;

    /// Reads the positions of those of the items that are in a state. run, positions, state.
    [[nodiscard]] QString stillIn() const;
    /// Reads position, and the status of the row where it is as we left it, else `changed` or `deleted`. run,
    /// positions.
    [[nodiscard]] QString rows() const;

    /// Changes the outbox's rows of items. The assignments' own, run, run, positions.
    [[nodiscard]] QString set(const QString& assignments) const;
    /// Notes receipts, a JSON array of [position, entry]. receipts, run, time, server's run, run.
    [[nodiscard]] QString noteReceipts() const;
    /// Moves items to a state and leaves their detail. state, time, run, positions.
    [[nodiscard]] QString moveOnly() const;
    /// Completes the rows of items. time where completionHasTime(), run, positions.
    [[nodiscard]] QString completeRows() const;
    [[nodiscard]] bool completionHasTime() const { return m_keepsCompletion; }
    /// Makes an entry in the audit for each item, whatever became of its row. actor, action, reason, run, positions.
    [[nodiscard]] QString auditItems() const;
    /// Counts the items that are neither done nor skipped. run.
    [[nodiscard]] QString open() const;

private:
    [[nodiscard]] QString page(const char* state) const;
    [[nodiscard]] QString same() const { return sameMessage(QStringLiteral("m"), QStringLiteral("i")); }
    [[nodiscard]] QString chosen() const { return oneOf(QStringLiteral("i.position")); }
    [[nodiscard]] QString payload() const;
    [[nodiscard]] QString frozenValue(const char* column) const;
};

} // namespace portolan
