#include "storage/replay/sql/sqlarchive.h"

#include "storage/deadletters/groupscan.h"
#include "storage/operations/sql/sqljobs.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/replay/sql/itemoutcomes.h"
#include "storage/replay/writtenids.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/connection/preparedstatements.h"
#include "storage/sql/postgresql/serverlock.h"
#include "storage/sql/rowimage.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

#include <QUuid>
#include <algorithm>

namespace portolan {

namespace {

constexpr int lettersAtOnce = 200; ///< a transaction
constexpr int triesMore = 2;       ///< of one that met a row of another program

QString discarding() {
    return QStringLiteral("discard messages of");
}

ArchivedMessage readArchived(const RowView& row) {
    return {numberAt(row, 0),
            bytesAt(row, 1),
            bytesAt(row, 2),
            textAt(row, 3),
            bytesAt(row, 4),
            bytesAt(row, 5),
            timeAt(row, 6).value_or(Timestamp()),
            timeAt(row, 7),
            bytesAt(row, 8)};
}

/// Returns the names under which something archived may have been put back already: a message's, and the row's own
/// number.
std::vector<QByteArray> namesOf(const QByteArray& written) {
    std::vector<QByteArray> names = formsOfId(written);
    bool isNumber = false;
    const qint64 number = written.toLongLong(&isNumber);
    if (isNumber)
        names.push_back("row " + QByteArray::number(number));
    return names;
}

Error noReason() {
    return {ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
}

struct Condition {
    QString text;
    QVariantList bindings;
};

Result<Condition> conditionOf(Connection& connection, const DiscardSql& sql, const DiscardOrder& order) {
    const Result<PortLayout> layout = readPortLayout(connection);
    PORTOLAN_TRY(layout);
    const SqlListing& letters = layout->deadLetters;
    const SqlCondition filter =
        compileFilter(measuredAt(order.filter, currentTime()), *letters.schema, letters.sql, connection.dialect());
    // As the listing of dead letters says it, which is how an index has them.
    Condition condition{letters.condition + QStringLiteral(" AND ") + filter.condition, filter.bindings};
    if (!order.ids.empty()) {
        condition.text += QStringLiteral(" AND ") + sql.isOneOf();
        condition.bindings << jsonOf(order.ids);
    }
    return condition;
}

QByteArray numbers(std::initializer_list<std::pair<const char*, qint64>> values) {
    QByteArray text = "{";
    for (const auto& [name, value] : values)
        text += (text.size() > 1 ? ",\"" : "\"") + QByteArray(name) + "\":" + QByteArray::number(value);
    return text + '}';
}

} // namespace

SqlArchive::SqlArchive(Session& session, GroupScan* groups)
    : m_session(session)
    , m_groups(groups)
    , m_rows(session, QStringLiteral("portolan_message_archive"), archiveSchema(), &readArchived) {}

Result<const DiscardSql*> SqlArchive::sql() {
    const Result<qint64> mark = SchemaInspector::mark(connection());
    PORTOLAN_TRY(mark);
    if (m_known && m_known->generation == m_session.generation() && m_known->mark == *mark)
        return &m_known->sql;
    if (connection().sqlite()) {
        PORTOLAN_TRY(addImageFunctions(connection().sqlite()));
    }
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection());
    PORTOLAN_TRY(catalogue);
    Result<DiscardSql> sql = DiscardSql::make(*catalogue, connection().dialect());
    PORTOLAN_TRY(sql);
    m_known.emplace(StatementCache{m_session.generation(), *mark, std::move(*sql)});
    return &m_known->sql;
}

Result<void> SqlArchive::rememberGroups(const CancelToken& token) {
    if (!m_groups)
        return {};
    if (const Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    PORTOLAN_TRY(this->sql()); // in words about the archive, when its tables are not there
    const Result<qint64> remembered = m_groups->remember(token);
    return remembered ? Result<void>() : Result<void>(remembered.error());
}

Result<qint64> SqlArchive::count(const DiscardOrder& order, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<qint64> {
        const Result<const DiscardSql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<Condition> condition = conditionOf(connection, **sql, order);
        PORTOLAN_TRY(condition);
        const Result<QVariant> found = connection.value((*sql)->count(condition->text), condition->bindings);
        return found ? Result<qint64>(found->toLongLong()) : found.error();
    });
}

Result<std::shared_ptr<const SeenLetters>> SqlArchive::look(const DiscardOrder& order, const CancelToken& token) {
    using Seen = std::shared_ptr<const SeenLetters>;
    return m_session.read(token, [&](Connection& connection) -> Result<Seen> {
        const Result<const DiscardSql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<Condition> condition = conditionOf(connection, **sql, order);
        PORTOLAN_TRY(condition);
        Result<QSqlQuery> rows = connection.run((*sql)->seen(condition->text), condition->bindings, discarding());
        PORTOLAN_TRY(rows);
        const Result<std::shared_ptr<SeenLetters>> seen = SeenLetters::make();
        PORTOLAN_TRY(seen);
        QueryCursor walk(connection, *rows);
        while (walk.next()) {
            const QByteArray hash = QByteArray::fromHex(rows->value(1).toString().toLatin1());
            PORTOLAN_TRY((*seen)->add({bytesAt(*rows, 0), hash}));
        }
        if (walk.error())
            return *walk.error();
        const auto finished = (*seen)->finish();
        return finished ? Result<Seen>(*seen) : Result<Seen>(finished.error());
    });
}

Result<QByteArray> SqlArchive::beginJob(const char* kind, const QByteArray& words, qint64 total,
                                        const QByteArray& actor) {
    const QByteArray id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    QByteArray parameters = "{\"of\":";
    appendJsonString(parameters, words);
    const auto begun = withTransaction(
        m_session, [&] { return portolan::beginJob(connection(), id, kind, parameters + '}', total, actor); });
    return begun ? Result<QByteArray>(id) : Result<QByteArray>(begun.error());
}

Result<void> SqlArchive::endJob(const QByteArray& job, const std::optional<Error>& failure, const QByteArray& result,
                                const QByteArray& actor) {
    JobState to = JobState::Completed;
    if (failure)
        to = failure->code == ErrorCode::Cancelled ? JobState::Cancelled : JobState::Failed;
    return withTransaction(m_session, [&]() -> Result<void> {
        if (const auto set = setJobResult(connection(), job, result); !set)
            return set;
        return changeJob(connection(), job, to, actor, failure ? failure->text.toUtf8() : QByteArray());
    });
}

Result<qint64> SqlArchive::takeAway(Connection& connection, const DiscardSql& sql, std::span<const Letter> letters,
                                    const Author& author) {
    QByteArray list = "[";
    for (const Letter& letter : letters) {
        list += list.size() > 1 ? ",[" : "[";
        appendJsonString(list, letter.id);
        list += ",\"" + letter.hash.toHex() + "\"]";
    }
    const QString seen = utf8(list + ']');
    if (const QString lock = sql.lock(); !lock.isEmpty()) {
        PORTOLAN_TRY(connection.execute(lock, {seen}, discarding()));
    }
    std::vector<QByteArray> ids;
    for (const Letter& letter : letters)
        ids.push_back(letter.id);
    PORTOLAN_TRY(settleEarlier(connection, sql.replay(), jsonOf(ids)));
    std::vector<qint64> archived;
    {
        Result<QSqlQuery> rows =
            connection.run(sql.archive(), {utf8(author.reason), utf8(author.actor), seen}, discarding());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows);
        while (walk.next()) {
            archived.push_back(rows->value(0).toLongLong());
        }
        if (walk.error())
            return *walk.error();
    }
    const QString rows = jsonOf(archived);
    PORTOLAN_TRY(executeExpecting(connection, sql.remove(), {rows}, archived.size(), discarding()));
    PORTOLAN_TRY(executeExpecting(connection, sql.auditDiscarded(),
                                  {utf8(author.actor), utf8(author.reason), utf8(author.act), rows}, archived.size(),
                                  discarding()));
    return std::ssize(archived);
}

Result<qint64> SqlArchive::discardSome(std::span<const Letter> letters, const QByteArray& job,
                                       const DiscardOrder& order) {
    return withTransaction(m_session, [&]() -> Result<qint64> {
        const Result<const DiscardSql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<qint64> archived = takeAway(connection(), **sql, letters, {order.actor, order.reason, job});
        PORTOLAN_TRY(archived);
        PORTOLAN_TRY(tellProgress(connection(), job, std::ssize(letters)));
        return archived;
    });
}

Result<DiscardOutcome> SqlArchive::discardAll(const SeenLetters& seen, const QByteArray& job, const DiscardOrder& order,
                                              const Progress& progress, const CancelToken& token) {
    DiscardOutcome outcome;
    std::optional<Error> failure;
    qint64 place = 0;
    while (!failure) {
        const auto letters = seen.read(place, lettersAtOnce);
        if (letters && letters->empty())
            break;
        const Result<qint64> done = !letters                 ? Result<qint64>(letters.error())
                                    : token.stop_requested() ? Result<qint64>(cancelled())
                                                             : discardSome(*letters, job, order);
        if (!done) {
            failure = done.error();
            continue;
        }
        outcome.discarded += *done;
        outcome.skipped += std::ssize(*letters) - *done;
        if (progress)
            progress(outcome.discarded + outcome.skipped, seen.count());
    }
    const QByteArray result = numbers({{"discarded", outcome.discarded}, {"skipped", outcome.skipped}});
    const auto ended = endJob(job, failure, result, order.actor);
    if (failure)
        return *failure;
    return ended ? Result<DiscardOutcome>(outcome) : Result<DiscardOutcome>(ended.error());
}

Result<DiscardOutcome> SqlArchive::discard(const DiscardOrder& order, const SeenLetters& seen, const Progress& progress,
                                           const CancelToken& token) {
    if (order.reason.trimmed().isEmpty())
        return noReason();
    PORTOLAN_TRY(rememberGroups(token));
    const Result<QByteArray> job = beginJob("discard", order.words, seen.count(), order.actor);
    PORTOLAN_TRY(job);
    Result<DiscardOutcome> outcome = discardAll(seen, *job, order, progress, token);
    if (outcome && !order.ids.empty()) {
        std::vector<QByteArray> asked = order.ids;
        std::ranges::sort(asked);
        const auto twice = std::unique(asked.begin(), asked.end()); // ranges::unique of g++ 12 is beyond clang 14
        asked.erase(twice, asked.end());
        outcome->skipped += std::max<qint64>(0, std::ssize(asked) - seen.count());
    }
    return outcome;
}

Result<void> SqlArchive::putBack(Connection& connection, const DiscardSql& sql, std::span<const qint64> archived,
                                 const Author& author) {
    const auto each = static_cast<std::ptrdiff_t>(lettersAtOnce); // images in memory, which may have megabytes each
    for (std::ptrdiff_t begin = 0; begin < std::ssize(archived); begin += each) {
        const auto some = archived.subspan(static_cast<std::size_t>(begin),
                                           static_cast<std::size_t>(std::min(each, std::ssize(archived) - begin)));
        const QString ids = jsonOf(std::vector<qint64>(some.begin(), some.end()));
        PORTOLAN_TRY(executeExpecting(connection, sql.restore(), {ids}, some.size(), discarding()));
        const Result<QVariant> other = connection.value(sql.notSame(), {ids});
        PORTOLAN_TRY(other);
        if (!other->isNull())
            return Error{ErrorCode::Invalid,
                         QStringLiteral("The message %1 would not be as it was in %2: its table or a trigger of it is "
                                        "another one by now. It stays in the archive.")
                             .arg(other->toString(), connection.where())};
        PORTOLAN_TRY(executeExpecting(connection, sql.noteBack(), {timeNow(), ids}, some.size(), discarding()));
        PORTOLAN_TRY(executeExpecting(connection, sql.auditRestored(),
                                      {utf8(author.actor), utf8(author.reason), utf8(author.act), ids}, some.size(),
                                      discarding()));
    }
    return {};
}

/// The ids of a transaction that puts messages back, in their order. Those that may go are put back together; `putBack`
/// has the names of what went, also in transactions before (see namesOf()).
class SqlArchive::Restoring {
public:
    Restoring(SqlArchive& archive, const DiscardSql& sql, const Author& author, QSet<QByteArray>& putBack)
        : m_sql(sql)
        , m_connection(archive.connection())
        , m_statements(m_connection)
        , m_author(author)
        , m_putBack(putBack) {}

    /// Returns why an id cannot be put back; nothing: it goes with the next flush().
    [[nodiscard]] Result<std::optional<QString>> take(const QByteArray& id) {
        const std::vector<QByteArray> names = namesOf(id);
        const auto isWaiting = [&](const QByteArray& name) { return m_waiting.contains(name); };
        if (std::ranges::any_of(names, isWaiting)) { // its row has to be noted as back
            PORTOLAN_TRY(flush());
        }
        const Result<std::optional<Restorable>> found = find(id);
        PORTOLAN_TRY(found);
        const auto isPutBack = [&](const QByteArray& name) { return m_putBack.contains(name); };
        if (!*found)
            return std::optional(std::ranges::any_of(names, isPutBack)
                                     ? QStringLiteral("it is named more than once, and was put back")
                                     : QStringLiteral("it is not in the archive"));
        if ((*found)->cause != "discarded")
            return std::optional(QStringLiteral("an edited message took its place; `portolan replay --recall` brings "
                                                "it back while that is pending"));
        if (m_waiting.contains((*found)->messageId)) {
            PORTOLAN_TRY(flush());
        }
        const qint64 archived = (*found)->archived;
        const Result<QVariant> there = m_statements.value(m_sql.isThere(), {archived});
        PORTOLAN_TRY(there);
        if (there->toLongLong() > 0)
            return std::optional(QStringLiteral("a message with this id exists again"));
        m_rows.push_back(archived);
        m_waiting.insert((*found)->messageId);
        m_waiting.insert("row " + QByteArray::number(archived));
        return std::optional<QString>();
    }

    [[nodiscard]] Result<void> flush() {
        PORTOLAN_TRY(SqlArchive::putBack(m_connection, m_sql, m_rows, m_author));
        m_rows.clear();
        m_putBack.unite(m_waiting);
        m_waiting.clear();
        return {};
    }

private:
    /// Finds the archive's row of an id as it was written down: a message's id, else the row's own number.
    [[nodiscard]] Result<std::optional<Restorable>> find(const QByteArray& id) {
        for (const QByteArray& form : formsOfId(id)) {
            auto found = find(m_sql.archived(), utf8(form));
            if (!found || *found)
                return found;
        }
        bool isNumber = false;
        const qint64 number = id.toLongLong(&isNumber);
        return isNumber ? find(m_sql.archivedRow(), number) : Result<std::optional<Restorable>>(std::nullopt);
    }

    [[nodiscard]] Result<std::optional<Restorable>> find(const QString& statement, const QVariant& value) {
        const Result<QSqlQuery*> row = m_statements.run(statement, {value}, discarding());
        const Result<bool> found = row ? m_connection.next(**row) : Result<bool>(row.error());
        PORTOLAN_TRY(found);
        auto restorable =
            *found ? std::optional(Restorable{(*row)->value(0).toLongLong(), (*row)->value(1).toString().toUtf8(),
                                              (*row)->value(2).toString().toUtf8()})
                   : std::optional<Restorable>();
        (*row)->finish();
        return restorable;
    }

    const DiscardSql& m_sql;
    Connection& m_connection;
    PreparedStatements m_statements;
    const Author& m_author;
    QSet<QByteArray>& m_putBack;
    std::vector<qint64> m_rows;
    QSet<QByteArray> m_waiting; ///< the names of these rows
};

Result<void> SqlArchive::restoreAll(const std::vector<QByteArray>& ids, const Author& author, const Progress& progress,
                                    const CancelToken& token, RestoreOutcome& outcome) {
    QSet<QByteArray> putBack;
    for (std::size_t begin = 0; begin < ids.size(); begin += lettersAtOnce) {
        if (token.stop_requested())
            return cancelled();
        const std::span some = std::span(ids).subspan(begin, std::min<std::size_t>(lettersAtOnce, ids.size() - begin));
        const QSet<QByteArray> before = putBack;
        const auto restoreSome = [&]() -> Result<RestoreOutcome> {
            RestoreOutcome part;
            putBack = before;
            PORTOLAN_TRY(lockUntilCommit(connection(), ServerLock::Archive));
            const Result<const DiscardSql*> sql = this->sql();
            PORTOLAN_TRY(sql);
            Restoring restoring(*this, **sql, author, putBack);
            for (const QByteArray& id : some) {
                const Result<std::optional<QString>> why = restoring.take(id);
                PORTOLAN_TRY(why);
                if (*why)
                    part.refused.emplace_back(id, **why);
                else
                    ++part.restored;
            }
            PORTOLAN_TRY(restoring.flush());
            const auto told = tellProgress(connection(), author.act, std::ssize(some));
            return told ? Result<RestoreOutcome>(std::move(part)) : Result<RestoreOutcome>(told.error());
        };
        auto done = withTransaction(m_session, restoreSome);
        // A receiver may have stored one of the ids since it was looked for: then that is seen now.
        for (int again = 0; !done && done.error().code == ErrorCode::Invalid && again < triesMore; ++again)
            done = withTransaction(m_session, restoreSome);
        PORTOLAN_TRY(done);
        outcome.restored += done->restored;
        outcome.refused.insert(outcome.refused.end(), done->refused.begin(), done->refused.end());
        if (progress)
            progress(static_cast<qint64>(begin + some.size()), std::ssize(ids));
    }
    return {};
}

Result<RestoreOutcome> SqlArchive::restore(const std::vector<QByteArray>& ids, const QByteArray& reason,
                                           const QByteArray& actor, const Progress& progress,
                                           const CancelToken& token) {
    if (reason.trimmed().isEmpty())
        return noReason();
    const Result<QByteArray> job =
        beginJob("restore_discarded", QByteArray::number(std::ssize(ids)) + " ids", std::ssize(ids), actor);
    PORTOLAN_TRY(job);
    RestoreOutcome outcome;
    const Result<void> done = restoreAll(ids, {actor, reason, *job}, progress, token, outcome);
    const QByteArray result = numbers({{"restored", outcome.restored}, {"refused", std::ssize(outcome.refused)}});
    const auto ended = endJob(*job, done ? std::nullopt : std::optional(done.error()), result, actor);
    PORTOLAN_TRY(done);
    return ended ? Result<RestoreOutcome>(std::move(outcome)) : Result<RestoreOutcome>(ended.error());
}

} // namespace portolan
