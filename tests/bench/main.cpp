// portolan-bench [--quick] [--folder DIR] [NAME…]: the lines of BENCH.md, ours and the other program in turn, one line
// each: name, ours, theirs, ratio, goal. Without names all of them. Times in seconds, rates in messages a second.

#include "tests/bench/bench.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QHashFunctions>
#include <QProcess>
#include <QTextStream>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

namespace portolan::bench {

namespace {

constexpr int rounds = 3;

QString goalText(Goal goal, double ratio) {
    switch (goal.kind) {
    case Goal::Kind::AtMost:
        return QStringLiteral("goal <= %1: %2")
            .arg(goal.limit)
            .arg(QLatin1String(ratio <= goal.limit ? "met" : "MISSED"));
    case Goal::Kind::AtLeast:
        return QStringLiteral("goal >= %1: %2")
            .arg(goal.limit)
            .arg(QLatin1String(ratio >= goal.limit ? "met" : "MISSED"));
    case Goal::Kind::None:
        return QStringLiteral("no goal");
    }
    Q_UNREACHABLE();
}

} // namespace

double seconds(const std::function<void()>& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

Pair inTurn(const std::function<void()>& ours, const std::function<void()>& theirs) {
    Pair best;
    for (int round = 0; round < rounds; ++round) {
        best.theirs = std::min(best.theirs, seconds(theirs));
        best.ours = std::min(best.ours, seconds(ours));
    }
    return best;
}

void say(const QString& name, double ours, double theirs, Goal goal) {
    const int digits = ours > 1000 ? 0 : 3;
    QTextStream(stdout) << QStringLiteral("%1: ours %2, theirs %3, ratio %4 (%5)\n")
                               .arg(name)
                               .arg(ours, 0, 'f', digits)
                               .arg(theirs, 0, 'f', digits)
                               .arg(ours / theirs, 0, 'f', 3)
                               .arg(goalText(goal, ours / theirs));
}

void sayAlone(const QString& name, double ours, Goal goal) {
    QTextStream(stdout) << QStringLiteral("%1: ours %2 (%3)\n")
                               .arg(name)
                               .arg(ours, 0, 'f', ours > 1000 ? 0 : 4)
                               .arg(goalText(goal, ours));
}

void giveUp(const QString& why) {
    QTextStream(stderr) << why << '\n';
    std::exit(1);
}

QByteArray run(const QString& program, const QStringList& arguments, const QByteArray& input) {
    QProcess process;
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(-1) || process.exitCode() != 0)
        giveUp(program + QStringLiteral(" failed: ") + process.errorString() + QLatin1Char('\n')
               + QString::fromLocal8Bit(process.readAllStandardError()));
    return process.readAllStandardOutput();
}

QByteArray contentOf(qint64 number) {
    return "this is Message N\xc2\xb0 " + QByteArray::number(number) + " being posted into Redis";
}

} // namespace portolan::bench

using namespace portolan::bench;

int main(int argc, char** argv) {
    QHashSeed::setDeterministicGlobalSeed(); // as the program does, see app/console/process.cpp
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("quick"), QStringLiteral("A tenth or less of the work.")},
                       {QStringLiteral("folder"), QStringLiteral("Where to work."), QStringLiteral("DIR"),
                        QDir::tempPath() + QStringLiteral("/portolan-bench")}});
    parser.addPositionalArgument(QStringLiteral("NAME"), QStringLiteral("Benches to run; all unless given."));
    parser.process(application);
    const Setting setting{parser.value(QStringLiteral("folder")), parser.isSet(QStringLiteral("quick"))};
    QDir().mkpath(setting.folder);
    qputenv("XDG_CACHE_HOME", QFile::encodeName(setting.folder + QStringLiteral("/cache")));

    QStringList unknown = parser.positionalArguments();
    for (const auto benches :
         {fileBenches(), sqliteBenches(), postgresqlBenches(), transportBenches(), fingerprintBenches(), portBenches(),
          deadLetterBenches(), seriesBenches(), eventBenches()}) {
        for (const Bench& bench : benches) {
            const QString name = QString::fromLatin1(bench.name);
            unknown.removeAll(name);
            if (parser.positionalArguments().isEmpty() || parser.positionalArguments().contains(name))
                bench.run(setting);
        }
    }
    if (!unknown.isEmpty())
        giveUp(QStringLiteral("There is no bench ") + unknown.join(QStringLiteral(", ")));
    return 0;
}
