#pragma once

#include "storage/export/bundlefile.h"
#include "storage/sources/files/importplan.h"
#include "storage/sources/source.h"
#include "storage/store.h"

#include <QByteArrayList>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>

namespace portolan {

/// The content of a file that may be imported, as far as it was looked at.
struct ImportPreview {
    std::optional<BundleManifest> bundle; ///< it is an incident bundle; nothing: rows, CSV or a JSON object a line
    /// The first rows, as a receiver would be given them: JSON. Foreign data.
    QByteArrayList rows;
    QStringList mistakes; ///< of the first rows those that cannot be read, in words
    ImportTally tally;    ///< of all rows, or of as many as a preview reads
    bool isWhole = true;  ///< it has read all
};

/// Looks at the first rows of a file, or at an incident bundle whole. Changes nothing. Errors: what makes the file, or
/// what is said of it, impossible to import; Cancelled.
[[nodiscard]] Result<ImportPreview> previewImport(const ImportOptions& options, const CancelToken& token);

/// The rows of a file as a source: CSV, JSON or a workbook.
[[nodiscard]] std::unique_ptr<Source> openImport(const ImportOptions& options);

/// A file that is to be put into a store.
struct ImportOrder {
    ImportOptions options; ///< a bundle is its file alone
    QByteArray reason;     ///< a bundle's, for the audit
    QByteArray actor;
};

struct ImportProgress {
    qint64 done = 0;   ///< rows or messages
    qint64 total = 0;  ///< of rows about; 0: nobody knows yet
    QString lastError; ///< what is in the way and tried again; empty: nothing
};

/// Rows, or messages of a bundle.
struct ImportOutcome {
    qint64 stored = 0;
    qint64 duplicates = 0; ///< were there already
    qint64 rejected = 0;
    QString rejection; ///< why one of them was, in words
    bool cancelled = false;
};

/// Imports a file: rows as if they had been received, a bundle's messages with their audit in the state they were in.
/// `open` opens the store for writing, on this thread or another. `tick` is called from any thread, one call at a time.
/// Rows that are stored before a stop or an error stay, and a second run takes the rest. Errors: of the file, of the
/// store; Cancelled before anything was stored.
[[nodiscard]] Result<ImportOutcome>
importFile(const ImportOrder& order, const std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>& open,
           const std::function<void(const ImportProgress&)>& tick, const CancelToken& token);

} // namespace portolan
