#include "app/console/deadletterset.h"

#include "app/console/output.h"
#include "storage/deadletters/groupscan.h"
#include "storage/export/rowtext.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/writtenids.h"
#include "storage/store.h"

#include <QFile>
#include <algorithm>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::size_t shownIds = 20;

} // namespace

Result<QByteArray> readWhole(const QString& name, const char* what) {
    QFile file(name);
    const bool opened =
        name == QLatin1String("-") ? file.open(STDIN_FILENO, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    const auto failed = [&](ErrorCode code) {
        return Error{
            code, QStringLiteral("Cannot read the %1 in %2: %3.").arg(QLatin1String(what), name, file.errorString())};
    };
    if (!opened)
        return failed(ErrorCode::NotFound);
    QByteArray text = file.readAll();
    return file.error() == QFileDevice::NoError ? Result<QByteArray>(std::move(text)) : failed(ErrorCode::Io);
}

void sayEach(std::span<const QByteArray> ids, const QString& what) {
    for (const QByteArray& id : ids.first(std::min(shownIds, ids.size())))
        say(QStringLiteral("%1: %2").arg(shown(id), what));
    if (ids.size() > shownIds)
        say(QStringLiteral("and %1 more: %2").arg(ids.size() - shownIds).arg(what));
}

Result<std::vector<QByteArray>> readIds(const QString& name) {
    const Result<QByteArray> text = readWhole(name, "ids");
    PORTOLAN_TRY(text);
    WrittenIds written = readWrittenIds(*text);
    if (written.ids.empty())
        return Error{ErrorCode::Usage, QStringLiteral("There are no ids in %1.").arg(name)};
    sayEach(written.repeated, QStringLiteral("is named more than once, and taken once"));
    return std::move(written.ids);
}

/// Replaces the set's ids by those of the store. Ids of no message stay, so that a set of these alone is not taken for
/// one without ids.
Result<void> findIds(Store& store, IdsOf kind, LetterSet& set, const CancelToken& token) {
    Operations* const operations = store.operations();
    if (!operations)
        return {};
    const auto found = operations->findMessages(set.ids, token);
    PORTOLAN_TRY(found);
    std::vector<QByteArray> unknown;
    std::vector<QByteArray> alive;
    for (std::size_t i = 0; i < set.ids.size(); ++i) {
        const std::optional<FoundMessage>& message = (*found)[i];
        if (!message)
            unknown.push_back(set.ids[i]);
        else if (!message->isDeadLetter && kind == IdsOf::DeadLetters)
            alive.push_back(set.ids[i]);
        if (message)
            set.ids[i] = message->id;
    }
    sayEach(unknown, QStringLiteral("there is no such message"));
    sayEach(alive, QStringLiteral("it is no dead letter"));
    set.leftOut = std::ssize(unknown) + std::ssize(alive);
    return {};
}

Result<LetterSet> readLetterSet(Store& store, const Invocation& invocation, const ColumnSet& schema, IdsOf kind) {
    LetterSet set;
    const auto filter = parseFilter(invocation.value("filter"), schema, currentTime());
    PORTOLAN_TRY(filter);
    set.filter = *filter;
    set.words = invocation.value("filter").toUtf8();
    if (invocation.has("filter"))
        return set;
    const QByteArray group = invocation.value("group").toUtf8();
    Ports* const ports = store.ports();
    if (!ports)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Ports).value_or(QString())};
    auto ids = invocation.has("group") ? ports->groups().lettersOf(group, invocation.interrupted)
                                       : readIds(invocation.value("ids"));
    PORTOLAN_TRY(ids);
    set.words = invocation.has("group") ? "group " + group : QByteArray::number(std::ssize(*ids)) + " ids";
    set.ids = std::move(*ids);
    const auto found = invocation.has("ids") ? findIds(store, kind, set, invocation.interrupted) : Result<void>();
    return found ? Result<LetterSet>(std::move(set)) : Result<LetterSet>(found.error());
}

QString shown(const QByteArray& text) {
    return QString::fromUtf8(terminalText(Value(text)));
}

} // namespace portolan
