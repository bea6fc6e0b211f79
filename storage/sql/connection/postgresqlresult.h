#pragma once

#include "storage/sql/connection/postgresqlwire.h"

#include <QSqlDriver>
#include <QSqlResult>
#include <QVariant>
#include <vector>

namespace portolan {

/// The result of a QSqlQuery on a PostgreSQL connection: a single statement of the extended protocol with real
/// parameters, so that a value is never text of the statement, bytes stay bytes, and stacked statements are refused.
/// Values come as SQLite's driver hands them out: whole numbers as qint64, other numbers as double, bytea as bytes,
/// everything else as the server writes it.
class PostgresqlResult : public QSqlResult {
public:
    PostgresqlResult(const QSqlDriver* driver, PostgresqlWire& wire);

protected:
    bool savePrepare(const QString& sql) override;
    bool prepare(const QString& sql) override;
    void bindValue(int position, const QVariant& value, QSql::ParamType type) override;
    bool exec() override;
    bool reset(const QString& sql) override;
    QVariant data(int column) override;
    bool isNull(int column) override;
    bool fetch(int row) override;
    bool fetchFirst() override;
    bool fetchLast() override;
    int size() override;
    int numRowsAffected() override;

private:
    PostgresqlWire& m_wire;
    QByteArray m_sql;
    std::vector<QVariant> m_values;
    PostgresqlAnswer m_answer;
};

/// The driver of a QSqlDatabase of ours. It opens and closes nothing: the wire lasts for as long as this does.
class PostgresqlDriver : public QSqlDriver {
public:
    explicit PostgresqlDriver(PostgresqlWire& wire);
    [[nodiscard]] bool hasFeature(DriverFeature feature) const override;
    bool open(const QString& database, const QString& user, const QString& password, const QString& host, int port,
              const QString& options) override;
    void close() override;
    [[nodiscard]] QSqlResult* createResult() const override;

private:
    PostgresqlWire& m_wire;
};

/// Values for placeholders, as QSqlQuery takes them.
[[nodiscard]] std::vector<PostgresqlValue> postgresqlValues(std::span<const QVariant> variants);

/// The placeholders "?" outside quotes as $1, $2, …
[[nodiscard]] QByteArray withNumberedPlaceholders(const QString& sql);

} // namespace portolan
