#pragma once

#include "models/charts/chartlines.h"
#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/export/reportrequest.h"

#include <QStringList>
#include <variant>
#include <vector>

namespace portolan {

class Store;

/// "summary", "receiving", "charts", "dead-letters", "replays", "health", "checks", "gaps": in the order of a report.
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
    ChartLine line;
    QString figures; ///< the same in words
};

using ReportFigures = std::vector<ReportFigure>;
using ReportBlock = std::variant<QString, ReportFigures, ReportTable, ReportChart>;

struct ReportPart {
    QString name; ///< of reportSectionNames()
    QString title;
    std::vector<ReportBlock> blocks;
};

/// A report as it is written, whatever to. All texts are plain and made visible; times are UTC.
struct Report {
    QString title;
    QString store; ///< without its password
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
