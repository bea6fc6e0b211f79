#include "storage/transfer/storecontent.h"

#include <algorithm>
#include <set>
#include <tuple>

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

/// The narrower key of the two, whichever is first: that of files, then SQLite's, then a server's, then the shorter
/// one. A table without a key is read by the other one's.
std::vector<ContentColumn> commonKey(const std::vector<ContentColumn>& a, ContentKeeper keeperOfA,
                                     const std::vector<ContentColumn>& b, ContentKeeper keeperOfB) {
    if (a.empty() || b.empty())
        return a.empty() ? b : a;
    const auto rank = [](const std::vector<ContentColumn>& key, ContentKeeper keeper) {
        QStringList names;
        for (const ContentColumn& part : key)
            names << part.name;
        return std::tuple(static_cast<int>(keeper), key.size(), names.join(u'\n'));
    };
    return rank(b, keeperOfB) < rank(a, keeperOfA) ? b : a;
}

} // namespace

const ContentColumn* ContentTable::column(const QString& wanted) const {
    const auto found = [&](Qt::CaseSensitivity names) {
        const auto at = std::ranges::find_if(
            columns, [&](const ContentColumn& each) { return each.name.compare(wanted, names) == 0; });
        return at == columns.end() ? nullptr : &*at;
    };
    const ContentColumn* const exact = found(Qt::CaseSensitive);
    return exact ? exact : found(Qt::CaseInsensitive);
}

Result<qint64> StoreContent::countRows(const QString& table) {
    const auto known = this->table(table);
    PORTOLAN_TRY(known);
    if (!*known)
        return Error{ErrorCode::NotFound, QStringLiteral("%1 has no table %2.").arg(where(), table)};
    const auto plan = planTable(**known, keeper(), **known, keeper());
    PORTOLAN_TRY(plan);
    const auto stream = rows(*plan);
    PORTOLAN_TRY(stream);
    qint64 count = 0;
    Result<bool> more = (*stream)->next();
    for (; more && *more; more = (*stream)->next())
        ++count;
    PORTOLAN_TRY(more);
    return count;
}

Result<TablePlan> planTable(const ContentTable& a, ContentKeeper keeperOfA, const ContentTable& b,
                            ContentKeeper keeperOfB) {
    const std::vector<ContentColumn> key = commonKey(keyOf(a), keeperOfA, keyOf(b), keeperOfB);
    if (key.empty())
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("The table %1 has no primary key, by which its rows could be told apart.").arg(a.name)};
    TablePlan plan{a.name, {}, key.size(), {}, {}};
    const auto add = [&](const ContentColumn& inA, const ContentColumn& inB) {
        plan.columns.push_back({inA.name, meaningIn(inA, keeperOfA, inB, keeperOfB), 0});
    };
    std::set<const ContentColumn*> taken; // of both
    for (const ContentColumn& part : key) {
        const ContentColumn* const inA = a.column(part.name);
        const ContentColumn* const inB = b.column(part.name);
        if (!inA || !inB)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("The table %1 has no column %2 in one of the stores, which is a part of its "
                                        "primary key in the other one.")
                             .arg(a.name, part.name)};
        add(*inA, *inB);
        taken.insert({inA, inB});
    }
    for (const auto names : {Qt::CaseSensitive, Qt::CaseInsensitive}) {
        for (const ContentColumn& column : a.columns) {
            const auto other = std::ranges::find_if(b.columns, [&](const ContentColumn& each) {
                return !taken.contains(&each) && each.name.compare(column.name, names) == 0;
            });
            if (taken.contains(&column) || other == b.columns.end())
                continue;
            add(column, *other);
            taken.insert({&column, &*other});
        }
    }
    const auto left = [&](const ContentTable& table) {
        QStringList names;
        for (const ContentColumn& column : table.columns) {
            if (!taken.contains(&column))
                names << column.name;
        }
        return names;
    };
    plan.onlyInA = left(a);
    plan.onlyInB = left(b);
    return plan;
}

} // namespace portolan
