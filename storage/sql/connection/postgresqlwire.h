#pragma once

#include "storage/base/cancel.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

struct pg_conn;
struct pg_result;

namespace portolan {

/// An answer of the server. libpq's own, freed with it.
using PostgresqlAnswer = std::unique_ptr<pg_result, void (*)(pg_result*)>;

/// The reason for which an exchange failed.
struct PostgresqlFailure {
    enum class Cause {
        Refused, ///< the server said no; `state` says why
        Lost,    ///< the connection broke
        Silent,  ///< the server does not answer
        Stopped, ///< the token stopped
    };
    Cause cause = Cause::Refused;
    QByteArray state;         ///< SQLSTATE; empty when there is none
    QString words;            ///< the server's or libpq's own
    QByteArray constraint;    ///< the rule that was broken, if one was
    QByteArray function = {}; ///< the server's, where it was met ("ExecFindPartition")
};

/// A value for a placeholder. Bytes travel as they are and may hold anything; a text must not hold NUL.
struct PostgresqlValue {
    unsigned type = 0; ///< the server's number of the type; 0: whatever fits where it stands
    bool isNull = true;
    bool isBinary = false;
    QByteArray bytes = {};
};

/// The terms that each transaction says for itself where the session is not ours to set (see PostgresqlWire::share()).
struct PostgresqlTerms {
    QByteArray manner = {};                                       ///< isolation and access, as BEGIN takes them
    std::vector<std::pair<QByteArray, QByteArray>> settings = {}; ///< for the transaction alone, in this order
};

/// The form of an answer's values: written out, or as the server holds them (each type has a form of its own).
enum class PostgresqlForm { Text, Binary };

/// Exchanges with a PostgreSQL server over a connection that somebody else opened and closes. Waits on the socket,
/// never longer than it is allowed to, and ends a running statement when the token stops. One thread.
///
/// QtSql's driver was not taken: it sends `PREPARE` as text, in which a stacked statement would run, takes texts only,
/// waits for ever, and cannot cancel.
class PostgresqlWire {
public:
    /// `patience`: how long the server may be silent beyond what it was asked to limit itself to; zero is for ever.
    PostgresqlWire(pg_conn* connection, std::chrono::milliseconds patience);
    ~PostgresqlWire();
    PostgresqlWire(const PostgresqlWire&) = delete;
    PostgresqlWire& operator=(const PostgresqlWire&) = delete;

    /// Runs one statement with placeholders $1, $2, …. Null on failure; failure() says why.
    [[nodiscard]] PostgresqlAnswer execute(const QByteArray& sql, std::span<const PostgresqlValue> values = {},
                                           PostgresqlForm form = PostgresqlForm::Text);

    /// Runs one statement whose rows come one by one, as the server holds them, and wait at the server until they are
    /// taken: a large answer is never in memory. Nothing else may be asked before nextRow() gave the end or a failure,
    /// or endRows() was called. False on failure; failure() says why.
    [[nodiscard]] bool beginRows(const QByteArray& sql, std::span<const PostgresqlValue> values = {});
    /// An answer with the next row; after the last an answer with none. Null on failure.
    [[nodiscard]] PostgresqlAnswer nextRow();
    /// Does without the rest of the rows: the server is asked to end the statement, which an open transaction does not
    /// outlive.
    void endRows();

    /// Begins a transaction. `words`: BEGIN, alone or with isolation and access.
    [[nodiscard]] bool begin(const QByteArray& words);

    /// COPY … FROM STDIN: begin, put any number of pieces, end. After a false nothing more may be put.
    [[nodiscard]] bool beginCopy(const QByteArray& sql);
    [[nodiscard]] bool putCopy(QByteArrayView bytes);
    /// Returns how many rows the server took; nothing on failure.
    [[nodiscard]] std::optional<qint64> endCopy();

    [[nodiscard]] const PostgresqlFailure& failure() const { return m_failure; }
    /// False for good once the connection is lost, or was given up in the middle of an exchange.
    [[nodiscard]] bool isAlive() const;
    [[nodiscard]] bool isInTransaction() const;
    [[nodiscard]] pg_conn* handle() const { return m_connection; } ///< null after leave()

    /// Sets nothing on the session from here on, because a pooler gives the server's sessions to others between our
    /// transactions: every transaction begins with the terms, in the message that BEGIN goes in, and a statement
    /// outside of one gets a transaction of its own, in one message, too.
    void share(PostgresqlTerms terms);
    /// The terms, where the session is shared with others; null on a session of our own.
    [[nodiscard]] const PostgresqlTerms* terms() const { return m_terms ? &*m_terms : nullptr; }

    /// Asks the server to forget everything that was agreed on this connection (DISCARD ALL), without waiting for the
    /// answer. False: the connection is not in a state to be used by anybody else.
    [[nodiscard]] bool beginReset();
    /// On a connection that was left after beginReset(): waits for that answer, before anything else is asked.
    [[nodiscard]] bool endReset();
    /// Lets go of the connection, which is lost from here on.
    void leave();

    /// Whose stopping ends a statement; null for nobody's. Borrowed.
    void obey(const CancelToken* token) { m_token = token; }
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

private:
    class Turn;
    struct Statement;
    [[nodiscard]] bool isPassable(std::span<const PostgresqlValue> values);
    [[nodiscard]] bool send(const Statement& statement);
    [[nodiscard]] bool flush(Turn& turn);
    [[nodiscard]] bool await(Turn& turn);
    [[nodiscard]] PostgresqlAnswer collect(Turn& turn);
    [[nodiscard]] PostgresqlAnswer collectTogether(Turn& turn, std::size_t wanted);
    [[nodiscard]] PostgresqlAnswer executeTogether(std::span<const Statement> statements, std::size_t wanted);
    [[nodiscard]] PostgresqlAnswer endOfRows(PostgresqlAnswer last, bool isStopped);
    void rollBack();
    void noteFirst(const pg_result* next, const Turn& turn, bool& refused);
    PostgresqlAnswer lost();
    void note(const pg_result* refusal);
    void giveUp(PostgresqlFailure::Cause cause);
    void requestCancel();
    void settleCancel();

    pg_conn* m_connection;
    std::chrono::milliseconds m_patience;
    const CancelToken* m_token = nullptr;
    int m_wakeUp = -1; ///< an eventfd
    bool m_givenUp = false;
    bool m_hasRows = false;   ///< beginRows() was called, and its rows have not ended
    bool m_isForRows = false; ///< the transaction is beginRows()'s own
    std::optional<PostgresqlTerms> m_terms;
    QByteArray m_termsStatement;
    std::vector<PostgresqlValue> m_termsValues;
    PostgresqlFailure m_failure;
    std::future<void> m_cancelling;
};

} // namespace portolan
