#include "storage/export/importrun.h"

#include "storage/export/sheetrows.h"
#include "storage/receive/receiver.h"
#include "storage/sources/files/filesource.h"

namespace portolan {

namespace {

constexpr int previewRows = 5;
constexpr qint64 countedRows = 200'000; ///< about a second
constexpr int countedAtOnce = 1'000;

bool isBundle(const QString& file) {
    return isZipFile(file) && !isSheetFile(file);
}

Result<ImportPreview> previewRowsOf(const ImportOptions& options, const CancelToken& token) {
    ImportPreview preview;
    ImportOptions counted = options;
    counted.tally = std::make_shared<ImportTally>();
    FileSource source(counted, openSheetRows);
    // The states of port messages are told of the whole file, when it is not too long for a preview.
    qint64 looked = 0;
    const auto isEnough = [&] {
        const bool isShown = std::ssize(preview.rows) + std::ssize(preview.mistakes) >= previewRows;
        return isShown && (counted.tally->states.empty() || looked >= countedRows);
    };
    while (!isEnough() && !source.exhausted()) {
        auto read =
            source.fetch({looked < previewRows ? previewRows : countedAtOnce, FetchLimits().bytes, 0}, {}, token);
        PORTOLAN_TRY(read);
        if (token.stop_requested())
            return cancelled();
        looked += std::ssize(*read);
        for (const Delivery& delivery : *read) {
            if (std::ssize(preview.rows) + std::ssize(preview.mistakes) >= previewRows)
                break;
            if (delivery.mistake.isEmpty())
                preview.rows << delivery.payload;
            else
                preview.mistakes << delivery.mistake;
        }
    }
    if (preview.rows.isEmpty() && preview.mistakes.isEmpty())
        return Error{ErrorCode::Invalid, QStringLiteral("%1 holds no rows.").arg(options.file)};
    preview.tally = *counted.tally;
    preview.isWhole = source.exhausted();
    return preview;
}

QString rejectionOf(const ReceiverStatus& status) {
    for (const KindStatus& kind : status.kinds) {
        if (!kind.lastRejection.isEmpty())
            return kind.lastRejection;
    }
    return {};
}

} // namespace

std::unique_ptr<Source> openImport(const ImportOptions& options) {
    return std::make_unique<FileSource>(options, openSheetRows);
}

Result<ImportPreview> previewImport(const ImportOptions& options, const CancelToken& token) {
    if (!isBundle(options.file))
        return previewRowsOf(options, token);
    const auto file = BundleFile::open(options.file, token);
    PORTOLAN_TRY(file);
    return ImportPreview{(*file)->manifest(), {}, {}, {}, true};
}

namespace {

Result<ImportOutcome> importBundle(const ImportOrder& order, Store& store,
                                   const std::function<void(const ImportProgress&)>& tick, const CancelToken& token) {
    const auto file = BundleFile::open(order.options.file, token);
    PORTOLAN_TRY(file);
    const qint64 total = (*file)->manifest().messages;
    const auto taken = takeBundle(
        **file, store, {{}, order.reason, order.actor},
        [&](qint64 done) {
            tick({done, total, {}});
        },
        token);
    PORTOLAN_TRY(taken);
    ImportOutcome outcome;
    outcome.stored = taken->taken;
    outcome.duplicates = taken->present;
    outcome.rejected = std::ssize(taken->refused);
    if (!taken->refused.empty())
        outcome.rejection = taken->refused.front().second;
    return outcome;
}

} // namespace

Result<ImportOutcome> importFile(const ImportOrder& order,
                                 const std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>& open,
                                 const std::function<void(const ImportProgress&)>& tick, const CancelToken& token) {
    if (isBundle(order.options.file)) {
        const auto store = open(token);
        return store ? importBundle(order, **store, tick, token) : Result<ImportOutcome>(store.error());
    }
    Receiver receiver(
        {}, [options = order.options]() -> Result<std::unique_ptr<Source>> { return openImport(options); }, open,
        [&tick](const ReceiverStatus& status) {
            tick({status.received, status.behind ? status.received + *status.behind : 0, status.lastError});
        });
    const std::stop_callback onStop(token, [&receiver] { receiver.stop(); });
    receiver.start();
    const auto ended = receiver.wait();
    PORTOLAN_TRY(ended);
    return ImportOutcome{ended->stored, ended->duplicates, ended->rejected, rejectionOf(*ended),
                         token.stop_requested()};
}

} // namespace portolan
