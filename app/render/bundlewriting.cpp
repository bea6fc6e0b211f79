#include "app/render/bundlewriting.h"

#include "app/render/reportwriting.h"
#include "models/report/report.h"
#include "views/export/bundlepapers.h"
#include "views/report/reportpaper.h"

namespace portolan {

Result<std::vector<BundlePaper>> makePapers(Store& store, const ReportRequest& request, const CancelToken& token) {
    const auto report = makeReport(store, request, reportSigner(), token);
    PORTOLAN_TRY(report);
    std::vector<QByteArray> pictures;
    for (const ReportChart* chart : chartsOf(*report))
        pictures.push_back(reportChartSvg(*chart));
    return bundlePapers(*report, pictures);
}

} // namespace portolan
