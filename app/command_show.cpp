#include "app/commands.h"
#include "app/output.h"
#include "storage/store.h"

#include <array>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> showArguments{{{"WHAT", "batch or message"}, {"ID", "as list prints it"}}};
constexpr std::array<OptionSpec, 1> showOptions{{{"store", "STORE", "the store to read", true}}};

constexpr int rowsAPage = 500;

template <class Row>
QByteArray objectOf(std::span<const Column<Row>> columns, const Row& row) {
    QByteArray line;
    std::vector<Value> values;
    exportValues(columns, row, values);
    appendJsonLine(line, exportColumns(columns), values);
    return line.chopped(1);
}

/// The batch's metadata and its messages as one object.
Result<QByteArray> batchDocument(Store& store, const QString& id, const CancelToken& interrupted) {
    bool ok = false;
    const qint64 number = id.toLongLong(&ok);
    if (!ok)
        return Error{ErrorCode::Usage, QStringLiteral("A batch's id is a number, not \"%1\".").arg(id)};
    const auto batch = store.batches().batch(number);
    if (!batch)
        return batch.error();
    QByteArray document = objectOf(batchColumns(), *batch);
    document.chop(1);
    document += ",\"messages\":[";
    ListQuery query;
    query.filter = equals(messageSchema(), "batch_id", number);
    query.limit = rowsAPage;
    bool first = true;
    for (bool last = false; !last;) {
        auto page = store.batches().messages().page(query, interrupted);
        if (!page)
            return page.error();
        for (const Message& message : page->rows) {
            if (!std::exchange(first, false))
                document += ',';
            document += objectOf(messageColumns(), message);
        }
        last = page->last;
        query.after = std::move(page->next);
    }
    document += "]}\n";
    return document;
}

Result<QByteArray> messageDocument(Store& store, const QString& id, const CancelToken&) {
    const auto key = MessageId::fromText(id.toUtf8());
    if (!key)
        return Error{ErrorCode::Usage, QStringLiteral("\"%1\" is no message id; list messages prints them.").arg(id)};
    const auto message = store.batches().message(*key);
    if (!message)
        return message.error();
    return objectOf(messageColumns(), *message) + '\n';
}

struct Thing {
    const char* name;
    Result<QByteArray> (*document)(Store&, const QString& id, const CancelToken&);
};
constexpr std::array<Thing, 2> things{{{"batch", batchDocument}, {"message", messageDocument}}};

Exit show(const Invocation& invocation) {
    const QString what = invocation.arguments.first();
    for (const Thing& thing : things) {
        if (what != QLatin1String(thing.name))
            continue;
        const auto url = invocation.store("store");
        if (!url)
            return fail(url.error());
        const auto store = openStore(*url, Access::Read, invocation.interrupted);
        if (!store)
            return fail(store.error());
        const auto document = thing.document(**store, invocation.arguments.last(), invocation.interrupted);
        if (!document)
            return fail(document.error());
        const auto written = writeOut(*document);
        return written ? Exit::Done : fail(written.error());
    }
    return fail({ErrorCode::Usage, QStringLiteral("show knows batch and message, not \"%1\".").arg(what)});
}

} // namespace

const CommandSpec showCommand{"show",        "Prints one thing whole, as one JSON object.",
                              showArguments, showOptions,
                              show,          "A batch has its metadata and, under \"messages\", every message in it."};

} // namespace portolan
