#pragma once

#include "storage/base/result.h"
#include "storage/base/timeforms.h"
#include "storage/sources/files/clockforms.h"
#include "storage/sources/files/csvdialect.h"
#include "storage/sources/files/numberform.h"

#include <QByteArray>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The columns of a table that make samples of sensors.
struct SeriesColumns {
    std::optional<std::size_t> time;
    std::optional<std::size_t> clock; ///< the time of day, where `time` is a date alone
    ClockForm clockForm = ClockForm::Written;
    std::optional<std::size_t> sensor; ///< whose samples they are
    std::vector<std::size_t> values;
};

/// The facts that the first rows of a table tell of its columns. Borrows the rows.
class ColumnSamples {
public:
    /// `rows`: without the names.
    ColumnSamples(std::vector<QByteArray> names, std::span<const CsvRow> rows, char separator, DialectWishes wishes);

    /// Returns how the column's times are written. Error Usage: day and month cannot be told apart.
    [[nodiscard]] Result<TimeForm> timeForm(std::size_t column) const;
    /// Its times are numbers that no unit makes likely.
    [[nodiscard]] bool areDoubtfulTimes(std::size_t column) const { return guess(column).isDoubtful; }
    /// Its times are numbers whose unit was found by their being of these years: nobody said it.
    [[nodiscard]] bool areFoundTimes(std::size_t column) const { return !m_wishes.times && guess(column).areRecent; }
    /// Returns how its numbers are written. Error Usage: 1,234 could be two numbers.
    [[nodiscard]] Result<NumberForm> numberForm(std::size_t column) const;
    /// Nothing tells how its numbers are written, as none of these rows needs it.
    [[nodiscard]] bool areFormless(std::size_t column) const;
    [[nodiscard]] char separator() const { return m_separator; }
    /// Its first text that is two numbers, 1.234 or 1234, when nothing else tells; nothing: it has none.
    [[nodiscard]] std::optional<QByteArrayView> ambiguousNumber(std::size_t column) const;

    /// Nine of ten of its values are numbers, or it has none.
    [[nodiscard]] bool areNumbers(std::size_t column) const;
    /// Half of them or more are times of day.
    [[nodiscard]] bool areClocks(std::size_t column) const;
    /// They are times of day after a day that stands for none, and other columns have dates.
    [[nodiscard]] bool areDayClocks(std::size_t column) const;
    /// The form of a column that is known to hold times of day.
    [[nodiscard]] ClockForm clockForm(std::size_t column) const;
    /// They are times beyond doubt: no bare numbers, unless these are dates.
    [[nodiscard]] bool areWrittenTimes(std::size_t column) const;
    [[nodiscard]] bool isEmpty(std::size_t column) const { return m_columns[column].texts.empty(); }
    [[nodiscard]] const QByteArray& name(std::size_t column) const { return m_columns[column].name; }
    [[nodiscard]] std::size_t count() const { return m_columns.size(); }

    /// The column of times by its name and what it holds; nothing: none is.
    [[nodiscard]] std::optional<std::size_t> findTime() const;
    /// The column of the times of day that belong to a column of dates. Error Usage: one looks like it, and is not
    /// understood.
    [[nodiscard]] Result<std::optional<std::size_t>> findClock(std::size_t date) const;
    /// The column of texts that tells rows of one time apart, each of them in several rows.
    [[nodiscard]] std::optional<std::size_t> findSensor(std::size_t time, std::optional<std::size_t> clock) const;
    /// All columns of numbers that have a name and are none of those.
    [[nodiscard]] std::vector<std::size_t> findValues(const SeriesColumns& others) const;

private:
    struct Column {
        QByteArray name;
        std::vector<QByteArrayView> texts; ///< of the values that are there
        NumberEvidence numbers;
    };
    [[nodiscard]] TimeFormGuess guess(std::size_t column) const;
    [[nodiscard]] int rankOf(std::size_t column) const;
    [[nodiscard]] bool mayBeTime(std::size_t column, int rank) const;
    [[nodiscard]] bool areDates(std::size_t column) const;
    [[nodiscard]] bool areFigureClocks(std::size_t column) const;
    [[nodiscard]] bool hasOther(std::size_t column, bool (ColumnSamples::*is)(std::size_t) const) const;
    [[nodiscard]] std::optional<std::size_t> exactOf(std::size_t date) const;
    [[nodiscard]] Error notUnderstood(std::size_t date, std::size_t clock) const;

    std::vector<Column> m_columns;
    std::span<const CsvRow> m_rows;
    char m_separator;
    DialectWishes m_wishes;
};

/// Returns true when the first row of a table is data as the rows after it are: none of its cells names a column.
[[nodiscard]] bool isDataRow(const CsvRow& first, std::span<const CsvRow> others);

} // namespace portolan
