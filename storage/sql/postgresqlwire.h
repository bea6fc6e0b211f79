#pragma once

#include "storage/base/cancel.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <chrono>
#include <future>
#include <memory>
#include <span>

struct pg_conn;
struct pg_result;

namespace portolan {

/// An answer of the server. libpq's own, freed with it.
using PostgresqlAnswer = std::unique_ptr<pg_result, void (*)(pg_result*)>;

/// Why an exchange failed.
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

/// One value for a placeholder. Bytes travel as they are and may hold anything; a text must not hold NUL.
struct PostgresqlValue {
    unsigned type = 0; ///< the server's number of the type; 0: whatever fits where it stands
    bool isNull = true;
    bool isBinary = false;
    QByteArray bytes = {};
};

/// How the values of an answer come: written out, or as the server holds them (each type has a form of its own).
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

    /// COPY … FROM STDIN: begin, put any number of pieces, end. After a false nothing more may be put.
    [[nodiscard]] bool beginCopy(const QByteArray& sql);
    [[nodiscard]] bool putCopy(QByteArrayView bytes);
    [[nodiscard]] bool endCopy();

    [[nodiscard]] const PostgresqlFailure& failure() const { return m_failure; }
    /// False for good once the connection is lost, or was given up in the middle of an exchange.
    [[nodiscard]] bool isAlive() const;
    [[nodiscard]] bool isInTransaction() const;
    [[nodiscard]] pg_conn* handle() const { return m_connection; } ///< null after leave()

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
    [[nodiscard]] bool flush(Turn& turn);
    [[nodiscard]] PostgresqlAnswer collect(Turn& turn);
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
    PostgresqlFailure m_failure;
    std::future<void> m_cancelling;
};

} // namespace portolan
