#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "app/console/version.h"
#include "storage/checks/checks.h"
#include "storage/json/jsontext.h"
#include "storage/stores/restore.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <span>
#include <unistd.h>
#include <vector>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 4> backupOptions{{
    {"store", "STORE", "the store to back up", true},
    {"to", "FILE|FOLDER", "where to (the store's own folder of backups)"},
    {"only", "TABLE", "this table alone; may be given several times", false, true},
    {"rate", "BYTES", "bytes a second at most, as 20MB, in each of its steps"},
}};

constexpr std::array<ArgumentSpec, 1> verifyBackupArguments{{
    {"FILE|ID", "the backup: its file, its id in the list of --store, or newest"},
}};
constexpr std::array<OptionSpec, 3> verifyBackupOptions{{
    {"store", "STORE", "the store it is of: it is compared with it, and its list tells of the proof"},
    {"record", nullptr, "write the proof into the store's audit, too; writes to it"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

constexpr std::array<ArgumentSpec, 1> restoreArguments{{
    {"FILE|ID", "the backup: its file, or its id in the list of --into or --of"},
}};
constexpr std::array<OptionSpec, 4> restoreOptions{{
    {"into", "STORE", "the place: new or empty, unless --replace", true},
    {"of", "STORE", "the store whose list has the id (that of --into)"},
    {"only", "TABLE", "this table alone; may be given several times", false, true},
    {"replace", nullptr, "what is there is kept as a backup, and goes; asks for the store's name and a reason"},
}};

/// The bytes that were written or read, on a terminal.
class BytesLine {
public:
    explicit BytesLine(const char* doing, QString more = {}) : m_doing(doing), m_more(std::move(more)) {}
    ~BytesLine() {
        if (m_isShown)
            std::fputs("\r\033[K", stderr);
    }
    BytesLine(const BytesLine&) = delete;
    BytesLine& operator=(const BytesLine&) = delete;

    void show(qint64 bytes) {
        constexpr double megabyte = 1e6;
        constexpr std::chrono::milliseconds often{200};
        const auto now = std::chrono::steady_clock::now();
        if (!isatty(STDERR_FILENO) || now < m_next)
            return;
        m_next = now + often;
        m_isShown = true;
        std::fprintf(stderr, "\r\033[K%s %.0f MB%s", m_doing, static_cast<double>(bytes) / megabyte,
                     qUtf8Printable(m_more));
        std::fflush(stderr);
    }

    /// Names the step whose bytes are counted from now on.
    void setDoing(const char* doing) { m_doing = doing; }

private:
    const char* m_doing;
    QString m_more;
    bool m_isShown = false;
    std::chrono::steady_clock::time_point m_next;
};

QByteArray programName() {
    return "Portolan " + QByteArray(version());
}

/// Tells what is missing; with anything the command ends with 3.
Exit toldShort(const QStringList& shortfalls) {
    for (const QString& shortfall : shortfalls)
        say(shortfall);
    return shortfalls.isEmpty() ? Exit::Done : Exit::Found;
}

Exit backUpStore(const Invocation& invocation) {
    const auto url = invocation.store("store");
    if (!url)
        return fail(url.error());
    const QString limit = invocation.value("rate");
    const auto rate = limit.isEmpty() ? Result<qint64>(0) : parseByteRate(limit);
    if (!rate)
        return fail(rate.error());
    BytesLine progress("read", *rate > 0 ? QStringLiteral(", at most %1 a second").arg(limit) : QString());
    const auto show = [&](BackupStep step, qint64 bytes) {
        progress.setDoing(step == BackupStep::Reading   ? "read from the store"
                          : step == BackupStep::Writing ? "written"
                                                        : "unpacked to be proved");
        progress.show(bytes);
    };
    const auto made = backUp(*url, {invocation.value("to"), invocation.values("only"), programName(), *rate}, show,
                             invocation.interrupted);
    if (!made)
        return fail(made.error());
    QByteArray line = "{\"backup\":\"" + made->id + "\",\"file\":";
    appendJsonString(line, made->file.toUtf8());
    line += ",\"rows\":" + QByteArray::number(made->rows) + ",\"bytes\":" + QByteArray::number(made->bytes)
            + ",\"verified\":true}\n";
    const auto written = writeOut(line);
    return written ? toldShort(made->shortfalls) : fail(written.error());
}

Result<ProofRequest> proofOf(const Invocation& invocation, const Door& door) {
    ProofRequest request;
    const bool isRecorded = invocation.has("record");
    if (isRecorded && !invocation.has("store") && !invocation.has("env"))
        return Error{ErrorCode::Usage, QStringLiteral("--record needs --store: the proof goes into its audit.")};
    if (invocation.has("store") || invocation.has("env")) {
        const auto url = isRecorded ? door.pass("store") : invocation.store("store");
        PORTOLAN_TRY(url);
        request.store = *url;
    }
    if (isRecorded)
        request.author = BackupAuthor{actorName(), invocation.value("reason").toUtf8()};
    const QString& word = invocation.arguments.first();
    auto file = request.store && word == QLatin1String("newest")
                    ? newestBackupFileOf(*request.store)
                    : backupFileOf(word, request.store ? std::span<const StoreUrl>(&*request.store, 1)
                                                       : std::span<const StoreUrl>());
    PORTOLAN_TRY(file);
    request.file = std::move(*file);
    return request;
}

Exit verifyOne(const Invocation& invocation, const Door& door) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const auto request = proofOf(invocation, door);
    if (!request)
        return fail(request.error());
    std::vector<ExportColumn> columns;
    for (const Column<CheckResult>& column : checkColumns())
        columns.push_back({column.name, column.type});
    RowPrinter printer(*format, columns);
    Result<ProofReport> proved = ProofReport{};
    {
        BytesLine progress("read");
        proved = verifyBackup(
            *request,
            [&](const CheckResult& result) {
                std::vector<Value> values;
                for (const Column<CheckResult>& column : checkColumns())
                    values.push_back(column.value(result));
                return printer.print(values);
            },
            [&](qint64 bytes) { progress.show(bytes); }, invocation.interrupted);
    }
    if (!proved)
        return fail(proved.error());
    if (const auto printed = printer.finish(); !printed)
        return fail(printed.error());
    const Exit told = toldShort(proved->shortfalls);
    return proved->isSound ? told : Exit::Found;
}

Exit restoreOne(const Invocation& invocation, const Door& door) {
    const bool replaces = invocation.has("replace");
    const auto into = replaces ? door.passToReplace("into") : door.pass("into");
    if (!into)
        return fail(into.error());
    std::vector<StoreUrl> lists{*into};
    if (invocation.has("of")) {
        auto of = storeNamed(invocation.value("of"));
        if (!of)
            return fail(of.error());
        lists.insert(lists.begin(), std::move(*of));
    }
    const auto file = backupFileOf(invocation.arguments.first(), lists);
    if (!file)
        return fail(file.error());
    BytesLine progress("read");
    const auto done = restoreBackup(
        *into,
        {*file, invocation.values("only"), replaces, programName(), {actorName(), invocation.value("reason").toUtf8()}},
        [&](qint64 bytes) { progress.show(bytes); }, invocation.interrupted);
    if (!done)
        return fail(done.error());
    for (const QString& note : done->notes)
        say(note);
    QByteArray line = "{\"restored\":\"" + done->manifest.id + "\",\"into\":";
    appendJsonString(line, into->display().toUtf8());
    line += ",\"rows\":" + QByteArray::number(done->rows) + ",\"kept\":";
    if (done->kept.isEmpty())
        line += "null";
    else
        appendJsonString(line, done->kept.toUtf8());
    const auto written = writeOut(line + "}\n");
    return written ? toldShort(done->shortfalls) : fail(written.error());
}

} // namespace

const CommandSpec backupCommand{
    "backup",
    "Backs a store up, and proves it.",
    {},
    backupOptions,
    backUpStore,
    "One file, NAME-TIME-ID.portolan.tar.zst: the data as they were at one moment, while receivers go on writing. It "
    "is\n"
    "written aside, synced, unpacked again and looked at (rows counted, a database's integrity checked), and only "
    "then\n"
    "gets its name. `tar --zstd -tf` lists it, `sha256sum -c SHA256SUMS` checks what it unpacks to. Messages and keys\n"
    "of a file store go together. A database on a server is backed up by pg_dump of its version, or by COPY in one\n"
    "snapshot where that is not installed. The list of them (`portolan list backups`) is beside the data: in\n"
    "FOLDER/SERVICE/.portolan/backups, in FILE.backups, or in\n"
    "~/.local/share/portolan/backups/DATABASE for a server. For cron:\n"
    "    0 2 * * * portolan backup --store URL\n"
    "Exit code 3: the backup is there and sound, but the list could not be written, or not all of it could be proved "
    "(a\n"
    "server where the role may make no database to load it into; an index over another program's function), or\n"
    "something could not be carried (by COPY: a table that the role may not read, owners, rights, comments), which is\n"
    "said.\n"
    "--rate holds each step to so many bytes a second: reading the store, writing the file, unpacking it to look at "
    "it;\n"
    "what the database itself reads to check its copy, or loads on a server, is not held.\n"
    "The last line on standard output is {\"backup\":ID,\"file\":PATH,\"rows\":N,\"bytes\":N,\"verified\":true}."};

const CommandSpec verifyBackupCommand{
    "verify-backup",
    "Restores a backup aside, and looks whether it is sound.",
    verifyBackupArguments,
    verifyBackupOptions,
    verifyOne,
    "One row a check: archive (every byte, by its checksums), restored (as the database or the file store itself sees\n"
    "it, with its rows), checks (those of `portolan verify`, in the restored store), and with --store live: what the\n"
    "store has now. Exit code 3 when the backup is not sound, or something could not be looked at or written down,\n"
    "which is said. With --record the store's audit says when it was proved, how old it was and how long that took."};

const CommandSpec restoreCommand{
    "restore",
    "Restores a backup into a new place, or in the place of a store.",
    restoreArguments,
    restoreOptions,
    restoreOne,
    "It is unpacked beside the place, looked at, and put there at one instant: a kill leaves the old or the new. With\n"
    "--replace what was there is kept as a backup first (`portolan list backups`, kind replaced); it asks for "
    "--confirm\n"
    "NAME, which is the production name, else the database's, file's or folder's own, and for a --reason. End what\n"
    "writes to the store before. With --only too, these tables take the place of those in a database, in one\n"
    "transaction; the others stay, and a table that is needed as well is named. A place stays the production store "
    "that\n"
    "it is, or none: the mark is not restored. Messages that came after the backup\n"
    "are stored again, once, when their source delivers them again. The last line on standard output is "
    "{\"restored\":ID,\"into\":STORE,\"rows\":N,\"kept\":FILE}."};

} // namespace portolan
