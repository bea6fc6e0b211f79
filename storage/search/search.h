#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/listing.h"

#include <QString>
#include <array>
#include <span>
#include <vector>

namespace portolan {

class Store;

/// The kinds of rows that a search of everything finds.
enum class FoundKind { Message, PortMessage, Checkpoint, Component, Sink, Reject };
inline constexpr std::array foundKinds{FoundKind::Message,   FoundKind::PortMessage, FoundKind::Checkpoint,
                                       FoundKind::Component, FoundKind::Sink,        FoundKind::Reject};
/// "message", "port-message", "checkpoint", "component", "sink", "reject"; and back.
[[nodiscard]] const char* foundKindName(FoundKind kind);
[[nodiscard]] std::optional<FoundKind> foundKindNamed(QByteArrayView name);

/// A row with the text in it, and where: of the first of its searched columns that has it.
struct Found {
    FoundKind kind = FoundKind::Message;
    QByteArray id;
    QByteArray name; ///< of the port, checkpoint, component, sink, source; of a message its number
    std::optional<qint64> version;
    std::optional<Timestamp> time;
    QByteArray column;
    QByteArray before; ///< some of what stands in front of it, control characters made blanks, with "…" where cut
    QByteArray hit;    ///< as the row spells it
    QByteArray after;

    [[nodiscard]] QByteArray snippet() const { return before + hit + after; }
};

std::span<const Column<Found>> foundColumns();

/// The rows of one kind.
struct FoundRows {
    std::vector<Found> rows; ///< newest first, in the listing's own order
    bool more = false;       ///< there are, after `next`
    Cursor next;
    std::optional<QString> missing; ///< why the store has none of this kind, in words
};

/// The filter that finds the same rows in a pane or with `list`: the text as a quoted phrase.
[[nodiscard]] QString phraseFilter(const QString& text);

/// Rows of a kind that contain the text, upper and lower case of ASCII letters alike; in JSON in what it means. The
/// same as the listing filtered by phraseFilter(), whether an index helps or every row is looked at. Documents are read
/// one after the other, however large. On the store's thread. Errors: RowSource's; Usage for an empty text.
[[nodiscard]] Result<FoundRows> searchStore(Store& store, FoundKind kind, const QString& text, int limit,
                                            const Cursor& after, const CancelToken& token);

} // namespace portolan
