#include "storage/sql/postgresql/postgresqlresultset.h"

#include "storage/sql/connection/postgresqlresult.h"
#include "storage/sql/connection/postgresqltypes.h"

#include <QUuid>
#include <QtEndian>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <libpq-fe.h>

namespace portolan {

namespace {

using namespace std::chrono;

/// The day from which the server counts times (PostgreSQL's datatype/timestamp.h).
constexpr sys_days serverEpoch = 2000y / January / 1;
constexpr Timestamp earliest = sys_days(1y / January / 1);
constexpr Timestamp afterAll = sys_days(10'000y / January / 1);

template <class Unit>
bool isOurs(qint64 count) {
    constexpr qint64 most = duration_cast<Unit>(afterAll - serverEpoch).count();
    constexpr qint64 least = duration_cast<Unit>(earliest - serverEpoch).count();
    return count >= least && count < most;
}

template <class Unit>
std::optional<Value> timeSince(qint64 count) {
    return isOurs<Unit>(count) ? std::optional(Value(Timestamp(serverEpoch) + Unit(count))) : std::nullopt;
}

/// The double that is written as the real is: 0.1, and not 0.100000001490116.
double shownDouble(float number) {
    if (!std::isfinite(number))
        return static_cast<double>(number);
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    double shown = static_cast<double>(number);
    std::from_chars(digits.data(), end.ptr, shown);
    return shown;
}

/// Of a column that holds times.
bool isOurTime(Oid type, const char* bytes) {
    return type == dateType ? isOurs<days>(qFromBigEndian<qint32>(bytes))
                            : isOurs<microseconds>(qFromBigEndian<qint64>(bytes));
}

} // namespace

Result<PostgresqlResultSet> PostgresqlResultSet::run(Connection& connection, const QString& sql,
                                                     const QVariantList& bindings, const QString& doing) {
    if (connection.stopRequested())
        return cancelled();
    const auto values = postgresqlValues(bindings);
    PostgresqlAnswer answer =
        connection.postgresql()->execute(withNumberedPlaceholders(sql), values, PostgresqlForm::Binary);
    if (!answer)
        return connection.stopRequested() ? cancelled() : connection.lastPostgresqlError(doing);
    return PostgresqlResultSet(std::move(answer));
}

bool PostgresqlResultSet::isReadable() const {
    for (int column = 0; column < PQnfields(m_answer.get()); ++column) {
        switch (PQftype(m_answer.get(), column)) {
        case boolType:
        case byteaType:
        case textType:
        case varcharType:
        case bpcharType:
        case nameType:
        case jsonType:
        case jsonbType:
        case uuidType:
        case oidType:
        case float4Type:
        case int2Type:
        case int4Type:
        case int8Type:
        case float8Type:
        case dateType:
        case timestampType:
        case timestamptzType:
            break;
        default:
            return false;
        }
    }
    return true;
}

bool PostgresqlResultSet::isWhole() const {
    const pg_result* const answer = m_answer.get();
    for (int column = 0; column < PQnfields(answer); ++column) {
        const Oid type = PQftype(answer, column);
        const bool isTime = type == dateType || type == timestampType || type == timestamptzType;
        for (int row = 0; isTime && row < count(); ++row) {
            if (PQgetisnull(answer, row, column) == 0 && !isOurTime(type, PQgetvalue(answer, row, column)))
                return false;
        }
    }
    return true;
}

bool PostgresqlResultSet::isText(int column) const {
    return PQftype(m_answer.get(), column) != byteaType;
}

int PostgresqlResultSet::columns() const {
    return PQnfields(m_answer.get());
}

int PostgresqlResultSet::count() const {
    return PQntuples(m_answer.get());
}

std::optional<Value> PostgresqlResultSet::cell(int row, int column) const {
    const pg_result* const answer = m_answer.get();
    if (PQgetisnull(answer, row, column) != 0)
        return Value();
    const char* const bytes = PQgetvalue(answer, row, column);
    switch (PQftype(answer, column)) {
    case boolType:
        return Value(bytes[0] != 0);
    case int2Type:
        return Value(qint64{qFromBigEndian<qint16>(bytes)});
    case int4Type:
        return Value(qint64{qFromBigEndian<qint32>(bytes)});
    case int8Type:
        return Value(qFromBigEndian<qint64>(bytes));
    case oidType:
        return Value(qint64{qFromBigEndian<quint32>(bytes)});
    case float4Type:
        return Value(shownDouble(std::bit_cast<float>(qFromBigEndian<quint32>(bytes))));
    case float8Type:
        return Value(std::bit_cast<double>(qFromBigEndian<quint64>(bytes)));
    case dateType:
        return timeSince<days>(qFromBigEndian<qint32>(bytes));
    case timestampType:
    case timestamptzType:
        return timeSince<microseconds>(qFromBigEndian<qint64>(bytes));
    case uuidType:
        return Value(QUuid::fromRfc4122(QByteArrayView(bytes, 16)).toByteArray(QUuid::WithoutBraces));
    case jsonbType: // a byte with the form's number, then its text
        return Value(QByteArray(bytes + 1, PQgetlength(answer, row, column) - 1));
    default:
        return Value(QByteArray(bytes, PQgetlength(answer, row, column)));
    }
}

} // namespace portolan
