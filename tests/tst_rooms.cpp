// The rules of the house within a storey: which room may include which (tests/arrows.txt), how large a room may be,
// what a header is included for. Each rule is broken once in a tree made for it, to see that the wall sees it.

#include "tests/support/sourcetree.h"

#include <QtTest>

using namespace portolan::test;

namespace {

/// May only fall: what comments and names still say that the house does not (HOUSE §4).
constexpr int mostBeginningsOfAThousand = 30;
constexpr int mostWords = 0;

const SourceTree& ours() {
    static const SourceTree tree = SourceTree::read(
        {QStringLiteral("app"), QStringLiteral("models"), QStringLiteral("views"), QStringLiteral("storage")});
    return tree;
}

Arrows allowed() {
    return parseArrows(sourceText(QStringLiteral(PORTOLAN_SOURCE_DIR "/tests/arrows.txt")));
}

using Rule = QStringList (*)(const SourceTree&);

QStringList arrows(const SourceTree& tree) {
    return againstArrows(tree, parseArrows(QStringLiteral("a: b\nb:\n")));
}

QStringList cycles(const SourceTree& tree) {
    return cyclesIn(arrowsOf(tree));
}

QStringList dead(const SourceTree& tree) {
    return deadNames(tree);
}

struct Broken {
    const char* name;
    Rule rule;
    std::vector<std::pair<const char*, const char*>> files;
    const char* says; ///< a part of the only objection; null: there is none
};

const std::vector<Broken>& broken() {
    static const std::vector<Broken> rows{
        {"an arrow of the table", &arrows, {{"a/x.cpp", "#include \"b/y.h\"\n"}, {"b/y.h", ""}}, nullptr},
        {"an arrow that is not in it",
         &arrows,
         {{"a/x.cpp", "#include \"b/y.h\"\n"}, {"b/y.h", "#include \"a/z.h\"\n"}},
         "b must not include a"},
        {"an arrow that nobody uses", &arrows, {{"a/x.cpp", ""}, {"b/y.h", ""}}, "no include uses the arrow a: b"},
        {"a room that is not in the table",
         &arrows,
         {{"a/x.cpp", "#include \"b/y.h\"\n"}, {"b/y.h", ""}, {"c/z.h", ""}},
         "c is not in the table"},
        {"no cycle",
         &cycles,
         {{"a/x.cpp", "#include \"b/y.h\"\n"}, {"b/y.h", "#include \"c/z.h\"\n"}, {"c/z.h", ""}},
         nullptr},
        {"contract takes SQL",
         &againstRooms,
         {{"storage/ports/x.h", "#include \"storage/ports/sql/y.h\"\n"}},
         "a contract knows no SQL"},
        {"SQL takes a contract",
         &againstRooms,
         {{"storage/ports/sql/x.h", "#include \"storage/replay/y.h\"\n"}},
         nullptr},
        {"SQL takes SQL", &againstRooms, {{"storage/replay/sql/x.h", "#include \"storage/ports/sql/y.h\"\n"}}, nullptr},
        {"the engine takes a subject",
         &againstRooms,
         {{"storage/sql/columns/x.h", "#include \"storage/ports/y.h\"\n"}},
         "knows none of them"},
        {"listings take a subject",
         &againstRooms,
         {{"storage/listing/x.h", "#include \"storage/store.h\"\n"}},
         "knows none of them"},
        {"models take SQL",
         &againstRooms,
         {{"models/ports/x.h", "#include \"storage/ports/sql/y.h\"\n"}},
         "SQL belongs to storage"},
        {"a subject takes the stores",
         &againstRooms,
         {{"storage/receive/x.h", "#include \"storage/stores/openstore.h\"\n"}},
         "know all stores"},
        {"a view takes the stores",
         &againstRooms,
         {{"views/ask/x.h", "#include \"storage/stores/openstore.h\"\n"}},
         "know all stores"},
        {"models take the stores",
         &againstRooms,
         {{"models/x.h", "#include \"storage/stores/openstore.h\"\n"}},
         nullptr},
        {"no README", &withoutReadme, {{"a/x.cpp", ""}}, "a has no README.md"},
        {"a README", &withoutReadme, {{"a/x.cpp", ""}, {"a/README.md", ""}}, nullptr},
        {"a test's folder without README",
         &withoutReadme,
         {{"tests/README.md", ""}, {"tests/a/x.py", ""}},
         "tests/a has no README.md"},
        {"a folder of pictures without README",
         &withoutReadme,
         {{"resources/README.md", ""}, {"resources/icons/x.svg", ""}},
         "resources/icons has no README.md"},
        {"a folder of folders without README",
         &withoutReadme,
         {{"resources/guide/en/x.md", ""}, {"resources/README.md", ""}, {"resources/guide/en/README.md", ""}},
         "resources/guide has no README.md"},
        {"two headers of one name", &againstHousekeeping, {{"a/x.h", ""}, {"b/x.h", ""}}, "two headers of one name"},
        {"an include for nothing",
         &unusedIncludes,
         {{"a/x.cpp", "#include \"a/y.h\"\nint x;\n"}, {"a/y.h", "namespace p {\nclass Y {};\n}\n"}},
         "a/x.cpp uses nothing of a/y.h"},
        {"an include for a class",
         &unusedIncludes,
         {{"a/x.cpp", "#include \"a/y.h\"\nY x;\n"}, {"a/y.h", "namespace p {\nclass Y {};\n}\n"}},
         nullptr},
        {"an include for an enumerator",
         &unusedIncludes,
         {{"a/x.cpp", "#include \"a/y.h\"\nint x = One;\n"}, {"a/y.h", "enum Y { One, Two };\n"}},
         nullptr},
        {"a class without its include",
         &missingIncludes,
         {{"a/x.cpp", "Yonder x;\n"}, {"a/y.h", "namespace p {\nclass Yonder {};\n}\n"}},
         "a/x.cpp uses Yonder without a/y.h"},
        {"a function without its include",
         &missingIncludes,
         {{"a/x.cpp", "int x = makeOne(1);\n"}, {"a/y.h", "int makeOne(int n);\n"}},
         "a/x.cpp uses makeOne without a/y.h"},
        {"a class that another header brings",
         &missingIncludes,
         {{"a/x.cpp", "#include \"a/z.h\"\nYonder x;\n"},
          {"a/y.h", "class Yonder {};\n"},
          {"a/z.h", "#include \"a/y.h\"\n"}},
         nullptr},
        {"a class of the file's own",
         &missingIncludes,
         {{"a/x.cpp", "struct Yonder {};\nYonder x;\n"}, {"a/y.h", "class Yonder {};\n"}},
         nullptr},
        {"an include for a function, which a comment names",
         &unusedIncludes,
         {{"a/x.cpp", "#include \"a/y.h\"\nint x; // made by make()\n"},
          {"a/y.h", "[[nodiscard]] Result<int> make(int n);\n"}},
         "a/x.cpp uses nothing of a/y.h"},
        {"a function that nobody calls",
         &dead,
         {{"a/y.h", "int make(int n);\n"}, {"a/y.cpp", "#include \"a/y.h\"\nint make(int n) { return n; }\n"}},
         "make is used by nobody"},
        {"a function that somebody calls",
         &dead,
         {{"a/y.h", "int make(int n);\n"},
          {"a/y.cpp", "#include \"a/y.h\"\nint make(int n) { return n; }\n"},
          {"a/x.cpp", "int x = make(1);\n"}},
         nullptr},
        {"a statement", &strayStatements, {{"models/x.cpp", "auto s = \"SELECT 1\";\n"}}, "has a statement"},
        {"a raw statement", &strayStatements, {{"models/x.cpp", "auto s = R\"(WITH a AS (\n"}}, "has a statement"},
        {"a statement of the engine", &strayStatements, {{"storage/sql/x.cpp", "auto s = \"SELECT 1\";\n"}}, nullptr},
        {"a thread", &strayThreads, {{"a/x.cpp", "std::jthread helper([] { work(); });\n"}}, "a/x.cpp starts a thread"},
        {"a thread of a member", &strayThreads, {{"a/x.cpp", "m_thread = std::thread(&work);\n"}}, "starts a thread"},
        {"a thread of a list",
         &strayThreads,
         {{"a/x.cpp", "threads.emplace_back([] { work(); });\n"}},
         "starts a thread"},
        {"no thread",
         &strayThreads,
         {{"a/x.cpp", "std::jthread m_thread; ///< std::thread(x)\nm_thread = std::jthread();\n"}},
         nullptr},
        {"a sentence", &strayStatements, {{"models/x.cpp", "auto s = \"Select one\";\n"}}, nullptr},
    };
    return rows;
}

} // namespace

class TestRooms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theWallSeesWhatGoesAgainstIt_data() {
        QTest::addColumn<int>("row");
        for (int i = 0; const Broken& row : broken())
            QTest::newRow(row.name) << i++;
    }
    void theWallSeesWhatGoesAgainstIt() {
        QFETCH(const int, row);
        const Broken& one = broken()[static_cast<std::size_t>(row)];
        SourceTree tree;
        for (const auto& [path, text] : one.files)
            tree.files[QLatin1String(path)] = QLatin1String(text);
        const QStringList said = one.rule(tree);
        QCOMPARE(said.size(), one.says ? 1 : 0);
        if (one.says)
            QVERIFY2(said.front().contains(QLatin1String(one.says)), qPrintable(said.front()));
    }

    void aCycleIsSeen() {
        SourceTree tree;
        tree.files[QStringLiteral("a/x.h")] = QStringLiteral("#include \"b/y.h\"\n");
        tree.files[QStringLiteral("b/y.h")] = QStringLiteral("#include \"c/z.h\"\n");
        tree.files[QStringLiteral("c/z.h")] = QStringLiteral("#include \"a/x.h\"\n");
        QCOMPARE(cycles(tree).size(), 3);
    }
    void aCrowdIsSeen() {
        SourceTree tree;
        for (int i = 0; i < 41; ++i)
            tree.files[QStringLiteral("a/x%1.cpp").arg(i)] = QString();
        QCOMPARE(againstHousekeeping(tree), QStringList(QStringLiteral("a has 41 files")));
        tree.files.remove(QStringLiteral("a/x7.cpp"));
        QCOMPARE(againstHousekeeping(tree), QStringList());
        tree.files[QStringLiteral("a/x8.cpp")] = QString(601, u'\n');
        QCOMPARE(againstHousekeeping(tree), QStringList(QStringLiteral("a/x8.cpp has 601 lines")));
    }
    void wordsAreCounted() {
        SourceTree tree;
        tree.files[QStringLiteral("a/x.h")] = QStringLiteral(
            "/// What a thing is.\nint a;\n/// Says what it is, behind it.\n/// What follows.\nint b;\n");
        const Wording said = wordingOf(tree);
        QCOMPARE(said.comments, 2);
        QCOMPARE(said.beginnings, 1);
        QCOMPARE(said.words.value(QStringLiteral("behind")), 1);
    }

    void roomsIncludeWhatTheyMay() {
        const QStringList wrong = againstArrows(ours(), allowed());
        if (qEnvironmentVariableIsSet("PORTOLAN_ARROWS")) // what the table is made from
            qWarning("%s", qPrintable(arrowsText(arrowsOf(ours()))));
        none(wrong);
    }
    void roomsFormNoCycle() { none(cycles(ours())); }
    void roomsKeepToTheirStorey() { none(againstRooms(ours())); }
    void roomsAreTidy() { none(againstHousekeeping(ours())); }
    void threadsAreStartedInOnePlace() { none(strayThreads(ours())); }
    void foldersHaveAReadme() {
        none(withoutReadme(ours()));
        const SourceTree tests = SourceTree::read(
            {QStringLiteral("tests")}, {QStringLiteral("*.h"), QStringLiteral("*.cpp"), QStringLiteral("*.py"),
                                        QStringLiteral("*.sql"), QStringLiteral("README.md")});
        QVERIFY(tests.rooms().size() > 30);
        none(withoutReadme(tests));
        const SourceTree resources = SourceTree::read({QStringLiteral("resources")}, {QStringLiteral("*")});
        QVERIFY(resources.files.size() > 100);
        none(withoutReadme(resources));
    }
    void headersAreIncludedForSomething() { none(unusedIncludes(ours())); }
    void filesIncludeWhatTheyUse() { none(missingIncludes(ours())); }
    void namesAreUsed() {
        QStringList wrong = deadNames(ours());
        for (const char* kept : {"PostgresqlType ", "ComparisonRole ", // their enumerators are used
                                 "portableCrc32c "})                   // of processors that no machine of tests has
            wrong.removeIf([kept](const QString& each) { return each.startsWith(QLatin1String(kept)); });
        wrong.removeIf(
            [](const QString& each) { return each.startsWith(QLatin1String("Snapshot ")); }); // an enumerator
        none(wrong);
    }
    void statementsAreInSqlRooms() { none(strayStatements(ours())); }
    void commentsSayWhatTheCallerGets() {
        const Wording said = wordingOf(ours());
        QVERIFY(said.comments > 3'000);
        QVERIFY2(said.beginnings * 1000 <= said.comments * mostBeginningsOfAThousand,
                 qPrintable(QStringLiteral("%1 of %2").arg(said.beginnings).arg(said.comments)));
        int sum = 0;
        QString all;
        for (auto word = said.words.begin(); word != said.words.end(); ++word) {
            sum += word.value();
            all += QStringLiteral("%1 %2, ").arg(word.key()).arg(word.value());
        }
        QVERIFY2(sum <= mostWords, qPrintable(all));
    }

private:
    static void none(const QStringList& wrong) {
        for (const QString& each : wrong) // QVERIFY2 keeps a thousand characters
            qWarning("%s", qPrintable(each));
        QVERIFY2(wrong.isEmpty(), "see the warnings");
    }
};

QTEST_GUILESS_MAIN(TestRooms)
#include "tst_rooms.moc"
