#include "app/commands/commands.h"
#include "app/console/door.h"
#include "app/console/keptpassword.h"
#include "app/console/runreceiver.h"
#include "storage/receive/receiver.h"

#include <QTemporaryDir>
#include <array>

namespace portolan {

namespace {

using std::chrono::milliseconds;

constexpr std::array<OptionSpec, 7> receiveOptions{{
    {"from", "SOURCE", "where messages come from, e.g. redis://host:6379/0?stream=NAME&group=G", true},
    {"into", "STORE", "where they are stored, e.g. sqlite:///path.db or file:///folder", true},
    {"also", "STORE", "a second store that gets the same messages, each once"},
    {"max", "N", "end after N messages were received"},
    {"idle-exit", "SECONDS", "end when nothing came for so long and all is stored and acknowledged"},
    {"batch", "N", "messages a commit at most (5000)"},
    {"linger", "MS", "milliseconds that a commit waits for more messages (20)"},
}};

constexpr std::array<OptionSpec, 3> demoOptions{{
    {"headless", nullptr, "without a window: receive, print the counts, end"},
    {"count", "N", "end after N messages (headless: 1000)"},
    {"store", "STORE", "where the sample is stored (a temporary place)"},
}};

Result<ReceiverOptions> receiverOptions(const Invocation& invocation, const Door& door) {
    const auto from = SourceUrl::parse(invocation.value("from"));
    PORTOLAN_TRY(from);
    const auto complete = withAnyKeptPassword(*from);
    PORTOLAN_TRY(complete);
    const auto into = invocation.store("into");
    PORTOLAN_TRY(into);
    std::vector<StoreUrl> written{*into};
    const auto also = invocation.has("also") ? StoreUrl::parse(invocation.value("also")) : into;
    PORTOLAN_TRY(also);
    if (invocation.has("also") && *also == *into)
        return Error{ErrorCode::Usage, QStringLiteral("--also and --into name the same store.")};
    const auto maximum = invocation.number("max", 0);
    PORTOLAN_TRY(maximum);
    const auto batch = invocation.number("batch", 1);
    PORTOLAN_TRY(batch);
    const auto linger = invocation.number("linger", 0);
    PORTOLAN_TRY(linger);
    ReceiverOptions options;
    options.from = *complete;
    options.into = *into;
    if (*also != *into)
        options.also = *also;
    options.maximum = *maximum;
    options.batch = static_cast<int>(std::min<qint64>(batch->value_or(options.batch), 100'000));
    options.linger = milliseconds(linger->value_or(options.linger.count()));
    if (invocation.has("idle-exit")) {
        bool ok = false;
        const double seconds = invocation.value("idle-exit").toDouble(&ok);
        if (!ok || !(seconds >= 0) || seconds > 1e9) {
            return Error{
                ErrorCode::Usage,
                QStringLiteral("--idle-exit is a number of seconds, not \"%1\".").arg(invocation.value("idle-exit"))};
        }
        options.idleExit = milliseconds(static_cast<qint64>(seconds * 1000));
    }
    if (options.also)
        written.push_back(*options.also);
    if (from->store && *from->store != *into) // what is tried again is marked there
        written.push_back(*from->store);
    const auto passed = door.pass(written);
    return passed ? Result(options) : Result<ReceiverOptions>(passed.error());
}

Exit receive(const Invocation& invocation, const Door& door) {
    const auto options = receiverOptions(invocation, door);
    return options ? runReceiver(*options, invocation.interrupted) : fail(options.error());
}

Exit demo(const Invocation& invocation, const Door& door) {
    constexpr qint64 usualCount = 1000;
    const auto count = invocation.number("count", 1);
    if (!count)
        return fail(count.error());
    QTemporaryDir folder;
    if (!folder.isValid())
        return fail({ErrorCode::Io, QStringLiteral("No temporary folder can be made: %1").arg(folder.errorString())});
    const bool given = invocation.has("store") || invocation.has("env") || invocation.has("config");
    const auto into = given
                          ? door.pass()
                          : StoreUrl::parse(QStringLiteral("sqlite://") + folder.filePath(QStringLiteral("sample.db")));
    if (!into)
        return fail(into.error());
    const auto from = SourceUrl::parse(QStringLiteral("demo:?rate=0&count=%1").arg(count->value_or(usualCount)));
    if (!from)
        return fail(from.error());
    ReceiverOptions options;
    options.from = *from;
    options.into = *into;
    return runReceiver(options, invocation.interrupted);
}

} // namespace

const CommandSpec receiveCommand{
    "receive",
    "Receives messages from a source into a store until stopped.",
    {},
    receiveOptions,
    receive,
    "A message is acknowledged after it is durably stored, and stored once however often it is delivered.\n"
    "--also: it is acknowledged when both stores have it. The counts are those of --into, standard error tells the "
    "others.\n"
    "The last line on standard output is {\"received\":N,\"stored\":N,\"duplicates\":N,\"rejected\":N,\"gaps\":N};\n"
    "the exit code is 3 when something was rejected or a gap was found. Ctrl+C stores what was received and ends.\n"
    "What a source has beside a payload (other fields of a stream's entry, Kafka's key and headers) is kept as "
    "metadata:\n"
    "in the column metadata of list messages, metrics, port-metrics, health, components and rejects, and in the own\n"
    "metadata of port messages, component metrics, checkpoints and sink records.\n"
    "The password of a source goes in PORTOLAN_FROM_PASSWORD or in --from; else the keychain is asked for it.\n"
    "--from rejects:STORE tries again what another store, or the same, keeps aside: what is stored now is marked "
    "there,\n"
    "what is rejected again stays as it is."};

const CommandSpec demoCommand{
    "demo", "Opens the window on a sample pipeline, with no server.",
    {},     demoOptions,
    demo,   "With --headless it receives the sample without a window and prints the counts as receive does."};

} // namespace portolan
