#pragma once

#include "models/report/report.h"
#include "storage/base/result.h"

#include <QFont>
#include <span>

namespace portolan {

/// A chart as it stands in a report, as SVG. GUI thread: it is a widget's.
[[nodiscard]] QByteArray reportChartSvg(const ReportChart& chart);

/// The faces of a report's pages. GUI thread: the desktop says them.
struct ReportFaces {
    QFont text;
    QFont data;
};
[[nodiscard]] ReportFaces reportFaces();

/// A report as a PDF: A4, charts as drawings, tables with their heads on every page, no heading alone at its page's
/// end, pages numbered. `charts` are reportChartSvg() of each of chartsOf(). Any thread.
[[nodiscard]] QByteArray reportPdf(const Report& report, std::span<const QByteArray> charts, const ReportFaces& faces);

/// Writes a report to a file, by its ending as PDF or HTML; how many bytes. The file takes its name when it is whole;
/// it is the user's alone. Any thread. Error Io.
[[nodiscard]] Result<qint64> saveReport(const Report& report, std::span<const QByteArray> charts,
                                        const ReportFaces& faces, const QString& path);

} // namespace portolan
