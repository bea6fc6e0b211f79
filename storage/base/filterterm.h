#pragma once

#include "storage/base/filterlexer.h"

namespace portolan {

/// Makes terms of what was typed about a field: finds the column, checks the values against its type, and lowers
/// `age`, days and minutes, and lists to plain comparisons. Error Usage with the position in `filter`.
class FilterTerms {
public:
    FilterTerms(QStringView filter, const FilterSchema& schema, Timestamp now)
        : m_filter(filter)
        , m_schema(schema)
        , m_now(now) {}

    [[nodiscard]] Result<FilterChild> make(const FilterToken& token) const;

private:
    [[nodiscard]] Result<FilterField> resolve(const FilterToken& token) const;
    [[nodiscard]] bool isAge(const FilterToken& token) const;
    [[nodiscard]] Result<FilterChild> makeAge(const FilterToken& token) const;
    [[nodiscard]] Result<FilterChild> makeTerm(const FilterField& field, Comparison comparison,
                                               const FilterLiteral& literal) const;
    [[nodiscard]] Result<FilterChild> makeTime(const FilterField& field, Comparison comparison,
                                               const FilterLiteral& literal) const;
    [[nodiscard]] Result<FilterValue> readValue(const FilterField& field, const FilterLiteral& literal) const;
    [[nodiscard]] Error refuse(qsizetype position, const QString& what) const;
    [[nodiscard]] QString nameOf(const FilterField& field) const;
    [[nodiscard]] QString knownColumns() const;

    QStringView m_filter;
    const FilterSchema& m_schema;
    Timestamp m_now;
};

} // namespace portolan
