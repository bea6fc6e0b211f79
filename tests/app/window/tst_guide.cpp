// What the user guide says is held against the program: its panes, its commands, its filters.

#include "app/commands/commandline.h"
#include "models/list/panes.h"
#include "storage/export/namedlistings.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "views/guide/guide.h"
#include "views/guide/guidepage.h"

#include <QRegularExpression>
#include <QTextBlock>
#include <QTextDocument>
#include <QtTest>

using namespace portolan;

namespace {

const QStringList languages{QStringLiteral("en"), QStringLiteral("de")};

struct Chapter {
    QString language;
    QString file;
    QString text;
    [[nodiscard]] QByteArray name() const { return (language + u'/' + file).toUtf8(); }
};

QList<Chapter> allChapters() {
    QList<Chapter> all;
    for (const QString& language : languages) {
        for (const GuideChapter& chapter : guideChapters()) {
            const QString& file = chapter.file;
            all << Chapter{language, file, guideText(language, file)};
        }
    }
    return all;
}

/// The text between fences, line by line; or what is outside of them.
QStringList linesOf(const QString& text, bool isCode) {
    QStringList lines;
    bool isInside = false;
    for (const QString& line : text.split(u'\n')) {
        if (line.startsWith(QLatin1String("```")))
            isInside = !isInside;
        else if (isInside == isCode)
            lines << line;
    }
    return lines;
}

QList<int> headingLevels(const QString& text) {
    QList<int> levels;
    for (const QString& line : linesOf(text, false)) {
        if (line.startsWith(u'#'))
            levels << static_cast<int>(line.indexOf(u' '));
    }
    return levels;
}

/// What the headings of a chapter are linked by.
QStringList anchorsOf(const QString& text) {
    QTextDocument document;
    document.setMarkdown(text);
    QStringList anchors;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() > 0)
            anchors << guideAnchor(block.text());
    }
    return anchors;
}

/// What is wrong with the links and pictures of a chapter.
QStringList badLinks(const Chapter& chapter) {
    static const QRegularExpression link(QStringLiteral("\\]\\(([^)]*)\\)"));
    QStringList bad;
    const QString text = linesOf(chapter.text, false).join(u'\n');
    if (text.contains(QLatin1String("![")) || text.contains(QLatin1String("<img"), Qt::CaseInsensitive))
        bad << QStringLiteral("a picture");
    for (auto it = link.globalMatch(text); it.hasNext();) {
        const QString target = it.next().captured(1);
        const QUrl url = guideUrl(chapter.language, chapter.file).resolved(QUrl(target));
        const QString there = guideFileOf(url);
        if (there.isEmpty() || guideText(chapter.language, there).isEmpty())
            bad << target;
        else if (url.hasFragment() && !anchorsOf(guideText(chapter.language, there)).contains(url.fragment()))
            bad << target + QStringLiteral(" (no such heading)");
    }
    return bad;
}

/// As a shell takes it apart, as far as the guide needs it.
QStringList wordsOfShell(const QString& line) {
    QStringList words;
    QString word;
    bool isWord = false;
    QChar quote;
    for (const QChar c : line) {
        if (!quote.isNull()) {
            quote = c == quote ? QChar() : quote;
            word += quote.isNull() ? QString() : QString(c);
        } else if (c == u'\'' || c == u'"') {
            quote = c;
            isWord = true;
        } else if (c == u' ') {
            if (isWord)
                words << std::exchange(word, {});
            isWord = false;
        } else {
            word += c;
            isWord = true;
        }
    }
    return isWord ? words << word : words;
}

QString textOf(const Error& error) {
    return error.text;
}

/// Whether a filter is one of the rows that a command is about.
QString badFilter(const QString& command, const QStringList& arguments, const QString& filter) {
    ColumnSet schema = portMessageSchema();
    if (command == QLatin1String("list") || command == QLatin1String("export")) {
        const auto known = storeListingSchema(arguments.value(0));
        if (!known)
            return textOf(known.error());
        if (!*known)
            return {}; // it depends on the table
        schema = **known;
    } else if (command == QLatin1String("rejects")) {
        schema = rejectSchema();
    }
    const auto parsed = parseFilter(filter, schema, currentTime());
    return parsed ? QString() : textOf(parsed.error());
}

/// What is wrong with a line of a command; empty: nothing.
QString badCommand(const QString& line) {
    QStringList words = wordsOfShell(line);
    if (words.takeFirst() != QLatin1String("portolan"))
        return QStringLiteral("it does not begin with portolan");
    const auto known = commands();
    const auto spec =
        std::ranges::find_if(known, [&](const auto* each) { return words.value(0) == QLatin1String(each->name); });
    if (spec == known.end() || (words.first() == QLatin1String("demo") && isWindowRequest(words))) {
        if (!isWindowRequest(words)) // --help, --version; any other word is a command that there is not
            return words.value(0).startsWith(u'-') ? QString() : QStringLiteral("there is no such command");
        const auto request = parseWindowRequest(words);
        if (!request)
            return textOf(request.error());
        const auto store = request->store ? StoreUrl::parse(*request->store) : StoreUrl();
        return store ? QString() : textOf(store.error());
    }
    const QString name = words.takeFirst();
    const std::vector<OptionSpec> options = optionsOf(**spec);
    QStringList arguments;
    QHash<QString, QString> given;
    while (!words.isEmpty()) {
        const QString word = words.takeFirst();
        if (word == QLatin1String("--help"))
            return {};
        if (word == QLatin1String("--")) { // the rest is another command
            const QString other = badCommand(QStringLiteral("portolan %1 --store s.db").arg(words.join(u' ')));
            words.clear();
            if (!other.isEmpty())
                return other;
            continue;
        }
        if (!word.startsWith(QLatin1String("--"))) {
            arguments << word;
            continue;
        }
        const auto option = std::ranges::find_if(
            options, [&](const OptionSpec& each) { return word.mid(2) == QLatin1String(each.name); });
        if (option == options.end())
            return QStringLiteral("there is no option %1").arg(word);
        if (option->value && words.isEmpty())
            return QStringLiteral("%1 needs a value").arg(word);
        given.insert(word.mid(2), option->value ? words.takeFirst() : QString());
    }
    for (const OptionSpec& option : options) {
        const bool isStore = option.value && qstrcmp(option.value, "STORE") == 0;
        const QString value = given.value(QLatin1String(option.name));
        if (option.required && !given.contains(QLatin1String(option.name))
            && !(isStore && given.contains(QStringLiteral("env"))))
            return QStringLiteral("it needs --%1").arg(QLatin1String(option.name));
        if (isStore && !value.isEmpty() && !StoreUrl::parse(value))
            return textOf(StoreUrl::parse(value).error());
        if (option.value && qstrcmp(option.value, "SOURCE") == 0 && !value.isEmpty() && !SourceUrl::parse(value))
            return textOf(SourceUrl::parse(value).error());
    }
    const auto needed = std::ranges::count_if((*spec)->arguments, [](const auto& a) { return a.name[0] != '['; });
    if (arguments.size() < needed || arguments.size() > std::ssize((*spec)->arguments))
        return QStringLiteral("it takes another number of arguments");
    if (name == QLatin1String("list") && arguments.first() == QLatin1String("migrations"))
        return {};
    return badFilter(name, arguments, given.value(QStringLiteral("filter")));
}

} // namespace

class TestGuide : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPaneHasItsChapter() {
        for (const QString& language : languages) {
            for (const PaneEntry& entry : paneEntries()) {
                const QString file = guideFileOfPane(QLatin1String(entry.id));
                QCOMPARE(guideFileOf(guideUrl(language, file)), file);
                const QString text = guideText(language, file);
                QVERIFY2(text.startsWith(QLatin1String("# ")), entry.id);
                if (language == QLatin1String("en"))
                    QCOMPARE(guideTitle(text), QString::fromLatin1(entry.name));
                QCOMPARE(text.contains(QLatin1String("portolan ")), true); // how the same is done by command
            }
        }
    }

    void filesAndChaptersAreTheSame() {
        QStringList listed;
        for (const GuideChapter& chapter : guideChapters())
            listed << chapter.file + QLatin1String(".md");
        listed.sort();
        for (const QString& language : languages)
            QCOMPARE(QDir(QStringLiteral(":/guide/") + language).entryList(QDir::Files, QDir::Name), listed);
    }

    void languagesSayTheSame() {
        for (const GuideChapter& chapter : guideChapters()) {
            const QString en = guideText(QStringLiteral("en"), chapter.file);
            const QString de = guideText(QStringLiteral("de"), chapter.file);
            QVERIFY2(headingLevels(en) == headingLevels(de), qPrintable(chapter.file));
            const auto isRemark = [](const QString& line) { return line.startsWith(u'#'); };
            QStringList inEnglish = linesOf(en, true);
            QStringList inGerman = linesOf(de, true);
            inEnglish.removeIf(isRemark);
            inGerman.removeIf(isRemark);
            QCOMPARE(inGerman, inEnglish);
        }
    }

    void everyLinkLeadsToAHeading() {
        for (const Chapter& chapter : allChapters())
            QVERIFY2(badLinks(chapter).isEmpty(), chapter.name() + ": " + badLinks(chapter).join(u' ').toUtf8());
    }

    void everyCommandIsOne() {
        int commands = 0;
        for (const Chapter& chapter : allChapters()) {
            for (QString line : linesOf(chapter.text, true)) {
                static const QRegularExpression shell(QStringLiteral("^\\S+ \\S+ \\S+ \\S+ \\S+ +(?=portolan )"));
                line.remove(shell); // of a crontab
                if (!line.startsWith(QLatin1String("portolan")))
                    continue;
                ++commands;
                const QString wrong = badCommand(line.section(QStringLiteral(" > "), 0, 0));
                QVERIFY2(wrong.isEmpty(), chapter.name() + ": " + line.toUtf8() + ": " + wrong.toUtf8());
            }
        }
        QVERIFY(commands > 100);
    }

    /// The first column of the table of examples.
    void everyExampleOfAFilterIsOne() {
        static const QRegularExpression example(QStringLiteral("^\\| `([^`]+)` \\|"));
        for (const QString& language : languages) {
            int examples = 0;
            for (const QString& line : linesOf(guideText(language, QStringLiteral("filters")), false)) {
                const auto match = example.match(line);
                if (!match.hasMatch())
                    continue;
                ++examples;
                const auto filter = parseFilter(match.captured(1), portMessageSchema(), currentTime());
                QVERIFY2(filter, qPrintable(match.captured(1)));
            }
            QVERIFY(examples >= 15);
        }
    }

    void mistakesAreSeen() {
        const auto linked = [](const char* text) {
            return badLinks({QStringLiteral("en"), QStringLiteral("start"), QString::fromLatin1(text)}).size();
        };
        QCOMPARE(linked("[a](stores.md#passwords)"), 0);
        QCOMPARE(linked("[a](nowhere.md)"), 1);
        QCOMPARE(linked("[a](stores.md#nothing)"), 1);
        QCOMPARE(linked("[a](https://example.org/stores.md)"), 1);
        QCOMPARE(linked("![a](https://example.org/a.png)"), 2);
        QVERIFY(badCommand(QStringLiteral("portolan list ports --store orders.db")).isEmpty());
        for (const char* wrong :
             {"portolan lst ports", "portolan list ports", "portolan list ports --store orders.db --nothing",
              "portolan list pots --store orders.db", "portolan list ports --store orders.db --filter 'prt:1'",
              "portolan receive --from nowhere://x --into orders.db", "portolan show message --store orders.db"})
            QVERIFY2(!badCommand(QString::fromLatin1(wrong)).isEmpty(), wrong);
    }

    /// As menus name them there.
    void keysAreThoseOfTheLanguage() {
        for (const Chapter& chapter : allChapters()) {
            const bool isGerman = chapter.language == QLatin1String("de");
            for (const char* foreign :
                 isGerman ? std::array{"Ctrl", "Shift+", "`Shift"} : std::array{"Strg", "Umschalt+", "`Umschalt"})
                QVERIFY2(!chapter.text.contains(QLatin1String(foreign)), chapter.name() + ": " + foreign);
        }
    }

    void speaksGermanToGermans() {
        QCOMPARE(guideLanguage(QLocale(QLocale::German, QLocale::Austria)), QStringLiteral("de"));
        QCOMPARE(guideLanguage(QLocale(QLocale::French)), QStringLiteral("en"));
        QCOMPARE(guideLanguage(QLocale::c()), QStringLiteral("en"));
    }
};

QTEST_MAIN(TestGuide)
#include "tst_guide.moc"
