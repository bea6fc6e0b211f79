#pragma once

#include "models/jobs/jobcontroller.h"
#include "models/list/selectedrows.h"
#include "storage/export/rowfile.h"
#include "storage/storeworker.h"

#include <memory>
#include <optional>
#include <vector>

namespace portolan {

/// Rows of a list that are to be written to a file.
struct ExportOrder {
    std::shared_ptr<const ListingAdapter> listing;
    ListQuery query;                 ///< filter and sort
    std::optional<RowChoice> chosen; ///< these rows of it; nothing: all
    qint64 expected = 0;             ///< rows, as far as is known
    QString title;                   ///< what they are, in a word
    QString path;
    ExportOptions options;
};

/// An export.
struct ExportJob : DeskJob {
    QString path{};
};

/// Writes lists of one store to files, one after the other, on a thread that opens the store for reading by itself: a
/// long export keeps no pane waiting. Cancelled, and when the desk goes, it leaves no file. GUI thread.
class ExportController : public JobController<ExportJob> {
    Q_OBJECT
public:
    explicit ExportController(StoreWorker::Opener reader, QObject* parent = nullptr);
    ~ExportController() override;

    void start(ExportOrder order);

private:
    void tell(ExportJob& job, const Result<ExportSummary>& summary);

    StoreWorker::Opener m_opener;
    RequestScope m_asker;
    std::unique_ptr<StoreWorker> m_channel; ///< null until there is work
};

} // namespace portolan
