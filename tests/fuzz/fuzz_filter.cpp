// The filter language: read, held against rows, and made into SQL of both dialects.

#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"
#include "storage/sql/columns/filtersql.h"
#include "tests/fuzz/fuzztarget.h"

#include <array>

using namespace portolan;
using fuzz::require;

namespace {

const std::array<SqlColumn, 6> sqlColumns{{{"m.id", ColumnEncoding::Integer},
                                           {"m.batch_id"},
                                           {"m.message_number"},
                                           {"m.content"},
                                           {"m.timestamp", ColumnEncoding::UnixMilliseconds},
                                           {"CAST(NULL AS text)"}}};

/// Placeholders outside of quotes.
qsizetype placeholders(const QString& sql) {
    qsizetype count = 0;
    QChar quote;
    for (const QChar c : sql) {
        if (!quote.isNull())
            quote = c == quote ? QChar() : quote;
        else if (c == u'\'' || c == u'"')
            quote = c;
        else if (c == u'?')
            ++count;
    }
    require(quote.isNull(), "quotes are closed");
    return count;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Timestamp now(std::chrono::seconds(1'729'090'565));
    const auto filter = parseFilter(QString::fromUtf8(fuzz::bytesOf(data, size)), messageSchema(), now);
    if (!filter) {
        require(filter.error().code == ErrorCode::Usage && !filter.error().text.isEmpty(), "a mistake is explained");
        return 0;
    }
    for (const SqlDialect dialect : {SqlDialect::Sqlite, SqlDialect::Postgresql}) {
        const SqlCondition sql = compileFilter(*filter, messageSchema(), sqlColumns, dialect);
        require(placeholders(sql.condition) == sql.bindings.size(), "every value is bound");
    }
    Message message;
    message.id = {0, 7};
    message.messageNumber = 42;
    message.timestamp = now;
    message.content = "this is Message N° 42 being posted into Redis";
    const FilterMatcher matcher(*filter, messageSchema());
    const bool holds = matcher.matches(messageColumns(), message);
    const QByteArray needed = neededText(*filter, messageSchema(), "content");
    require(!holds || needed.isEmpty() || message.content.toLower().contains(needed.toLower()),
            "a matching row contains the needed text");
    return 0;
}
