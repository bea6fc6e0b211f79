#pragma once

#include "storage/ingest/delivery.h"
#include "storage/sources/files/columnsamples.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// Makes the rows of a wide table samples, one for each value: sensor NAME.COLUMN, event id NAME.COLUMN:ROW; where
/// there is one column of values alone, NAME and NAME:ROW. Cells without a value are none. Immutable; any thread.
class SampleRows {
public:
    struct Names {
        QString file;
        QByteArray name; ///< of event ids, and of sensors that no column names
        std::vector<QByteArray> columns;
    };
    /// Error Usage: times or numbers can be read in two ways.
    static Result<SampleRows> of(Names names, const ColumnSamples& samples, const SeriesColumns& columns);

    /// The samples of a row, or what is wrong with it; `base` has the row's key. The number of cells without a value.
    qint64 append(std::vector<Delivery>& samples, const Delivery& base, const CsvRow& row, qint64 number) const;

    [[nodiscard]] TimeForm timeForm() const { return m_timeForm; }
    [[nodiscard]] bool areDoubtfulTimes() const { return m_areDoubtfulTimes; }
    [[nodiscard]] const SeriesColumns& columns() const { return m_columns; }
    [[nodiscard]] NumberForm numberForm(std::size_t value) const { return m_values[value].form; }

private:
    struct Figures {
        std::size_t column = 0;
        QByteArray suffix; ///< ".COLUMN"
        NumberForm form;
        bool isFormless = false; ///< nothing at the beginning tells it
    };
    struct Time {
        std::optional<Timestamp> time;
        std::size_t column = 0;         ///< the one to blame, where there is no time
        const char* expected = nullptr; ///< in it
    };
    [[nodiscard]] Time timeOf(const CsvRow& row) const;
    [[nodiscard]] QString place(qint64 line, std::size_t column) const;

    Names m_names;
    SeriesColumns m_columns;
    TimeForm m_timeForm = TimeForm::Plain;
    bool m_areDoubtfulTimes = false;
    bool m_areFoundTimes = false;    ///< nobody said their unit
    bool m_arePointsDecimal = false; ///< by the separator
    NumberForm m_timeNumbers;
    std::vector<Figures> m_values;
};

/// The payload of one sample (delivery.h: fromFields).
[[nodiscard]] QByteArray samplePayload(QByteArrayView sensor, QByteArrayView event, Timestamp time,
                                       QByteArrayView value);

/// Says what is wrong with a row that has not as many cells as the first one, in words; empty: nothing. Empty cells too
/// many at its end are nothing.
[[nodiscard]] QString countMistake(const CsvRow& row, std::size_t columns, const QString& place);

} // namespace portolan
