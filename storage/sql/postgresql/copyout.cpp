#include "storage/sql/postgresql/copyout.h"

#include "storage/sql/connection/postgresqlerror.h"

#include <cerrno>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>

namespace portolan {

namespace {

constexpr int copySlice = 50;                 // ms between two looks at the token
constexpr qsizetype copyPiece = 256 * 1024;   // handed on at once
constexpr qsizetype mostKept = copyPiece * 4; // a row that is larger leaves no buffer of its size

/// The rows of one COPY.
class CopyOut {
public:
    CopyOut(Connection& connection, const CancelToken& token, const QString& doing)
        : m_connection(connection)
        , m_handle(connection.postgresql()->handle())
        , m_token(token)
        , m_doing(doing) {}

    Result<qint64> run(const QByteArray& sql, const std::function<Result<void>(QByteArrayView)>& each) {
        if (!m_connection.isAlive() || PQsendQuery(m_handle, sql.constData()) != 1)
            return lost();
        PORTOLAN_TRY(flush());
        const auto begun = answer();
        PORTOLAN_TRY(begun);
        if (*begun && PQresultStatus(begun->get()) != PGRES_COPY_OUT)
            return settle(begun->get());
        PORTOLAN_TRY(rows(each));
        const auto ended = answer();
        PORTOLAN_TRY(ended);
        return settle(ended->get());
    }

    [[nodiscard]] Result<void> flush() {
        while (true) {
            const int left = PQflush(m_handle);
            if (left == 0)
                return {};
            if (left < 0)
                return lost();
            PORTOLAN_TRY(wait(POLLIN | POLLOUT));
            if (PQconsumeInput(m_handle) == 0)
                return lost();
        }
    }

private:
    Result<void> rows(const std::function<Result<void>(QByteArrayView)>& each) {
        QByteArray piece;
        while (true) {
            char* row = nullptr;
            const int size = PQgetCopyData(m_handle, &row, 1);
            const std::unique_ptr<char, void (*)(void*)> held(row, &PQfreemem);
            if (size < 0) // the end, or a refusal, which the answer tells
                break;
            if (size == 0) {
                PORTOLAN_TRY(wait(POLLIN));
                if (PQconsumeInput(m_handle) == 0)
                    return lost();
                continue;
            }
            piece.append(row, size);
            if (piece.size() < copyPiece)
                continue;
            PORTOLAN_TRY(each(piece));
            if (piece.size() > mostKept)
                piece = QByteArray();
            piece.resize(0);
        }
        return piece.isEmpty() ? Result<void>() : each(piece);
    }

    [[nodiscard]] Result<void> wait(short events) {
        while (!m_token.stop_requested()) {
            pollfd waited{PQsocket(m_handle), events, 0};
            const int ready = ::poll(&waited, 1, copySlice);
            if (ready > 0)
                return {};
            if (ready < 0 && errno != EINTR)
                return lost();
        }
        return cancelled();
    }

    Result<PostgresqlAnswer> answer() {
        while (PQisBusy(m_handle) != 0) {
            PORTOLAN_TRY(wait(POLLIN));
            if (PQconsumeInput(m_handle) == 0 && PQisBusy(m_handle) != 0)
                return lost();
        }
        return PostgresqlAnswer(PQgetResult(m_handle), &PQclear);
    }

    /// Reads the rest of what the server says, and tells the number of rows or the refusal.
    Result<qint64> settle(const PGresult* last) {
        if (!last)
            return lost();
        const ExecStatusType status = PQresultStatus(last);
        const qint64 rows =
            QByteArray(PQcmdTuples(const_cast<PGresult*>(last))).toLongLong(); // NOLINT: libpq's own way
        while (true) {
            const auto more = answer();
            PORTOLAN_TRY(more);
            if (!*more)
                break;
        }
        if (status == PGRES_COMMAND_OK)
            return rows;
        const QByteArray state = PQresultErrorField(last, PG_DIAG_SQLSTATE);
        return state.isEmpty() || PQstatus(m_handle) != CONNECTION_OK
                   ? lost()
                   : postgresqlError(state, m_doing, m_connection.where(),
                                     QString::fromUtf8(PQresultErrorMessage(last)).trimmed());
    }

    [[nodiscard]] Error lost() const {
        const PostgresqlFailure failure{PostgresqlFailure::Cause::Lost,
                                        {},
                                        QString::fromUtf8(m_handle ? PQerrorMessage(m_handle) : "").trimmed(),
                                        {},
                                        {}};
        return postgresqlError(failure, m_doing, m_connection.where());
    }

    Connection& m_connection;
    pg_conn* m_handle;
    const CancelToken& m_token;
    const QString& m_doing;
};

} // namespace

Result<qint64> copyOut(Connection& connection, const QByteArray& sql,
                       const std::function<Result<void>(QByteArrayView piece)>& each, const CancelToken& token,
                       const QString& doing) {
    return CopyOut(connection, token, doing).run(sql, each);
}

Result<void> awaitCopyTaken(Connection& connection, const CancelToken& token, const QString& doing) {
    return CopyOut(connection, token, doing).flush();
}

} // namespace portolan
