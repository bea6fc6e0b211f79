#include "storage/json/jsonmeaning.h"
#include "storage/listing/filter.h"
#include "storage/listing/filtermatch.h"
#include "storage/search/search.h"
#include "storage/series/rollups.h"
#include "storage/stores/openstore.h"
#include "storage/versions/pipelinerows.h"
#include "tests/support/need.h"
#include "tests/support/portrows.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>
#include <map>

using namespace portolan;
using test::Chance;
using test::need;

namespace {

/// A text as a string of a document, with as many escapes as there may be or as few as there must be.
QByteArray stringOf(const QString& text, bool allEscaped) {
    QByteArray out("\"");
    for (const uint c : text.toUcs4()) {
        const QString character = QString::fromUcs4(reinterpret_cast<const char32_t*>(&c), 1);
        const bool mayStand = allEscaped ? (c < 0x80 && QChar(c).isLetterOrNumber()) : c >= 0x20;
        if (c == '"' || c == '\\' || (c == '/' && allEscaped))
            out += QByteArray("\\") + char(c);
        else if (c == '\n' && !allEscaped)
            out += "\\n";
        else if (mayStand)
            out += character.toUtf8();
        else
            for (const QChar unit : character)
                out += "\\u" + QByteArray::number(unit.unicode(), 16).rightJustified(4, '0');
    }
    return out + '"';
}

struct Stored {
    QByteArray id;
    QString text; ///< that a string of the document says
    QByteArray document;
    bool isValue = false; ///< at `t`
};

QByteArray quoted(QByteArray text) {
    return '\'' + text.replace('\'', "''") + '\'';
}

/// What ought to be found: upper and lower case of ASCII letters alike.
bool says(const QString& text, const QString& needle) {
    const auto lowered = [](QString in) {
        for (QChar& c : in) {
            if (c >= u'A' && c <= u'Z')
                c = c.toLower();
        }
        return in;
    };
    return lowered(text).contains(lowered(needle));
}

/// Made of pieces that meet escapes, what divides documents, wildcards, and characters of up to four bytes.
QString randomText(Chance& chance) {
    static const char* const pieces[] = {"C:\\temp", "\\",  "\"",   "\"stop\"", "\n",   "\r\n", "\t",   "\b",
                                         "\f",       "/",   "\x01", "\x1f",     "\x7f", "é",    "日本", "🙂",
                                         "Next",     "u00", "n",    "t",        "%",    "_",    "'",    ": ",
                                         ", ",       "{",   "]",    " ",        "ab",   "10"};
    QByteArray text;
    for (std::size_t i = 0, count = 1 + chance.below(7); i < count; ++i)
        text += chance.pick(pieces);
    return QString::fromUtf8(text);
}

} // namespace

/// A text that stands in a document is found, however the document spells it and wherever it stands: by both databases,
/// with their index and without, and by the matcher of files.
class TestPhrases : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::addColumn<bool>("indexed");
        QTest::newRow("sqlite") << false << false;
        QTest::newRow("sqlite, index") << false << true;
        QTest::newRow("postgresql") << true << false;
        QTest::newRow("postgresql, index") << true << true;
    }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_folder = std::make_unique<test::TempFolder>();
        m_url = onServer ? m_server.createStore()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        m_store = need(openStore(m_url, Access::Write));
        m_stored.clear();
    }
    void cleanup() { m_store.reset(); }

    /// Each character in each place.
    void findsEveryCharacterEverywhere() {
        const QStringList characters{
            QStringLiteral("\\"),   QStringLiteral("\""),   QStringLiteral("/"),    QStringLiteral("\n"),
            QStringLiteral("\r"),   QStringLiteral("\t"),   QStringLiteral("\b"),   QStringLiteral("\f"),
            QStringLiteral("\x01"), QStringLiteral("\x02"), QStringLiteral("\x1f"), QStringLiteral("\x7f"),
            QStringLiteral("é"),    QStringLiteral("日"),   QStringLiteral("🙂"), QStringLiteral("'"),
            QStringLiteral("%"),    QStringLiteral("_"),    QStringLiteral(":"),    QStringLiteral("}"),
            QStringLiteral("\\n"),  QStringLiteral("\\\""), QStringLiteral("\\\\"), QStringLiteral("\"\n\\")};
        for (const QString& character : characters) {
            const QString text = QStringLiteral("begin") + character + QStringLiteral("end");
            for (const bool allEscaped : {false, true}) {
                const QByteArray string = stringOf(text, allEscaped);
                store(text, "{\"t\":" + string + "}", true);
                store(text, "{\"x\":1," + string + ":2.50}");
                store(text, "{\"a\":{\"b\":{\"c\":" + string + "}}}");
                store(text, "[1,[" + string + "],null]");
                store(text, string);
            }
        }
        store(QStringLiteral("2.50"), "{\"n\":2.50}");
        putIn();
        for (const QString& character : characters) {
            check(character);
            check(QStringLiteral("N") + character + QStringLiteral("E"));
            check(QStringLiteral("begin") + character);
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// Whatever part of a text.
    void findsEveryPart() {
        Chance chance(7);
        for (int i = 0; i < 60; ++i) {
            const QString text = randomText(chance);
            const QByteArray string = stringOf(text, chance.below(2) == 0);
            const bool isValue = chance.below(2) == 0;
            store(text, isValue ? "{\"t\":" + string + "}" : "{" + string + ":[\"other\"]}", isValue);
        }
        putIn();
        for (int i = 0; i < 150; ++i) {
            const Stored& stored = m_stored[chance.below(m_stored.size())];
            const QList<uint> all = stored.text.toUcs4();
            const auto from = static_cast<qsizetype>(chance.below(static_cast<std::size_t>(all.size())));
            const auto length = 1 + static_cast<qsizetype>(chance.below(static_cast<std::size_t>(all.size() - from)));
            check(QString::fromUcs4(reinterpret_cast<const char32_t*>(&all[from]), length));
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// What stands between strings is found as before, and said in one line.
    void findsWhatStandsBetweenStrings() {
        store(QStringLiteral("up"), "{\"state\":\"up\",\"n\":[1,2]}");
        store(QStringLiteral("down"), "{\"state\":\"down\"}");
        putIn();
        QCOMPARE(found(QStringLiteral("\"state\": \"up\"")), QByteArrayList{m_stored[0].id});
        QCOMPARE(found(QStringLiteral("[1, 2]")), QByteArrayList{m_stored[0].id});
        QVERIFY(!phraseFilter(QStringLiteral("a\nb\r\tc\x01")).contains(u'\n'));
    }

    void showsWhatItFound() {
        store(QString(), "{\"t\":" + stringOf(QStringLiteral("he said \"stop\" at C:\\temp\nthen"), false) + "}");
        putIn();
        const FoundRows rows =
            need(searchStore(*m_store, FoundKind::Sink, QStringLiteral("\"stop\" at c:\\Temp\nt"), 10, {}, {}));
        QCOMPARE(rows.rows.size(), std::size_t(1));
        QCOMPARE(rows.rows[0].column, QByteArray("data"));
        QCOMPARE(rows.rows[0].hit, QByteArray("\"stop\" at C:\\temp t"));
        QCOMPARE(rows.rows[0].snippet(), QByteArray("{\"t\": \"he said \"stop\" at C:\\temp then\"}"));
    }

private:
    void store(const QString& text, const QByteArray& document, bool isValue = false) {
        m_stored.push_back({test::portMessageId(static_cast<int>(m_stored.size()) + 1), text, document, isValue});
    }
    void putIn() {
        QFETCH_GLOBAL(const bool, onServer);
        QFETCH_GLOBAL(const bool, indexed);
        QByteArray sql;
        for (const Stored& stored : m_stored)
            sql += "INSERT INTO sink_storage (id, sink_name, data_type, data) VALUES (" + quoted(stored.id)
                   + ", 's', 'x', " + quoted(stored.document) + ");";
        QCOMPARE(onServer ? test::PostgresScript(m_url).run(sql) : test::SqliteScript(m_url.path).run(sql), QString());
        if (indexed)
            QVERIFY(need(m_store->rollups()->roll(Rollups::untilDone, {})).done);
        ListQuery query;
        query.limit = 100'000;
        m_rows = need(m_store->pipelineRows(PipelineTable::Sinks)->page(query, {})).rows;
        QCOMPARE(m_rows.size(), m_stored.size());
    }
    /// The ids that a filter finds, which the matcher has to find, too.
    QByteArrayList idsOf(const QString& text) {
        const ColumnSet& schema = pipelineSchema(PipelineTable::Sinks);
        const auto columns = pipelineColumns(PipelineTable::Sinks);
        const Filter filter = need(parseFilter(text, schema, currentTime()));
        const auto idOf = [&](const PipelineRow& row) { return std::get<QByteArray>(columns.front().value(row)); };
        ListQuery query{filter, {}, {}, 100'000};
        QByteArrayList ids;
        for (const PipelineRow& row : need(m_store->pipelineRows(PipelineTable::Sinks)->page(query, {})).rows)
            ids << idOf(row);
        std::ranges::sort(ids);
        const FilterMatcher matcher(filter, schema);
        QByteArrayList matched;
        for (const PipelineRow& row : m_rows) {
            if (matcher.matches(columns, row))
                matched << idOf(row);
        }
        std::ranges::sort(matched);
        if (ids != matched)
            qWarning("%s: found %s, matched %s", qPrintable(text), ids.join(' ').constData(),
                     matched.join(' ').constData());
        return ids == matched ? ids : QByteArrayList{"the matcher finds others"};
    }
    QByteArrayList found(const QString& text) { return idsOf(phraseFilter(text)); }
    /// Rows whose strings say the text are found; at a place these alone.
    void check(const QString& needle) {
        QByteArrayList all;
        QByteArrayList values;
        for (const Stored& stored : m_stored) {
            if (!says(stored.text, needle))
                continue;
            all << stored.id;
            if (stored.isValue)
                values << stored.id;
        }
        std::ranges::sort(all);
        std::ranges::sort(values);
        const QByteArrayList byPhrase = found(needle);
        const QByteArray shown = phraseFilter(needle).toUtf8();
        for (const QByteArray& id : all)
            QVERIFY2(byPhrase.contains(id), ("not found: " + shown + " in " + documentOf(id)).constData());
        // Only a text that needs no escapes, or divides strings, may stand elsewhere in a document, too.
        for (const QByteArray& id : byPhrase)
            QVERIFY2(all.contains(id) || stands(id, needle), ("found: " + shown + " in " + documentOf(id)).constData());
        QCOMPARE(idsOf(QStringLiteral("data~") + phraseFilter(needle)), byPhrase);
        QCOMPARE(idsOf(QStringLiteral("not (not %1)").arg(phraseFilter(needle))), byPhrase);
        QByteArrayList atPlace = idsOf(QStringLiteral("data.t~") + phraseFilter(needle));
        QCOMPARE(atPlace, values);
        QByteArrayList searched;
        for (const Found& row : need(searchStore(*m_store, FoundKind::Sink, needle, 100'000, {}, {})).rows) {
            searched << row.id;
            QVERIFY2(!row.column.isEmpty(), shown.constData());
        }
        std::ranges::sort(searched);
        QCOMPARE(searched, byPhrase);
    }
    [[nodiscard]] QByteArray documentOf(const QByteArray& id) const {
        return std::ranges::find(m_stored, id, &Stored::id)->document;
    }
    /// In the document's text as it is written. The name of the sink is "s", its type "x".
    [[nodiscard]] bool stands(const QByteArray& id, const QString& needle) const {
        const QByteArray meaning = jsonMeaning(documentOf(id)).value_or(QByteArray());
        return says(QString::fromUtf8(meaning), needle) || says(QStringLiteral("s"), needle)
               || says(QStringLiteral("x"), needle);
    }

    std::unique_ptr<test::TempFolder> m_folder;
    test::PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::vector<Stored> m_stored;
    std::vector<PipelineRow> m_rows;
};

QTEST_GUILESS_MAIN(TestPhrases)
#include "tst_phrases.moc"
