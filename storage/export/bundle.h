#pragma once

#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/listing/filter.h"

#include <QByteArray>
#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

class Store;

// An incident bundle: one ZIP archive with port messages byte for byte, their audit, the ids that were frozen and the
// filter that they were asked for with, a report and charts, and the SHA-256 of each. In it stand
//   data/ids.txt         the frozen ids, one a line, in the order of their bytes
//   data/messages.jsonl  the messages in that order (bundlelines.h)
//   data/audit.jsonl     what the audit says of them: by message, and as it was written
//   report.html, charts/…
//   manifest.json        what was asked for, of which store, when, by whom
//   README.txt           the same for people
//   SHA256SUMS           last, for `sha256sum -c`
// What stands under data/ depends on the messages and their audit alone: from another store that has taken them it is
// the same to the byte (where the databases keep documents alike; PostgreSQL keeps what they mean).

/// The order of what goes into a bundle.
struct BundleOrder {
    Filter filter;               ///< over port messages
    std::vector<QByteArray> ids; ///< when any: these alone, of those that the filter takes
    bool everyState = false;     ///< else dead letters alone
    QByteArray words;            ///< what was asked for, to be read
    QByteArray by;               ///< "Portolan 0.1.0"
};

/// A file that goes with the messages, made by who can draw: report.html, or charts/NN-NAME.svg and .csv, NAME of a-z,
/// 0-9, '-', '_' and '.'.
struct BundlePaper {
    QByteArray name;
    QByteArray bytes;
};
/// When the messages were made, the first and the last of them; nothing where none says.
struct BundleSpan {
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
};

struct BundleSummary {
    qint64 messages = 0;
    qint64 audit = 0;    ///< lines
    qint64 missing = 0;  ///< ids that were asked for, and are none of such messages
    qint64 bytes = 0;    ///< of the archive
    QByteArray identity; ///< of what stands under data/: a SHA-256 in hexadecimal digits
};

/// A bundle whose messages are frozen: each as it was when it was read, kept in a file without a name in the folder
/// where the bundle goes, and some 100 bytes of each in memory. One thread at a time.
class BundleDraft {
public:
    using Tick = std::function<void(qint64 messages)>;

    /// Reads the messages; `tick` is told how many were read. On the store's thread. Errors: Usage (there is no such
    /// message), Unsupported, Io, Cancelled, and of reading.
    static Result<std::unique_ptr<BundleDraft>> freeze(Store& store, BundleOrder order, const QString& path,
                                                       const Tick& tick, const CancelToken& token);
    ~BundleDraft();
    BundleDraft(const BundleDraft&) = delete;
    BundleDraft& operator=(const BundleDraft&) = delete;

    [[nodiscard]] const BundleSpan& span() const;

    /// Writes the bundle, with the audit as it is now; once. With an error or cancelled there is no file, and one of
    /// that name is as it was. Of the store that the messages are from, on its thread. Errors: Io, Cancelled,
    /// Unsupported, and of reading.
    [[nodiscard]] Result<BundleSummary> write(Store& store, std::span<const BundlePaper> papers,
                                              const CancelToken& token);

private:
    class Parts;
    explicit BundleDraft(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

/// Of the SHA-256 of the three files under data/, in the order above.
[[nodiscard]] QByteArray bundleIdentity(const QByteArray& ids, const QByteArray& messages, const QByteArray& audit);

namespace bundle {
inline constexpr char ids[] = "data/ids.txt";
inline constexpr char messages[] = "data/messages.jsonl";
inline constexpr char audit[] = "data/audit.jsonl";
inline constexpr char report[] = "report.html";
inline constexpr char charts[] = "charts/";
inline constexpr char manifest[] = "manifest.json";
inline constexpr char readme[] = "README.txt";
inline constexpr char checksums[] = "SHA256SUMS";
inline constexpr char format[] = "portolan-incident-bundle";
inline constexpr int version = 1;
} // namespace bundle

} // namespace portolan
