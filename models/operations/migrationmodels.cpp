#include "models/operations/migrationmodels.h"

#include "models/list/format.h"
#include "storage/listing/memorylisting.h"
#include "storage/listing/rowsource.h"
#include "storage/stores/migrate.h"

namespace portolan {

namespace {

class MigrationRows final : public RowSource<MigrationEntry> {
public:
    explicit MigrationRows(std::optional<StoreUrl> url) : m_url(std::move(url)) {}

    Result<Page<MigrationEntry>> page(const ListQuery& query, const CancelToken& token) override {
        const auto entries = read(token);
        PORTOLAN_TRY(entries);
        return pageOfRows(*entries, order(), query);
    }
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override {
        const auto entries = read(token);
        PORTOLAN_TRY(entries);
        return pageIndexOfRows(*entries, order(), query, pages);
    }

private:
    static RowOrder<MigrationEntry> order() { return {migrationColumns(), &migrationSchema(), 0, 0}; }
    [[nodiscard]] Result<std::vector<MigrationEntry>> read(const CancelToken& token) const {
        return m_url ? migrationHistory(*m_url, token) : Result(std::vector<MigrationEntry>());
    }

    std::optional<StoreUrl> m_url;
};

} // namespace

std::shared_ptr<const ListingAdapter> migrationListing(const std::optional<StoreUrl>& url) {
    const auto rows = std::make_shared<MigrationRows>(url);
    return std::make_shared<TypedListing<MigrationEntry>>(Listing<MigrationEntry>{
        .source = [rows](Store&) -> RowSource<MigrationEntry>& { return *rows; },
        .columns = migrationColumns,
        .schema = migrationSchema,
        .shown = {{"version", QT_TRANSLATE_NOOP("Columns", "Version"), ColumnKind::Id, 8},
                  {"description", QT_TRANSLATE_NOOP("Columns", "Description"), ColumnKind::Name, -24},
                  {"state", QT_TRANSLATE_NOOP("Columns", "State"), ColumnKind::State, 13},
                  {"applied_at", QT_TRANSLATE_NOOP("Columns", "Applied"), ColumnKind::Time, 23},
                  {"checksum", QT_TRANSLATE_NOOP("Columns", "Checksum"), ColumnKind::Data, 10}},
        .identity = [](const MigrationEntry& entry) { return QByteArray::number(entry.version); },
        .trim = nullptr,
        .rowsChange = true});
}

Inspection inspect(const MigrationEntry& entry) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Version %1 of the schema")).arg(entry.version);
    inspection.facts = {{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Description")), entry.name}};
    if (entry.appliedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Applied")), *entry.appliedAt});
    if (!entry.adopted.isEmpty())
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Left as it was")),
                                    visibleText(entry.adopted.join(QStringLiteral(", ")).toUtf8())});
    inspection.documents = {readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Checksum")), entry.checksum,
                                         QStringLiteral("migration-%1.sha256").arg(entry.version))};
    return inspection;
}

} // namespace portolan
