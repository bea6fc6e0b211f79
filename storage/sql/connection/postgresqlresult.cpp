#include "storage/sql/connection/postgresqlresult.h"

#include "storage/base/numbertext.h"
#include "storage/sql/connection/postgresqltypes.h"

#include <QSqlError>
#include <libpq-fe.h>
#include <limits>

namespace portolan {

namespace {

PostgresqlValue valueOf(const QVariant& variant) {
    if (variant.isNull())
        return {};
    switch (variant.typeId()) {
    case QMetaType::QByteArray:
        return {0, false, true, variant.toByteArray()};
    case QMetaType::Bool:
        return {boolType, false, false, variant.toBool() ? "t" : "f"};
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
        return {int8Type, false, false, QByteArray::number(variant.toLongLong())};
    case QMetaType::Double: // which compares exactly with whole numbers and, where the column is one, as a double
        return {numericType, false, false, numberText(variant.toDouble())};
    default:
        return {0, false, false, variant.toString().toUtf8()};
    }
}

/// Reads a real; the server's words for numbers that are not finite are others than Qt's.
double realFrom(const char* text) {
    if (qstrcmp(text, "NaN") == 0)
        return std::numeric_limits<double>::quiet_NaN();
    if (qstrcmp(text, "Infinity") == 0)
        return std::numeric_limits<double>::infinity();
    if (qstrcmp(text, "-Infinity") == 0)
        return -std::numeric_limits<double>::infinity();
    return QByteArray::fromRawData(text, qsizetype(qstrlen(text))).toDouble();
}

QByteArray bytesFromHex(const char* text) {
    return qstrncmp(text, "\\x", 2) == 0
               ? QByteArray::fromHex(QByteArray::fromRawData(text + 2, qsizetype(qstrlen(text + 2))))
               : QByteArray(text);
}

} // namespace

std::vector<PostgresqlValue> postgresqlValues(std::span<const QVariant> variants) {
    std::vector<PostgresqlValue> values;
    values.reserve(variants.size());
    std::ranges::transform(variants, std::back_inserter(values), valueOf);
    return values;
}

QByteArray withNumberedPlaceholders(const QString& sql) {
    QByteArray out;
    char quote = 0;
    int number = 0;
    const QByteArray text = sql.toUtf8();
    for (const char c : text) {
        if (quote == 0 && c == '?') {
            out += '$' + QByteArray::number(++number);
            continue;
        }
        if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = 0;
        out += c;
    }
    return out;
}

PostgresqlResult::PostgresqlResult(const QSqlDriver* driver, PostgresqlWire& wire)
    : QSqlResult(driver)
    , m_wire(wire)
    , m_answer(nullptr, &PQclear) {}

bool PostgresqlResult::savePrepare(const QString& sql) {
    return prepare(sql);
}

bool PostgresqlResult::prepare(const QString& sql) {
    m_values.clear();
    m_sql = withNumberedPlaceholders(sql);
    return true;
}

void PostgresqlResult::bindValue(int position, const QVariant& value, QSql::ParamType) {
    const auto at = static_cast<std::size_t>(position);
    if (m_values.size() <= at)
        m_values.resize(at + 1);
    m_values[at] = value;
}

bool PostgresqlResult::exec() {
    m_answer.reset();
    setActive(false);
    setAt(QSql::BeforeFirstRow);
    m_answer = m_wire.execute(m_sql, postgresqlValues(m_values));
    if (!m_answer) {
        const PostgresqlFailure& failure = m_wire.failure();
        setLastError(
            QSqlError(QString(), failure.words, QSqlError::StatementError, QString::fromLatin1(failure.state)));
        return false;
    }
    setSelect(PQresultStatus(m_answer.get()) == PGRES_TUPLES_OK);
    setActive(true);
    return true;
}

bool PostgresqlResult::reset(const QString& sql) {
    return prepare(sql) && exec();
}

QVariant PostgresqlResult::data(int column) {
    if (column >= PQnfields(m_answer.get()) || isNull(column))
        return {};
    const char* text = PQgetvalue(m_answer.get(), at(), column);
    switch (PQftype(m_answer.get(), column)) {
    case boolType:
        return text[0] == 't';
    case int2Type:
    case int4Type:
    case int8Type:
    case oidType:
        return QByteArray::fromRawData(text, qsizetype(qstrlen(text))).toLongLong();
    case float4Type:
    case float8Type:
    case numericType:
        return realFrom(text);
    case byteaType:
        return bytesFromHex(text);
    default:
        return QString::fromUtf8(text, PQgetlength(m_answer.get(), at(), column));
    }
}

bool PostgresqlResult::isNull(int column) {
    return PQgetisnull(m_answer.get(), at(), column) != 0;
}

bool PostgresqlResult::fetch(int row) {
    if (!m_answer || row < 0 || row >= PQntuples(m_answer.get()))
        return false;
    setAt(row);
    return true;
}

bool PostgresqlResult::fetchFirst() {
    return fetch(0);
}

bool PostgresqlResult::fetchLast() {
    return m_answer && fetch(PQntuples(m_answer.get()) - 1);
}

int PostgresqlResult::size() {
    return m_answer && isSelect() ? PQntuples(m_answer.get()) : -1;
}

int PostgresqlResult::numRowsAffected() {
    return m_answer ? QByteArray(PQcmdTuples(m_answer.get())).toInt() : -1;
}

PostgresqlDriver::PostgresqlDriver(PostgresqlWire& wire) : m_wire(wire) {
    setOpen(true);
}

bool PostgresqlDriver::hasFeature(DriverFeature feature) const {
    return feature == QuerySize || feature == BLOB || feature == Unicode || feature == PreparedQueries
           || feature == PositionalPlaceholders;
}

bool PostgresqlDriver::open(const QString&, const QString&, const QString&, const QString&, int, const QString&) {
    return false;
}

void PostgresqlDriver::close() {
    setOpen(false);
}

QSqlResult* PostgresqlDriver::createResult() const {
    return new PostgresqlResult(this, m_wire);
}

} // namespace portolan
