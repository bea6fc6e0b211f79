#pragma once

#include "storage/listing/filter.h"
#include "storage/listing/listing.h"
#include "tests/support/filtermaker.h"

#include <QString>
#include <optional>
#include <span>
#include <vector>

namespace portolan::test {

/// A row with a column of every type and way of being kept.
struct FilterRow {
    qint64 id = 0;
    std::optional<QByteArray> portName = {};
    std::optional<qint64> number = {};
    std::optional<double> weight = {};
    std::optional<Timestamp> createdAt = {};
    std::optional<Timestamp> processedAt = {};
    std::optional<bool> isLatest = {};
    std::optional<QByteArray> messageData = {};
    std::optional<QByteArray> errorMessage = {};
    std::optional<QByteArray> payload = {}; ///< bytes
    std::optional<qint64> key = {};         ///< text kept as a number
};

/// A filter and the ids of the rows it holds for, ascending, with blanks between.
struct FilterCase {
    const char* text;
    const char* ids;
};

std::span<const Column<FilterRow>> filterColumns();
const ColumnSet& filterSchema();
Timestamp filterNow();

/// Rows with what goes wrong: NULLs, quotes, wildcards, Unicode, numbers beyond 2^53, documents of every kind.
std::vector<FilterRow> filterRows();

/// What every way of asking filterRows() has to answer.
std::span<const FilterCase> filterCases();

/// Makes texts of filters over these rows; their values come from the rows and near them.
class FilterMaker final : public FilterNesting {
public:
    using FilterNesting::FilterNesting;

private:
    QString makeTerm() override;
    QString makePhrase() override;
    template <std::size_t n>
    QString pick(const char* const (&texts)[n]) {
        return QString::fromUtf8(chance().pick(texts));
    }
};

} // namespace portolan::test
