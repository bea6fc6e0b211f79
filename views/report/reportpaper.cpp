#include "views/report/reportpaper.h"

#include "models/report/reporthtml.h"
#include "views/charts/chartpicture.h"
#include "views/style/theme.h"
#include "views/style/widgetpicture.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgRenderer>
#include <QTextLayout>
#include <functional>
#include <numeric>

namespace portolan {

namespace {

// Lengths are tenths of a typographic point (1/720 inch).
constexpr int unitsAnInch = 720;
constexpr double margin = 480;
constexpr double smallGap = 40;
constexpr double gap = 100;
constexpr double footerHeight = 200;
constexpr double keptWithHeading = 700; ///< what a heading wants of its page below it
constexpr QSize chartSize{640, 165};
constexpr QSize smallChartSize{330, 150};
constexpr int multiplesARow = 2;
constexpr int figuresARow = 4;
constexpr int mostCellLines = 6;

/// A report's text faces.
class Face {
public:
    enum Size { Title = 220, Heading = 140, Lead = 105, Subheading = 104, Running = 90, Small = 80, Figure = 170 };
    explicit Face(const ReportFaces& faces) : m_faces(faces) {}

    [[nodiscard]] QFont text(Size size, bool bold = false) const { return sized(m_faces.text, size, bold); }
    [[nodiscard]] QFont data(Size size) const { return sized(m_faces.data, size, false); }

private:
    static QFont sized(QFont font, Size size, bool bold) {
        font.setPixelSize(size);
        font.setBold(bold);
        font.setHintingPreference(QFont::PreferNoHinting);
        return font;
    }

    ReportFaces m_faces;
};

/// Text in lines of a width.
struct SetText {
    std::shared_ptr<QTextLayout> layout;
    double height = 0;
};

/// At most so many lines: the last ends with "…" where there are more.
SetText setText(QString text, const QFont& font, double width, int lines = std::numeric_limits<int>::max(),
                Qt::Alignment alignment = Qt::AlignLeft) {
    SetText set;
    QTextOption option(alignment);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    while (true) {
        set = {std::make_shared<QTextLayout>(text, font), 0};
        set.layout->setTextOption(option);
        set.layout->beginLayout();
        int after = 0;
        for (int count = 0; count < lines; ++count) {
            QTextLine line = set.layout->createLine();
            if (!line.isValid())
                break;
            line.setLineWidth(width);
            line.setPosition({0, set.height});
            set.height += line.height();
            after = line.textStart() + line.textLength();
        }
        set.layout->endLayout();
        if (after >= text.size())
            return set;
        text = text.first(std::max(after - 2, 0)) + u'…';
    }
}

/// Pages that are laid out first and painted when it is known how many there are.
class Pages {
public:
    using Paint = std::function<void(QPainter&)>;

    explicit Pages(QSizeF size) : m_size(size) { m_pages.emplace_back(); }

    [[nodiscard]] double width() const { return m_size.width() - 2 * margin; }
    /// Begins a page where so much has no room on this one; false: it had.
    bool makeRoom(double height) {
        const double bottom = m_size.height() - margin - footerHeight;
        if (m_y + height <= bottom || m_y <= margin)
            return false;
        m_pages.emplace_back();
        m_y = margin;
        return true;
    }
    /// Adds what is painted with the origin at the left of the present height, which goes on by `height`.
    void put(double height, Paint paint) {
        m_pages.back().push_back([y = m_y, paint = std::move(paint)](QPainter& painter) {
            painter.save();
            painter.translate(margin, y);
            paint(painter);
            painter.restore();
        });
        m_y += height;
    }
    void skip(double height) { m_y += height; }
    /// Begins a page, unless this one is empty.
    void breakPage() { makeRoom(m_size.height()); }
    void text(const SetText& set, const QColor& color) {
        put(set.height, [set, color](QPainter& painter) {
            painter.setPen(color);
            set.layout->draw(&painter, {});
        });
    }

    void paint(QPdfWriter& writer, const QString& foot, const QFont& footFont) const {
        QPainter painter(&writer);
        const ThemeTokens& tokens = lightTokens();
        for (std::size_t i = 0; i < m_pages.size(); ++i) {
            if (i > 0)
                writer.newPage();
            for (const Paint& paint : m_pages[i])
                paint(painter);
            painter.setFont(footFont);
            painter.setPen(tokens.muted);
            const QRectF place(margin, m_size.height() - margin - footerHeight / 2, width(), footerHeight / 2);
            painter.drawText(
                place, Qt::AlignRight | Qt::AlignBottom,
                QCoreApplication::translate("ReportReading", "Page %1 of %2").arg(i + 1).arg(m_pages.size()));
            painter.drawText(place, Qt::AlignLeft | Qt::AlignBottom, foot);
        }
    }

private:
    QSizeF m_size;
    double m_y = margin;
    std::vector<std::vector<Paint>> m_pages;
};

class Setter {
public:
    Setter(Pages& pages, std::span<const QByteArray> charts, const Face& face)
        : m_pages(pages)
        , m_charts(charts)
        , m_face(face) {}

    void head(const Report& report) {
        m_pages.text(setText(report.title, m_face.text(Face::Title, true), m_pages.width()), m_tokens.text);
        m_pages.skip(smallGap);
        m_pages.text(setText(report.store, m_face.data(Face::Running), m_pages.width()), m_tokens.muted);
        m_pages.text(setText(report.span, m_face.text(Face::Running), m_pages.width()), m_tokens.muted);
        m_pages.skip(smallGap);
        rule(m_tokens.accent, 20);
        m_pages.skip(gap);
    }
    /// With the begin of what follows.
    void heading(const QString& text, const ReportBlock& first) {
        const SetText set = setText(text, m_face.text(Face::Heading, true), m_pages.width());
        const auto* const chart = std::get_if<ReportChart>(&first);
        m_pages.makeRoom(set.height + 2 * gap + (chart ? heightOf(*chart) : keptWithHeading));
        m_pages.text(set, m_tokens.text);
        m_pages.skip(smallGap / 2);
        rule(m_tokens.line, 6);
        m_pages.skip(gap);
    }
    void operator()(const QString& paragraph) {
        const SetText set = setText(paragraph, m_face.text(Face::Running), m_pages.width());
        m_pages.makeRoom(set.height);
        m_pages.text(set, m_tokens.muted);
        m_pages.skip(gap);
    }
    void operator()(const ReportFigures& figures) {
        for (std::size_t begin = 0; begin < figures.size(); begin += figuresARow)
            figureRow(std::span(figures).subspan(begin, std::min<std::size_t>(figuresARow, figures.size() - begin)));
        m_pages.skip(gap);
    }
    void operator()(const ReportTable& table);
    void operator()(const ReportStory& story) {
        for (const QString& sentence : story.sentences) {
            const SetText set = setText(sentence, m_face.text(Face::Lead), m_pages.width());
            m_pages.makeRoom(set.height);
            m_pages.text(set, m_tokens.text);
            m_pages.skip(smallGap);
        }
        m_pages.skip(gap);
    }
    void operator()(const ReportHeading& heading) {
        m_pages.skip(gap);
        subheading(heading.text);
    }
    void operator()(const ReportMultiples& multiples);
    void operator()(const ReportSparks& sparks);
    void operator()(const ReportChart& chart) {
        const SetText title = titleOf(chart);
        const SetText figures = figuresOf(chart);
        const double height = pictureHeight();
        m_pages.makeRoom(heightOf(chart));
        m_pages.text(title, m_tokens.text);
        const auto picture = std::make_shared<QSvgRenderer>(m_charts[m_drawn++]);
        m_pages.put(height, [picture, height, width = m_pages.width()](QPainter& painter) {
            picture->render(&painter, {0, 0, width, height});
        });
        m_pages.text(figures, m_tokens.muted);
        m_pages.skip(2 * gap);
    }

private:
    [[nodiscard]] SetText titleOf(const ReportChart& chart) const {
        return setText(chart.title, m_face.text(Face::Subheading, true), m_pages.width());
    }
    [[nodiscard]] SetText figuresOf(const ReportChart& chart) const {
        return setText(chart.figures, m_face.text(Face::Small), m_pages.width());
    }
    [[nodiscard]] double pictureHeight() const { return m_pages.width() * chartSize.height() / chartSize.width(); }
    [[nodiscard]] double heightOf(const ReportChart& chart) const {
        return titleOf(chart).height + pictureHeight() + figuresOf(chart).height;
    }
    void rule(const QColor& color, double thickness) {
        m_pages.put(thickness, [color, thickness, width = m_pages.width()](QPainter& painter) {
            painter.fillRect(QRectF(0, 0, width, thickness), color);
        });
    }
    void subheading(const QString& text) {
        const SetText set = setText(text, m_face.text(Face::Subheading, true), m_pages.width());
        m_pages.makeRoom(set.height + keptWithHeading);
        m_pages.text(set, m_tokens.text);
        m_pages.skip(smallGap);
    }
    void figureRow(std::span<const ReportFigure> figures);
    struct Row {
        std::vector<SetText> cells;
        double height = 0;
    };
    [[nodiscard]] Row row(const ReportTable& table, const QStringList& texts, const std::vector<double>& widths,
                          bool isHead) const;
    void put(const Row& row, const std::vector<double>& widths, bool isHead);

    static constexpr double cellGap = 60;
    Pages& m_pages;
    std::span<const QByteArray> m_charts;
    const Face& m_face;
    std::size_t m_drawn = 0;
    const ThemeTokens& m_tokens = lightTokens();
};

void Setter::figureRow(std::span<const ReportFigure> figures) {
    constexpr double inset = 80;
    const double width = (m_pages.width() - (figuresARow - 1) * gap) / figuresARow;
    std::vector<std::pair<SetText, SetText>> set;
    double height = 0;
    for (const ReportFigure& figure : figures) {
        set.emplace_back(setText(figure.value, m_face.text(Face::Figure), width - 2 * inset, 1),
                         setText(figure.text, m_face.text(Face::Small), width - 2 * inset));
        height = std::max(height, set.back().first.height + set.back().second.height + 2 * inset);
    }
    m_pages.makeRoom(height);
    std::vector<QColor> tones;
    for (const ReportFigure& figure : figures)
        tones.push_back(figure.tone == ReportTone::Good  ? m_tokens.good
                        : figure.tone == ReportTone::Bad ? m_tokens.bad
                                                         : m_tokens.muted);
    m_pages.put(height, [set, tones, width, height, this](QPainter& painter) {
        for (std::size_t i = 0; i < set.size(); ++i) {
            const double left = double(i) * (width + gap);
            painter.setPen(QPen(m_tokens.line, 6));
            painter.drawRect(QRectF(left, 0, width, height));
            painter.fillRect(QRectF(left, 0, width, 24), tones[i]);
            painter.setPen(tones[i] == m_tokens.bad ? m_tokens.bad : m_tokens.text);
            set[i].first.layout->draw(&painter, {left + inset, inset});
            painter.setPen(m_tokens.muted);
            set[i].second.layout->draw(&painter, {left + inset, inset + set[i].first.height});
        }
    });
    m_pages.skip(gap);
}

Setter::Row Setter::row(const ReportTable& table, const QStringList& texts, const std::vector<double>& widths,
                        bool isHead) const {
    Row made;
    for (qsizetype i = 0; i < texts.size(); ++i) {
        const ReportTable::Column& column = table.columns[static_cast<std::size_t>(i)];
        const QFont font = column.isData && !isHead ? m_face.data(Face::Small) : m_face.text(Face::Small, isHead);
        made.cells.push_back(setText(texts[i], font, widths[static_cast<std::size_t>(i)] - cellGap, mostCellLines,
                                     column.isNumber ? Qt::AlignRight : Qt::AlignLeft));
        made.height = std::max(made.height, made.cells.back().height);
    }
    made.height += smallGap;
    return made;
}

void Setter::put(const Row& row, const std::vector<double>& widths, bool isHead) {
    m_pages.put(row.height, [row, widths, isHead, this](QPainter& painter) {
        double left = 0;
        painter.setPen(isHead ? m_tokens.muted : m_tokens.text);
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            row.cells[i].layout->draw(&painter, {left, smallGap / 2});
            left += widths[i];
        }
        painter.fillRect(QRectF(0, row.height, left, isHead ? 12 : 5), m_tokens.line);
    });
}

void Setter::operator()(const ReportTable& table) {
    if (!table.title.isEmpty())
        subheading(table.title);
    const int shares = std::accumulate(table.columns.begin(), table.columns.end(), 0,
                                       [](int sum, const ReportTable::Column& column) { return sum + column.share; });
    std::vector<double> widths;
    QStringList titles;
    for (const ReportTable::Column& column : table.columns) {
        widths.push_back(m_pages.width() * column.share / shares);
        titles << column.title;
    }
    const Row head = row(table, titles, widths, true);
    bool begun = false;
    for (const QStringList& texts : table.rows) {
        const Row next = row(table, texts, widths, false);
        if (m_pages.makeRoom(next.height + (begun ? 0 : head.height)) || !begun)
            put(head, widths, true);
        begun = true;
        put(next, widths, false);
    }
    m_pages.skip(smallGap);
    if (!table.note.isEmpty()) {
        const SetText note = setText(table.note, m_face.text(Face::Small), m_pages.width());
        m_pages.makeRoom(note.height);
        m_pages.text(note, m_tokens.muted);
    }
    m_pages.skip(2 * gap);
}

/// Two a row, all on one page.
void Setter::operator()(const ReportMultiples& multiples) {
    const double width = (m_pages.width() - gap) / multiplesARow;
    const double height = width * smallChartSize.height() / smallChartSize.width();
    struct Cell {
        SetText title;
        SetText figures;
        std::shared_ptr<QSvgRenderer> picture;
    };
    std::vector<std::vector<Cell>> rows;
    std::vector<double> titles; ///< heights, by row
    std::vector<double> heights;
    for (std::size_t i = 0; i < multiples.charts.size(); ++i) {
        if (i % multiplesARow == 0) {
            rows.emplace_back();
            titles.push_back(0);
            heights.push_back(0);
        }
        const ReportChart& chart = multiples.charts[i];
        Cell cell{setText(chart.title, m_face.text(Face::Subheading, true), width, 2),
                  setText(chart.figures, m_face.text(Face::Small), width, 4),
                  std::make_shared<QSvgRenderer>(m_charts[m_drawn++])};
        titles.back() = std::max(titles.back(), cell.title.height);
        heights.back() = std::max(heights.back(), cell.figures.height);
        rows.back().push_back(std::move(cell));
    }
    double all = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        heights[i] += titles[i] + height;
        all += heights[i] + 2 * gap;
    }
    m_pages.makeRoom(all);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        m_pages.makeRoom(heights[i]);
        m_pages.put(heights[i], [row = rows[i], titleHeight = titles[i], width, height, this](QPainter& painter) {
            for (std::size_t place = 0; place < row.size(); ++place) {
                const double left = double(place) * (width + gap);
                painter.setPen(m_tokens.text);
                row[place].title.layout->draw(&painter, {left, titleHeight - row[place].title.height});
                row[place].picture->render(&painter, {left, titleHeight, width, height});
                painter.setPen(m_tokens.muted);
                row[place].figures.layout->draw(&painter, {left, titleHeight + height});
            }
        });
        m_pages.skip(2 * gap);
    }
}

/// A line each: name, course, figures.
void Setter::operator()(const ReportSparks& sparks) {
    if (!sparks.title.isEmpty())
        subheading(sparks.title);
    constexpr double height = 150;
    const double nameWidth = m_pages.width() * 0.34;
    const double courseWidth = m_pages.width() * 0.2;
    const double left = nameWidth + courseWidth + 2 * cellGap;
    for (const ReportSparks::Spark& spark : sparks.sparks) {
        const SetText name = setText(spark.title, m_face.data(Face::Small), nameWidth, 2);
        const SetText figures = setText(spark.figures, m_face.text(Face::Small), m_pages.width() - left, 2);
        const double most = std::max({height, name.height, figures.height}) + smallGap / 2;
        m_pages.makeRoom(most);
        m_pages.put(
            most, [name, figures, most, nameWidth, courseWidth, left, pieces = spark.pieces, this](QPainter& painter) {
                painter.setPen(m_tokens.text);
                name.layout->draw(&painter, {0, (most - name.height) / 2});
                painter.setPen(m_tokens.muted);
                figures.layout->draw(&painter, {left, (most - figures.height) / 2});
                painter.fillRect(QRectF(0, most, m_pages.width(), 4), m_tokens.line);
                painter.setPen(QPen(m_tokens.series[0], 9, Qt::SolidLine, Qt::SquareCap));
                for (const std::vector<QPointF>& piece : pieces) {
                    QPolygonF course;
                    for (const QPointF& point : piece)
                        course << QPointF(nameWidth + cellGap + point.x() * courseWidth,
                                          most - smallGap - point.y() * (most - 2 * smallGap));
                    if (course.size() == 1)
                        painter.drawPoint(course.front());
                    else
                        painter.drawPolyline(course);
                }
            });
    }
    m_pages.skip(smallGap);
    if (!sparks.note.isEmpty()) {
        const SetText note = setText(sparks.note, m_face.text(Face::Small), m_pages.width());
        m_pages.makeRoom(note.height);
        m_pages.text(note, m_tokens.muted);
    }
    m_pages.skip(2 * gap);
}

} // namespace

QByteArray reportPdf(const Report& report, std::span<const QByteArray> charts, const ReportFaces& faces) {
    const Face face(faces);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins({});
    writer.setResolution(unitsAnInch);
    writer.setTitle(report.title);
    writer.setCreator(QStringLiteral("Portolan"));
    Pages pages(writer.pageLayout().fullRectPixels(unitsAnInch).size());
    Setter setter(pages, charts, face);
    setter.head(report);
    for (const ReportPart& part : report.parts) {
        if (part.blocks.empty())
            continue;
        if (std::ranges::any_of(
                part.blocks, [](const ReportBlock& block) { return std::holds_alternative<ReportMultiples>(block); }))
            pages.breakPage(); // which are on one page, their heading too
        setter.heading(part.title, part.blocks.front());
        for (const ReportBlock& block : part.blocks)
            std::visit(setter, block);
        pages.skip(gap);
        if (part.name == QLatin1String("summary") && &part != &report.parts.back())
            pages.breakPage();
    }
    pages.paint(writer, report.made, face.text(Face::Small));
    return buffer.data();
}

QByteArray reportChartSvg(const ReportChart& chart) {
    const auto picture = chartPicture({}, chart.lines, chart.span, chart.isSmall ? smallChartSize : chartSize,
                                      chart.markers, chart.display);
    return svgOf(*picture);
}

ReportFaces reportFaces() {
    const QFont text = interfaceFont(100);
    return {text, dataFont(text)};
}

Result<qint64> saveReport(const Report& report, std::span<const QByteArray> charts, const ReportFaces& faces,
                          const QString& path) {
    const bool isPdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    const QByteArray written = isPdf ? reportPdf(report, charts, faces) : reportHtml(report, charts);
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(written) == written.size() && file.commit())
        return written.size();
    return Error{ErrorCode::Io,
                 QCoreApplication::translate("Errors", "Cannot write %1: %2.").arg(path, file.errorString())};
}

} // namespace portolan
