#pragma once

#include "models/list/listingmodel.h"
#include "storage/listing/memorylisting.h"
#include "tests/support/memorystore.h"

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace portolan::test {

/// A row that is listed while its state is open, by its time.
struct Letter {
    qint64 id = 0;
    qint64 time = 0;
    bool open = true;
};

inline Value idOf(const Letter& letter) {
    return letter.id;
}
inline Value timeOf(const Letter& letter) {
    return letter.time;
}
inline Value stateOf(const Letter& letter) {
    return QByteArray(letter.open ? "open" : "gone");
}
inline Value halfOf(const Letter& letter) {
    return QByteArray(letter.id % 2 == 0 ? "even" : "odd");
}

inline std::span<const Column<Letter>> letterTestColumns() {
    static const std::vector<Column<Letter>> columns{{"id", ColumnType::Integer, &idOf},
                                                     {"time", ColumnType::Integer, &timeOf},
                                                     {"state", ColumnType::Text, &stateOf},
                                                     {"half", ColumnType::Text, &halfOf}};
    return columns;
}

inline const ColumnSet& letterTestSchema() {
    static const ColumnSet schema = schemaOf(letterTestColumns(), {}, {"state"});
    return schema;
}

inline Filter filterOf(const char* text, const ColumnSet& schema) {
    return parseFilter(QString::fromLatin1(text), schema, currentTime()).value();
}

/// A change of a store's rows, told by numbers that mean something whatever rows there are: so that a sequence of them
/// can be shortened.
struct Change {
    enum Kind { Add, AddOlder, Remove, Leave, Return, ReturnAnew, DieAgain, Age, Clear, kinds };
    int kind = Add;
    quint32 a = 0;
    quint32 b = 0;
};

/// Rows that change under a list, and the list as a fresh question finds it.
class World {
public:
    virtual ~World() = default;
    virtual std::shared_ptr<const ListingAdapter> listing() = 0;
    virtual void apply(const Change& change) = 0;
    /// Applies a change within a question that comes, before or after its rows are read.
    virtual void applyLate(const Change& change, int questions) = 0;
    /// All is applied.
    virtual bool flush() = 0;
    virtual Result<RowBlock> fresh(const ListQuery& query) = 0;
    virtual std::function<Result<std::unique_ptr<Store>>(const CancelToken&)> opener() = 0;
    /// For a list whose rows are counted: has them counted on a store's thread. Null: they are read as they are.
    virtual std::function<Result<void>(Store&, const CancelToken&)> counting() { return {}; }
    virtual std::vector<Sort> sorts() const = 0;
    virtual std::vector<Filter> filters() const = 0;
};

/// The rows of a world in memory, as numbers choose among them.
class LetterRows {
public:
    std::vector<Letter> rows;

    void apply(const Change& change) {
        const auto some = [&](auto&& takes, auto&& alter) {
            std::vector<std::size_t> those;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (takes(rows[i]))
                    those.push_back(i);
            }
            std::ranges::sort(those, {}, [&](std::size_t i) { return std::pair(rows[i].time, rows[i].id); });
            if (those.empty())
                return;
            const std::size_t first = m_change.a % those.size();
            const std::size_t most = m_change.b % 4 == 0 ? those.size() : 1 + m_change.b / 4 % 6;
            for (std::size_t i = first; i < std::min(those.size(), first + most); ++i)
                alter(rows[those[i]]);
        };
        m_change = change;
        const auto isOpen = [](const Letter& letter) { return letter.open; };
        const auto isGone = [](const Letter& letter) { return !letter.open; };
        switch (change.kind) {
        case Change::Add:
            for (quint32 i = 0; i <= change.b % 3; ++i)
                rows.push_back({++m_lastId, ++m_now});
            break;
        case Change::AddOlder:
            for (quint32 i = 0; i <= change.b % 3; ++i)
                rows.push_back({++m_lastId, m_now > 0 ? qint64(change.a + i * 7) % m_now : 0});
            break;
        case Change::Remove:
            some(isOpen, [](Letter& letter) { letter.id = -letter.id; });
            std::erase_if(rows, [](const Letter& letter) { return letter.id < 0; });
            break;
        case Change::Leave:
            some(isOpen, [](Letter& letter) { letter.open = false; });
            break;
        case Change::Return:
            some(isGone, [](Letter& letter) { letter.open = true; });
            break;
        case Change::ReturnAnew:
            some(isGone, [this](Letter& letter) {
                letter.open = true;
                letter.time = ++m_now;
            });
            break;
        case Change::DieAgain:
            some(isOpen, [this](Letter& letter) { letter.time = ++m_now; });
            break;
        case Change::Age:
            some(isOpen, [](Letter& letter) { letter.time /= 2; });
            break;
        case Change::Clear:
            if (change.a % 4 == 0)
                rows.clear();
            break;
        default:
            break;
        }
    }

private:
    Change m_change;
    qint64 m_lastId = 0;
    qint64 m_now = 0;
};

inline Listing<Letter> letterTest() {
    return {.source = [](Store&) -> RowSource<Letter>& { return noRows<Letter>(); },
            .columns = letterTestColumns,
            .schema = letterTestSchema,
            .shown = {{"id", "Id", ColumnKind::Id, 8},
                      {"time", "Time", ColumnKind::Number, 8},
                      {"half", "Half", ColumnKind::Data, 8}},
            .identity = [](const Letter& letter) { return QByteArray::number(letter.id); },
            .trim = nullptr,
            .rowsChange = true};
}

class LetterListing final : public TypedListing<Letter> {
public:
    LetterListing() : TypedListing(letterTest()) {}

    mutable std::mutex mutex;
    mutable LetterRows letters;
    mutable std::deque<std::pair<int, Change>> late;
    mutable bool isChanged = false;
    bool partial = false; ///< page indexes stop anywhere, as those of a group's letters do

    Result<BlockPage> page(Store&, const ListQuery& query, RowExtent, const CancelToken&) const override {
        const std::lock_guard lock(mutex);
        changeLate();
        return read(query);
    }
    Result<BlockPage> read(const ListQuery& query) const {
        auto page = pageOfRows(shown(), order(), query);
        PORTOLAN_TRY(page);
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<PageIndex> pageIndex(Store&, const ListQuery& query, int pages, const CancelToken&) const override {
        const std::lock_guard lock(mutex);
        changeLate();
        if (!partial)
            return pageIndexOfRows(shown(), order(), query, pages);
        // One page, of which the last rows were not come to; or none, with the place in between.
        auto whole = pageIndexOfRows(shown(), order(), query, 1);
        if (!whole || whole->starts.empty())
            return whole;
        ListQuery some = query;
        some.limit = std::max(1, whole->counts.front() / 2);
        return pageIndexOfRows(shown(), order(), some, 1);
    }
    void changeLate() const {
        if (late.empty() || --late.front().first > 0)
            return;
        letters.apply(late.front().second);
        late.pop_front();
        isChanged = true;
    }

private:
    std::vector<Letter> shown() const {
        std::vector<Letter> rows = letters.rows;
        std::erase_if(rows, [](const Letter& letter) { return !letter.open; });
        return rows;
    }
    static RowOrder<Letter> order() { return {letterTestColumns(), &letterTestSchema(), 0, 1}; }
};

class MemoryWorld final : public World {
public:
    explicit MemoryWorld(bool partial) { m_listing->partial = partial; }
    std::shared_ptr<const ListingAdapter> listing() override { return m_listing; }
    void apply(const Change& change) override {
        const std::lock_guard lock(m_listing->mutex);
        m_listing->letters.apply(change);
    }
    void applyLate(const Change& change, int questions) override {
        const std::lock_guard lock(m_listing->mutex);
        m_listing->late.emplace_back(questions, change);
    }
    bool flush() override {
        const std::lock_guard lock(m_listing->mutex);
        for (const auto& [questions, change] : std::exchange(m_listing->late, {})) {
            m_listing->letters.apply(change);
            m_listing->isChanged = true;
        }
        return std::exchange(m_listing->isChanged, false);
    }
    Result<RowBlock> fresh(const ListQuery& query) override {
        const std::lock_guard lock(m_listing->mutex);
        auto page = m_listing->read(query);
        return page ? Result<RowBlock>(page->block) : page.error();
    }
    std::function<Result<std::unique_ptr<Store>>(const CancelToken&)> opener() override {
        return MemoryStore::opener(std::make_shared<MemoryPipeline>());
    }
    std::vector<Sort> sorts() const override {
        return {{{}, true}, {{}, false}, {"time", true}, {"half", false}, {"half", true}};
    }
    std::vector<Filter> filters() const override {
        return {Filter(), Filter(), filterOf("half:even", letterTestSchema())};
    }

private:
    std::shared_ptr<LetterListing> m_listing = std::make_shared<LetterListing>();
};

} // namespace portolan::test
