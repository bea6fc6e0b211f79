#include "storage/transfer/storecomparison.h"

#include "storage/json/jsonmeaning.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsontext.h"
#include "storage/transfer/copiedtables.h"

namespace portolan {

namespace {

constexpr qsizetype longestShown = 64 * 1024; ///< of a value in a row that is shown
constexpr qsizetype shownOfLonger = 1000;
constexpr qint64 rowsBetweenTicks = 4096;

/// Appends a value as JSON: documents as they are, numbers as numbers, all else as texts. A longer one than people read
/// is cut, and says how long it is.
void appendValue(QByteArray& document, const ContentCell& cell) {
    if (cell.kind == ContentCell::Kind::Nothing) {
        document += "null";
        return;
    }
    const QByteArray text = contentCellText(cell);
    const bool isNumber = cell.kind == ContentCell::Kind::Integer || cell.kind == ContentCell::Kind::Real
                          || cell.kind == ContentCell::Kind::Decimal;
    if (text.size() > longestShown)
        appendJsonString(document, text.first(shownOfLonger) + "… (" + QByteArray::number(text.size()) + " bytes)");
    else if (isNumber && isJsonNumber(text))
        document += text;
    else if (cell.kind == ContentCell::Kind::Json && jsonMeaning(text))
        document += text;
    else
        appendJsonString(document, text);
}

QByteArray documentOf(const TablePlan& plan, const ContentRow& row) {
    QByteArray document = "{";
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        document += i > 0 ? "," : "";
        appendJsonString(document, plan.columns[i].name.toUtf8());
        document += ':';
        appendValue(document, row[i]);
    }
    return document + '}';
}

/// Returns the rows of a difference; null: that store does not have it.
RowDifference::Rows rowsOf(const TablePlan& plan, const ContentRow* first, const ContentRow* second) {
    RowDifference::Rows rows;
    const ContentRow& row = first ? *first : *second;
    for (std::size_t i = 0; i < plan.keys; ++i) {
        const bool isNothing = row[i].kind == ContentCell::Kind::Nothing;
        rows.key.emplace_back(plan.columns[i].name, isNothing ? std::nullopt : std::optional(contentCellText(row[i])));
    }
    rows.first = first ? documentOf(plan, *first) : QByteArray("{}");
    rows.second = second ? documentOf(plan, *second) : QByteArray("{}");
    return rows;
}

/// A stream and the row that it is on.
class Side {
public:
    static Result<Side> open(StoreContent& content, const TablePlan& plan) {
        auto stream = content.rows(plan);
        PORTOLAN_TRY(stream);
        Side side(std::move(*stream), plan.table == QLatin1String("portolan_settings"));
        PORTOLAN_TRY(side.move());
        return side;
    }
    [[nodiscard]] Result<void> move() {
        do {
            const Result<bool> more = m_stream->next();
            PORTOLAN_TRY(more);
            m_isThere = *more;
        } while (m_isThere && m_isSettings && isPlacesOwnSetting(m_stream->row()));
        return {};
    }
    [[nodiscard]] bool isThere() const { return m_isThere; }
    [[nodiscard]] const ContentRow& row() const { return m_stream->row(); }

private:
    Side(std::unique_ptr<RowStream> stream, bool isSettings) : m_stream(std::move(stream)), m_isSettings(isSettings) {}

    std::unique_ptr<RowStream> m_stream;
    bool m_isSettings; ///< of which those of the place itself, and a copy's ledger, are passed over
    bool m_isThere = false;
};

QByteArray changedColumns(const TablePlan& plan, const ContentRow& a, const ContentRow& b) {
    QByteArray names;
    for (std::size_t i = plan.keys; i < plan.columns.size(); ++i) {
        if (!isSameCell(a[i], b[i]))
            names += (names.isEmpty() ? "" : ",") + plan.columns[i].name.toUtf8();
    }
    return names;
}

Result<void> compareRows(StoreContent& a, StoreContent& b, const TablePlan& plan, const CompareOptions& options,
                         CompareReport& report, const std::function<Result<void>(const RowDifference&)>& tell) {
    auto left = Side::open(a, plan);
    PORTOLAN_TRY(left);
    auto right = Side::open(b, plan);
    PORTOLAN_TRY(right);
    const QByteArray table = plan.table.toUtf8();
    const auto differs = [&](RowDifference::Kind kind, const QByteArray& columns) {
        ++report.differences;
        const ContentRow* const first = kind == RowDifference::Kind::Extra ? nullptr : &left->row();
        const ContentRow* const second = kind == RowDifference::Kind::Missing ? nullptr : &right->row();
        RowDifference difference{table, contentKeyText(plan.keyOf(first ? *first : *second)), kind, columns};
        if (options.withRows)
            difference.rows = rowsOf(plan, first, second);
        return tell(difference);
    };
    while (left->isThere() || right->isThere()) {
        if (options.progress && (report.rows + report.differences) % rowsBetweenTicks == 0)
            options.progress(report.rows + report.differences);
        const auto order = !left->isThere()    ? std::strong_ordering::greater
                           : !right->isThere() ? std::strong_ordering::less
                                               : compareContentKeys(plan.keyOf(left->row()), plan.keyOf(right->row()));
        if (order == std::strong_ordering::less) {
            PORTOLAN_TRY(differs(RowDifference::Kind::Missing, {}));
        } else if (order == std::strong_ordering::greater) {
            PORTOLAN_TRY(differs(RowDifference::Kind::Extra, {}));
        } else if (const QByteArray columns = changedColumns(plan, left->row(), right->row()); columns.isEmpty()) {
            ++report.rows;
        } else {
            PORTOLAN_TRY(differs(RowDifference::Kind::Changed, columns));
        }
        if (order != std::strong_ordering::greater) {
            PORTOLAN_TRY(left->move());
        }
        if (order != std::strong_ordering::less) {
            PORTOLAN_TRY(right->move());
        }
    }
    return {};
}

void noteColumns(const QString& table, const QStringList& columns, const QString& where, QStringList& leftOut) {
    if (!columns.isEmpty())
        leftOut << QStringLiteral("%1: only %2 has the column %3, which is not compared.")
                       .arg(table, where, columns.join(QStringLiteral(", ")));
}

/// A table that one store alone has is told of where rows are in it, or where it was asked for.
Result<void> noteTable(StoreContent& content, const QString& table, bool isAsked, CompareReport& report) {
    if (!isAsked) {
        const Result<bool> has = content.hasRows(table);
        PORTOLAN_TRY(has);
        if (!*has)
            return {};
    }
    report.leftOut << QStringLiteral("%1: only %2 has this table.").arg(table, content.where());
    return {};
}

/// A table that a right is missing for is told of, and left out.
Result<bool> isReadable(StoreContent* a, StoreContent* b, const QString& table, CompareReport& report) {
    for (StoreContent* const side : {a, b}) {
        const Result<bool> may = side ? side->mayRead(table) : Result<bool>(true);
        PORTOLAN_TRY(may);
        if (*may)
            continue;
        report.leftOut << QStringLiteral("%1 is not compared: the right to read it in %2 is missing (GRANT SELECT).")
                              .arg(table, side->where());
        return false;
    }
    return true;
}

} // namespace

const char* rowDifferenceName(RowDifference::Kind kind) {
    switch (kind) {
    case RowDifference::Kind::Missing:
        return "missing";
    case RowDifference::Kind::Extra:
        return "extra";
    case RowDifference::Kind::Changed:
        return "changed";
    }
    Q_UNREACHABLE();
}

QStringList pipelineTableNames() {
    QStringList names;
    for (const char* name :
         {"batches", "messages", "component_state", "component_metrics", "port_metrics", "system_health", "checkpoints",
          "port_messages", "sink_storage", "processed_events", "metrics", "connector_profiles", "client_configs",
          "service_proposals", "market_data", "news_articles", "telemetry_events"})
        names << QLatin1String(name);
    return names;
}

Result<CompareReport> compareStores(StoreContent& a, StoreContent& b, const CompareOptions& options,
                                    const std::function<Result<void>(const RowDifference&)>& tell) {
    CompareReport report;
    const bool areAsked = !options.tables.isEmpty();
    // Between files and a database the messages count: files have no other tables, and no rows of batches of their own.
    const bool hasFiles = a.keeper() == ContentKeeper::Files || b.keeper() == ContentKeeper::Files;
    const QStringList usual = hasFiles ? QStringList{QStringLiteral("messages")} : pipelineTableNames();
    for (const QString& name : areAsked ? options.tables : usual) {
        const auto inA = a.table(name);
        PORTOLAN_TRY(inA);
        const auto inB = b.table(name);
        PORTOLAN_TRY(inB);
        if (!*inA && !*inB) {
            if (areAsked)
                return Error{ErrorCode::NotFound,
                             QStringLiteral("Neither %1 nor %2 has a table %3.").arg(a.where(), b.where(), name)};
            continue;
        }
        const Result<bool> readable = isReadable(*inA ? &a : nullptr, *inB ? &b : nullptr, name, report);
        PORTOLAN_TRY(readable);
        if (!*readable)
            continue;
        if (!*inA || !*inB) {
            PORTOLAN_TRY(noteTable(*inA ? a : b, name, areAsked, report));
            continue;
        }
        const Result<TablePlan> plan = planTable(**inA, a.keeper(), **inB, b.keeper());
        if (!plan && plan.error().code == ErrorCode::Unsupported) {
            report.leftOut << QStringLiteral("%1 is not compared. %2").arg(name, plan.error().text);
            continue;
        }
        PORTOLAN_TRY(plan);
        if (!hasFiles) {
            noteColumns(name, plan->onlyInA, a.where(), report.leftOut);
            noteColumns(name, plan->onlyInB, b.where(), report.leftOut);
        }
        PORTOLAN_TRY(compareRows(a, b, *plan, options, report, tell));
    }
    PORTOLAN_TRY(a.checkUnmoved());
    PORTOLAN_TRY(b.checkUnmoved());
    return report;
}

} // namespace portolan
