#pragma once

#include "storage/versions/pipelinerows.h"

#include <optional>

namespace portolan {

class Store;

/// The things that a pipeline keeps in versions under a name.
enum class Versioned { Checkpoint, Component };

/// The table of its versions, and the columns of it that tell them apart and hold their JSON.
struct VersionedTable {
    const char* word; ///< as commands and error texts call one of them
    PipelineTable table;
    const char* name;
    const char* content;
    PipelineTable names;    ///< for a list of the names
    PipelineTable versions; ///< for a list of the versions
};
[[nodiscard]] const VersionedTable& versionedTable(Versioned kind);
[[nodiscard]] std::optional<Versioned> versionedNamed(const QString& word);

/// A version, whole. Without a number the one that counts: of a checkpoint its latest, were none marked so the highest;
/// of a component the highest. On the store's thread. Errors: NotFound, Unsupported where there are none, and a
/// listing's.
[[nodiscard]] Result<PipelineRow> findVersion(Store& store, Versioned kind, const QByteArray& name,
                                              std::optional<qint64> version, const CancelToken& token);

/// The highest version below this one, whole; nothing when there is none. As findVersion().
[[nodiscard]] Result<std::optional<PipelineRow>> findVersionBefore(Store& store, Versioned kind, const QByteArray& name,
                                                                   qint64 version, const CancelToken& token);

/// The JSON of a version.
[[nodiscard]] QByteArray contentOf(Versioned kind, const PipelineRow& row);

/// The outcome of moving the mark that one version of a checkpoint bears.
struct Promotion {
    qint64 version = 0;             ///< bears it now
    std::optional<qint64> previous; ///< bore it before; equal to `version` when nothing had to be done
};

/// When a version of a checkpoint may go; nothing: never.
using Expiry = std::optional<Timestamp>;

/// Changes of checkpoints, each one transaction with its entry in the audit. On the store's thread, which must be
/// opened for writing.
class Checkpoints {
public:
    Checkpoints() = default;
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;
    virtual ~Checkpoints() = default;

    /// Makes a version the latest of its name; undone by promoting the one before. Readers see exactly one at every
    /// instant. Writers of the table wait for it, so that none of them brings a second (PostgreSQL: SHARE ROW
    /// EXCLUSIVE; at most lock_timeout, then Busy). `expectedLatest`: the version that has to be the one that counts,
    /// as the caller saw it. Errors: Usage without a reason, NotFound, Changed where another one counts, Unsupported
    /// without an audit, Invalid where the table has the version twice.
    [[nodiscard]] virtual Result<Promotion> promote(const QByteArray& name, qint64 version,
                                                    std::optional<qint64> expectedLatest, const QByteArray& reason,
                                                    const QByteArray& actor, const CancelToken& token) = 0;

    /// Says when a version may go (retention deletes expired ones), or that it never does. A time that is over already
    /// is taken all the same. `expected`: what has to be said of it so far. Errors: as promote().
    [[nodiscard]] virtual Result<void> setExpiry(const QByteArray& name, qint64 version, Expiry expires,
                                                 const std::optional<Expiry>& expected, const QByteArray& reason,
                                                 const QByteArray& actor, const CancelToken& token) = 0;
};

} // namespace portolan
