#include "app/letterset.h"

#include "storage/export/rowtext.h"
#include "storage/ports.h"
#include "storage/replay/groupscan.h"
#include "storage/store.h"

#include <QFile>
#include <unistd.h>

namespace portolan {

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

/// The ids of a file, one a line; empty lines are passed over.
Result<std::vector<QByteArray>> readIds(const QString& name) {
    const Result<QByteArray> text = readWhole(name, "ids");
    if (!text)
        return text.error();
    std::vector<QByteArray> ids;
    for (const QByteArray& line : text->split('\n')) {
        if (const QByteArray id = line.trimmed(); !id.isEmpty())
            ids.push_back(id);
    }
    if (ids.empty())
        return Error{ErrorCode::Usage, QStringLiteral("There are no ids in %1.").arg(name)};
    return ids;
}

Result<LetterSet> readLetterSet(Store& store, const Invocation& invocation, const FilterSchema& schema) {
    LetterSet set;
    const auto filter = parseFilter(invocation.value("filter"), schema, currentTime());
    if (!filter)
        return filter.error();
    set.filter = *filter;
    set.words = invocation.value("filter").toUtf8();
    if (invocation.has("filter"))
        return set;
    const QByteArray group = invocation.value("group").toUtf8();
    PortRepository* const ports = store.ports();
    if (!ports)
        return Error{ErrorCode::Unsupported, store.missing(Feature::Ports).value_or(QString())};
    auto ids = invocation.has("group") ? ports->groups().lettersOf(group, invocation.interrupted)
                                       : readIds(invocation.value("ids"));
    if (!ids)
        return ids.error();
    set.words = invocation.has("group") ? "group " + group : QByteArray::number(std::ssize(*ids)) + " ids";
    set.ids = std::move(*ids);
    return set;
}

QString shown(const QByteArray& text) {
    return QString::fromUtf8(terminalText(Value(text)));
}

} // namespace portolan
