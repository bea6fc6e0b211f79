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

/// Returns the double that is written as the real is: 0.1, and not 0.100000001490116.
double shownDouble(float number) {
    if (!std::isfinite(number))
        return static_cast<double>(number);
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    double shown = static_cast<double>(number);
    std::from_chars(digits.data(), end.ptr, shown);
    return shown;
}

/// Returns true for a time of the years 1 to 9999, of a column of times.
bool isOurTime(Oid type, const char* bytes) {
    return type == dateType ? isOurs<days>(qFromBigEndian<qint32>(bytes))
                            : isOurs<microseconds>(qFromBigEndian<qint64>(bytes));
}

} // namespace

Result<PostgresqlResultSet> PostgresqlResultSet::run(Connection& connection, const QString& sql,
                                                     const QVariantList& bindings, const QString& doing,
                                                     qint64 mostBytes) {
    const auto failed = [&] {
        return connection.stopRequested() ? cancelled() : connection.lastPostgresqlError(doing);
    };
    if (connection.stopRequested())
        return cancelled();
    PostgresqlWire& wire = *connection.postgresql();
    const auto values = postgresqlValues(bindings);
    if (!wire.beginRows(withNumberedPlaceholders(sql), values))
        return failed();
    PostgresqlResultSet rows;
    while (true) {
        const PostgresqlAnswer answer = wire.nextRow();
        if (!answer)
            return failed();
        rows.take(*answer);
        if (PQntuples(answer.get()) == 0)
            return rows;
        if (rows.bytes() >= mostBytes) {
            wire.endRows();
            rows.m_isCut = true;
            return rows;
        }
    }
}

void PostgresqlResultSet::take(const pg_result& answer) {
    const int columns = PQnfields(&answer);
    for (int column = static_cast<int>(m_types.size()); column < columns; ++column)
        m_types.push_back(PQftype(&answer, column));
    for (int row = 0; row < PQntuples(&answer); ++row, ++m_rows) {
        for (int column = 0; column < columns; ++column) {
            const bool isNull = PQgetisnull(&answer, row, column) != 0;
            const int size = isNull ? -1 : PQgetlength(&answer, row, column);
            m_cells.push_back({m_bytes.size(), size});
            const char* const bytes = PQgetvalue(&answer, row, column);
            if (size > 0)
                m_bytes.insert(m_bytes.end(), bytes, bytes + size);
        }
    }
}

const PostgresqlResultSet::Cell& PostgresqlResultSet::at(int row, int column) const {
    return m_cells[static_cast<std::size_t>(row) * m_types.size() + static_cast<std::size_t>(column)];
}

bool PostgresqlResultSet::isReadable() const {
    for (const unsigned type : m_types) {
        switch (type) {
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
    for (int column = 0; column < columns(); ++column) {
        const unsigned type = m_types[static_cast<std::size_t>(column)];
        const bool isTime = type == dateType || type == timestampType || type == timestamptzType;
        for (int row = 0; isTime && row < count(); ++row) {
            if (at(row, column).size >= 0 && !isOurTime(type, m_bytes.data() + at(row, column).at))
                return false;
        }
    }
    return true;
}

bool PostgresqlResultSet::isText(int column) const {
    return m_types[static_cast<std::size_t>(column)] != byteaType;
}

int PostgresqlResultSet::columns() const {
    return static_cast<int>(m_types.size());
}

int PostgresqlResultSet::count() const {
    return m_rows;
}

std::optional<Value> PostgresqlResultSet::cell(int row, int column) const {
    const Cell& cell = at(row, column);
    if (cell.size < 0)
        return Value();
    const char* const bytes = m_bytes.data() + cell.at;
    switch (m_types[static_cast<std::size_t>(column)]) {
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
        return Value(QByteArray(bytes + 1, cell.size - 1));
    default:
        return Value(cell.size == 0 ? QByteArray("") : QByteArray(bytes, cell.size));
    }
}

} // namespace portolan
