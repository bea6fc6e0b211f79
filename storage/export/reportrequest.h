#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/export/namedspan.h"

#include <QString>
#include <QStringList>

namespace portolan {

/// The people that a report is written for. An operator who takes over gets all of it; a customer what came, died and
/// was put back, without payloads, actors, checks and places of the system.
enum class ReportReader { Anybody, Operator, Customer };

/// "anybody", "operator", "customer".
[[nodiscard]] QStringList reportReaderNames();
[[nodiscard]] std::optional<ReportReader> reportReader(const QString& name);
/// Returns the sections that are written for such people.
[[nodiscard]] QStringList sectionsFor(ReportReader reader);

/// The content that a report is to have.
struct ReportRequest {
    std::optional<Timestamp> since = {};                ///< nothing: from the beginning
    std::optional<Timestamp> until = {};                ///< nothing: to the end; not told itself
    std::optional<std::chrono::microseconds> last = {}; ///< so long before `until`, or before now; with it no `since`
    QStringList sections = {};                          ///< of reportSectionNames(); empty: all
    QString series = {};                ///< which are drawn, in the filter language of `list metrics`; empty: all
    QString title = {};                 ///< empty: a usual one
    std::optional<NamedSpan> span = {}; ///< of the days here; with it no other times
    ReportReader reader = ReportReader::Anybody;
    bool isLocal = false; ///< times are shown in the computer's zone; else UTC
};

/// Returns the same, and where it names no times, of the time from an hour before `first` to an hour after `last`.
[[nodiscard]] ReportRequest aroundTimes(ReportRequest request, std::optional<Timestamp> first,
                                        std::optional<Timestamp> last);

/// A request as a template: a JSON object with the members `title`, `last` ("7d"), `since`, `until` (ISO times),
/// `sections` (an array), `series`, `span` ("yesterday"), `for` ("customer") and `times` ("local", "utc"), of which any
/// may be missing.
[[nodiscard]] QByteArray reportTemplate(const ReportRequest& request);

/// Reads such a template. Error Usage says which member is wrong, or one that is none.
[[nodiscard]] Result<ReportRequest> parseReportTemplate(const QByteArray& json);

/// The same of a file, of a megabyte at most. Errors: Io, Usage.
[[nodiscard]] Result<ReportRequest> readReportTemplate(const QString& path);

} // namespace portolan
