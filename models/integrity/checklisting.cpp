#include "models/integrity/checklisting.h"

#include <utility>

namespace portolan {

namespace {

using Entry = CheckController::Entry;

bool isKnown(const Entry& entry) {
    return entry.outcome == CheckController::Outcome::Ok || entry.outcome == CheckController::Outcome::Found;
}

Value resultOf(const Entry& entry) {
    switch (entry.outcome) {
    case CheckController::Outcome::Ok:
        return QByteArray("ok");
    case CheckController::Outcome::Found:
        return QByteArray("found");
    case CheckController::Outcome::Failed:
        return QByteArray("failed");
    case CheckController::Outcome::Waiting:
    case CheckController::Outcome::Running:
        break;
    }
    return QByteArray("waiting");
}

Value detailOf(const Entry& entry) {
    if (entry.outcome == CheckController::Outcome::Failed)
        return entry.error.text.toUtf8();
    return isKnown(entry) ? Value(entry.result.detail) : Value();
}

template <class Figure>
Value known(const Entry& entry, Figure value) {
    return isKnown(entry) ? Value(std::move(value)) : Value();
}

constexpr Column<Entry> columnTable[] = {
    {"name", ColumnType::Text, [](const Entry& entry) { return Value(entry.check.name); }},
    {"result", ColumnType::Text, &resultOf},
    {"count", ColumnType::Integer, [](const Entry& entry) { return known(entry, entry.result.count); }},
    {"detail", ColumnType::Text, &detailOf},
    {"checked_at", ColumnType::Time, [](const Entry& entry) { return known(entry, entry.result.checkedAt); }},
    {"milliseconds", ColumnType::Integer, [](const Entry& entry) { return known(entry, entry.result.milliseconds); }},
};

std::span<const Column<Entry>> columns() {
    return columnTable;
}

const ColumnSet& schema() {
    static const ColumnSet schema = schemaOf(columns(), {}, {});
    return schema;
}

class KeptRows final : public RowSource<Entry> {
public:
    explicit KeptRows(std::vector<Entry> entries) : m_entries(std::move(entries)) {}
    /// All of them.
    Result<Page<Entry>> page(const ListQuery& query, const CancelToken&) override {
        Page<Entry> page{{}, Cursor{{Value(static_cast<qint64>(m_entries.size()))}}, true};
        if (query.after.atStart())
            page.rows = m_entries;
        return page;
    }
    Result<PageIndex> pageIndex(const ListQuery&, int, const CancelToken&) override {
        return Error{ErrorCode::Unsupported, QStringLiteral("The findings of checks come on one page.")};
    }

private:
    std::vector<Entry> m_entries;
};

} // namespace

std::shared_ptr<const ListingAdapter> checkListing(std::vector<Entry> entries) {
    const auto rows = std::make_shared<KeptRows>(std::move(entries));
    return std::make_shared<TypedListing<Entry>>(Listing<Entry>{[rows](Store&) -> RowSource<Entry>& { return *rows; },
                                                                &columns,
                                                                &schema,
                                                                {},
                                                                [](const Entry& entry) { return entry.check.name; },
                                                                nullptr,
                                                                false});
}

} // namespace portolan
