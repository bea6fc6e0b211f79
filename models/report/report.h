#pragma once

#include "models/charts/chartlines.h"
#include "models/list/format.h"
#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/export/reportrequest.h"

#include <QStringList>
#include <variant>
#include <vector>

namespace portolan {

class Store;

/// "summary", "dead-letters", "replays", "health", "receiving", "charts", "checks", "gaps": in the order of a report.
[[nodiscard]] QStringList reportSectionNames();
/// Returns the heading of a section, in the operator's language.
[[nodiscard]] QString reportSectionTitle(const QString& name);

enum class ReportTone { Neutral, Good, Bad };

/// A number one looks at first.
struct ReportFigure {
    QString value;
    QString text; ///< what it counts
    ReportTone tone = ReportTone::Neutral;
};

struct ReportTable {
    struct Column {
        QString title;
        int share;             ///< of the width, among the other columns'
        bool isNumber = false; ///< stands right
        bool isData = false;   ///< foreign text, fixed pitch
    };
    QString title{}; ///< may be empty
    std::vector<Column> columns{};
    std::vector<QStringList> rows{}; ///< a text a column
    QString note{};                  ///< what it leaves out; may be empty
};

struct ReportChart {
    QString title;
    TimeRange span{};
    std::vector<ChartLine> lines; ///< at least one; of two units at most
    QString figures;              ///< the same in words
    std::vector<ChartMarker> markers{};
    TimeDisplay display = TimeDisplay::Utc;
    bool isSmall = false; ///< one of several beside each other
};

/// The part of the story that comes first, in sentences.
struct ReportStory {
    QStringList sentences;
};

/// A heading within a part.
struct ReportHeading {
    QString text;
};

/// Small charts beside each other, two a row, all on one page.
struct ReportMultiples {
    std::vector<ReportChart> charts;
};

/// A series in one line: its name, its course without an axis, its figures.
struct ReportSparks {
    struct Spark {
        QString title;
        std::vector<std::vector<QPointF>> pieces; ///< in a square of one, y upwards
        QString figures;
    };
    QString title;
    std::vector<Spark> sparks;
    QString note; ///< what it leaves out; may be empty
};

/// Makes the course of a line.
[[nodiscard]] ReportSparks::Spark sparkOf(const ChartLine& line, TimeRange span);

using ReportFigures = std::vector<ReportFigure>;
using ReportBlock = std::variant<QString, ReportFigures, ReportTable, ReportChart, ReportStory, ReportHeading,
                                 ReportMultiples, ReportSparks>;

struct ReportPart {
    QString name; ///< of reportSectionNames()
    QString title;
    std::vector<ReportBlock> blocks;
};

/// A report as it is written, whatever to. All texts are plain and made visible; `made` says the zone of its times.
struct Report {
    QString title;
    QString store; ///< without its password; for a customer its name alone
    QString span;
    QString made; ///< when, and by what
    std::vector<ReportPart> parts;
    QStringList shortfalls{}; ///< parts that could not be read, and why; it stands in them, too
};

/// The charts in it, in their order.
[[nodiscard]] std::vector<const ReportChart*> chartsOf(const Report& report);

/// Reads a report from a store; what the store cannot tell, and what could not be read of it, is
/// said in its part. `made` is what it is signed with: "by
/// Portolan 0.1.0". Query thread; seconds to minutes for a large store, and more with checks. Errors: Usage for a
/// section, a filter or times that are none; Cancelled; Connection. A part that cannot be read hides nothing of the
/// others.
[[nodiscard]] Result<Report> makeReport(Store& store, const ReportRequest& request, const QString& by,
                                        const CancelToken& token);

} // namespace portolan
