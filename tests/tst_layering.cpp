// Reads every #include of the four folders and fails on one that goes against the arrows
// storage <- models <- views <- app, or that reaches for what a folder must not know. tests/tst_rooms.cpp has the rules
// of the rooms within a storey.

#include "tests/support/sourcetree.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QtTest>

using portolan::test::sourceText;

namespace {

struct Folder {
    QString name;
    QStringList mayInclude;   // our folders
    QRegularExpression never; // library headers
};

QList<Folder> folders() {
    const QString storage = QStringLiteral("storage");
    const QString models = QStringLiteral("models");
    const QString views = QStringLiteral("views");
    const QString app = QStringLiteral("app");
    const QString itemViews = QStringLiteral("(List|Table|Tree|Column|AbstractItem|Graphics)View");
    const auto headers = [](const QStringList& modules, const QStringList& classes) {
        return QRegularExpression(
            QStringLiteral("^((%1)/|Q(%2)$|sqlite3|hiredis|libpq)").arg(modules.join(u'|'), classes.join(u'|')));
    };
    const QString gui =
        QStringLiteral("Widget|Application|GuiApplication|Icon|Color|Pixmap|Image|Painter|Font|Palette");
    const QString sql = QStringLiteral("QtSql");
    const QString net = QStringLiteral("QtNetwork");
    const QString widgets = QStringLiteral("QtWidgets|QtCharts");
    const QString sqlClasses = QStringLiteral("Sql.*");
    return {
        {storage,
         {storage},
         QRegularExpression(QStringLiteral("^((QtGui|%1)/|Q(%2|Settings|.*Dialog|%3)$)").arg(widgets, gui, itemViews))},
        {models,
         {storage, models},
         headers({sql, net, widgets}, {sqlClasses, gui, itemViews, QStringLiteral("Settings|TcpSocket|.*Dialog")})},
        {views, {storage, models, views}, headers({sql, net}, {sqlClasses, QStringLiteral("Settings|TcpSocket")})},
        {app, {storage, models, views, app}, headers({sql}, {sqlClasses})},
    };
}

QStringList sources(const QString& folder) {
    QStringList found;
    QDirIterator it(QStringLiteral(PORTOLAN_SOURCE_DIR "/") + folder, {QStringLiteral("*.h"), QStringLiteral("*.cpp")},
                    QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        found << it.next();
    return found;
}

/// What is wrong with one include line of a file in `folder`; empty when nothing is.
QString objection(const Folder& folder, const QString& line) {
    static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"));
    const auto match = include.match(line);
    if (!match.hasMatch())
        return {};
    const QString target = match.captured(2);
    if (match.captured(1) == u'<')
        return folder.never.match(target).hasMatch() ? QStringLiteral("%1 must not know %2").arg(folder.name, target)
                                                     : QString();
    if (target.endsWith(QLatin1String(".moc")))
        return {};
    const QString top = target.section(u'/', 0, 0);
    if (!target.contains(u'/'))
        return QStringLiteral("\"%1\" is not written from the root").arg(target);
    return folder.mayInclude.contains(top) ? QString()
                                           : QStringLiteral("%1 must not include %2").arg(folder.name, target);
}

} // namespace

class TestLayering : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void arrowsHold() {
        QStringList wrong;
        for (const Folder& folder : folders()) {
            const QStringList files = sources(folder.name);
            QVERIFY2(!files.isEmpty(), qPrintable(folder.name));
            for (const QString& file : files) {
                const QStringList lines = sourceText(file).split(u'\n');
                for (const QString& line : lines) {
                    if (const QString what = objection(folder, line); !what.isEmpty())
                        wrong << file.section(u'/', -3) + QStringLiteral(": ") + what;
                }
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void theWallSeesWhatGoesAgainstIt_data() {
        QTest::addColumn<int>("folder");
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("storage takes widgets") << 0 << QStringLiteral("#include <QWidget>") << false;
        QTest::newRow("storage takes models") << 0 << QStringLiteral("#include \"models/list/format.h\"") << false;
        QTest::newRow("models take SQL") << 1 << QStringLiteral("#include <QtSql/QSqlQuery>") << false;
        QTest::newRow("views take SQL") << 2 << QStringLiteral("# include <QSqlQuery>") << false;
        QTest::newRow("views take app") << 2 << QStringLiteral("#include \"app/desktop/settings.h\"") << false;
        QTest::newRow("neighbour without root") << 3 << QStringLiteral("#include \"settings.h\"") << false;
        QTest::newRow("app takes views") << 3 << QStringLiteral("#include \"views/style/theme.h\"") << true;
        QTest::newRow("storage takes strings") << 0 << QStringLiteral("#include <QString>") << true;
    }
    void theWallSeesWhatGoesAgainstIt() {
        QFETCH(int, folder);
        QFETCH(QString, line);
        QFETCH(bool, allowed);
        QCOMPARE(objection(folders().at(folder), line).isEmpty(), allowed);
    }

    /// A store is opened for writing by the door, by a receiver that it let in, and by an open store of the window,
    /// whose actions ask themselves.
    void storesAreWrittenToThroughTheDoor() {
        const QStringList allowed{QStringLiteral("app/console/door.cpp"), QStringLiteral("app/console/runreceiver.cpp"),
                                  QStringLiteral("app/window/livestore.cpp")};
        QStringList seen;
        QStringList wrong;
        for (const char* folder : {"app", "views", "models"}) {
            for (const QString& file : sources(QLatin1String(folder))) {
                if (!sourceText(file).contains(QLatin1String("Access::Write")))
                    continue;
                const QString name = QDir(QStringLiteral(PORTOLAN_SOURCE_DIR)).relativeFilePath(file);
                (allowed.contains(name) ? seen : wrong) << name;
            }
        }
        QCOMPARE(wrong, QStringList());
        QCOMPARE(QSet<QString>(seen.begin(), seen.end()), QSet<QString>(allowed.begin(), allowed.end()));
    }

    /// One function a purpose: storage/base/numbertext. The linker's names of those that write a double in a form of
    /// their own are looked for in tst_numbertext.
    void numbersAreWrittenInOnePlace() {
        static const QRegularExpression writer(
            QStringLiteral("chars_format|setprecision|std::to_string|std::format|snprintf|asprintf|formattedDataSize|"
                           "FloatingPointShortest|(number|arg|setNum|toString)\\([^;]*, '[efgEG]'"));
        QVERIFY(writer.match(QStringLiteral("QString::number(x, 'g', 6)")).hasMatch());
        QVERIFY(writer.match(QStringLiteral(".arg(x, 0, 'f', 1)")).hasMatch());
        QVERIFY(!writer.match(QStringLiteral("QString::number(x)")).hasMatch());
        const QStringList allowed{QStringLiteral("storage/base/numbertext.cpp"),
                                  QStringLiteral("storage/sql/rowimage.cpp"),
                                  QStringLiteral("app/console/secretwords.h"),
                                  QStringLiteral("app/main.cpp")}; // the last two have no number that is no int
        QStringList seen;
        QStringList wrong;
        for (const Folder& folder : folders()) {
            for (const QString& file : sources(folder.name)) {
                if (const auto match = writer.match(sourceText(file)); match.hasMatch()) {
                    const QString name = QDir(QStringLiteral(PORTOLAN_SOURCE_DIR)).relativeFilePath(file);
                    (allowed.contains(name) ? seen : wrong) << name;
                }
            }
        }
        QCOMPARE(wrong, QStringList());
        QCOMPARE(QSet<QString>(seen.begin(), seen.end()), QSet<QString>(allowed.begin(), allowed.end()));
    }

    void houseRulesHold() {
        static const QRegularExpression never(QStringLiteral(
            "\\bprocessEvents\\(|BlockingQueuedConnection|\\bSIGNAL\\(|\\bSLOT\\(|\\bTODO\\b|\\bFIXME\\b|setUseOpenGL|"
            "escapeIdentifier\\(|catch\\s*\\(\\s*\\.\\.\\.\\s*\\)\\s*\\{\\s*\\}"));
        for (const Folder& folder : folders()) {
            for (const QString& file : sources(folder.name)) {
                const QString text = sourceText(file);
                const auto match = never.match(text);
                QVERIFY2(!match.hasMatch(), qPrintable(file + QStringLiteral(": ") + match.captured(0)));
                QVERIFY2(text.count(u'\n') <= 600, qPrintable(file + QStringLiteral(": over 600 lines")));
                if (!file.contains(QLatin1String("/app/desktop/settings.")))
                    QVERIFY2(!text.contains(QLatin1String("#include <QSettings>")), qPrintable(file));
            }
        }
        QDirIterator tests(QStringLiteral(PORTOLAN_SOURCE_DIR "/tests"),
                           {QStringLiteral("*.cpp"), QStringLiteral("*.h"), QStringLiteral("*.py")}, QDir::Files,
                           QDirIterator::Subdirectories);
        int seen = 0;
        for (; tests.hasNext(); ++seen) {
            const QString file = tests.next();
            QVERIFY2(sourceText(file).count(u'\n') <= 600, qPrintable(file + QStringLiteral(": over 600 lines")));
        }
        QVERIFY2(seen > 100, QByteArray::number(seen).constData());
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
