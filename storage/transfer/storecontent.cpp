#include "storage/transfer/storecontent.h"

#include <algorithm>

namespace portolan {

namespace {

/// Files and a server say what a column holds; SQLite's columns hold what their table is known for.
CellMeaning meaningIn(const ContentColumn& a, ContentKeeper keeperOfA, const ContentColumn& b,
                      ContentKeeper keeperOfB) {
    if (keeperOfA == ContentKeeper::Files || keeperOfB == ContentKeeper::Files)
        return keeperOfA == ContentKeeper::Files ? a.meaning : b.meaning;
    const bool aKnows = keeperOfA == ContentKeeper::Postgresql;
    const bool bKnows = keeperOfB == ContentKeeper::Postgresql;
    if (aKnows != bKnows)
        return aKnows ? a.meaning : b.meaning;
    if (a.meaning == b.meaning || b.meaning == CellMeaning::Plain)
        return a.meaning;
    if (a.meaning == CellMeaning::Plain)
        return b.meaning;
    const auto isNumber = [](CellMeaning meaning) {
        return meaning == CellMeaning::Integer || meaning == CellMeaning::Real || meaning == CellMeaning::Decimal;
    };
    return isNumber(a.meaning) && isNumber(b.meaning) ? CellMeaning::Decimal : CellMeaning::Plain;
}

std::vector<ContentColumn> keyOf(const ContentTable& table) {
    std::vector<ContentColumn> key;
    std::ranges::copy_if(table.columns, std::back_inserter(key),
                         [](const ContentColumn& column) { return column.keyPosition > 0; });
    std::ranges::sort(key, {}, &ContentColumn::keyPosition);
    return key;
}

} // namespace

const ContentColumn* ContentTable::column(const QString& wanted) const {
    const auto found = std::ranges::find_if(
        columns, [&](const ContentColumn& each) { return each.name.compare(wanted, Qt::CaseInsensitive) == 0; });
    return found == columns.end() ? nullptr : &*found;
}

Result<TablePlan> planTable(const ContentTable& a, ContentKeeper keeperOfA, const ContentTable& b,
                            ContentKeeper keeperOfB) {
    // The narrower key of the two, which both have: that of files, then SQLite's, then a server's.
    const bool isBsKey = static_cast<int>(keeperOfB) < static_cast<int>(keeperOfA);
    const std::vector<ContentColumn> key = keyOf(isBsKey ? b : a);
    if (key.empty())
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("The table %1 has no primary key, by which its rows could be told apart.").arg(a.name)};
    TablePlan plan{a.name, {}, key.size(), {}, {}};
    const auto add = [&](const ContentColumn& inA, const ContentColumn& inB) {
        plan.columns.push_back({inA.name, meaningIn(inA, keeperOfA, inB, keeperOfB), 0});
    };
    for (const ContentColumn& part : key) {
        const ContentColumn* const inA = a.column(part.name);
        const ContentColumn* const inB = b.column(part.name);
        if (!inA || !inB)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("The table %1 has no column %2 in one of the stores, which is a part of its "
                                        "primary key in the other one.")
                             .arg(a.name, part.name)};
        add(*inA, *inB);
    }
    for (const ContentColumn& column : a.columns) {
        const ContentColumn* const other = b.column(column.name);
        const bool isKey = std::ranges::any_of(
            key, [&](const ContentColumn& part) { return part.name.compare(column.name, Qt::CaseInsensitive) == 0; });
        if (!other)
            plan.onlyInA << column.name;
        else if (!isKey)
            add(column, *other);
    }
    for (const ContentColumn& column : b.columns) {
        if (!a.column(column.name))
            plan.onlyInB << column.name;
    }
    return plan;
}

} // namespace portolan
