#include "models/versions/componentnames.h"

#include "storage/listing/filter.h"
#include "storage/listing/memorylisting.h"
#include "storage/store.h"
#include "storage/versions/componenthealth.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <map>

namespace portolan {

namespace {

// After the cells of PipelineTable::ComponentNames:
constexpr std::size_t placeCell = 9;    ///< what rows are ordered by
constexpr std::size_t membersCell = 10; ///< of a group, how many; of a member 0; of one that is alone nothing
constexpr std::size_t openCell = 11;
constexpr std::size_t stateCell = 12;  ///< how it is, by its reports
constexpr std::size_t reportCell = 13; ///< when the newest one came
constexpr std::size_t cells = 14;

QByteArray textIn(const PipelineRow& row, std::size_t cell) {
    const auto* const text = cell < row.cells.size() ? std::get_if<QByteArray>(&row.cells[cell]) : nullptr;
    return text ? *text : QByteArray();
}

std::size_t cellOf(const char* column) {
    const auto columns = pipelineColumns(PipelineTable::ComponentNames);
    return static_cast<std::size_t>(
        std::ranges::find_if(columns,
                             [&](const Column<PipelineRow>& each) { return QByteArrayView(column) == each.name; })
        - columns.begin());
}

Value placeValue(const PipelineRow& row) {
    return row.cells[placeCell];
}

template <std::size_t cell>
Value valueIn(const PipelineRow& row) {
    return cell < row.cells.size() ? row.cells[cell] : Value();
}

std::span<const Column<PipelineRow>> componentNameColumns() {
    static const std::vector<Column<PipelineRow>> columns = [] {
        const auto stored = pipelineColumns(PipelineTable::ComponentNames);
        std::vector<Column<PipelineRow>> made(stored.begin(), stored.end());
        made.push_back({"place", ColumnType::Text, &placeValue});
        made.push_back({"state", ColumnType::Text, &valueIn<stateCell>});
        made.push_back({"last_heartbeat", ColumnType::Time, &valueIn<reportCell>});
        return made;
    }();
    return columns;
}

const ColumnSet& placedSchema() {
    static const ColumnSet schema = schemaOf(componentNameColumns(), "updated_at", {"component_name"});
    return schema;
}

const ColumnSet& componentNameSchema() {
    return pipelineSchema(PipelineTable::ComponentNames);
}

Listing<PipelineRow> groupedNames() {
    return {.source = [](Store&) -> RowSource<PipelineRow>& { return noRows<PipelineRow>(); },
            .columns = componentNameColumns,
            .schema = componentNameSchema,
            .shown = {{"component_name", QT_TRANSLATE_NOOP("Columns", "Component"), ColumnKind::Outline, -11},
                      {"state", QT_TRANSLATE_NOOP("Columns", "State"), ColumnKind::State, 11},
                      {"last_heartbeat", QT_TRANSLATE_NOOP("Columns", "Last report"), ColumnKind::Age, 8},
                      {"version", QT_TRANSLATE_NOOP("Columns", "Version"), ColumnKind::Id, 7},
                      {"updated_at", QT_TRANSLATE_NOOP("Columns", "Changed"), ColumnKind::Age, 7},
                      {"component_type", QT_TRANSLATE_NOOP("Columns", "Type"), ColumnKind::Data, 12},
                      {"versions", QT_TRANSLATE_NOOP("Columns", "Versions"), ColumnKind::Number, 8},
                      {"size", QT_TRANSLATE_NOOP("Columns", "Size (B)"), ColumnKind::Number, 9}},
            .identity = [](const PipelineRow& row) { return textIn(row, placeCell); },
            .trim = nullptr,
            .rowsChange = true};
}

/// Ranks types as messages go through a pipeline; other types come after these, and those without one last.
QByteArray rankOf(const QByteArray& type) {
    static constexpr std::array<const char*, 5> types{"Source", "Transformer", "Splitter", "Merger", "Sink"};
    const auto found = std::ranges::find_if(types, [&](const char* each) { return type == each; });
    return type.isEmpty() ? QByteArray("9") : QByteArray::number(static_cast<int>(found - types.begin()));
}

PipelineRow groupRow(const QByteArray& type, std::span<const PipelineRow> members, bool isOpen) {
    static const std::size_t name = cellOf("component_name");
    static const std::size_t time = cellOf("updated_at");
    PipelineRow row;
    row.cells.resize(cells);
    row.cells[name] = type.isEmpty() ? QByteArray("?") : type;
    for (const PipelineRow& member : members) {
        if (isBefore(row.cells[time], member.cells[time]))
            row.cells[time] = member.cells[time];
    }
    row.cells[placeCell] = rankOf(type) + type;
    row.cells[membersCell] = static_cast<qint64>(std::ssize(members));
    row.cells[openCell] = isOpen;
    return row;
}

RowOrder<PipelineRow> byPlace() {
    return {componentNameColumns(), &placedSchema(), static_cast<int>(placeCell), static_cast<int>(placeCell)};
}

/// Without what was asked of the store itself.
ListQuery ofRows(const ListQuery& query) {
    ListQuery rows = query;
    rows.filter = {};
    if (rows.sort.column.isEmpty())
        rows.sort.descending = false;
    return rows;
}

/// Adds to components how they are, and those that have reported and stored nothing.
Result<void> addHealth(std::vector<PipelineRow>& components, Store& store, const CancelToken& token) {
    static const std::size_t name = cellOf("component_name");
    RowSource<ComponentHealth>* const health = store.componentHealth();
    if (!health)
        return {};
    ListQuery all;
    all.limit = ComponentNameListing::mostNames;
    const auto page = health->page(all, token);
    if (!page)
        return page.error().code == ErrorCode::Unsupported ? Result<void>() : page.error();
    std::map<QByteArray, const ComponentHealth*> byName;
    for (const ComponentHealth& each : page->rows)
        byName.emplace(each.name, &each);
    const auto add = [](PipelineRow& row, const ComponentHealth& its) {
        row.cells.resize(cells);
        row.cells[stateCell] = its.silent ? QByteArray("silent") : its.status;
        row.cells[reportCell] = optionalValue(its.heartbeat);
    };
    for (PipelineRow& row : components) {
        if (const auto its = byName.extract(textIn(row, name)); !its.empty())
            add(row, *its.mapped());
    }
    for (const auto& [_, its] : byName) {
        PipelineRow& row = components.emplace_back();
        add(row, *its);
        row.cells[name] = its->name;
    }
    return {};
}

qint64 membersOf(const PipelineRow& row) {
    const auto* const members = membersCell < row.cells.size() ? std::get_if<qint64>(&row.cells[membersCell]) : nullptr;
    return members ? *members : -1;
}

} // namespace

ComponentNameListing::ComponentNameListing() : TypedListing(groupedNames()) {}

void ComponentNameListing::setClosed(const QByteArray& type, bool closed) {
    const std::lock_guard lock(m_mutex);
    if (closed)
        m_closed.insert(type);
    else
        m_closed.erase(type);
}

bool ComponentNameListing::isGroup(const PipelineRow& row) {
    return membersOf(row) > 0;
}

QByteArray ComponentNameListing::typeOf(const PipelineRow& row) {
    return isGroup(row) ? textIn(row, placeCell).mid(1) : textIn(row, cellOf("component_type"));
}

Result<ComponentNameListing::Rows> ComponentNameListing::rowsOf(Store& store, const ListQuery& query,
                                                                const CancelToken& token) const {
    static const std::size_t name = cellOf("component_name");
    ListQuery all;
    all.filter = query.filter;
    all.limit = mostNames;
    RowSource<PipelineRow>* const names = store.pipelineRows(PipelineTable::ComponentNames);
    auto page = (names ? *names : noRows<PipelineRow>()).page(all, token);
    PORTOLAN_TRY(page);
    Rows found = std::move(page->rows);
    PORTOLAN_TRY(addHealth(found, store, token));
    for (PipelineRow& row : found) {
        const QByteArray type = typeOf(row);
        row.cells.resize(cells);
        row.cells[placeCell] = rankOf(type) + type + '\0' + textIn(row, name);
    }
    if (!query.sort.column.isEmpty())
        return found;
    std::ranges::sort(found, {}, [](const PipelineRow& row) { return textIn(row, placeCell); });
    const std::lock_guard lock(m_mutex);
    Rows rows;
    for (auto begin = found.begin(); begin != found.end();) {
        const QByteArray type = typeOf(*begin);
        const auto end =
            std::find_if(begin, found.end(), [&](const PipelineRow& each) { return typeOf(each) != type; });
        const bool isAlone = end - begin == 1;
        const bool isOpen = !query.filter.isEmpty() || !m_closed.contains(type); // what a filter has found is shown
        if (!isAlone)
            rows.push_back(groupRow(type, {begin, end}, isOpen));
        for (; begin != end; ++begin) {
            if (!isAlone && !isOpen)
                continue;
            if (!isAlone)
                begin->cells[membersCell] = qint64{0};
            rows.push_back(std::move(*begin));
        }
    }
    return rows;
}

Result<ComponentNameListing::BlockPage> ComponentNameListing::page(Store& store, const ListQuery& query, RowExtent,
                                                                   const CancelToken& token) const {
    const auto rows = rowsOf(store, query, token);
    PORTOLAN_TRY(rows);
    auto page = pageOfRows(*rows, byPlace(), ofRows(query));
    PORTOLAN_TRY(page);
    return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
}

Result<PageIndex> ComponentNameListing::pageIndex(Store& store, const ListQuery& query, int pages,
                                                  const CancelToken& token) const {
    const auto rows = rowsOf(store, query, token);
    return rows ? pageIndexOfRows(*rows, byPlace(), ofRows(query), pages) : Result<PageIndex>(rows.error());
}

void ComponentNameListing::addChosen(const RowBlock& rows, int at, std::vector<QByteArray>& identities) const {
    if (!isGroup(row(rows, at)))
        identities.push_back(identity(rows, at));
}

Sort ComponentNameListing::exportOrder(const Sort& shown) const {
    return shown.column.isEmpty() ? Sort{"component_name", false} : shown;
}

OutlinePlace ComponentNameListing::outline(const RowBlock& rows, int at) const {
    const PipelineRow& each = row(rows, at);
    const bool* const isOpen = openCell < each.cells.size() ? std::get_if<bool>(&each.cells[openCell]) : nullptr;
    return {.isGroup = isGroup(each),
            .isOpen = isOpen && *isOpen,
            .isMember = membersOf(each) == 0,
            .said = 0,
            .kind = {},
            .count = std::max<qint64>(membersOf(each), 0)};
}

} // namespace portolan
