#include "models/operations/backupcomparison.h"

#include "models/list/format.h"
#include "storage/checks/checks.h"
#include "storage/listing/filterlexer.h"
#include "storage/listing/memorylisting.h"
#include "storage/listing/rowsource.h"
#include "storage/stores/opencontent.h"

#include <QFileInfo>
#include <array>
#include <map>

namespace portolan {

namespace {

struct ComparedWords {
    Q_DECLARE_TR_FUNCTIONS(Compared)
};

constexpr int mostOfEach = 1000;                      ///< differences of a kind and table that are listed
constexpr qsizetype mostKeptBytes = 64 * 1024 * 1024; ///< of rows that are kept to be shown
constexpr std::size_t mostLines = 5000;               ///< of a row's outline

constexpr Column<ListedDifference> differenceTable[] = {
    {"number", ColumnType::Integer, [](const ListedDifference& d) { return Value(d.number); }},
    {"table", ColumnType::Text, [](const ListedDifference& d) { return Value(d.row.table); }},
    {"key", ColumnType::Text, [](const ListedDifference& d) { return Value(d.row.key); }},
    {"difference", ColumnType::Text,
     [](const ListedDifference& d) { return Value(QByteArray(rowDifferenceName(d.row.kind))); }},
    {"columns", ColumnType::Text, [](const ListedDifference& d) { return Value(d.row.columns); }},
};

std::span<const Column<ListedDifference>> differenceColumns() {
    return differenceTable;
}

const ColumnSet& differenceSchema() {
    static const ColumnSet schema = schemaOf(differenceColumns(), {}, {"table", "key", "difference", "columns"});
    return schema;
}

class DifferenceRows final : public RowSource<ListedDifference> {
public:
    explicit DifferenceRows(std::shared_ptr<const BackupComparison> comparison) : m_comparison(std::move(comparison)) {}

    Result<Page<ListedDifference>> page(const ListQuery& query, const CancelToken&) override {
        return pageOfRows(rows(), order(), query);
    }
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken&) override {
        return pageIndexOfRows(rows(), order(), query, pages);
    }

private:
    static RowOrder<ListedDifference> order() { return {differenceColumns(), &differenceSchema(), 0, 0}; }
    [[nodiscard]] const std::vector<ListedDifference>& rows() const {
        static const std::vector<ListedDifference> none;
        return m_comparison ? m_comparison->rows : none;
    }

    std::shared_ptr<const BackupComparison> m_comparison;
};

/// Counts the differences, and keeps those that are listed.
class Keeper {
public:
    explicit Keeper(BackupComparison& into) : m_into(into) {}

    void take(const RowDifference& difference) {
        switch (difference.kind) {
        case RowDifference::Kind::Missing:
            ++m_into.missing;
            break;
        case RowDifference::Kind::Extra:
            ++m_into.extra;
            break;
        case RowDifference::Kind::Changed:
            ++m_into.changed;
            break;
        }
        if (m_listed[{difference.table, difference.kind}]++ >= mostOfEach)
            return;
        ListedDifference listed{std::ssize(m_into.rows) + 1, difference};
        if (listed.row.rows) {
            RowDifference::Rows& rows = *listed.row.rows;
            m_bytes += rows.first.size() + rows.second.size();
            if (m_bytes > mostKeptBytes) {
                rows.first.clear();
                rows.second.clear();
            }
        }
        m_into.rows.push_back(std::move(listed));
    }

private:
    BackupComparison& m_into;
    std::map<std::pair<QByteArray, RowDifference::Kind>, int> m_listed;
    qsizetype m_bytes = 0;
};

} // namespace

Result<BackupComparison> compareBackup(const BackupEntry& backup, const StoreUrl& store,
                                       const std::function<void(qint64)>& progress, const CancelToken& token) {
    StoreUrl file;
    file.kind = StoreKind::Bundle;
    file.path = backup.file;
    ContentAid aid;
    if (store.kind == StoreKind::Postgresql)
        aid.server = store;
    const auto then = openContent(file, token, aid);
    PORTOLAN_TRY(then);
    const auto now = openContent(store, token, aid);
    PORTOLAN_TRY(now);
    BackupComparison comparison;
    comparison.backup = backup;
    comparison.kind = store.kind;
    comparison.comparedAt = currentTime();
    Keeper keeper(comparison);
    CompareOptions options;
    options.withRows = true;
    options.progress = progress;
    const auto report = compareStores(**then, **now, options, [&](const RowDifference& difference) -> Result<void> {
        keeper.take(difference);
        return {};
    });
    PORTOLAN_TRY(report);
    comparison.alike = report->rows;
    comparison.leftOut = report->leftOut;
    return comparison;
}

QString comparisonSummary(const BackupComparison& comparison) {
    const qint64 all = comparison.missing + comparison.extra + comparison.changed;
    const QString name = QFileInfo(comparison.backup.file).fileName();
    QStringList parts;
    if (all == 0) {
        parts << ComparedWords::tr("The store has every row as it is in %1: %2 rows are alike.")
                     .arg(name, groupedNumber(comparison.alike));
    } else {
        parts << ComparedWords::tr(
                     "%1 rows alike, %2 different from %3: %4 changed, %5 missing in the store, %6 in the "
                     "store alone.")
                     .arg(groupedNumber(comparison.alike), groupedNumber(all), name, groupedNumber(comparison.changed),
                          groupedNumber(comparison.missing), groupedNumber(comparison.extra));
    }
    if (all > std::ssize(comparison.rows))
        parts << ComparedWords::tr("Listed are the first %1 of each kind in each table; `portolan compare` prints all.")
                     .arg(groupedNumber(mostOfEach));
    if (!comparison.leftOut.isEmpty())
        parts << ComparedWords::tr("Not compared: %1").arg(comparison.leftOut.join(u' '));
    return parts.join(u' ');
}

std::shared_ptr<const ListingAdapter> differenceListing(std::shared_ptr<const BackupComparison> comparison) {
    const auto rows = std::make_shared<DifferenceRows>(std::move(comparison));
    return std::make_shared<TypedListing<ListedDifference>>(Listing<ListedDifference>{
        .source = [rows](Store&) -> RowSource<ListedDifference>& { return *rows; },
        .columns = differenceColumns,
        .schema = differenceSchema,
        .shown = {{"table", QT_TRANSLATE_NOOP("Columns", "Table"), ColumnKind::Data, 16},
                  {"key", QT_TRANSLATE_NOOP("Columns", "Key"), ColumnKind::Data, 36},
                  {"difference", QT_TRANSLATE_NOOP("Columns", "Difference"), ColumnKind::State, 10},
                  {"columns", QT_TRANSLATE_NOOP("Columns", "Columns"), ColumnKind::Data, -14}},
        .identity = [](const ListedDifference& difference) { return QByteArray::number(difference.number); },
        .trim =
            [](ListedDifference& difference) {
                difference.row.rows.reset(); // the view asks the comparison for the chosen one's
            },
        .rowsChange = false});
}

DocumentComparison rowsSideBySide(const RowDifference& difference, const CancelToken& token) {
    DocumentComparison comparison;
    comparison.names = {ComparedWords::tr("In the backup"), ComparedWords::tr("In the store")};
    if (difference.rows && !difference.rows->first.isEmpty()) {
        const std::array<QByteArrayView, 2> documents{difference.rows->first, difference.rows->second};
        comparison.outline = std::make_shared<JsonComparison>(compareJson(documents, mostLines, token));
    }
    return comparison;
}

Inspection inspect(const ListedDifference& difference) {
    const RowDifference& row = difference.row;
    Inspection inspection;
    inspection.title = visibleText(row.table, 60) + u' ' + visibleText(row.key, 80);
    inspection.facts = {{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Kind")),
                         statusText(QByteArray("difference/") + rowDifferenceName(row.kind))},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Key")), visibleText(row.key)}};
    if (!row.columns.isEmpty())
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Columns")), visibleText(row.columns)});
    const bool isKept = row.rows && !row.rows->first.isEmpty();
    if (isKept && row.kind != RowDifference::Kind::Missing)
        inspection.documents.push_back(
            readDocument(ComparedWords::tr("In the store"), row.rows->second, QStringLiteral("row.json")));
    if (isKept && row.kind != RowDifference::Kind::Extra)
        inspection.documents.push_back(
            readDocument(ComparedWords::tr("In the backup"), row.rows->first, QStringLiteral("row.json")));
    if (inspection.documents.empty())
        inspection.documents.push_back(
            readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Key")), row.key, QStringLiteral("key.txt")));
    return inspection;
}

PaneLink linkOfDifference(const RowDifference& difference, StoreKind kind) {
    if (!difference.rows)
        return {};
    QStringList terms;
    for (const auto& [column, value] : difference.rows->key) {
        const QByteArray name = typedName(column.toUtf8()).toUtf8();
        terms << (value ? QString::fromUtf8(filterOf(name, std::span(&*value, 1)))
                        : QStringLiteral("not %1:*").arg(QString::fromUtf8(name)));
    }
    const QString table = QString::fromUtf8(difference.table);
    return {kind == StoreKind::Files ? QStringLiteral("batches") : QStringLiteral("tables/") + table, terms.join(u' ')};
}

} // namespace portolan
