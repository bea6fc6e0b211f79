// Error messages, one a line, and the same bytes as the details of an error: their masks, templates and error type.

#include "storage/deadletters/errortype.h"
#include "storage/deadletters/linegroups.h"
#include "tests/fuzz/fuzztarget.h"

#include <QList>
#include <algorithm>
#include <map>

using namespace portolan;
using fuzz::require;

namespace {

bool isOneLine(QByteArrayView text) {
    return text.isValidUtf8() && std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

QByteArray rowsOf(QByteArrayView file, qsizetype portion) {
    LineGroups groups;
    for (qsizetype at = 0; at < file.size(); at += portion)
        groups.feed(file.sliced(at, std::min(portion, file.size() - at)));
    groups.finish();
    QByteArray rows;
    for (std::size_t i = 0; i < groups.count(); ++i)
        rows += groups.row(i);
    return rows;
}

void groupsLines(QByteArrayView file) {
    const auto lines = file.count('\n') + (!file.isEmpty() && !file.endsWith('\n') ? 1 : 0);
    const QByteArray rows = rowsOf(file, std::max<qsizetype>(file.size(), 1));
    require(rows.count('\n') == lines && rows.count('\t') == lines, "a row a line");
    require(rows == rowsOf(file, 1), "portions do not tell");
}

void findsTemplates(const QList<QByteArray>& messages) {
    // So few that it settles by itself as well.
    TemplateMiner miner({}, {8, 64});
    std::map<QByteArray, TemplateId> ids;
    for (const QByteArray& message : messages) {
        const TemplateId id = miner.add(message);
        ids.try_emplace(message, id);
    }
    miner.settle();
    for (const auto& [message, id] : ids) {
        require(isOneLine(miner.text(id)), "a template is one line of text");
        require(miner.settled(miner.settled(id)) == miner.settled(id), "a template is final");
    }
    const std::vector<QByteArray> known = miner.templates();
    for (const QByteArray& text : known) {
        std::vector<TemplateToken> tokens;
        tokenize(text, tokens);
        QByteArray again;
        for (const TemplateToken& token : tokens)
            again += (token.spaced ? " " : "") + token.text.toByteArray();
        require(again == text, "tokens cover a template");
    }
    TemplateMiner later(known);
    require(later.templates() == known, "what is known comes back");
    for (const QByteArray& message : messages)
        later.add(message);
    later.settle();
    const std::vector<QByteArray> after = later.templates();
    require(after.size() >= known.size() && std::equal(known.begin(), known.end(), after.begin()),
            "what is known stays");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = fuzz::bytesOf(data, size);
    groupsLines(bytes);
    findsTemplates(bytes.toByteArray().split('\n'));
    const QByteArray type = errorType(bytes);
    require(isOneLine(type) && type.size() <= 200, "an error type is one short line");
    require(isOneLine(firstStackFrame(bytes)), "a frame is one line");
    return 0;
}
