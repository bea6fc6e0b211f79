#include "storage/versions.h"

#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<VersionedTable, 2> tables{{
    {"checkpoint", StoredTable::Checkpoints, "checkpoint_name", "checkpoint_data", StoredTable::CheckpointNames,
     StoredTable::CheckpointVersions},
    {"component", StoredTable::Components, "component_name", "state_data", StoredTable::ComponentNames,
     StoredTable::ComponentVersions},
}};

Result<std::optional<StoredRow>> firstOf(RowSource<StoredRow>& rows, ListQuery query, const CancelToken& token) {
    query.limit = 1;
    Result<Page<StoredRow>> page = rows.page(query, token);
    if (!page)
        return page.error();
    return page->rows.empty() ? std::optional<StoredRow>() : std::optional(std::move(page->rows.front()));
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

Result<StoredRow> findVersion(Store& store, Versioned kind, const QByteArray& name, std::optional<qint64> version,
                              const CancelToken& token) {
    const VersionedTable& table = versionedTable(kind);
    RowSource<StoredRow>* const rows = store.storedRows(table.table);
    if (!rows)
        return Error{ErrorCode::Unsupported,
                     store.missing(kind == Versioned::Checkpoint ? Feature::Checkpoints : Feature::Components)
                         .value_or(QString())};
    const FilterSchema& schema = storedSchema(table.table);
    const Filter named = equals(schema, table.name, name);
    std::vector<ListQuery> questions;
    if (version) {
        questions.push_back({both(named, equals(schema, "version", *version)), {}, {}, 1});
    } else {
        if (kind == Versioned::Checkpoint) {
            const Result<Filter> latest = parseFilter(QStringLiteral("is_latest:true"), schema, currentTime());
            if (!latest)
                return latest.error();
            questions.push_back({both(named, *latest), {"version", true}, {}, 1});
        }
        questions.push_back({named, {"version", true}, {}, 1});
    }
    for (const ListQuery& question : questions) {
        Result<std::optional<StoredRow>> row = firstOf(*rows, question, token);
        if (!row)
            return row.error();
        if (*row)
            return std::move(**row);
    }
    const QString what = QStringLiteral("%1 \"%2\"").arg(QLatin1String(table.word), QString::fromUtf8(name));
    return Error{ErrorCode::NotFound, version
                                          ? QStringLiteral("There is no version %1 of the %2 in %3.")
                                                .arg(QString::number(*version), what, store.url().display())
                                          : QStringLiteral("There is no %1 in %2.").arg(what, store.url().display())};
}

Result<std::optional<StoredRow>> findVersionBefore(Store& store, Versioned kind, const QByteArray& name, qint64 version,
                                                   const CancelToken& token) {
    const VersionedTable& table = versionedTable(kind);
    RowSource<StoredRow>* const rows = store.storedRows(table.table);
    if (!rows)
        return std::optional<StoredRow>();
    const FilterSchema& schema = storedSchema(table.table);
    const Result<Filter> lower = parseFilter(QStringLiteral("version<%1").arg(version), schema, currentTime());
    if (!lower)
        return lower.error();
    return firstOf(*rows, {both(equals(schema, table.name, name), *lower), {"version", true}, {}, 1}, token);
}

QByteArray contentOf(Versioned kind, const StoredRow& row) {
    const VersionedTable& table = versionedTable(kind);
    const Value value = storedCell(table.table, row, table.content);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

} // namespace portolan
