#include "storage/versions/versions.h"

#include "storage/base/readcache.h"
#include "storage/listing/filter.h"
#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<VersionedTable, 2> tables{{
    {"checkpoint", PipelineTable::Checkpoints, "checkpoint_name", "checkpoint_data", PipelineTable::CheckpointNames,
     PipelineTable::CheckpointVersions},
    {"component", PipelineTable::Components, "component_name", "state_data", PipelineTable::ComponentNames,
     PipelineTable::ComponentVersions},
}};

/// Smaller ones are read again as quickly as they are found here.
constexpr qint64 smallestKept = 256 * 1024;

/// A row as `ask` reads it, or as it was read before. Going through the versions of a large document needs each of them
/// twice: as the one that is looked at, and as the one before the next.
template <class Ask>
Result<std::optional<PipelineRow>> kept(Store& store, Versioned kind, const QByteArray& which, Ask ask) {
    ReadCache* const cache = store.cache();
    if (!cache)
        return ask();
    const Result<ChangeMark> mark = store.changeMark();
    PORTOLAN_TRY(mark);
    const QByteArray key = QByteArray(versionedTable(kind).word) + ' ' + which;
    if (const auto known = cache->find<PipelineRow>(key, mark->value))
        return std::optional(*known);
    Result<std::optional<PipelineRow>> row = ask();
    if (!row || !*row)
        return row;
    const qint64 bytes = contentOf(kind, **row).size();
    if (bytes >= smallestKept)
        cache->put(key, mark->value, **row, bytes);
    return row;
}

Result<std::optional<PipelineRow>> firstOf(RowSource<PipelineRow>& rows, ListQuery query, const CancelToken& token) {
    query.limit = 1;
    Result<Page<PipelineRow>> page = rows.page(query, token);
    PORTOLAN_TRY(page);
    return page->rows.empty() ? std::optional<PipelineRow>() : std::optional(std::move(page->rows.front()));
}

} // namespace

const VersionedTable& versionedTable(Versioned kind) {
    return tables[static_cast<std::size_t>(kind)];
}

std::optional<Versioned> versionedNamed(const QString& word) {
    const auto found =
        std::ranges::find_if(tables, [&](const VersionedTable& table) { return word == QLatin1String(table.word); });
    return found == tables.end() ? std::nullopt : std::optional(static_cast<Versioned>(found - tables.begin()));
}

Result<PipelineRow> findVersion(Store& store, Versioned kind, const QByteArray& name, std::optional<qint64> version,
                                const CancelToken& token) {
    const VersionedTable& table = versionedTable(kind);
    RowSource<PipelineRow>* const rows = store.pipelineRows(table.table);
    if (!rows)
        return Error{ErrorCode::Unsupported,
                     store.unavailableReason(kind == Versioned::Checkpoint ? Feature::Checkpoints : Feature::Components)
                         .value_or(QString())};
    const ColumnSet& schema = pipelineSchema(table.table);
    const Filter named = equals(schema, table.name, name);
    std::vector<ListQuery> questions;
    if (version) {
        questions.push_back({both(named, equals(schema, "version", *version)), {}, {}, 1});
    } else {
        if (kind == Versioned::Checkpoint) {
            const Result<Filter> latest = parseFilter(QStringLiteral("is_latest:true"), schema, currentTime());
            PORTOLAN_TRY(latest);
            questions.push_back({both(named, *latest), {"version", true}, {}, 1});
        }
        questions.push_back({named, {"version", true}, {}, 1});
    }
    const auto ask = [&]() -> Result<std::optional<PipelineRow>> {
        for (const ListQuery& question : questions) {
            Result<std::optional<PipelineRow>> row = firstOf(*rows, question, token);
            if (!row || *row)
                return row;
        }
        return std::optional<PipelineRow>();
    };
    const QByteArray number = version ? QByteArray::number(*version) : QByteArray("that counts");
    Result<std::optional<PipelineRow>> found = kept(store, kind, number + " of " + name, ask);
    PORTOLAN_TRY(found);
    if (*found)
        return std::move(**found);
    const QString what = QStringLiteral("%1 \"%2\"").arg(QLatin1String(table.word), QString::fromUtf8(name));
    return Error{ErrorCode::NotFound, version
                                          ? QStringLiteral("There is no version %1 of the %2 in %3.")
                                                .arg(QString::number(*version), what, store.url().display())
                                          : QStringLiteral("There is no %1 in %2.").arg(what, store.url().display())};
}

/// Its number first, from the list that brings no content: the row itself may be known already.
Result<std::optional<PipelineRow>> findVersionBefore(Store& store, Versioned kind, const QByteArray& name,
                                                     qint64 version, const CancelToken& token) {
    const PipelineTable versions = versionedTable(kind).versions;
    RowSource<PipelineRow>* const rows = store.pipelineRows(versions);
    if (!rows)
        return std::optional<PipelineRow>();
    const ColumnSet& schema = pipelineSchema(versions);
    const Result<Filter> lower = parseFilter(QStringLiteral("version<%1").arg(version), schema, currentTime());
    PORTOLAN_TRY(lower);
    const Filter named = equals(schema, versionedTable(kind).name, name);
    const Result<std::optional<PipelineRow>> before =
        firstOf(*rows, {both(named, *lower), {"version", true}, {}, 1}, token);
    if (!before || !*before)
        return before;
    const Value number = pipelineCell(versions, **before, "version");
    const auto* const known = std::get_if<qint64>(&number);
    if (!known)
        return std::optional<PipelineRow>();
    Result<PipelineRow> row = findVersion(store, kind, name, *known, token);
    if (!row && row.error().code == ErrorCode::NotFound) // it has just gone
        return std::optional<PipelineRow>();
    return row ? Result<std::optional<PipelineRow>>(std::move(*row)) : row.error();
}

QByteArray contentOf(Versioned kind, const PipelineRow& row) {
    const VersionedTable& table = versionedTable(kind);
    const Value value = pipelineCell(table.table, row, table.content);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

} // namespace portolan
