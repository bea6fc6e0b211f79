#include "models/batchmodels.h"
#include "models/deadlettermodels.h"
#include "models/grouptally.h"
#include "models/pagedmodel.h"
#include "models/portmodels.h"
#include "storage/base/rowlisting.h"
#include "storage/channel.h"
#include "storage/sql/sqlitestore.h"
#include "tests/support/memorystore.h"
#include "tests/support/portrows.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/writtenstore.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QtTest>
#include <deque>
#include <functional>
#include <map>
#include <set>

using namespace portolan;
using test::Chance;
using test::MemoryPipeline;
using test::MemoryStore;

namespace {

/// A row that is listed while its state is open, by its time.
struct Letter {
    qint64 id = 0;
    qint64 time = 0;
    bool open = true;
};

Value idOf(const Letter& letter) {
    return letter.id;
}
Value timeOf(const Letter& letter) {
    return letter.time;
}
Value stateOf(const Letter& letter) {
    return QByteArray(letter.open ? "open" : "gone");
}
Value halfOf(const Letter& letter) {
    return QByteArray(letter.id % 2 == 0 ? "even" : "odd");
}

std::span<const Column<Letter>> letterTestColumns() {
    static const std::vector<Column<Letter>> columns{{"id", ColumnType::Integer, &idOf},
                                                     {"time", ColumnType::Integer, &timeOf},
                                                     {"state", ColumnType::Text, &stateOf},
                                                     {"half", ColumnType::Text, &halfOf}};
    return columns;
}

const FilterSchema& letterTestSchema() {
    static const FilterSchema schema = schemaOf(letterTestColumns(), {}, {"state"});
    return schema;
}

Filter filterOf(const char* text, const FilterSchema& schema) {
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
    virtual std::shared_ptr<const RowListing> listing() = 0;
    virtual void apply(const Change& change) = 0;
    /// Applies a change within a question that comes, before or after its rows are read.
    virtual void applyLate(const Change& change, int questions) = 0;
    /// All is applied.
    virtual bool flush() = 0;
    virtual Result<RowBlock> fresh(const ListQuery& query) = 0;
    virtual std::function<Result<std::unique_ptr<Store>>(const CancelToken&)> opener() = 0;
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

Listing<Letter> letterTest() {
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
    bool partial = false; ///< skeletons stop anywhere, as those of a group's letters do

    Result<BlockPage> page(Store&, const ListQuery& query, RowExtent, const CancelToken&) const override {
        const std::lock_guard lock(mutex);
        changeLate();
        return read(query);
    }
    Result<BlockPage> read(const ListQuery& query) const {
        auto page = pageOfRows(shown(), order(), query);
        if (!page)
            return page.error();
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<Skeleton> skeleton(Store&, const ListQuery& query, int pages, const CancelToken&) const override {
        const std::lock_guard lock(mutex);
        changeLate();
        if (!partial)
            return skeletonOfRows(shown(), order(), query, pages);
        // One page, of which the last rows were not come to; or none, with the place in between.
        auto whole = skeletonOfRows(shown(), order(), query, 1);
        if (!whole || whole->starts.empty())
            return whole;
        ListQuery some = query;
        some.limit = std::max(1, whole->counts.front() / 2);
        return skeletonOfRows(shown(), order(), some, 1);
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
    std::shared_ptr<const RowListing> listing() override { return m_listing; }
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

/// One of the program's own listings over a database: the rows of the world in memory are written into its table.
class SqliteWorld final : public World {
public:
    struct Table {
        std::function<std::shared_ptr<const RowListing>()> listing;
        /// Writes a row as it is now, over what was there.
        std::function<QByteArray(const Letter&)> write;
        QByteArray remove; ///< DELETE … WHERE …=
        std::function<QByteArray(const Letter&)> key;
        std::vector<Sort> sorts;
        std::vector<const char*> filters;
    };
    explicit SqliteWorld(Table table)
        : m_table(std::move(table))
        , m_script(m_store.url().path)
        , m_listing(m_table.listing())
        , m_fresh(m_table.listing())
        , m_reader(openSqliteStore(m_store.url(), Access::Read).value()) {}
    std::shared_ptr<const RowListing> listing() override { return m_listing; }
    void apply(const Change& change) override {
        std::map<qint64, Letter> were;
        for (const Letter& letter : m_letters.rows)
            were.emplace(letter.id, letter);
        m_letters.apply(change);
        QByteArray sql = "BEGIN;";
        for (const Letter& letter : m_letters.rows) {
            const auto was = were.find(letter.id);
            if (was == were.end() || was->second.time != letter.time || was->second.open != letter.open)
                sql += m_table.write(letter);
            if (was != were.end())
                were.erase(was);
        }
        for (const auto& [id, letter] : were)
            sql += m_table.remove + m_table.key(letter) + ";";
        const QString failed = m_script.run(sql + "COMMIT;");
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    void applyLate(const Change& change, int) override { apply(change); }
    bool flush() override { return false; }
    Result<RowBlock> fresh(const ListQuery& query) override {
        auto page = m_fresh->page(*m_reader, query, RowExtent::Cells, CancelSource().get_token());
        return page ? Result<RowBlock>(page->block) : page.error();
    }
    std::function<Result<std::unique_ptr<Store>>(const CancelToken&)> opener() override {
        return [url = m_store.url()](const CancelToken&) { return openSqliteStore(url, Access::Read); };
    }
    std::vector<Sort> sorts() const override { return m_table.sorts; }
    std::vector<Filter> filters() const override {
        std::vector<Filter> filters;
        for (const char* text : m_table.filters)
            filters.push_back(filterOf(text, m_listing->schema()));
        return filters;
    }

private:
    Table m_table;
    test::WrittenStore m_store;
    test::SqliteScript m_script;
    LetterRows m_letters;
    std::shared_ptr<const RowListing> m_listing;
    std::shared_ptr<const RowListing> m_fresh;
    std::unique_ptr<Store> m_reader;
};

/// What the operator and the store do, a step after the other.
struct Step {
    enum Kind { Changes, ChangesLate, Refresh, Look, Choose, Hold, Show, Sorting, Filtering, Again, kinds };
    int kind = Refresh;
    Change change;
    quint32 a = 0;
    bool settles = false;
};

struct Program {
    quint32 rows = 0;
    std::vector<Step> steps;
};

Program randomProgram(quint64 seed) {
    Chance chance(seed);
    const auto number = [&] { return static_cast<quint32>(chance.below(1'000'000)); };
    Program program;
    program.rows = static_cast<quint32>(chance.below(4) == 0 ? chance.below(4) : chance.below(45));
    const std::size_t steps = 4 + chance.below(24);
    for (std::size_t i = 0; i < steps; ++i) {
        // Changes are most of what happens.
        static constexpr int often[] = {Step::Changes, Step::Changes, Step::Changes,     Step::Changes,
                                        Step::Changes, Step::Look,    Step::ChangesLate, Step::ChangesLate,
                                        Step::Refresh, Step::Choose,  Step::Hold,        Step::Show,
                                        Step::Sorting, Step::Again,   Step::Filtering,   Step::Look};
        Step step;
        step.kind = often[chance.below(std::size(often))];
        step.change = {static_cast<int>(chance.below(Change::kinds)), number(), number()};
        step.a = number();
        step.settles = chance.below(2) == 0;
        program.steps.push_back(step);
    }
    return program;
}

QString textOf(const Program& program) {
    static const char* const kinds[] = {"changes", "changes late", "refresh", "look",      "choose",
                                        "hold",    "show",         "sort",    "filtering", "again"};
    static const char* const changes[] = {"add",         "add older", "remove", "leave", "return",
                                          "return anew", "die again", "age",    "clear"};
    QString text = QStringLiteral("%1 rows").arg(program.rows);
    for (const Step& step : program.steps) {
        text += QStringLiteral("; %1 %2").arg(QString::fromLatin1(kinds[step.kind])).arg(step.a);
        if (step.kind == Step::Changes || step.kind == Step::ChangesLate)
            text += QStringLiteral(" %1 %2 %3")
                        .arg(QString::fromLatin1(changes[step.change.kind]))
                        .arg(step.change.a)
                        .arg(step.change.b);
        if (step.settles)
            text += QStringLiteral(" .");
    }
    return text;
}

/// Runs a program on a model over a world; says what is wrong, or nothing.
class Run {
public:
    Run(World& world, int pageRows)
        : m_world(world)
        , m_channel(world.opener())
        , m_model(world.listing(), nullptr, pageRows)
        , m_tester(&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , m_selection(&m_model) {}

    QString carryOut(const Program& program) {
        for (quint32 i = 0; i < program.rows; i += 3)
            m_world.apply({Change::Add, 0, std::min(2U, program.rows - i - 1)});
        m_model.setQuery({}, m_world.sorts().front());
        m_model.setChannel(&m_channel);
        for (std::size_t i = 0; i < program.steps.size(); ++i) {
            take(program.steps[i]);
            if (!program.steps[i].settles)
                continue;
            if (const QString wrong = settle(); !wrong.isEmpty())
                return QStringLiteral("after step %1: %2").arg(i + 1).arg(wrong);
        }
        const QString wrong = settle();
        return wrong.isEmpty() ? QString() : QStringLiteral("at the end: ") + wrong;
    }

private:
    void take(const Step& step) {
        switch (step.kind) {
        case Step::Changes:
            m_world.apply(step.change);
            m_model.refresh();
            break;
        case Step::ChangesLate:
            m_world.applyLate(step.change, 1 + static_cast<int>(step.a % 5));
            m_model.refresh();
            break;
        case Step::Refresh:
            m_model.refresh();
            break;
        case Step::Look:
            if (m_model.rowCount() > 0)
                (void)m_model.blockAt(static_cast<int>(step.a % quint32(m_model.rowCount())));
            break;
        case Step::Choose:
            choose(step.a);
            break;
        case Step::Hold:
            m_model.setHeld(step.a % 2 == 0);
            break;
        case Step::Show:
            m_model.showWaiting();
            break;
        case Step::Sorting:
            m_sort = step.a % m_world.sorts().size();
            m_model.setQuery(m_model.filter(), m_world.sorts()[m_sort]);
            break;
        case Step::Filtering:
            m_model.setQuery(m_world.filters()[step.a % m_world.filters().size()], m_model.sorting());
            break;
        case Step::Again:
            m_model.refreshAll();
            break;
        default:
            break;
        }
    }
    /// Only rows that are seen can be chosen.
    void choose(quint32 a) {
        m_selection.clear();
        m_chosen.clear();
        if (m_model.rowCount() == 0)
            return;
        const int first = static_cast<int>(a % quint32(m_model.rowCount()));
        const int last = std::min(m_model.rowCount() - 1, first + static_cast<int>(a / 1000 % 3));
        for (int row = first; row <= last; ++row) {
            if (!m_model.isLoaded(row))
                return;
        }
        for (int row = first; row <= last; ++row)
            m_chosen.insert(m_model.identity(row));
        m_selection.select(QItemSelection(m_model.index(first, 0), m_model.index(last, 0)),
                           QItemSelectionModel::ClearAndSelect);
    }
    QString settle() {
        if (m_world.flush())
            m_model.refresh();
        QString wrong;
        const bool settled = QTest::qWaitFor(
            [&] {
                if (m_world.flush())
                    m_model.refresh();
                wrong = difference();
                return wrong.isEmpty();
            },
            4'000);
        return settled ? QString() : wrong;
    }
    /// Against the list as it is read now by a question of its own.
    QString difference() {
        ListQuery query;
        query.filter = m_model.filter();
        query.sort = m_model.sorting();
        query.limit = 100'000;
        const Result<RowBlock> fresh = m_world.fresh(query);
        if (!fresh)
            return fresh.error().text;
        const int waiting = m_model.waitingRows();
        const int rows = m_model.rowCount();
        if (!m_model.isSettled())
            return QStringLiteral("is loading");
        if (m_model.outdated())
            return QStringLiteral("is out of date");
        if (m_model.error())
            return m_model.error()->text;
        QStringList shown;
        QStringList expected;
        bool isLoaded = true;
        for (int row = 0; row < rows; ++row) {
            isLoaded = m_model.blockAt(row).first && isLoaded;
            shown << (isLoaded ? told(*m_model.blockAt(row).first, m_model.blockAt(row).second) : QStringLiteral("?"));
        }
        for (int row = std::min(waiting, fresh->count); row < fresh->count; ++row)
            expected << told(*fresh, row);
        if (shown != expected || !isLoaded)
            return QStringLiteral("%1 rows and %2 waiting for %3:\n   shown: %4\n   there: %5")
                .arg(rows)
                .arg(waiting)
                .arg(fresh->count)
                .arg(shown.join(QLatin1Char(' ')), expected.join(QLatin1Char(' ')));
        if (rows > 0 && !m_model.isComplete())
            return QStringLiteral("is not complete");
        for (const QModelIndex& index : m_selection.selectedIndexes()) {
            if (!m_chosen.contains(m_model.identity(index.row())))
                return QStringLiteral("row %1 is chosen, which was not").arg(index.row());
        }
        return {};
    }
    [[nodiscard]] QString told(const RowBlock& block, int row) const {
        QString text = QString::fromUtf8(m_model.listing().identity(block, row));
        for (int column = 0; column < m_model.columnCount(); ++column) {
            const Value value = m_model.listing().value(block, row, column);
            if (const auto* number = std::get_if<qint64>(&value))
                text += QLatin1Char('/') + QString::number(*number);
            if (const auto* time = std::get_if<Timestamp>(&value))
                text += QLatin1Char('/') + QString::number(qint64(time->time_since_epoch().count()));
        }
        return text;
    }

    World& m_world;
    Channel m_channel;
    PagedModel m_model;
    QAbstractItemModelTester m_tester;
    QItemSelectionModel m_selection;
    std::set<QByteArray> m_chosen;
    std::size_t m_sort = 0;
};

using MakeWorld = std::function<std::unique_ptr<World>()>;

QString wrongOf(const MakeWorld& make, const Program& program, int pageRows) {
    const auto world = make();
    return Run(*world, pageRows).carryOut(program);
}

/// The shortest program that is found to fail, too.
Program shortened(const MakeWorld& make, Program program, int pageRows) {
    for (bool again = true; again;) {
        again = false;
        for (std::size_t length = std::max<std::size_t>(1, program.steps.size() / 2); length > 0; length /= 2) {
            for (std::size_t at = 0; at + length <= program.steps.size();) {
                Program less = program;
                const auto first = less.steps.begin() + static_cast<std::ptrdiff_t>(at);
                less.steps.erase(first, first + static_cast<std::ptrdiff_t>(length));
                if (wrongOf(make, less, pageRows).isEmpty()) {
                    ++at;
                } else {
                    program = less;
                    again = true;
                }
            }
        }
        Program fewer = program;
        for (fewer.rows = program.rows / 2; fewer.rows < program.rows;
             fewer.rows += 1 + (program.rows - fewer.rows) / 3) {
            if (wrongOf(make, fewer, pageRows).isEmpty())
                continue;
            program = fewer;
            again = true;
            break;
        }
    }
    return program;
}

QByteArray timeText(qint64 time) {
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(1'760'000'000'000 + time * 60'000, Qt::UTC);
    return at.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzzZ")).toLatin1();
}

QByteArray messageKey(const Letter& letter) {
    return "'" + test::portMessageId(static_cast<int>(letter.id)) + "'";
}

/// A dead letter, whichever of its times lists go by; one that is gone is pending again.
QByteArray writeMessage(const Letter& letter) {
    const QByteArray time = "'" + timeText(letter.time) + "'";
    return "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
           "retry_count, max_retries, created_at, processed_at, error_message) VALUES ("
           + messageKey(letter) + ", '" + (letter.id % 2 == 0 ? "even" : "odd") + "', 'a', 'b', '{}', '"
           + (letter.open ? "dead_letter" : "pending") + "', " + QByteArray::number(letter.time % 5) + ", 3, " + time
           + ", " + time + ", 'error " + QByteArray::number(letter.id % 3)
           + "') ON CONFLICT (id) DO UPDATE SET status = excluded.status, retry_count = excluded.retry_count, "
             "created_at = excluded.created_at, processed_at = excluded.processed_at;";
}

QByteArray writeReject(const Letter& letter) {
    return "INSERT INTO portolan_rejects (id, rejected_at, source, key, reason, payload, deleted_at) VALUES ("
           + QByteArray::number(letter.id) + ", '" + timeText(letter.time) + "', '"
           + (letter.id % 2 == 0 ? "even" : "odd") + "', 'k', 'why', x'00', "
           + (letter.open ? "NULL" : "'2026-01-01T00:00:00.000Z'")
           + ") ON CONFLICT (id) DO UPDATE SET rejected_at = excluded.rejected_at, deleted_at = excluded.deleted_at;";
}

SqliteWorld::Table lettersTable() {
    return {.listing = letterListing,
            .write = writeMessage,
            .remove = "DELETE FROM port_messages WHERE id = ",
            .key = messageKey,
            .sorts = {{{}, true}, {{}, false}, {"retry_count", true}, {"port_name", false}},
            .filters = {"", "port_name:even"}};
}

MakeWorld worldOf(const QByteArray& kind) {
    if (kind == "memory" || kind == "partial")
        return [kind] { return std::make_unique<MemoryWorld>(kind == "partial"); };
    SqliteWorld::Table table = lettersTable();
    if (kind == "port messages") {
        table.listing = portMessageListing;
        table.filters = {"", "status:dead_letter", "status:pending port_name:odd"};
    } else if (kind == "rejects") {
        table.listing = rejectListing;
        table.write = writeReject;
        table.remove = "DELETE FROM portolan_rejects WHERE id = ";
        table.key = [](const Letter& letter) { return QByteArray::number(letter.id); };
        table.sorts = {{{}, true}, {{}, false}, {"rejected_at", true}, {"source", false}};
        table.filters = {"", "source:even"};
    }
    return [table] { return std::make_unique<SqliteWorld>(table); };
}

} // namespace

/// A list that is shown while its rows come, go, leave, come back and change places, against one that is read afresh:
/// the same rows in the same order, none twice, and what was chosen is chosen or gone.
class TestPagedRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isAsAFreshList_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<int>("seeds");
        QTest::newRow("memory") << QByteArray("memory") << 200;
        QTest::newRow("partial") << QByteArray("partial") << 60;
        QTest::newRow("dead letters") << QByteArray("dead letters") << 25;
        QTest::newRow("port messages") << QByteArray("port messages") << 15;
        QTest::newRow("rejects") << QByteArray("rejects") << 15;
    }
    void isAsAFreshList() {
        QFETCH(QByteArray, kind);
        QFETCH(int, seeds);
        const MakeWorld make = worldOf(kind);
        const int only = qEnvironmentVariableIntValue("PORTOLAN_SEED");
        for (int seed = 1; seed <= seeds; ++seed) {
            if (only > 0 && seed != only)
                continue;
            // So many that all segments are in memory at last, those of half a page too.
            const int pageRows = (kind == "partial" ? 9 : 3) + seed % 6;
            const Program program = randomProgram(static_cast<quint64>(seed));
            if (wrongOf(make, program, pageRows).isEmpty())
                continue;
            const Program less = shortened(make, program, pageRows);
            QFAIL(qPrintable(QStringLiteral("seed %1, %2 rows a page: %3: %4")
                                 .arg(seed)
                                 .arg(pageRows)
                                 .arg(textOf(less), wrongOf(make, less, pageRows))));
        }
    }
};

QTEST_GUILESS_MAIN(TestPagedRows)
#include "tst_pagedrows.moc"
