#pragma once

#include "storage/listing/filterlexer.h"

namespace portolan {

/// Returns the instant that is `ago` before `now`, within the years 1 to 9999.
[[nodiscard]] Timestamp timeBefore(Timestamp now, std::chrono::microseconds ago);
/// Returns the same as a value of the field: for a Date the midnight of its day.
[[nodiscard]] Timestamp valueBefore(const FilterField& field, Timestamp now, std::chrono::microseconds ago);

/// Makes terms of what was typed about a field: finds the column, checks the values against its type, and lowers
/// `age`, days and minutes, and lists to plain comparisons. Error Usage with the position in `filter`.
class FilterTerms {
public:
    FilterTerms(QStringView filter, const ColumnSet& schema, Timestamp now)
        : m_filter(filter)
        , m_schema(schema)
        , m_now(now) {}

    [[nodiscard]] Result<FilterChild> make(const FilterToken& token) const;
    [[nodiscard]] bool isAge(const FilterToken& token) const; ///< true for `age` where no column has that name
    /// Makes the term of `age` for rows that all have `value` in the schema's `waiting` column.
    [[nodiscard]] Result<FilterChild> makeAgeOf(const FilterToken& token, const QByteArray& value) const;

private:
    [[nodiscard]] Result<FilterField> resolve(const FilterToken& token) const;
    [[nodiscard]] Result<FilterTerm> readAge(const FilterToken& token) const;
    [[nodiscard]] Result<FilterChild> makeAge(const FilterToken& token) const;
    [[nodiscard]] FilterChild ageBy(const QByteArray& timeColumn, FilterTerm age) const;
    [[nodiscard]] FilterField fieldOf(const QByteArray& column) const;
    [[nodiscard]] Result<FilterChild> makeTerm(const FilterField& field, Comparison comparison,
                                               const FilterLiteral& literal) const;
    [[nodiscard]] ColumnSet::Keeps keepsOf(const FilterField& field) const;
    [[nodiscard]] Result<FilterChild> makeLoose(const FilterField& field, Comparison comparison,
                                                const FilterLiteral& literal) const;
    [[nodiscard]] Result<FilterChild> makeNative(const FilterField& field, Comparison comparison,
                                                 const FilterLiteral& literal) const;
    [[nodiscard]] Result<FilterChild> makeTime(const FilterField& field, Comparison comparison,
                                               const FilterLiteral& literal) const;
    [[nodiscard]] Result<FilterChild> makeDate(const FilterField& field, Comparison comparison,
                                               const FilterLiteral& literal) const;
    [[nodiscard]] Result<FilterChild> makeRelative(const FilterField& field, Comparison comparison,
                                                   const FilterLiteral& literal, std::chrono::microseconds ago) const;
    [[nodiscard]] Result<FilterValue> readValue(const FilterField& field, const FilterLiteral& literal) const;
    [[nodiscard]] Error refuse(qsizetype position, const QString& what) const;
    [[nodiscard]] QString nameOf(const FilterField& field) const;
    [[nodiscard]] QString knownColumns() const;

    QStringView m_filter;
    const ColumnSet& m_schema;
    Timestamp m_now;
};

} // namespace portolan
