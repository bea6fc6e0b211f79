#include "models/versions/versionmodels.h"

#include "models/list/format.h"
#include "models/versions/numberchange.h"
#include "storage/json/jsondifference.h"
#include "storage/listing/filter.h"
#include "storage/store.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t mostDifferences = 500;
constexpr qsizetype mostCompared = 16 * 1024 * 1024; ///< bytes of a document that are compared without being asked
constexpr std::size_t mostLines = 40'000;            ///< of a comparison that was asked for
constexpr int mostShown = 200;                       ///< characters of a value

template <PipelineTable table>
std::span<const Column<PipelineRow>> columnsOf() {
    return pipelineColumns(table);
}

template <PipelineTable table>
const ColumnSet& schemaIn() {
    return pipelineSchema(table);
}

template <PipelineTable table>
RowSource<PipelineRow>& sourceOf(Store& store) {
    RowSource<PipelineRow>* const rows = store.pipelineRows(table);
    return rows ? *rows : noRows<PipelineRow>();
}

QByteArray textOf(const Value& value) {
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

qint64 numberOf(const Value& value) {
    const auto* const number = std::get_if<qint64>(&value);
    return number ? *number : 0;
}

/// Marks the version that counts in words, not as true and false.
Value markOf(const PipelineRow& row) {
    const Value latest = pipelineCell(PipelineTable::CheckpointVersions, row, "is_latest");
    const bool* const isLatest = std::get_if<bool>(&latest);
    return isLatest && *isLatest ? Value(inspectionText(QT_TRANSLATE_NOOP("Inspection", "● latest")).toUtf8())
                                 : Value();
}

/// From the version before it, in milliseconds.
template <PipelineTable table>
Value sinceOf(const PipelineRow& row) {
    const Value at = pipelineCell(table, row, pipelineSchema(table).timeColumn);
    const Value before = pipelineCell(table, row, "previous_at");
    const auto* const time = std::get_if<Timestamp>(&at);
    const auto* const previous = std::get_if<Timestamp>(&before);
    if (!time || !previous)
        return {};
    return qint64(std::chrono::duration_cast<std::chrono::milliseconds>(*time - *previous).count());
}

template <PipelineTable table>
std::span<const Column<PipelineRow>> versionColumns() {
    static const std::vector<Column<PipelineRow>> columns = [] {
        const auto stored = pipelineColumns(table);
        std::vector<Column<PipelineRow>> made(stored.begin(), stored.end());
        made.push_back({"since", ColumnType::Integer, &sinceOf<table>});
        if constexpr (table == PipelineTable::CheckpointVersions)
            made.push_back({"mark", ColumnType::Text, &markOf});
        return made;
    }();
    return columns;
}

template <PipelineTable table>
Listing<PipelineRow> listingOf(const std::vector<ModelColumn>& shown) {
    return {.source = sourceOf<table>,
            .columns = columnsOf<table>,
            .schema = schemaIn<table>,
            .shown = shown,
            .identity = storedId,
            .trim = nullptr,
            .rowsChange = true};
}

Listing<PipelineRow> checkpointNames() {
    return listingOf<PipelineTable::CheckpointNames>(
        {{"checkpoint_name", QT_TRANSLATE_NOOP("Columns", "Checkpoint"), ColumnKind::Data, -18},
         {"version", QT_TRANSLATE_NOOP("Columns", "Latest"), ColumnKind::Id, 7},
         {"created_at", QT_TRANSLATE_NOOP("Columns", "Age"), ColumnKind::Age, 5},
         {"versions", QT_TRANSLATE_NOOP("Columns", "Versions"), ColumnKind::Number, 8},
         {"component_name", QT_TRANSLATE_NOOP("Columns", "Component"), ColumnKind::Data, 14},
         {"size", QT_TRANSLATE_NOOP("Columns", "Size (B)"), ColumnKind::Number, 9},
         {"expires_at", QT_TRANSLATE_NOOP("Columns", "Expires"), ColumnKind::Age, 7}});
}

Listing<PipelineRow> checkpointVersions() {
    Listing<PipelineRow> listing = listingOf<PipelineTable::CheckpointVersions>(
        {{"version", QT_TRANSLATE_NOOP("Columns", "Version"), ColumnKind::Id, 7},
         {"mark", QT_TRANSLATE_NOOP("Columns", "Mark"), ColumnKind::Name, 8},
         {"created_at", QT_TRANSLATE_NOOP("Columns", "Created"), ColumnKind::Time, 29},
         {"since", QT_TRANSLATE_NOOP("Columns", "Since the one before"), ColumnKind::Elapsed, 16},
         {"size", QT_TRANSLATE_NOOP("Columns", "Size (B)"), ColumnKind::Number, 9},
         {"expires_at", QT_TRANSLATE_NOOP("Columns", "Expires"), ColumnKind::Age, 7},
         {"checkpoint_name", QT_TRANSLATE_NOOP("Columns", "Checkpoint"), ColumnKind::Data, -18}});
    listing.columns = versionColumns<PipelineTable::CheckpointVersions>;
    return listing;
}

Listing<PipelineRow> componentVersions() {
    Listing<PipelineRow> listing = listingOf<PipelineTable::ComponentVersions>(
        {{"version", QT_TRANSLATE_NOOP("Columns", "Version"), ColumnKind::Id, 7},
         {"updated_at", QT_TRANSLATE_NOOP("Columns", "Updated"), ColumnKind::Time, 29},
         {"since", QT_TRANSLATE_NOOP("Columns", "Since the one before"), ColumnKind::Elapsed, 16},
         {"size", QT_TRANSLATE_NOOP("Columns", "Size (B)"), ColumnKind::Number, 9},
         {"component_name", QT_TRANSLATE_NOOP("Columns", "Component"), ColumnKind::Data, -18}});
    listing.columns = versionColumns<PipelineTable::ComponentVersions>;
    return listing;
}

InspectedDocument contentIn(const InspectedVersion& inspected, const QByteArray& content, const QString& fileName) {
    const QString name = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Data"));
    if (inspected.isFirstLook)
        return {name,
                content,
                fileName,
                {},
                inspectionText(QT_TRANSLATE_NOOP("Inspection", "The document is being read…"))};
    return readDocument(name, content, fileName);
}

QString changesName() {
    return inspectionText(QT_TRANSLATE_NOOP("Inspection", "Changes"));
}

QString sinceName() {
    return inspectionText(QT_TRANSLATE_NOOP("Inspection", "Changes since"));
}

QString shown(const std::optional<QByteArray>& value) {
    return value ? visibleText(*value, mostShown) : QString();
}

/// Makes the table of changes: in each place what stood before and what stands after.
Inspection::Table differencesOf(const InspectedVersion& inspected) {
    Inspection::Table table;
    table.name = changesName(); // of every version, so that the Inspector stays with them
    table.headers = {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Place")),
                     inspectionText(QT_TRANSLATE_NOOP("Inspection", "Before")),
                     inspectionText(QT_TRANSLATE_NOOP("Inspection", "After")),
                     inspectionText(QT_TRANSLATE_NOOP("Inspection", "Change"))};
    const QByteArray before = contentOf(inspected.kind, *inspected.other);
    const QByteArray after = contentOf(inspected.kind, inspected.version);
    if (std::max(before.size(), after.size()) > mostCompared) {
        table.noRows = inspectionText(QT_TRANSLATE_NOOP(
            "Inspection", "The documents are too large to be compared here; `portolan diff` compares them."));
        return table;
    }
    const std::vector<JsonDifference> found = jsonDifferences(before, after, mostDifferences + 1);
    for (const JsonDifference& difference : found) {
        if (table.rows.size() == mostDifferences) {
            table.rows.push_back(
                {inspectionText(QT_TRANSLATE_NOOP("Inspection", "… and more")), QString(), QString(), QString()});
            break;
        }
        const QString place = difference.path.isEmpty()
                                  ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "the document"))
                                  : visibleText(difference.path, mostShown);
        const QString change =
            difference.before && difference.after ? numberChange(*difference.before, *difference.after) : QString();
        table.rows.push_back({place, shown(difference.before), shown(difference.after), change});
    }
    table.noRows = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Both mean the same."));
    return table;
}

qint64 numberIn(Versioned kind, const PipelineRow& row) {
    return numberOf(pipelineCell(versionedTable(kind).table, row, "version"));
}

Result<qint64> numberThatCounts(Store& store, Versioned kind, const QByteArray& name, const CancelToken& token) {
    const Result<PipelineRow> row = findVersion(store, kind, name, std::nullopt, token);
    return row ? Result<qint64>(numberIn(kind, *row)) : row.error();
}

/// `called` says what a version is called.
template <class Called>
Result<DocumentComparison> compareCalled(Store& store, Versioned kind, const QByteArray& name,
                                         std::vector<qint64> versions, Called called, const CancelToken& token) {
    std::ranges::sort(versions);
    DocumentComparison comparison;
    std::vector<QByteArray> contents;
    for (const qint64 version : versions) {
        const Result<PipelineRow> row = findVersion(store, kind, name, version, token);
        PORTOLAN_TRY(row);
        contents.push_back(contentOf(kind, *row));
        comparison.names << called(version);
    }
    const std::vector<QByteArrayView> views(contents.begin(), contents.end());
    comparison.outline = std::make_shared<const JsonComparison>(compareJson(views, mostLines, token));
    if (token.stop_requested())
        return Error{ErrorCode::Cancelled, inspectionText(QT_TRANSLATE_NOOP("Inspection", "Comparing was given up."))};
    return comparison;
}

} // namespace

std::shared_ptr<const ListingAdapter> checkpointNameListing() {
    return std::make_shared<TypedListing<PipelineRow>>(checkpointNames());
}

std::shared_ptr<const ListingAdapter> versionListing(Versioned kind) {
    return std::make_shared<TypedListing<PipelineRow>>(kind == Versioned::Checkpoint ? checkpointVersions()
                                                                                     : componentVersions());
}

Inspection inspect(const InspectedVersion& inspected) {
    const VersionedTable& table = versionedTable(inspected.kind);
    const auto cell = [&](const char* column) { return pipelineCell(table.table, inspected.version, column); };
    const QString name = visibleText(textOf(cell(table.name)), 60);
    const qint64 version = numberIn(inspected.kind, inspected.version);
    Inspection inspection;
    inspection.title =
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "%1, version %2")).arg(name, QString::number(version));
    const auto addText = [&](const QString& what, const Value& value) {
        if (const QByteArray text = textOf(value); !text.isEmpty())
            inspection.facts.push_back({what, visibleText(text)});
    };
    const auto addTime = [&](const QString& what, const Value& value) {
        if (const auto* const time = std::get_if<Timestamp>(&value))
            inspection.facts.push_back({what, *time});
    };
    if (inspected.kind == Versioned::Checkpoint) {
        const Value latest = cell("is_latest");
        const bool* const isLatest = std::get_if<bool>(&latest);
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Latest")),
                                    isLatest && *isLatest ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "yes"))
                                                          : inspectionText(QT_TRANSLATE_NOOP("Inspection", "no"))});
        addText(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Component")), cell("component_name"));
    }
    addText(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Type")), cell("component_type"));
    addTime(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Created")), cell("created_at"));
    addTime(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Updated")), cell("updated_at"));
    addTime(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Expires")), cell("expires_at"));
    const QByteArray content = contentOf(inspected.kind, inspected.version);
    inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Size (B)")), content.size()});
    const QString file = QStringLiteral("%1-%2").arg(QLatin1String(table.word), QString::number(version));
    inspection.documents.push_back(contentIn(inspected, content, file));
    if (const QByteArray metadata = textOf(cell("checkpoint_metadata")); !metadata.isEmpty())
        inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Metadata")),
                                                    metadata, file + QStringLiteral("-metadata")));
    if (inspected.kind == Versioned::Component) {
        addMetadata(inspection, textOf(cell("metadata")), file);
        addHiddenMetadata(inspection, inspected.noMetadata);
    }
    if (inspected.other) {
        const qint64 other = numberIn(inspected.kind, *inspected.other);
        inspection.facts.push_back(
            {sinceName(), inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1")).arg(other)});
        inspection.tables.push_back(differencesOf(inspected));
    }
    return inspection;
}

VersionDifferences differencesIn(const Inspection& inspection) {
    VersionDifferences found;
    for (const Inspection::Table& table : inspection.tables) {
        if (table.name == changesName())
            found.table = &table;
    }
    for (const Inspection::Fact& fact : inspection.facts) {
        const auto* const text = std::get_if<QString>(&fact.value);
        if (text && fact.name == sinceName())
            found.since = *text;
    }
    return found;
}

Result<DocumentComparison> compareVersions(Store& store, Versioned kind, const QByteArray& name,
                                           std::vector<qint64> versions, const CancelToken& token) {
    return compareCalled(
        store, kind, name, std::move(versions),
        [](qint64 version) { return inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1")).arg(version); },
        token);
}

Result<DocumentComparison> compareWithTheOneThatCounts(Store& store, Versioned kind, const QByteArray& name,
                                                       qint64 version, const CancelToken& token) {
    const Result<qint64> counts = numberThatCounts(store, kind, name, token);
    PORTOLAN_TRY(counts);
    std::vector<qint64> versions{version};
    if (*counts != version) {
        versions.push_back(*counts);
    } else {
        const auto before = findVersionBefore(store, kind, name, version, token);
        PORTOLAN_TRY(before);
        if (*before)
            versions.push_back(numberIn(kind, **before));
    }
    const auto called = [&](qint64 number) {
        return (number == *counts ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1, the one that counts"))
                                  : inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1")))
            .arg(number);
    };
    return compareCalled(store, kind, name, std::move(versions), called, token);
}

Result<PromotionPreview> previewPromotion(Store& store, const QByteArray& name, qint64 version,
                                          const CancelToken& token) {
    const Result<qint64> counts = numberThatCounts(store, Versioned::Checkpoint, name, token);
    PORTOLAN_TRY(counts);
    const qint64 latest = *counts;
    std::vector<qint64> versions{version};
    if (latest != version)
        versions.push_back(latest);
    // Changes of the latest alone are told apart from those before it.
    const Result<std::optional<PipelineRow>> before =
        findVersionBefore(store, Versioned::Checkpoint, name, latest, token);
    PORTOLAN_TRY(before);
    if (*before) {
        const qint64 number = numberIn(Versioned::Checkpoint, **before);
        if (number > version)
            versions.push_back(number);
    }
    const auto called = [&](qint64 number) {
        const QString text = QString::number(number);
        return number == version
                   ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1, to be promoted")).arg(text)
               : number == latest
                   ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1, the latest now")).arg(text)
                   : inspectionText(QT_TRANSLATE_NOOP("Inspection", "version %1, before it")).arg(text);
    };
    Result<DocumentComparison> comparison =
        compareCalled(store, Versioned::Checkpoint, name, std::move(versions), called, token);
    PORTOLAN_TRY(comparison);
    return PromotionPreview{std::move(*comparison), latest};
}

} // namespace portolan
