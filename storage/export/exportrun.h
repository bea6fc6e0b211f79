#pragma once

#include "storage/export/namedlistings.h"
#include "storage/export/rowfile.h"

#include <functional>

namespace portolan {

/// Writes the rows of a source, in the order of a query, to a file, page by page: what is written while this runs may
/// be in it or not, no row is in it twice. `tick` is told how many rows were read, a page at a time, on the calling
/// thread, which is the source's. Cancelled, and with every error, there is no file, and one of that name is as it was.
/// Errors: a listing's, and createRowFile()'s.
[[nodiscard]] Result<ExportSummary> exportRows(ExportSource& source, ListQuery query, const QString& path,
                                               const ExportOptions& options, const QString& title,
                                               const std::function<void(qint64 rows)>& tick, const CancelToken& token);

/// The listing as it is exported: of batches in JSON each with its messages, as the reference's `export_to_json` has
/// them (receiver-service.md: `timestamp`, `message_number`, `content`), in a member `messages`; all others as they
/// are.
[[nodiscard]] Result<std::unique_ptr<StoreListing>>
openExport(Store& store, const QString& name, const QByteArray& table, ExportFormat format, const CancelToken& token);

} // namespace portolan
