#include "models/list/pagedmodel.h"
#include "storage/listing/listing.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/changingrows.h"
#include "tests/support/databaseworlds.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/writtenstore.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QtTest>
#include <functional>
#include <set>

using namespace portolan;
using namespace portolan::test;

namespace {

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
        if (const QString wrong = count(); !wrong.isEmpty())
            return wrong;
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
    /// What is counted is counted to its end, as the window does little by little.
    QString count() {
        const auto counting = m_world.counting();
        if (!counting)
            return {};
        std::optional<QString> answer;
        m_channel.ask(
            m_asker,
            [counting](Store& store, const CancelToken& token) -> Result<bool> {
                const auto counted = counting(store, token);
                return counted ? Result<bool>(true) : Result<bool>(counted.error());
            },
            &m_model, [&](const Result<bool>& counted) { answer = counted ? QString() : counted.error().text; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, test::patience))
            return QStringLiteral("is not counted");
        m_model.refresh();
        return *answer;
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
    StoreWorker m_channel;
    RequestScope m_asker;
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

MakeWorld memoryWorld(bool partial) {
    return [partial] { return std::make_unique<MemoryWorld>(partial); };
}

} // namespace

/// A list that is shown while its rows come, go, leave, come back and change places, against one that is read afresh:
/// the same rows in the same order, none twice, and what was chosen is chosen or gone.
class TestPagedRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isAsAFreshList_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<bool>("isServer");
        QTest::addColumn<int>("seeds");
        QTest::newRow("memory") << QByteArray("memory") << false << 200;
        QTest::newRow("partial") << QByteArray("partial") << false << 60;
        QTest::newRow("dead letters") << QByteArray("dead letters") << false << 25;
        QTest::newRow("port messages") << QByteArray("port messages") << false << 15;
        QTest::newRow("rejects") << QByteArray("rejects") << false << 15;
        QTest::newRow("groups") << QByteArray("groups") << false << 15;
        QTest::newRow("letters of a group") << QByteArray("letters of a group") << false << 15;
        QTest::newRow("letters of a group, PostgreSQL") << QByteArray("letters of a group") << true << 4;
        QTest::newRow("dead letters, PostgreSQL") << QByteArray("dead letters") << true << 4;
        QTest::newRow("port messages, PostgreSQL") << QByteArray("port messages") << true << 4;
        QTest::newRow("rejects, PostgreSQL") << QByteArray("rejects") << true << 4;
        QTest::newRow("groups, PostgreSQL") << QByteArray("groups") << true << 3;
    }
    void isAsAFreshList() {
        QFETCH(QByteArray, kind);
        QFETCH(bool, isServer);
        QFETCH(int, seeds);
        const MakeWorld make =
            kind == "memory" || kind == "partial" ? memoryWorld(kind == "partial") : databaseWorld(kind, isServer);
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

private:
    /// Each world begins with a database without rows.
    MakeWorld databaseWorld(const QByteArray& kind, bool isServer) {
        return [this, kind, isServer]() -> std::unique_ptr<World> {
            const ChangedDatabase database = isServer ? onServer() : inAFile();
            return std::make_unique<DatabaseWorld>(tableOf(kind, database, isServer), database);
        };
    }
    ChangedDatabase inAFile() {
        auto store = std::make_shared<WrittenStore>();
        auto script = std::make_shared<SqliteScript>(store->url().path);
        return {store->url(), [store, script](const QByteArray& sql) { return script->run(sql); }};
    }
    ChangedDatabase onServer() {
        if (!m_server) {
            m_server = std::make_unique<PostgresServer>();
            m_url = m_server->createDatabase();
            (void)openStore(m_url, Access::Write).value();
        }
        auto script = std::make_shared<PostgresScript>(m_url);
        if (const QString failed = script->run("TRUNCATE port_messages, portolan_rejects, portolan_fingerprints");
            !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        return {m_url, [script](const QByteArray& sql) { return script->run(sql); }};
    }

    std::unique_ptr<PostgresServer> m_server;
    StoreUrl m_url;
};

QTEST_GUILESS_MAIN(TestPagedRows)
#include "tst_pagedrows.moc"
