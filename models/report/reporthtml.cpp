#include "models/report/reporthtml.h"

#include "storage/base/numbertext.h"

#include <QLocale>
#include <cmath>

namespace portolan {

namespace {

/// No script, no font, no picture of another place: a browser is told so, too.
constexpr char policy[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

constexpr char styleSheet[] = R"css(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f5f7; color: #1b2129; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 3rem 3rem; background: #fff; }
header { border-bottom: 3px solid #1f6feb; padding-bottom: 1rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid #d5dae1; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
header p, figcaption, .note, footer { color: #56606d; margin: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 1rem 0 0; padding: 0; }
a { color: #1a5fcb; }
.store { font-family: ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.figures div { border: 1px solid #d5dae1; border-top: 3px solid #8a94a2; border-radius: 4px; padding: .6rem .9rem; }
.figures .good { border-top-color: #1a7f4b; }
.figures .bad { border-top-color: #c4342d; }
.figures dd { margin: 0; font-size: 1.6rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figures .bad dd { color: #b02a24; }
.figures dt { color: #56606d; }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; }
th { text-align: left; vertical-align: bottom; border-bottom: 2px solid #b9c1cb; padding: .3rem .6rem .3rem 0; }
td { vertical-align: top; border-bottom: 1px solid #e3e7ec; padding: .35rem .6rem .35rem 0; overflow-wrap: anywhere; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.data { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .82rem; }
figure { margin: 1.25rem 0; }
figure img { display: block; width: 100%; height: auto; border: 1px solid #e3e7ec; }
.story { font-size: 1.1rem; margin: .5rem 0 1rem; padding: 0; list-style: none; }
.story li { margin: .35rem 0; overflow-wrap: anywhere; }
.multiples { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem 1.5rem; }
.multiples figure { margin: 0; min-width: 0; }
.multiples h3 { margin-top: .5rem; overflow-wrap: anywhere; }
.sparks td { vertical-align: middle; }
.sparks img { display: block; width: 15rem; height: 1.75rem; }
footer { margin-top: 3rem; border-top: 1px solid #d5dae1; padding-top: .75rem; }
@media print {
  @page { margin: 18mm 15mm; }
  body { background: none; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  .wide { overflow: visible; }
  h2, h3 { break-after: avoid; }
  tr, figure, .figures, .multiples { break-inside: avoid; }
  .multiples { grid-template-columns: 1fr 1fr; }
  #summary { break-after: page; }
  thead { display: table-header-group; }
}
)css";

QByteArray escaped(const QString& text) {
    return text.toHtmlEscaped().toUtf8();
}

/// The course of a series as a drawing of its own.
QByteArray svgOf(const ReportSparks::Spark& spark) {
    constexpr double width = 240;
    constexpr double height = 28;
    constexpr double inset = 3;
    constexpr double dot = 1.6;
    const auto place = [](const QPointF& point) {
        const auto tenths = [](double length) { return numberText(std::round(length * 10) / 10); };
        return tenths(inset + point.x() * (width - 2 * inset)) + ' '
               + tenths(height - inset - point.y() * (height - 2 * inset));
    };
    QByteArray path;
    QByteArray alone;
    for (const std::vector<QPointF>& piece : spark.pieces) {
        if (piece.size() == 1) {
            const QByteArrayList xy = place(piece.front()).split(' ');
            alone +=
                "<circle cx=\"" + xy[0] + "\" cy=\"" + xy[1] + "\" r=\"" + numberText(dot) + "\" fill=\"#1f6feb\"/>";
            continue;
        }
        for (std::size_t i = 0; i < piece.size(); ++i)
            path += (i == 0 ? "M" : "L") + place(piece[i]);
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 240 28\"><path fill=\"none\" stroke=\"#1f6feb\" "
           "stroke-width=\"1.3\" stroke-linejoin=\"round\" d=\""
           + path + "\"/>" + alone + "</svg>";
}

/// A writer of blocks; each is appended to the HTML there is.
class HtmlBlocks final {
public:
    HtmlBlocks(QByteArray& html, std::span<const QByteArray> charts) : m_html(html), m_charts(charts) {}

    void operator()(const QString& paragraph) { m_html += "<p>" + escaped(paragraph) + "</p>\n"; }
    void operator()(const ReportFigures& figures) {
        m_html += "<dl class=\"figures\">\n";
        for (const ReportFigure& figure : figures) {
            const char* const tone = figure.tone == ReportTone::Good  ? " class=\"good\""
                                     : figure.tone == ReportTone::Bad ? " class=\"bad\""
                                                                      : "";
            m_html += QByteArray("<div") + tone + "><dt>" + escaped(figure.text) + "</dt><dd>" + escaped(figure.value)
                      + "</dd></div>\n";
        }
        m_html += "</dl>\n";
    }
    void operator()(const ReportTable& table) {
        if (!table.title.isEmpty())
            m_html += "<h3>" + escaped(table.title) + "</h3>\n";
        m_html += "<div class=\"wide\"><table>\n<thead><tr>";
        for (const ReportTable::Column& column : table.columns)
            m_html += QByteArray("<th scope=\"col\"") + (column.isNumber ? " class=\"number\">" : ">")
                      + escaped(column.title) + "</th>";
        m_html += "</tr></thead>\n<tbody>\n";
        for (const QStringList& row : table.rows) {
            m_html += "<tr>";
            for (qsizetype i = 0; i < row.size(); ++i) {
                const ReportTable::Column& column = table.columns[static_cast<std::size_t>(i)];
                m_html += QByteArray("<td")
                          + (column.isNumber ? " class=\"number\">"
                             : column.isData ? " class=\"data\">"
                                             : ">")
                          + escaped(row[i]) + "</td>";
            }
            m_html += "</tr>\n";
        }
        m_html += "</tbody>\n</table></div>\n";
        if (!table.note.isEmpty())
            m_html += "<p class=\"note\">" + escaped(table.note) + "</p>\n";
    }
    void operator()(const ReportStory& story) {
        m_html += "<ul class=\"story\">\n";
        for (const QString& sentence : story.sentences)
            m_html += "<li>" + escaped(sentence) + "</li>\n";
        m_html += "</ul>\n";
    }
    void operator()(const ReportHeading& heading) { m_html += "<h3>" + escaped(heading.text) + "</h3>\n"; }
    void operator()(const ReportMultiples& multiples) {
        m_html += "<div class=\"multiples\">\n";
        for (const ReportChart& chart : multiples.charts)
            (*this)(chart);
        m_html += "</div>\n";
    }
    void operator()(const ReportSparks& sparks) {
        m_html += "<h3>" + escaped(sparks.title) + "</h3>\n<div class=\"wide\"><table class=\"sparks\">\n<tbody>\n";
        for (const ReportSparks::Spark& spark : sparks.sparks)
            m_html += "<tr><td class=\"data\">" + escaped(spark.title) + "</td><td><img alt=\"" + escaped(spark.figures)
                      + "\" src=\"data:image/svg+xml;base64," + svgOf(spark).toBase64() + "\"></td><td>"
                      + escaped(spark.figures) + "</td></tr>\n";
        m_html += "</tbody>\n</table></div>\n";
        if (!sparks.note.isEmpty())
            m_html += "<p class=\"note\">" + escaped(sparks.note) + "</p>\n";
    }
    void operator()(const ReportChart& chart) {
        m_html += "<figure>\n<h3>" + escaped(chart.title) + "</h3>\n<img alt=\"" + escaped(chart.figures)
                  + "\" src=\"data:image/svg+xml;base64," + m_charts[m_drawn++].toBase64() + "\">\n<figcaption>"
                  + escaped(chart.figures) + "</figcaption>\n</figure>\n";
    }

private:
    QByteArray& m_html;
    std::span<const QByteArray> m_charts;
    std::size_t m_drawn = 0;
};

} // namespace

QByteArray reportHtml(const Report& report, std::span<const QByteArray> charts) {
    const QByteArray title = escaped(report.title);
    QByteArray html =
        "<!DOCTYPE html>\n<html lang=\"" + QLocale().bcp47Name().toLatin1()
        + "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy
        + "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + title
        + "</title>\n<style>" + styleSheet + "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>" + title
        + "</h1>\n<p class=\"store\">" + escaped(report.store) + "</p>\n<p>" + escaped(report.span) + "</p>\n<nav><ul>";
    for (const ReportPart& part : report.parts)
        html += "<li><a href=\"#" + escaped(part.name) + "\">" + escaped(part.title) + "</a></li>";
    html += "</ul></nav>\n</header>\n";
    HtmlBlocks blocks(html, charts);
    for (const ReportPart& part : report.parts) {
        html += "<section id=\"" + escaped(part.name) + "\">\n<h2>" + escaped(part.title) + "</h2>\n";
        for (const ReportBlock& block : part.blocks)
            std::visit(blocks, block);
        html += "</section>\n";
    }
    return html + "<footer>" + escaped(report.made) + "</footer>\n</main>\n</body>\n</html>\n";
}

} // namespace portolan
