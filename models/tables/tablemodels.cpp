#include "models/tables/tablemodels.h"

#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/store.h"

#include <QCoreApplication>
#include <QLocale>

namespace portolan {

namespace {

static_assert(cellBytes >= 4 * maxCellCharacters, "cells show no more of a text");

class NoTables final : public RowSource<TableInfo> {
public:
    Result<Page<TableInfo>> page(const ListQuery&, const CancelToken&) override { return none(); }
    Result<PageIndex> pageIndex(const ListQuery&, int, const CancelToken&) override { return none(); }

private:
    static Error none() {
        return {ErrorCode::Unsupported, QCoreApplication::translate("Errors", "This kind of store has no tables.")};
    }
};

/// A problem stands where it is seen beside the Inspector at 1280 pixels.
Listing<TableInfo> tables() {
    return {.source = [](Store& store) -> RowSource<TableInfo>& {
                static NoTables none;
                Tables* const known = store.tables();
                return known ? known->tables() : none;
            },
            .columns = tableInfoColumns,
            .schema = tableInfoSchema,
            .shown = {{"table", QT_TRANSLATE_NOOP("Columns", "Table"), ColumnKind::Data, -28},
                      {"rows", QT_TRANSLATE_NOOP("Columns", "Rows (about)"), ColumnKind::Number, 13},
                      {"bytes", QT_TRANSLATE_NOOP("Columns", "Size (B)"), ColumnKind::Number, 15},
                      {"kind", QT_TRANSLATE_NOOP("Columns", "Kind"), ColumnKind::Name, 17},
                      {"problem", QT_TRANSLATE_NOOP("Columns", "Problem"), ColumnKind::Data, 24},
                      {"zone", QT_TRANSLATE_NOOP("Columns", "Zone"), ColumnKind::Name, 9},
                      {"columns", QT_TRANSLATE_NOOP("Columns", "Columns"), ColumnKind::Number, 9},
                      {"indexes", QT_TRANSLATE_NOOP("Columns", "Indexes"), ColumnKind::Number, 9},
                      {"partitions", QT_TRANSLATE_NOOP("Columns", "Partitions"), ColumnKind::Number, 10},
                      {"key", QT_TRANSLATE_NOOP("Columns", "Primary key"), ColumnKind::Data, 24}},
            .identity = [](const TableInfo& info) { return info.path(); },
            .trim = nullptr,
            .rowsChange = true};
}

class TableListing final : public TypedListing<TableInfo> {
public:
    explicit TableListing(bool withOwn) : TypedListing(tables()), m_hidesOwn(!withOwn) {}
    bool rowsAreFew() const override { return true; }
    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override {
        return TypedListing::page(store, narrowed(query), extent, token);
    }
    Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                const CancelToken& token) const override {
        return TypedListing::pageIndex(store, narrowed(query), pages, token);
    }

private:
    [[nodiscard]] ListQuery narrowed(ListQuery query) const {
        static const auto others = parseFilter(QStringLiteral("not zone:portolan"), tableInfoSchema(), {});
        if (m_hidesOwn && others)
            query.filter = both(query.filter, *others);
        return query;
    }

    bool m_hidesOwn;
};

ModelColumn shownColumn(const ColumnSet::Column& column, const QByteArray& title) {
    switch (column.type) {
    case ColumnType::Integer:
        return {column.name, title.constData(), ColumnKind::Id, 12};
    case ColumnType::Real:
        return {column.name, title.constData(), ColumnKind::Number, 14};
    case ColumnType::Numeric:
        return {column.name, title.constData(), ColumnKind::Number, 18};
    case ColumnType::Time:
        return {column.name, title.constData(), column.isWall ? ColumnKind::WallTime : ColumnKind::Time, 29};
    case ColumnType::Date:
        return {column.name, title.constData(), ColumnKind::Data, 12};
    case ColumnType::Boolean:
        return {column.name, title.constData(), ColumnKind::Data, 8};
    case ColumnType::Json:
        return {column.name, title.constData(), ColumnKind::Data, 40};
    case ColumnType::Native:
    case ColumnType::Text:
        break;
    }
    return {column.name, title.constData(), ColumnKind::Data, 24};
}

/// Rows of one table, whose columns are those that it had when it was opened.
class AnyRows final : public ListingAdapter {
public:
    AnyRows(QByteArray path, const ColumnSet& schema) : m_path(std::move(path)), m_schema(schema) {
        m_titles.reserve(m_schema.columns.size());
        for (const ColumnSet::Column& column : m_schema.columns) {
            m_titles.push_back(visibleText(column.name, 60).toUtf8());
            m_columns.push_back(shownColumn(column, m_titles.back()));
            m_exported.push_back({column.name, column.type});
        }
    }

    using Rows = std::vector<TableRow>;
    static const Rows& all(const RowBlock& block) { return *static_cast<const Rows*>(block.rows.get()); }

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override {
        const auto table = open(store, token);
        PORTOLAN_TRY(table);
        RowSource<TableRow>& rows = extent == RowExtent::Cells ? (*table)->cells() : (*table)->rows();
        auto page = rows.page(query, token);
        PORTOLAN_TRY(page);
        for (TableRow& row : page->rows) {
            for (Value& cell : row.cells) {
                if (auto* text = std::get_if<QByteArray>(&cell); text && extent == RowExtent::Cells)
                    cutToCell(*text);
            }
        }
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                const CancelToken& token) const override {
        const auto table = open(store, token);
        return table ? (*table)->rows().pageIndex(query, pages, token) : Result<PageIndex>(table.error());
    }
    Value value(const RowBlock& block, int row, int column) const override {
        return all(block)[static_cast<std::size_t>(row)].cells[static_cast<std::size_t>(column)];
    }
    QByteArray identity(const RowBlock& block, int row) const override {
        const Value& key = all(block)[static_cast<std::size_t>(row)].key;
        const auto* number = std::get_if<qint64>(&key);
        return number ? QByteArray::number(*number) : std::get<QByteArray>(key);
    }
    RowBlock joined(const RowBlock& first, const RowBlock& second) const override {
        Rows rows = all(first);
        rows.insert(rows.end(), all(second).begin(), all(second).end());
        return block(std::move(rows));
    }
    RowBlock reversed(const RowBlock& given) const override {
        return block(Rows(all(given).rbegin(), all(given).rend()));
    }
    const std::vector<ModelColumn>& columns() const override { return m_columns; }
    const std::vector<ExportColumn>& exportColumns() const override { return m_exported; }
    const std::vector<ExportColumn>& storedColumns() const override { return m_exported; }
    void storedValues(const RowBlock& block, int row, std::vector<Value>& values) const override {
        values = all(block)[static_cast<std::size_t>(row)].cells;
    }
    const ColumnSet& schema() const override { return m_schema; }
    bool rowsChange() const override { return true; }

private:
    static RowBlock block(Rows rows) {
        const int count = static_cast<int>(rows.size());
        return {std::make_shared<const Rows>(std::move(rows)), count};
    }
    [[nodiscard]] Result<std::shared_ptr<TableRows>> open(Store& store, const CancelToken& token) const {
        Tables* const tables = store.tables();
        if (!tables)
            return Error{ErrorCode::Unsupported,
                         QCoreApplication::translate("Errors", "This kind of store has no tables.")};
        auto table = tables->open(m_path, token);
        if (!table)
            return table;
        const auto& now = (*table)->schema().columns;
        const bool isSame = std::ranges::equal(
            now, m_schema.columns, [](const auto& a, const auto& b) { return a.name == b.name && a.type == b.type; });
        if (!isSame)
            return Error{ErrorCode::Usage,
                         QCoreApplication::translate("Errors", "The columns of %1 have changed; choose it again.")
                             .arg(QString::fromUtf8(m_path))};
        return table;
    }

    QByteArray m_path;
    ColumnSet m_schema;
    std::vector<QByteArray> m_titles;
    std::vector<ModelColumn> m_columns;
    std::vector<ExportColumn> m_exported;
};

bool looksLikeJson(const QByteArray& text) {
    const QByteArray trimmed = text.left(64).trimmed();
    return trimmed.startsWith('{') || trimmed.startsWith('[');
}

Inspection inspectCells(const QByteArray& path, const ColumnSet& schema, const TableRow& row) {
    Inspection inspection;
    inspection.title = visibleText(path, 60);
    std::vector<ExportColumn> columns;
    for (const ColumnSet::Column& column : schema.columns)
        columns.push_back({column.name, column.type});
    QByteArray line;
    appendJsonLine(line, columns, row.cells);
    const QString file = QString::fromUtf8(path) + QStringLiteral(".json");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Value& cell = row.cells[i];
        const QString name = visibleText(columns[i].name, 60);
        const auto* text = std::get_if<QByteArray>(&cell);
        if (text && (columns[i].type == ColumnType::Json || looksLikeJson(*text))) {
            inspection.documents.push_back(readDocument(name, *text, file));
            continue;
        }
        if (const auto* time = std::get_if<Timestamp>(&cell))
            inspection.facts.push_back({name, *time});
        else
            inspection.facts.push_back({name, std::holds_alternative<std::monostate>(cell)
                                                  ? QStringLiteral("NULL")
                                                  : visibleText(terminalText(cell))});
    }
    inspection.documents.push_back(
        readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Row")), line.trimmed(), file));
    return inspection;
}

Inspection::Table chunksOf(const TableDetail& detail) {
    const bool areChunks = detail.info.kind == "hypertable";
    Inspection::Table table;
    table.name = areChunks ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "Chunks"))
                           : inspectionText(QT_TRANSLATE_NOOP("Inspection", "Partitions"));
    table.headers = {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Name")),
                     areChunks ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "Range"))
                               : inspectionText(QT_TRANSLATE_NOOP("Inspection", "Bounds")),
                     inspectionText(QT_TRANSLATE_NOOP("Inspection", "Size"))};
    if (areChunks)
        table.headers << inspectionText(QT_TRANSLATE_NOOP("Inspection", "Compressed"));
    table.noRows = inspectionText(QT_TRANSLATE_NOOP("Inspection", "They hold no rows of their own."));
    for (const TableDetail::Chunk& chunk : detail.chunks) {
        table.rows.push_back(
            {visibleText(chunk.name), visibleText(chunk.bounds), chunk.bytes ? byteSize(*chunk.bytes) : QString()});
        if (areChunks)
            table.rows.back().push_back(chunk.isCompressed ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "yes"))
                                                           : QString());
    }
    if (std::ssize(detail.chunks) == TableDetail::mostChunks && detail.info.parts > TableDetail::mostChunks) {
        table.rows.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "… and more")), QString(), QString()});
        if (areChunks)
            table.rows.back().push_back(QString());
    }
    return table;
}

} // namespace

std::shared_ptr<const ListingAdapter> tableListing(bool withOwn) {
    return std::make_shared<TableListing>(withOwn);
}

std::shared_ptr<const ListingAdapter> tableRowsOf(const QByteArray& path, const ColumnSet& schema) {
    return std::make_shared<AnyRows>(path, schema);
}

Result<OpenedTable> openTable(Store& store, const QByteArray& path, const CancelToken& token) {
    Tables* const known = store.tables();
    if (!known)
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate("Errors", "This kind of store has no tables.")};
    Result<TableDetail> detail = known->detail(path, token);
    PORTOLAN_TRY(detail);
    OpenedTable opened;
    opened.detail = std::move(*detail);
    const auto table = known->open(path, token);
    if (table) {
        opened.rows = tableRowsOf(path, (*table)->schema());
        opened.note = (*table)->note();
    } else {
        opened.note = table.error().text;
    }
    return opened;
}

const TableRow* tableRowAt(const PagedModel& model, int row) {
    const auto [block, offset] = model.blockAt(row);
    return block ? &AnyRows::all(*block)[static_cast<std::size_t>(offset)] : nullptr;
}

Result<Inspection> inspectTableRow(Store& store, const QByteArray& path, const Value& key, const CancelToken& token) {
    Tables* const known = store.tables();
    if (!known)
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate("Errors", "This kind of store has no tables.")};
    const auto table = known->open(path, token);
    PORTOLAN_TRY(table);
    const auto row = (*table)->row(key, token);
    return row ? Result(inspectCells(path, (*table)->schema(), *row)) : Result<Inspection>(row.error());
}

Inspection inspect(const TableDetail& detail) {
    const TableInfo& info = detail.info;
    Inspection inspection;
    inspection.title = visibleText(info.path(), 60);
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Kind")), QString::fromUtf8(info.kind)});
    if (info.rows)
        inspection.facts.push_back({info.isEstimate ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "Rows (about)"))
                                                    : inspectionText(QT_TRANSLATE_NOOP("Inspection", "Rows")),
                                    *info.rows});
    if (info.bytes)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Size")), byteSize(*info.bytes)});
    inspection.facts.push_back(
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Primary key")),
         info.key.isEmpty() ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "none")) : visibleText(info.key)});
    if (info.parts > 0)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Partitions")), info.parts});
    Inspection::Table columns;
    columns.name = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Columns"));
    columns.headers = {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Column")),
                       inspectionText(QT_TRANSLATE_NOOP("Inspection", "Type")),
                       inspectionText(QT_TRANSLATE_NOOP("Inspection", "Not null")),
                       inspectionText(QT_TRANSLATE_NOOP("Inspection", "Default"))};
    columns.noRows = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Its columns are not known."));
    for (const TableDetail::Column& column : detail.columns)
        columns.rows.push_back({visibleText(column.name), visibleText(column.type),
                                column.notNull || column.keyPosition > 0
                                    ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "yes"))
                                    : QString(),
                                visibleText(column.usual)});
    inspection.tables.push_back(std::move(columns));
    const auto addParts = [&](const QString& name, const QString& none, const std::vector<TableDetail::Part>& parts) {
        Inspection::Table table;
        table.name = name;
        table.headers = {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Name")),
                         inspectionText(QT_TRANSLATE_NOOP("Inspection", "Definition"))};
        table.noRows = none;
        for (const TableDetail::Part& part : parts)
            table.rows.push_back({visibleText(part.name), visibleText(part.definition)});
        inspection.tables.push_back(std::move(table));
    };
    addParts(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Indexes")),
             inspectionText(QT_TRANSLATE_NOOP("Inspection", "It has no index.")), detail.indexes);
    addParts(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Constraints")),
             inspectionText(QT_TRANSLATE_NOOP("Inspection", "None besides its keys.")), detail.constraints);
    addParts(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Triggers")),
             inspectionText(QT_TRANSLATE_NOOP("Inspection", "It has no trigger.")), detail.triggers);
    if (info.parts > 0)
        inspection.tables.push_back(chunksOf(detail));
    InspectedDocument definition;
    definition.name = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Definition"));
    definition.bytes = detail.definition;
    definition.fileName = QString::fromUtf8(info.name) + QStringLiteral(".sql");
    definition.noTree = inspectionText(QT_TRANSLATE_NOOP("Inspection", "This is SQL, no JSON document."));
    inspection.documents.push_back(std::move(definition));
    return inspection;
}

} // namespace portolan
