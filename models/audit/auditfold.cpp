#include "models/audit/auditfold.h"

#include "models/list/format.h"
#include "storage/listing/memorylisting.h"
#include "storage/store.h"
#include "storage/undo/undo.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds moment{50}; ///< for one question
constexpr int leastStep = 500;
constexpr int mostStep = 50'000;
constexpr int mostUnsettled = 5'000;  ///< of the newest entries, which are read each time
constexpr int staysUnsettled = 1'000; ///< an entry that is committed late comes before so many at most

struct AuditWords {
    Q_DECLARE_TR_FUNCTIONS(Audit)
};

bool isGroup(const AuditRow& row) {
    return row.kind != AuditRow::Kind::Act;
}

/// "promote checkpoint orders", "replay port_message"; of a run the program.
QByteArray whatOf(const AuditAct& act) {
    if (act.isOfProgram)
        return act.whole.actor;
    return act.whole.action + ' ' + act.whole.subjectKind
           + (act.whole.subjectId ? ' ' + *act.whole.subjectId : QByteArray());
}

/// Returns the reason that was given; of a run, each of its actions with its number.
Value whyOf(const AuditAct& act) {
    if (!act.isOfProgram)
        return optionalValue(act.whole.reason);
    QStringList parts;
    std::vector<std::pair<qint64, QByteArray>> most;
    for (const auto& [action, count] : act.actions)
        most.emplace_back(-count, action);
    std::ranges::sort(most);
    for (const auto& [count, action] : most)
        parts << QString::fromUtf8(action) + u' ' + groupedNumber(-count);
    return Value(parts.join(QStringLiteral(" · ")).toUtf8());
}

Value textOf(const AuditRow& row) {
    switch (row.kind) {
    case AuditRow::Kind::People:
        return AuditWords::tr("People").toUtf8();
    case AuditRow::Kind::Programs:
        return AuditWords::tr("Programs").toUtf8();
    case AuditRow::Kind::Act:
        break;
    }
    return whatOf(row.act);
}

template <class Read>
Value ofAct(const AuditRow& row, Read read) {
    return isGroup(row) ? Value() : read(row.act.whole);
}

constexpr Column<AuditRow> columnTable[] = {
    {"what", ColumnType::Text, &textOf},
    {"actor", ColumnType::Text,
     [](const AuditRow& row) { return ofAct(row, [](const AuditPart& whole) { return Value(whole.actor); }); }},
    {"entries", ColumnType::Integer,
     [](const AuditRow& row) { return ofAct(row, [](const AuditPart& whole) { return Value(whole.entries); }); }},
    {"span", ColumnType::Integer,
     [](const AuditRow& row) {
         return ofAct(row, [](const AuditPart& whole) {
             return whole.entries > 1 ? Value(qint64(duration_cast<milliseconds>(whole.end - whole.begin).count()))
                                      : Value();
         });
     }},
    {"at", ColumnType::Time,
     [](const AuditRow& row) { return ofAct(row, [](const AuditPart& whole) { return Value(whole.end); }); }},
    {"reason", ColumnType::Text, [](const AuditRow& row) { return isGroup(row) ? Value() : whyOf(row.act); }},
    {"place", ColumnType::Integer, [](const AuditRow& row) { return Value(row.place); }},
};
constexpr int placeColumn = 6;

std::span<const Column<AuditRow>> actColumns() {
    return columnTable;
}

const ColumnSet& actSchema() {
    static const ColumnSet schema = schemaOf(actColumns(), "at", {"what", "actor", "reason"});
    return schema;
}

Listing<AuditRow> acts() {
    return {.source = [](Store&) -> RowSource<AuditRow>& { return noRows<AuditRow>(); },
            .columns = actColumns,
            .schema = actSchema,
            .shown = {{"what", QT_TRANSLATE_NOOP("Columns", "Act"), ColumnKind::Outline, -20},
                      {"entries", QT_TRANSLATE_NOOP("Columns", "Entries"), ColumnKind::Number, 7},
                      {"at", QT_TRANSLATE_NOOP("Columns", "Age"), ColumnKind::Age, 5},
                      {"actor", QT_TRANSLATE_NOOP("Columns", "By"), ColumnKind::Data, 14},
                      {"span", QT_TRANSLATE_NOOP("Columns", "Within"), ColumnKind::Elapsed, 8},
                      {"reason", QT_TRANSLATE_NOOP("Columns", "Reason"), ColumnKind::Data, 20}},
            .identity =
                [](const AuditRow& row) {
                    return isGroup(row) ? QByteArray(row.kind == AuditRow::Kind::People ? "people" : "programs")
                                        : QByteArray::number(row.act.key);
                },
            .trim = nullptr,
            .rowsChange = true};
}

RowOrder<AuditRow> byPlace() {
    return {actColumns(), &actSchema(), placeColumn, placeColumn};
}

/// Without what was asked of the audit itself.
ListQuery ofRows(const ListQuery& query) {
    ListQuery rows = query;
    rows.filter = {};
    if (rows.sort.column.isEmpty())
        rows.sort.descending = false;
    return rows;
}

Result<Undo*> undoOf(Store& store) {
    Undo* const undo = store.undo();
    if (undo)
        return undo;
    return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Audit).value_or(store.url().display())};
}

} // namespace

Result<void> AuditFold::begin(Store& store, const CancelToken& token) {
    const Result<Undo*> undo = undoOf(store);
    PORTOLAN_TRY(undo);
    m_filter = measuredAt(m_filter, currentTime());
    const Result<AuditParts> newest = (*undo)->parts(0, 0, 1, m_filter, token);
    PORTOLAN_TRY(newest);
    m_upTo = std::max<qint64>(newest->newest - staysUnsettled, 0);
    m_from = m_upTo + 1;
    m_isWhole = m_upTo == 0;
    m_isBegun = true;
    return {};
}

/// Reads what came since, and settles what is old enough.
Result<void> AuditFold::readNewer(Store& store, const CancelToken& token) {
    const Result<Undo*> undo = undoOf(store);
    PORTOLAN_TRY(undo);
    Result<AuditParts> newer = (*undo)->parts(m_upTo, 0, mostUnsettled, m_filter, token);
    PORTOLAN_TRY(newer);
    if (newer->newest - m_upTo > mostUnsettled) {
        const qint64 until = std::min(m_upTo + m_step, newer->newest - staysUnsettled);
        const Result<AuditParts> old = (*undo)->parts(m_upTo, until + 1, m_step, m_filter, token);
        PORTOLAN_TRY(old);
        m_settled.addNewer(*old);
        m_upTo = until;
        newer = (*undo)->parts(m_upTo, 0, mostUnsettled, m_filter, token);
        PORTOLAN_TRY(newer);
    }
    m_isBehind = newer->newest - m_upTo > mostUnsettled;
    AuditActs all = m_settled;
    all.addNewer(*newer);
    m_shown = all.acts();
    m_entries = all.entries();
    std::ranges::sort(m_shown, std::greater(), [](const AuditAct& act) { return act.whole.last; });
    return {};
}

Result<void> AuditFold::readOlder(Store& store, const CancelToken& token) {
    const Result<Undo*> undo = undoOf(store);
    PORTOLAN_TRY(undo);
    const auto begun = steady_clock::now();
    const Result<AuditParts> older = (*undo)->parts(0, m_from, m_step, m_filter, token);
    PORTOLAN_TRY(older);
    m_settled.addOlder(*older);
    m_from = older->entries > 0 ? older->first : m_from;
    m_isWhole = older->last;
    const auto took = std::max<steady_clock::duration>(steady_clock::now() - begun, 1ms);
    m_step = static_cast<int>(std::clamp<double>(m_step * (duration<double>(moment) / took),
                                                 std::max(leastStep, m_step / 4), std::min(mostStep, m_step * 4)));
    return {};
}

Result<AuditFoldProgress> AuditFold::goOn(Store& store, milliseconds patience, const CancelToken& token) {
    const auto until = steady_clock::now() + patience;
    if (!m_isBegun) {
        PORTOLAN_TRY(begin(store, token));
        PORTOLAN_TRY(readNewer(store, token)); // which is shown at once
        return AuditFoldProgress{m_isWhole, false, std::ssize(m_shown), m_entries};
    }
    const auto isCut = [this] { return m_settled.acts().size() >= mostActs; };
    while (!m_isWhole && !isCut() && steady_clock::now() + moment < until) {
        PORTOLAN_TRY(readOlder(store, token));
    }
    PORTOLAN_TRY(readNewer(store, token));
    return AuditFoldProgress{(m_isWhole || isCut()) && !m_isBehind, !m_isWhole && isCut(), std::ssize(m_shown),
                             m_entries};
}

AuditActListing::AuditActListing(std::shared_ptr<AuditFold> fold)
    : TypedListing(portolan::acts())
    , m_fold(std::move(fold)) {}

void AuditActListing::setClosed(AuditRow::Kind group, bool closed) {
    const std::lock_guard lock(m_mutex);
    m_closed[static_cast<std::size_t>(group)] = closed;
}

AuditActListing::Rows AuditActListing::rowsOf(const ListQuery& query) const {
    Rows rows;
    const std::lock_guard lock(m_mutex);
    for (const AuditRow::Kind kind : {AuditRow::Kind::People, AuditRow::Kind::Programs}) {
        const auto isOfGroup = [&](const AuditAct& act) { return act.isOfProgram == (kind != AuditRow::Kind::People); };
        const qint64 members = std::ranges::count_if(m_fold->acts(), isOfGroup);
        const bool isOpen = !m_closed[static_cast<std::size_t>(kind)] || !query.sort.column.isEmpty();
        if (members > 0 && query.sort.column.isEmpty())
            rows.push_back({kind, {}, std::ssize(rows), members, isOpen});
        for (const AuditAct& act : m_fold->acts()) {
            if (isOpen && isOfGroup(act))
                rows.push_back({AuditRow::Kind::Act, act, std::ssize(rows)});
        }
    }
    return rows;
}

Result<AuditActListing::BlockPage> AuditActListing::page(Store& store, const ListQuery& query, RowExtent,
                                                         const CancelToken& token) const {
    constexpr milliseconds first{60};
    if (m_fold->acts().empty()) {
        PORTOLAN_TRY(m_fold->goOn(store, first, token));
    }
    auto page = pageOfRows(rowsOf(query), byPlace(), ofRows(query));
    PORTOLAN_TRY(page);
    return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
}

Result<PageIndex> AuditActListing::pageIndex(Store&, const ListQuery& query, int pages, const CancelToken&) const {
    return pageIndexOfRows(rowsOf(query), byPlace(), ofRows(query), pages);
}

void AuditActListing::addChosen(const RowBlock& rows, int at, std::vector<QByteArray>& identities) const {
    if (!isGroup(row(rows, at)))
        identities.push_back(identity(rows, at));
}

OutlinePlace AuditActListing::outline(const RowBlock& rows, int at) const {
    const AuditRow& each = row(rows, at);
    return {.isGroup = isGroup(each),
            .isOpen = each.isOpen,
            .isMember = !isGroup(each),
            .said = 0,
            .kind = {},
            .count = static_cast<qsizetype>(each.members)};
}

Filter entriesOf(const AuditAct& act) {
    const ColumnSet& schema = auditSchema();
    const AuditPart& whole = act.whole;
    if (whole.entries == 1)
        return equals(schema, "id", act.entry);
    const bool mayGoOn = currentTime() - whole.end < AuditActs::pause; // what comes to it is shown, too
    const QString until = mayGoOn ? QString() : QStringLiteral(" id<=%1").arg(whole.last);
    const auto between = parseFilter(QStringLiteral("id>=%1").arg(whole.first) + until, schema, {});
    Filter filter = between ? *between : Filter();
    if (act.isOfProgram)
        return both(both(filter, equals(schema, "actor", whole.actor)),
                    equals(schema, "subject_kind", whole.subjectKind));
    const std::optional<QByteArray>& run = whole.runId ? whole.runId : whole.subjectId;
    if (!run)
        return filter;
    const Filter ofRun = equals(schema, "run_id", *run);
    const Filter ofJob = equals(schema, "subject_id", *run);
    return both(filter, {ofRun.source + QStringLiteral(" or ") + ofJob.source,
                         std::make_shared<FilterNode>(FilterNode{FilterOr{{ofRun.root, ofJob.root}}})});
}

} // namespace portolan
