#include "storage/ports/sql/messagelookup.h"

#include "storage/base/uuidtext.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/replay/writtenids.h"
#include "storage/sql/connection/bindings.h"

#include <QHash>
#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t idsAtOnce = 5'000;

bool isIdNumber(const QByteArray& text) {
    bool isNumber = false;
    (void)text.toLongLong(&isNumber);
    return isNumber && text == text.trimmed() && !text.startsWith('+');
}

/// Makes the texts of these ids that the column can hold, as a JSON array.
QString candidatesOf(std::span<const QByteArray> ids, ColumnEncoding keeping) {
    std::vector<QByteArray> candidates;
    for (const QByteArray& id : ids) {
        if (keeping == ColumnEncoding::Uuid) {
            if (auto uuid = canonicalUuid(id))
                candidates.push_back(std::move(*uuid));
        } else if (keeping != ColumnEncoding::Integer) {
            std::ranges::copy(formsOfId(id), std::back_inserter(candidates));
        } else if (isIdNumber(id)) {
            candidates.push_back(id);
        }
    }
    return jsonOf(candidates);
}

QString lookupSql(const PortLayout& layout, SqlDialect dialect) {
    const SqlColumn& id = layout.column("id");
    QString among = QStringLiteral("%1 IN (SELECT value FROM json_each(?))");
    if (dialect == SqlDialect::Postgresql) {
        const char* const type = id.keeping == ColumnEncoding::Uuid      ? "uuid"
                                 : id.keeping == ColumnEncoding::Integer ? "bigint"
                                                                         : "text";
        among = QStringLiteral("%1 = ANY (CAST(ARRAY(SELECT json_array_elements_text(CAST(? AS json))) AS %2[]))")
                    .arg(QStringLiteral("%1"), QLatin1String(type));
    }
    return QStringLiteral("SELECT CAST(%1 AS text), CASE WHEN %2 THEN 1 ELSE 0 END FROM %3 AS %4 WHERE %5")
        .arg(id.expression, layout.deadLetters.condition, layout.messages.table, layout.messages.alias,
             among.arg(id.expression));
}

/// Adds the messages of these ids, by their ids.
Result<void> lookUpSome(Connection& connection, const QString& sql, const QString& candidates,
                        QHash<QByteArray, bool>& found) {
    Result<QSqlQuery> rows = connection.run(sql, {candidates}, QStringLiteral("look up the messages of"));
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows);
    while (walk.next())
        found.insert(rows->value(0).toString().toUtf8(), rows->value(1).toInt() == 1);
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

} // namespace

Result<std::vector<std::optional<FoundMessage>>> lookUpMessages(Connection& connection,
                                                                std::span<const QByteArray> ids) {
    const Result<PortLayout> layout = readPortLayout(connection);
    PORTOLAN_TRY(layout);
    const ColumnEncoding keeping = layout->column("id").keeping;
    const QString sql = lookupSql(*layout, connection.dialect());
    std::vector<std::optional<FoundMessage>> answers;
    answers.reserve(ids.size());
    for (std::size_t at = 0; at < ids.size(); at += idsAtOnce) {
        const auto some = ids.subspan(at, std::min(idsAtOnce, ids.size() - at));
        QHash<QByteArray, bool> found;
        PORTOLAN_TRY(lookUpSome(connection, sql, candidatesOf(some, keeping), found));
        for (const QByteArray& id : some) {
            std::optional<FoundMessage> answer;
            for (const QByteArray& form : formsOfId(id)) {
                if (const auto message = found.constFind(form); !answer && message != found.cend())
                    answer = FoundMessage{form, *message};
            }
            answers.push_back(std::move(answer));
        }
    }
    return answers;
}

} // namespace portolan
