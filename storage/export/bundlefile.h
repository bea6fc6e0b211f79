#pragma once

#include "storage/base/cancel.h"
#include "storage/ports/portintake.h"

#include <functional>
#include <memory>

namespace portolan {

class Store;

/// The manifest of a bundle. Foreign data.
struct BundleManifest {
    QByteArray made; ///< ISO 8601
    QByteArray by;
    QByteArray store; ///< a URL without password
    QByteArray of;    ///< "dead letters", "port messages"
    QByteArray filter;
    QByteArray identity; ///< of its data, as it was found
    qint64 messages = 0;
    qint64 audit = 0;
};

/// An incident bundle (bundle.h) that was looked at whole: its list first, then every byte against its checksums. On
/// one thread.
class BundleFile {
public:
    /// Beyond these an archive is refused: a bundle has some ten files, and texts shrink to a twentieth.
    static constexpr int mostFiles = 1'000;
    static constexpr qint64 mostBytes = qint64(64) << 30;
    static constexpr qint64 freeBytes = qint64(64) << 20; ///< up to here any ratio is taken
    static constexpr qint64 mostRatio = 200;

    /// Nothing is written but two files without a name in the system's temporary folder, the data. Errors: NotFound,
    /// Io, Cancelled; Corrupt in words: no archive, no bundle, a file in it that no bundle has (a path, a link, a
    /// device, a name twice), too much of it, or not what its checksums say. Unsupported: of a later version.
    static Result<std::unique_ptr<BundleFile>> open(const QString& path, const CancelToken& token);
    ~BundleFile();
    BundleFile(const BundleFile&) = delete;
    BundleFile& operator=(const BundleFile&) = delete;

    [[nodiscard]] const BundleManifest& manifest() const;

    /// The next messages with their audit, `most` at most or some megabytes; none at the end. Error Corrupt.
    [[nodiscard]] Result<std::vector<AuditedMessage>> next(std::size_t most);

private:
    class Parts;
    explicit BundleFile(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

/// Puts a bundle's messages into a store that is open for writing, in transactions of some hundreds: what was done when
/// it ends early stays, and doing it again takes the rest. `tick` is told how many messages were looked at. Errors: of
/// PortIntake, and Corrupt.
[[nodiscard]] Result<IntakeOutcome> takeBundle(BundleFile& file, Store& into, IntakeOrder order,
                                               const std::function<void(qint64 messages)>& tick,
                                               const CancelToken& token);

/// Returns true when a file begins as a ZIP archive does.
[[nodiscard]] bool isZipFile(const QString& path);

} // namespace portolan
