#include "storage/transfer/copyorigin.h"

#include "storage/ingest/contenthash.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_set>

namespace portolan {

namespace {

constexpr std::size_t firstRows = 1'000; // of the target's messages

/// Plans a table that both have and that may be read. Nothing: there is none.
Result<std::optional<TablePlan>> planOfBoth(StoreContent& from, CopyTarget& into, const QString& table) {
    using Plan = std::optional<TablePlan>;
    const auto inFrom = from.table(table);
    PORTOLAN_TRY(inFrom);
    const auto inInto = into.table(table);
    PORTOLAN_TRY(inInto);
    const Result<bool> may = from.mayRead(table);
    PORTOLAN_TRY(may);
    if (!*inFrom || !*inInto || !*may)
        return Plan();
    auto plan = planTable(**inFrom, from.keeper(), **inInto, into.keeper());
    if (!plan && plan.error().code == ErrorCode::Unsupported)
        return Plan();
    PORTOLAN_TRY(plan);
    return Plan(std::move(*plan));
}

/// Hands over rows of the target until `take` returns false.
Result<void> readTarget(CopyTarget& into, const TablePlan& plan, const std::function<bool(const ContentRow&)>& take) {
    PORTOLAN_TRY(into.begin());
    {
        const auto stream = into.rows(plan, {});
        PORTOLAN_TRY(stream);
        Result<bool> more = (*stream)->next();
        while (more && *more && take((*stream)->row()))
            more = (*stream)->next();
        PORTOLAN_TRY(more);
    }
    return into.commit();
}

/// Says that messages of one source at least went into both.
Result<bool> haveCommonSource(StoreContent& from, CopyTarget& into) {
    const auto plan = planOfBoth(from, into, QStringLiteral("portolan_sources"));
    PORTOLAN_TRY(plan);
    if (!*plan)
        return false;
    const auto found = std::ranges::find_if(
        (*plan)->columns, [](const ContentColumn& column) { return column.name == QLatin1String("identity"); });
    const auto identity = static_cast<std::size_t>(found - (*plan)->columns.begin());
    if (identity == (*plan)->columns.size())
        return false;
    std::set<QByteArray> names;
    PORTOLAN_TRY(readTarget(into, **plan, [&](const ContentRow& row) {
        names.insert(row[identity].bytes);
        return true;
    }));
    if (names.empty())
        return false;
    const auto stream = from.rows(**plan);
    PORTOLAN_TRY(stream);
    Result<bool> more = (*stream)->next();
    while (more && *more && !names.contains((*stream)->row()[identity].bytes))
        more = (*stream)->next();
    return more;
}

/// Says that the target has messages, the first of which no copy brought, neither from here nor to here.
Result<bool> hasOwnMessages(StoreContent& from, CopyTarget& into) {
    const auto plan = planOfBoth(from, into, QStringLiteral("messages"));
    PORTOLAN_TRY(plan);
    if (!*plan)
        return false;
    std::unordered_set<quint64> first;
    ContentRow last;
    PORTOLAN_TRY(readTarget(into, **plan, [&](const ContentRow& row) {
        const auto key = (*plan)->keyOf(row);
        last.assign(key.begin(), key.end());
        first.insert(contentRowHash(row));
        return first.size() < firstRows;
    }));
    if (first.empty())
        return false;
    const auto stream = from.rows(**plan);
    PORTOLAN_TRY(stream);
    Result<bool> more = (*stream)->next();
    for (; more && *more; more = (*stream)->next()) {
        const ContentRow& row = (*stream)->row();
        if (compareContentKeys((*plan)->keyOf(row), last) > 0)
            break;
        if (first.contains(contentRowHash(row)))
            return false;
    }
    PORTOLAN_TRY(more);
    return true;
}

} // namespace

Result<void> checkOrigin(StoreContent& from, CopyTarget& into, const QString& name, bool takesMessages) {
    const QByteArray key = "copy-source/" + QByteArray::number(contentHash(name.toUtf8()), 16);
    const auto lineage = from.lineage();
    PORTOLAN_TRY(lineage);
    const auto origins = into.origins();
    PORTOLAN_TRY(origins);
    const auto known = origins->find(key);
    if (known != origins->end() && known->second == *lineage)
        return {};
    if (known != origins->end())
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is another store than the one that was copied from there into %2 before; "
                                    "nothing was copied. Copy it into a store of its own. Where it is the same one, "
                                    "moved or restored, delete the row \"%3\" of portolan_settings in %2 first.")
                         .arg(from.where(), into.where(), QString::fromLatin1(key))};
    const bool isKnown = std::ranges::any_of(*origins, [&](const auto& origin) { return origin.second == *lineage; });
    if (!isKnown && takesMessages) {
        const Result<bool> common = haveCommonSource(from, into);
        PORTOLAN_TRY(common);
        const Result<bool> own = *common ? hasOwnMessages(from, into) : common;
        PORTOLAN_TRY(own);
        if (*own)
            return Error{ErrorCode::Usage,
                         QStringLiteral("%1 received messages itself, of a source that %2 received from, too: copied "
                                        "now, they would be there twice; nothing was copied. Copy into an empty store, "
                                        "and let both receive afterwards (receive --also).")
                             .arg(into.where(), from.where())};
    }
    PORTOLAN_TRY(into.begin());
    PORTOLAN_TRY(into.writeOrigin(key, *lineage));
    return into.commit();
}

} // namespace portolan
