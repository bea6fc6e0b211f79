#pragma once

#include "storage/checks/checks.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/filewriter.h"
#include "storage/messages/files/journalreader.h"
#include "storage/messages/files/lines/rejectfile.h"
#include "storage/stores/openstore.h"
#include "tests/support/batchfolder.h"

#include <map>
#include <vector>

namespace portolan::test {

/// Opens a file store's writer, with batches of `batchSize` lines.
inline Result<std::unique_ptr<FileWriter>> openWriter(const BatchFolder& batches, int batchSize) {
    return FileWriter::open(*placesOf(batches.url()), batchSize);
}

/// Makes all checks of `portolan verify`; their results by name.
inline std::map<QByteArray, CheckResult> verify(const BatchFolder& batches, int batchSize) {
    std::map<QByteArray, CheckResult> results;
    const auto store = openStore(batches.url(batchSize), Access::Read);
    Checks* const checks = (*store)->checks();
    const auto names = checks->begin({});
    if (!names)
        qFatal("the checks do not begin: %s", qPrintable(names.error().text));
    for (const CheckName& name : *names)
        results[name.name] = *checks->run(name.name, {});
    return results;
}

/// Reads the records of the file of rejects, oldest first; none where there is no such file.
inline std::vector<Reject> rejectsOf(const BatchFolder& batches) {
    std::vector<Reject> rejects;
    RejectFile file;
    const auto folder = openFolder(batches.own() + QStringLiteral("/rejects"));
    if (!folder || !file.refresh(*folder))
        return rejects;
    for (qsizetype i = 0; i < file.count(); ++i)
        rejects.push_back(*file.at(i));
    return rejects;
}

/// Reads the gaps of a file store.
inline std::vector<Gap> gapsOf(const BatchFolder& batches) {
    JournalReader reader(batches.own());
    return reader.refresh() ? reader.gaps().gaps() : std::vector<Gap>();
}

/// The messages that open gaps say are missing.
inline qint64 declaredMissing(const BatchFolder& batches) {
    qint64 missing = 0;
    for (const Gap& gap : gapsOf(batches))
        missing += gap.closedAt ? 0 : gap.missing.value_or(0);
    return missing;
}

} // namespace portolan::test
