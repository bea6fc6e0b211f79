// Libraries that are loaded when they are needed (storage/base/loadedlibrary.h): all that is called of them is bound.

#include "tests/support/sourcetree.h"

#include <QDirIterator>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QtTest>
#include <dlfcn.h>
#include <xlsxwriter.h>

using portolan::test::sourceText;

namespace {

/// The names that a program or library of ours takes from nobody, as the loader itself finds them: in its own process,
/// because this one has libpq loaded.
QStringList unresolvedIn(const QString& file) {
    QProcess loader;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    loader.setProcessEnvironment(environment);
    loader.setProcessChannelMode(QProcess::MergedChannels);
    loader.start(QStringLiteral("ldd"), {QStringLiteral("-r"), file});
    if (!loader.waitForFinished() || loader.exitStatus() != QProcess::NormalExit)
        qFatal("ldd does not run");
    const QString said = QString::fromLocal8Bit(loader.readAllStandardOutput());
    if (!said.contains(QLatin1String("libc.so")) && !said.contains(QLatin1String("statically linked")))
        qFatal("ldd does not read %s: %s", qPrintable(file), qPrintable(said));
    QStringList names;
    static const QRegularExpression unresolved(QStringLiteral("(?:undefined symbol: |symbol )(\\w+)"));
    for (auto it = unresolved.globalMatch(said); it.hasNext();)
        names << it.next().captured(1);
    return names;
}

/// All that is built of the program.
QStringList parts() {
    QStringList found;
    const QString program = QStringLiteral(PORTOLAN_PROGRAM);
    for (const char* kind : {"", "-commands", "-window"}) {
        if (QFileInfo::exists(program + QLatin1String(kind)))
            found << program + QLatin1String(kind);
    }
    QDirIterator libraries(QFileInfo(program).path(), {QStringLiteral("libportolan_*.so")}, QDir::Files,
                           QDirIterator::Subdirectories);
    while (libraries.hasNext()) {
        if (const QString library = libraries.next(); library != QStringLiteral(PORTOLAN_UNBOUND))
            found << library;
    }
    return found;
}

/// The sources that bind a library.
QStringList bindings() {
    QStringList found;
    QDirIterator sources(QStringLiteral(PORTOLAN_SOURCE_DIR "/storage"), {QStringLiteral("*.cpp")}, QDir::Files,
                         QDirIterator::Subdirectories);
    while (sources.hasNext()) {
        if (const QString file = sources.next(); sourceText(file).contains(QLatin1String("callLoaded<")))
            found << file;
    }
    return found;
}

} // namespace

class TestLoadedLibraries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aNameThatNobodyBringsIsFound() {
        QCOMPARE(unresolvedIn(QStringLiteral(PORTOLAN_UNBOUND)), QStringList{QStringLiteral("PQfmod")});
    }

    void everyNameIsBrought() {
        const QStringList files = parts();
        QVERIFY(!files.isEmpty());
        for (const QString& file : files)
            QVERIFY2(unresolvedIn(file).isEmpty(), qPrintable(file + u' ' + unresolvedIn(file).join(u' ')));
    }

    /// Each passes on to the function of its own name, and the library has it.
    void everyBindingIsThere_data() {
        QTest::addColumn<QString>("file");
        const QStringList files = bindings();
        QVERIFY(files.size() >= 4);
        for (const QString& file : files)
            QTest::newRow(qPrintable(file.section(u'/', -1))) << file;
    }
    void everyBindingIsThere() {
        QFETCH(const QString, file);
        const QString text = sourceText(file);
        static const QRegularExpression named(QStringLiteral("LibraryName = \"([^\"]+)\""));
        QString library = named.match(text).captured(1);
        if (library.endsWith(u'.'))
            library += QStringLiteral(LXW_SOVERSION);
        void* const loaded = ::dlopen(qPrintable(library), RTLD_LAZY | RTLD_LOCAL);
        QVERIFY2(loaded, ::dlerror());
        static const QRegularExpression binding(
            QStringLiteral("(\\w+)\\([^{}]*\\) \\{\\s*return passTo\\w+<&(\\w+)>\\(\"(\\w+)\""));
        int count = 0;
        for (auto it = binding.globalMatch(text); it.hasNext(); ++count) {
            const auto match = it.next();
            QCOMPARE(match.captured(2), match.captured(1));
            QCOMPARE(match.captured(3), match.captured(1));
            QVERIFY2(::dlsym(loaded, qPrintable(match.captured(1))), qPrintable(match.captured(1)));
        }
        QCOMPARE(count, text.count(QLatin1String("return passTo")));
        QVERIFY(count > 0);
    }
};

QTEST_GUILESS_MAIN(TestLoadedLibraries)
#include "tst_loadedlibraries.moc"
