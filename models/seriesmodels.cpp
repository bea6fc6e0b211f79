#include "models/seriesmodels.h"

#include "storage/store.h"

namespace portolan {

namespace {

#define COLUMN(text) QT_TRANSLATE_NOOP("Columns", text)

Listing<SeriesInfo> series() {
    return {.source = [](Store& store) -> RowSource<SeriesInfo>& {
                SeriesStore* const series = store.series();
                return series ? series->series() : noRows<SeriesInfo>();
            },
            .columns = seriesColumns,
            .schema = seriesSchema,
            .shown = {{"series", COLUMN("Series"), ColumnKind::Data, 0},
                      {"last_value", COLUMN("Last"), ColumnKind::Data, 8},
                      {"last_time", COLUMN("Age"), ColumnKind::Age, 5}},
            .identity = [](const SeriesInfo& info) { return info.name.toText(); },
            .trim = nullptr,
            .rowsChange = true};
}

#undef COLUMN

} // namespace

std::shared_ptr<const RowListing> seriesListing() {
    return std::make_shared<TypedListing<SeriesInfo>>(series());
}

} // namespace portolan
