#pragma once

#include "storage/transfer/contentcell.h"

#include <optional>

namespace portolan {

/// A stretch of a table by its key.
struct KeyStretch {
    std::optional<ContentRow> after; ///< keys of the row before it; nothing: from the first row on
    std::optional<ContentRow> until; ///< keys of its last row; nothing: to the end
};

/// A part of a ledger: the hashes of the rows that a copy left in its target in a stretch of keys, which ends with
/// `last` and begins after the page before. A row whose hash is in it is as the copy left it; all others are somebody
/// else's work.
struct LedgerPage {
    ContentRow last;
    std::vector<quint64> hashes;
};

/// Writes a key as a text that sorts by its bytes as compareContentKeys() does, and reads it back. Nothing for a key
/// with a value that is no whole number, time, text or bytes, for one of more than a thousand bytes, and for what is no
/// such text.
[[nodiscard]] std::optional<QByteArray> ledgerKey(std::span<const ContentCell> key);
[[nodiscard]] std::optional<ContentRow> ledgerKeyCells(QByteArrayView text);

/// Writes hashes as a text, and reads it back.
[[nodiscard]] QByteArray ledgerText(std::span<const quint64> hashes);
[[nodiscard]] std::vector<quint64> ledgerHashes(QByteArrayView text);

} // namespace portolan
