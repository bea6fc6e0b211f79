#pragma once

#include "storage/ingest/delivery.h"
#include "storage/sources/files/csvrows.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// Makes the rows of InfluxDB's annotated CSV samples: tables one after the other, each with its annotations (#group,
/// #datatype, #default, #constant) and names, or with names alone. A sensor is MEASUREMENT.FIELD,TAG=VALUE…, its event
/// id NAME:ROW, in tables with a column a field NAME.FIELD:ROW. One thread.
class InfluxRows {
public:
    /// `measurement`: in place of what the rows say; empty: what they say.
    InfluxRows(QString file, QByteArray name, QByteArray measurement)
        : m_file(std::move(file))
        , m_name(std::move(name))
        , m_measurement(std::move(measurement)) {}

    /// Returns true when the row is data. Else it was an annotation or the names, and is remembered.
    [[nodiscard]] bool isData(const CsvRow& row);
    /// The samples of a row of data, or what is wrong with it; `base` has the row's key.
    void append(std::vector<Delivery>& samples, const Delivery& base, const CsvRow& row, qint64 number) const;

private:
    enum class Role { None, Moment, Figure, Field, Measurement, Tag };
    struct Column {
        QByteArray name;
        QByteArray type;   ///< of #datatype; empty: nobody said
        QByteArray preset; ///< of #default: what an empty cell means
        Role role = Role::None;
    };
    void takeNames(const CsvRow& row);
    [[nodiscard]] Role roleOf(const Column& column) const;
    [[nodiscard]] QByteArray cellOf(const CsvRow& row, std::size_t column) const;
    [[nodiscard]] QString place(const CsvRow& row, QByteArrayView column) const;

    QString m_file;
    QByteArray m_name;
    QByteArray m_measurement;
    std::vector<QByteArray> m_types;
    std::vector<QByteArray> m_presets;
    std::vector<std::pair<QByteArray, QByteArray>> m_constants; ///< type or tag → value
    QByteArray m_constantMeasurement;
    std::vector<Column> m_columns;
    bool m_hasFields = false; ///< the table names its field in each row
    bool m_wantsNames = true;
};

} // namespace portolan
