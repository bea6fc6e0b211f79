#include "views/charts/chartpicture.h"

#include "views/charts/chartview.h"
#include "views/style/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace portolan {

std::unique_ptr<QWidget> chartPicture(const QString& title, const std::vector<ChartLine>& lines, TimeRange span,
                                      QSize size, const std::vector<ChartMarker>& markers, TimeDisplay display) {
    auto page = std::make_unique<QWidget>();
    page->setPalette(paletteOf(lightTokens()));
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    page->setFont(interfaceFont(100));
    auto* layout = new QVBoxLayout(page.get());
    layout->setContentsMargins(0, 0, 0, 0);
    if (!title.isEmpty()) {
        auto* heading = new QLabel(page.get());
        heading->setTextFormat(Qt::PlainText);
        heading->setText(title);
        heading->setContentsMargins(4 * gridUnit, 2 * gridUnit, 4 * gridUnit, 0);
        layout->addWidget(heading);
    }
    auto* chart = new ChartView(page.get());
    layout->addWidget(chart, 1);
    page->resize(size);
    layout->activate();
    chart->setTimeDisplay(display);
    chart->setLines(lines, span);
    chart->setMarkers(markers);
    return page;
}

} // namespace portolan
