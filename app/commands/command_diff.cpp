#include "app/commands/commands.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/json/jsondifference.h"
#include "storage/json/jsonplace.h"
#include "storage/store.h"
#include "storage/versions/versions.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 4> diffArguments{{{"WHAT", "checkpoint or component"},
                                                     {"NAME", "as list prints it"},
                                                     {"FROM", "a version"},
                                                     {"TO", "another version"}}};
constexpr std::array<OptionSpec, 1> diffOptions{{{"store", "STORE", "the store to read", true}}};

/// Reads a version's document. Error Invalid for one that cannot be compared.
Result<QByteArray> documentOf(Store& store, Versioned kind, const QString& name, const QString& number,
                              const CancelToken& interrupted) {
    bool ok = false;
    const qint64 version = number.toLongLong(&ok);
    if (!ok)
        return Error{ErrorCode::Usage, QStringLiteral("A version is a number, not \"%1\".").arg(number)};
    const auto row = findVersion(store, kind, name.toUtf8(), version, interrupted);
    PORTOLAN_TRY(row);
    QByteArray document = contentOf(kind, *row);
    if (!findJsonPlace(document, {}))
        return Error{
            ErrorCode::Invalid,
            QStringLiteral("Version %1 of %2 is no JSON, or is nested more than 2,000 levels deep; it cannot be "
                           "compared.")
                .arg(number, name)};
    return document;
}

Exit diff(const Invocation& invocation) {
    const QStringList& arguments = invocation.arguments;
    const auto kind = versionedNamed(arguments[0]);
    if (!kind)
        return fail({ErrorCode::Usage,
                     QStringLiteral("diff knows checkpoint and component, not \"%1\".").arg(arguments[0])
                         + didYouMean(arguments[0], {QStringLiteral("checkpoint"), QStringLiteral("component")})});
    const auto store = openedStore(invocation);
    if (!store)
        return fail(store.error());
    const auto from = documentOf(**store, *kind, arguments[1], arguments[2], invocation.interrupted);
    if (!from)
        return fail(from.error());
    const auto to = documentOf(**store, *kind, arguments[1], arguments[3], invocation.interrupted);
    if (!to)
        return fail(to.error());
    const auto written = writeOut(jsonPatch(jsonDifferences(*from, *to)) + '\n');
    return written ? Exit::Done : fail(written.error());
}

} // namespace

const CommandSpec diffCommand{
    "diff",
    "Prints how one version became another.",
    diffArguments,
    diffOptions,
    diff,
    "A JSON Patch (RFC 6902) on one line: applied to FROM it gives what TO means. Numbers keep all their digits;\n"
    "elements of arrays are compared by their place. Of versions that mean the same it is []."};

} // namespace portolan
