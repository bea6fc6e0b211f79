#include "views/export/bundlepapers.h"

#include "models/report/reporthtml.h"
#include "storage/base/numbertext.h"

namespace portolan {

namespace {

/// As a file's name takes it anywhere.
QByteArray plainName(const QString& title) {
    constexpr qsizetype longest = 60;
    QByteArray name;
    for (const QChar c : title.toLower().left(longest)) {
        const bool isPlain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
        if (isPlain || (!name.isEmpty() && !name.endsWith('-')))
            name += isPlain ? static_cast<char>(c.unicode()) : '-';
    }
    return name;
}

QByteArray pointsOf(const ChartLine& line) {
    const bool hasBand = !line.low.empty();
    QByteArray text = hasBand ? "time,value,least,greatest\r\n" : "time,value\r\n";
    for (std::size_t i = 0; i < line.points.size(); ++i) {
        text += toExactIsoTime(chartTime(line.points[i].x())) + ',' + numberText(line.points[i].y());
        if (hasBand)
            text += ',' + numberText(line.low[i].y()) + ',' + numberText(line.high[i].y());
        text += "\r\n";
    }
    return text;
}

} // namespace

std::vector<BundlePaper> bundlePapers(const Report& report, std::span<const QByteArray> pictures) {
    std::vector<BundlePaper> papers{{bundle::report, reportHtml(report, pictures)}};
    const auto charts = chartsOf(report);
    for (std::size_t i = 0; i < charts.size(); ++i) {
        const QByteArray name =
            bundle::charts + QByteArray::number(i + 1).rightJustified(2, '0') + '-' + plainName(charts[i]->title);
        papers.push_back({name + ".svg", pictures[i]});
        for (std::size_t line = 0; line < charts[i]->lines.size(); ++line) {
            const QByteArray number = line == 0 ? QByteArray() : '-' + QByteArray::number(line + 1);
            papers.push_back({name + number + ".csv", pointsOf(charts[i]->lines[line])});
        }
    }
    return papers;
}

} // namespace portolan
