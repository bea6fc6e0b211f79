#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <span>

namespace portolan::bench {

/// What BENCH.md asks of a ratio ours ÷ theirs: a time at most, a rate at least.
struct Goal {
    enum class Kind { AtMost, AtLeast, None } kind = Kind::None;
    double limit = 0;
};

/// Where a bench works and how much it does.
struct Setting {
    QString folder;     ///< big things are made there once and used again
    bool quick = false; ///< a tenth or less of the work: tells that the bench runs, not how fast we are
};

struct Bench {
    const char* name;
    void (*run)(const Setting& setting);
};

/// One file of benches each; in the order of BENCH.md.
std::span<const Bench> fileBenches();
std::span<const Bench> sqliteBenches();
std::span<const Bench> postgresqlBenches();
std::span<const Bench> transportBenches();
std::span<const Bench> fingerprintBenches();
std::span<const Bench> portBenches();
std::span<const Bench> deadLetterBenches();
std::span<const Bench> seriesBenches();
std::span<const Bench> eventBenches();

/// Seconds that the work takes.
double seconds(const std::function<void()>& work);

/// The best of some rounds, ours and theirs in turn; seconds.
struct Pair {
    double ours = 1e9;
    double theirs = 1e9;
};
Pair inTurn(const std::function<void()>& ours, const std::function<void()>& theirs);

/// Prints the line of a bench: name, ours, theirs, ratio, goal.
void say(const QString& name, double ours, double theirs, Goal goal);

/// The same of a figure that has a limit and no other program.
void sayAlone(const QString& name, double ours, Goal goal);

/// Ends the program: a bench that cannot run has no figure.
[[noreturn]] void giveUp(const QString& why);

/// Runs a program to its end and gives up when it fails; its standard output.
QByteArray run(const QString& program, const QStringList& arguments, const QByteArray& input = {});

/// Batch files' and streams' usual content.
QByteArray contentOf(qint64 number);

} // namespace portolan::bench
