#include "models/integrity/checklisting.h"

#include <utility>

namespace portolan {

namespace {

using Entry = CheckDesk::Entry;

bool isKnown(const Entry& entry) {
    return entry.outcome == CheckDesk::Outcome::Ok || entry.outcome == CheckDesk::Outcome::Found;
}

Value resultOf(const Entry& entry) {
    switch (entry.outcome) {
    case CheckDesk::Outcome::Ok:
        return QByteArray("ok");
    case CheckDesk::Outcome::Found:
        return QByteArray("found");
    case CheckDesk::Outcome::Failed:
        return QByteArray("failed");
    case CheckDesk::Outcome::Waiting:
    case CheckDesk::Outcome::Running:
        break;
    }
    return QByteArray("waiting");
}

Value detailOf(const Entry& entry) {
    if (entry.outcome == CheckDesk::Outcome::Failed)
        return entry.error.text.toUtf8();
    return isKnown(entry) ? Value(entry.result.detail) : Value();
}

template <class Known>
Value known(const Entry& entry, Known value) {
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

const FilterSchema& schema() {
    static const FilterSchema schema = schemaOf(columns(), {}, {});
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
    Result<Skeleton> skeleton(const ListQuery&, int, const CancelToken&) override {
        return Error{ErrorCode::Unsupported, QStringLiteral("What checks found is one page.")};
    }

private:
    std::vector<Entry> m_entries;
};

} // namespace

std::shared_ptr<const RowListing> checkListing(std::vector<Entry> entries) {
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
