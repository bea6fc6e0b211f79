#include "storage/listing/listing.h"
#include "tests/support/foldertree.h"
#include "tests/support/importing.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <tuple>
#include <utility>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int kindsOfRows = 9;

QByteArray numberText(int n) {
    return QByteArray::number(n);
}

/// The first is nil, the second the largest there is; capitals are the same id.
QByteArray uuid(int n, bool isLarge) {
    QByteArray id(36, n == 1 ? 'f' : '0');
    for (const int hyphen : {8, 13, 18, 23})
        id[hyphen] = '-';
    if (n > 1)
        id.replace(24, 12, QByteArray::number(n * 11, 16).rightJustified(12, '0'));
    return isLarge ? id.toUpper() : id;
}

/// A record that a row of a file has to become.
struct Wanted {
    QByteArray id = {};      ///< with its kind; empty: its place tells it from others
    QByteArray content = {}; ///< all that is kept of it
    QByteArray shown = {};   ///< the part of it that is read back
};

/// A row, and the records that it holds.
struct Row {
    QByteArray text;
    std::vector<Wanted> wanted;
    bool isMessage = false;
};

/// Rows with ids of a small range and contents of a small choice, each written in one of several ways.
class Maker {
public:
    explicit Maker(unsigned seed) : m_random(seed) {}
    int below(int n) { return static_cast<int>(m_random() % static_cast<quint32>(n)); }

    Row json() {
        const int id = below(14);
        const QByteArray other = numberText(below(3) == 0 ? 1 : 0);
        Row row;
        switch (below(kindsOfRows)) {
        case 0: {
            const bool isLarge = below(4) == 0;
            row = record("port " + uuid(id, false), other,
                         R"("kind":"port_message","id":")" + uuid(id, isLarge) + R"(","port_name":")" + other
                             + R"(","source_component":"a","target_component":"b","message_data":{})");
            break;
        }
        case 1:
        case 2: { // some are those of the file s0.csv
            const bool isOfTable = below(3) == 0;
            const int number = 1 + id;
            const QByteArray event = isOfTable ? "s0:" + numberText(number) : "e" + numberText(id);
            const QByteArray sensor = isOfTable ? "s0" : "s";
            const QByteArray time = timeOf(isOfTable ? number : 0);
            row = record("event " + event, other,
                         R"("event_id":")" + event + R"(","sensor_id":")" + sensor + R"(","timestamp":")" + time
                             + R"(","value":)" + other + (below(4) == 0 ? ".0" : ""));
            row.wanted.front().content = sensor + time + other;
            break;
        }
        case 3:
            row = record("checkpoint " + numberText(id + 1), other,
                         R"("kind":"checkpoint","checkpoint_name":"c","component_name":"x","version":)"
                             + numberText(id + 1) + R"(,"checkpoint_data":)" + other);
            break;
        case 4:
            row = record("state " + numberText(id + 1), other,
                         R"("kind":"component_state","component_name":"s","component_type":"Sink","version":)"
                             + numberText(id + 1) + R"(,"state_data":)" + other);
            break;
        case 5:
            row = record({}, {},
                         R"("kind":"health","component_name":")" + numberText(id) + R"(","health_status":")"
                             + (other == "0" ? "healthy" : "degraded") + '"');
            break;
        case 6:
            row = record({}, {}, R"("kind":"sink_record","sink_name":")" + numberText(id) + R"(","data":)" + other);
            break;
        case 7:
            row = below(2) == 0
                      ? record({}, {}, R"("kind":"port_metric","port_name":"p","messages_sent":)" + numberText(id))
                      : record({}, {},
                               R"("kind":"component_metric","component_name":"c","metric_name":"m",)"
                               R"("metric_value":)"
                                   + numberText(id));
            break;
        default:
            row = record({}, {},
                         R"("kind":"message","message_number":)" + numberText(id) + R"(,"content":")" + other + '"');
            row.isMessage = true;
            break;
        }
        if (below(5) == 0)
            row.text.replace(row.text.indexOf("\":"), 2, "\" : ");
        return row;
    }

    /// A row of samples at a place of a table, with a value a series.
    Row samples(const QByteArray& table, int number, const std::vector<QByteArray>& series) {
        const QByteArray time = timeOf(below(6) == 0 ? 1 + below(14) : number);
        Row row{time, {}, false};
        for (const QByteArray& name : series) {
            const QByteArray sensor = table + name;
            const QByteArray value = numberText(below(3) == 0 ? 1 : 0);
            row.text += ',' + value + (below(4) == 0 ? ".0" : "");
            row.wanted.push_back({"event " + sensor + ':' + numberText(number), sensor + time + value, value});
        }
        return row;
    }

    Row portMessage() {
        const int id = below(14);
        const QByteArray port = numberText(below(3) == 0 ? 1 : 0);
        const bool isLarge = below(4) == 0;
        return {uuid(id, isLarge) + ',' + port + ",a,b,{}", {{"port " + uuid(id, false), port, port}}, false};
    }

private:
    static Row record(const QByteArray& id, const QByteArray& content, const QByteArray& members) {
        return {'{' + members + '}', {{id, content, content}}, false};
    }
    static QByteArray timeOf(int number) { return "2026-01-01T00:00:" + numberText(10 + number) + 'Z'; }

    std::mt19937 m_random;
};

/// Tells by the rule alone what becomes of files' rows: one that was read from its place before is a duplicate,
/// whatever became of it; else its id and content decide. A file store keeps messages only. The naive one holds that
/// a known id is a duplicate, and that a row is told by its place alone: it has to be found out.
class Ledger {
public:
    Ledger(bool keepsRecords, bool isNaive) : m_keepsRecords(keepsRecords), m_isNaive(isNaive) {}

    void take(const QByteArray& file, int number, const Row& row) {
        const QByteArray text = m_isNaive ? QByteArray() : row.text;
        const bool isNew = m_rows.emplace(file, number, text).second;
        for (const Wanted& wanted : row.wanted)
            ++m_counts[isNew ? outcomeOf(wanted, row.isMessage) : duplicate];
    }
    /// Since it was asked last: "stored duplicates rejected".
    [[nodiscard]] QString text() {
        const auto counts = std::exchange(m_counts, {});
        for (std::size_t i = 0; i < counts.size(); ++i)
            m_all[i] += counts[i];
        return QStringLiteral("%1 %2 %3").arg(counts[stored]).arg(counts[duplicate]).arg(counts[rejected]);
    }
    [[nodiscard]] const std::array<int, 3>& all() const { return m_all; }
    /// Each record with an id as it has to stand there.
    [[nodiscard]] QStringList records() const {
        QStringList lines;
        for (const auto& [id, wanted] : m_records)
            lines << QString::fromUtf8(id + ' ' + wanted.shown);
        lines.sort();
        return lines;
    }

    enum Outcome : std::size_t { stored, duplicate, rejected };

private:
    Outcome outcomeOf(const Wanted& wanted, bool isMessage) {
        if (!isMessage && !m_keepsRecords)
            return rejected;
        if (wanted.id.isEmpty())
            return stored;
        const auto [known, isNew] = m_records.try_emplace(wanted.id, wanted);
        if (isNew)
            return stored;
        return m_isNaive || known->second.content == wanted.content ? duplicate : rejected;
    }

    bool m_keepsRecords;
    bool m_isNaive;
    std::set<std::tuple<QByteArray, int, QByteArray>> m_rows;
    std::map<QByteArray, Wanted> m_records;
    std::array<int, 3> m_counts{};
    std::array<int, 3> m_all{};
};

/// A file of one sort, which is altered between its imports.
class ImportedFile {
public:
    enum class Sort { Lines, List, Samples, Wide, Ports };
    ImportedFile(QByteArray name, Sort sort) : m_name(std::move(name)), m_sort(sort) {}

    /// Rows are replaced, taken out (which moves the ones after them), put back as they were, and added.
    void alter(Maker& maker) {
        const std::vector<Row> before = m_rows;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            if (maker.below(4) == 0)
                m_rows[i] = make(maker, static_cast<int>(i) + 1);
        }
        if (maker.below(4) == 0 && m_sort != Sort::Samples && m_sort != Sort::Wide && m_rows.size() > 1)
            m_rows.erase(m_rows.begin() + maker.below(static_cast<int>(m_rows.size())));
        if (maker.below(3) == 0)
            m_rows = m_older;
        m_older = before;
        for (int left = maker.below(5); left > 0 || m_rows.size() < 3; --left)
            m_rows.push_back(make(maker, static_cast<int>(m_rows.size()) + 1));
        if (m_rows.size() > 14)
            m_rows.resize(14);
    }

    [[nodiscard]] QByteArray text() const {
        static constexpr std::array heads{"", "[", "time,value\n", "time,in,out\n",
                                          "id,port_name,source_component,target_component,message_data\n"};
        QByteArray text = heads[static_cast<std::size_t>(m_sort)];
        const bool isList = m_sort == Sort::List;
        for (const Row& row : m_rows)
            text += (isList && text.size() > 1 ? "," : "") + row.text + '\n';
        return text + (isList ? "]" : "");
    }
    [[nodiscard]] const QByteArray& name() const { return m_name; }
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }

private:
    Row make(Maker& maker, int number) const {
        const QByteArray table = m_name.first(m_name.indexOf('.'));
        switch (m_sort) {
        case Sort::Lines:
        case Sort::List:
            return maker.json();
        case Sort::Samples:
            return maker.samples(table, number, {""});
        case Sort::Wide:
            return maker.samples(table, number, {".in", ".out"});
        case Sort::Ports:
            return maker.portMessage();
        }
        Q_UNREACHABLE();
    }

    QByteArray m_name;
    Sort m_sort;
    std::vector<Row> m_rows;
    std::vector<Row> m_older;
};

} // namespace

/// RELIABILITY 13, of imported files: what is stored, a duplicate or a reject, against a ledger of its own.
class TestImportLedger : public QObject {
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;

    static QString import(const StoreUrl& into, const QString& file) {
        ImportOptions with;
        with.file = file;
        return imported(with, into);
    }

    /// Compares all that stands in a database, of records with ids what the ledger shows of them. Empty, or what is
    /// wrong.
    static QString mistakeIn(const StoreUrl& store, const Ledger& ledger) {
        const auto rows = [&store](const QByteArray& sql) {
            return store.kind == StoreKind::Postgresql ? PostgresScript(store).rows(sql)
                                                       : SqliteScript(store.path).rows(sql);
        };
        QStringList records =
            rows("SELECT 'event ' || event_id || ' ' || CAST(CAST(value AS integer) AS text) FROM metrics UNION ALL "
                 "SELECT 'port ' || CAST(id AS text) || ' ' || port_name FROM port_messages UNION ALL "
                 "SELECT 'checkpoint ' || version || ' ' || CAST(checkpoint_data AS text) FROM checkpoints UNION ALL "
                 "SELECT 'state ' || version || ' ' || CAST(state_data AS text) FROM component_state");
        records.sort();
        if (records != ledger.records())
            return records.join(QLatin1Char(',')) + QStringLiteral(" stands there, and not ")
                   + ledger.records().join(QLatin1Char(','));
        const QStringList odd = rows("SELECT reason FROM portolan_rejects WHERE reason NOT LIKE '%is stored already, "
                                     "with other data%'");
        if (!odd.isEmpty())
            return odd.join(QLatin1Char(' '));
        const QString counts =
            rows("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM component_metrics) + "
                 "(SELECT count(*) FROM port_metrics) + (SELECT count(*) FROM system_health) + "
                 "(SELECT count(*) FROM sink_storage), (SELECT count(*) FROM portolan_rejects)")
                .join(QLatin1Char(' '));
        const auto& all = ledger.all();
        const QString wanted = QStringLiteral("%1|%2")
                                   .arg(static_cast<qsizetype>(all[Ledger::stored]) - ledger.records().size())
                                   .arg(all[Ledger::rejected]);
        return counts == wanted ? QString() : counts + QStringLiteral(" without ids and rejects, not ") + wanted;
    }

    /// Imports into one store; empty, or what is wrong.
    static QString mistakeOf(const StoreUrl& store, unsigned seed, bool isNaive) {
        const TempFolder folder;
        Maker maker(seed);
        const bool keepsRecords = store.kind != StoreKind::Files;
        Ledger ledger(keepsRecords, isNaive);
        using Sort = ImportedFile::Sort;
        std::vector<ImportedFile> files{{"a.jsonl", Sort::Lines},  {"b.json", Sort::List}, {"s0.csv", Sort::Samples},
                                        {"s1.csv", Sort::Samples}, {"w.csv", Sort::Wide},  {"p.csv", Sort::Ports}};
        for (int round = 0; round < 14; ++round) {
            ImportedFile& file = files[static_cast<std::size_t>(maker.below(static_cast<int>(files.size())))];
            if (maker.below(8) != 0) // else it is the same file again
                file.alter(maker);
            if (file.rows().empty())
                continue;
            const QString path = folder.path(QString::fromUtf8(file.name()));
            BatchFolder::put(path, file.text());
            for (int time = 0; time < 2; ++time) {
                int number = 0;
                for (const Row& row : file.rows())
                    ledger.take(file.name(), ++number, row);
                const QString counts = import(store, path);
                const QString wanted = ledger.text();
                if (counts != wanted)
                    return QStringLiteral("round %1, %2: %3, not %4; %5")
                        .arg(round)
                        .arg(QString::fromUtf8(file.name()), counts, wanted,
                             keepsRecords ? mistakeIn(store, ledger) : QString());
            }
        }
        return keepsRecords ? mistakeIn(store, ledger) : QString();
    }

    QString mistakeWith(const QString& kind, unsigned seed, bool isNaive) {
        QString mistake;
        if (kind == u"postgresql") {
            const StoreUrl store = m_server->createStore();
            mistake = mistakeOf(store, seed, isNaive);
            PostgresScript(m_server->url(QStringLiteral("postgres")))
                .run("DROP DATABASE " + store.database.toUtf8() + " WITH (FORCE)");
        } else {
            const TempFolder folder;
            mistake = mistakeOf(*StoreUrl::parse(kind + QStringLiteral("://") + folder.path(QStringLiteral("store"))),
                                seed, isNaive);
        }
        return mistake.isEmpty() ? mistake : QStringLiteral("seed %1, %2").arg(seed).arg(mistake);
    }

private Q_SLOTS:
    void initTestCase() { useMemoryForFolders(); }

    void everyRowEndsOnce_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        const int only = qEnvironmentVariableIntValue("PORTOLAN_SEED");
        const int seeds = qEnvironmentVariableIntValue("PORTOLAN_LONG") == 1 ? 500 : 3;
        constexpr int part = 20; // within QtTest's time for a function
        for (const char* kind : {"sqlite", "postgresql", "file"}) {
            const QString name = QString::fromLatin1(kind);
            if (only > 0) {
                QTest::addRow("%s %d", kind, only) << name << only << only;
                continue;
            }
            for (int first = 1; first <= seeds; first += part)
                QTest::addRow("%s %d", kind, first) << name << first << std::min(first + part - 1, seeds);
        }
    }
    /// Files of all kinds of rows, altered and imported again and again, each time twice. PORTOLAN_SEED takes one seed.
    void everyRowEndsOnce() {
        QFETCH(QString, kind);
        QFETCH(int, first);
        QFETCH(int, last);
        if (kind == u"postgresql" && !m_server)
            m_server = std::make_unique<PostgresServer>();
        for (int seed = first; seed <= last; ++seed) {
            const QString mistake = mistakeWith(kind, static_cast<unsigned>(seed), false);
            QVERIFY2(mistake.isEmpty(), qPrintable(mistake));
        }
        QVERIFY2(!mistakeWith(kind, static_cast<unsigned>(first), true).isEmpty(),
                 "the naive ledger was not found out");
    }
    void cleanupTestCase() { m_server.reset(); }
};

QTEST_GUILESS_MAIN(TestImportLedger)
#include "tst_importledger.moc"
