#include "app/render/reportwriting.h"

#include "app/console/version.h"
#include "models/report/report.h"
#include "views/report/reportpaper.h"

namespace portolan {

QString reportSigner() {
    return QStringLiteral("by Portolan %1").arg(QLatin1String(version()));
}

Result<WrittenReport> writeReport(Store& store, const ReportRequest& request, const QString& path,
                                  const CancelToken& token) {
    const auto report = makeReport(store, request, reportSigner(), token);
    PORTOLAN_TRY(report);
    std::vector<QByteArray> charts;
    for (const ReportChart* chart : chartsOf(*report))
        charts.push_back(reportChartSvg(*chart));
    const auto bytes = saveReport(*report, charts, reportFaces(), path);
    return bytes ? Result(WrittenReport{*bytes, report->shortfalls}) : Result<WrittenReport>(bytes.error());
}

} // namespace portolan
