#include "storage/transfer/copyorigin.h"

#include "storage/ingest/contenthash.h"
#include "storage/transfer/storecomparison.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_set>

namespace portolan {

namespace {

constexpr std::size_t firstRows = 1'000; // of a table of the source

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
Result<void> readTarget(CopyTarget& into, const TablePlan& plan, const KeyStretch& stretch,
                        const std::function<bool(const ContentRow&)>& take) {
    PORTOLAN_TRY(into.begin());
    {
        const auto stream = into.rows(plan, stretch);
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
    PORTOLAN_TRY(readTarget(into, **plan, {}, [&](const ContentRow& row) {
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

/// The answer of a table of both stores to the question whether they are akin.
enum class Kin { NoRows, Strangers, Akin };

/// Looks for the source's first rows in the target, where they are as long as it is the store that was copied.
Result<Kin> kinBy(StoreContent& from, CopyTarget& into, const QString& table) {
    const auto plan = planOfBoth(from, into, table);
    PORTOLAN_TRY(plan);
    bool hasRows = false;
    if (*plan) {
        PORTOLAN_TRY(readTarget(into, **plan, {}, [&](const ContentRow&) {
            hasRows = true;
            return false;
        }));
    }
    if (!hasRows)
        return Kin::NoRows;
    std::unordered_set<quint64> hashes;
    KeyStretch stretch; // without its first row, where there are more: a stretch begins after one
    {
        const auto stream = from.rows(**plan);
        PORTOLAN_TRY(stream);
        Result<bool> more = (*stream)->next();
        for (; more && *more && hashes.size() < firstRows; more = (*stream)->next()) {
            const auto key = (*plan)->keyOf((*stream)->row());
            if (stretch.until && !stretch.after)
                stretch.after = std::move(stretch.until);
            stretch.until = ContentRow(key.begin(), key.end());
            hashes.insert(contentRowHash((*stream)->row()));
        }
        PORTOLAN_TRY(more);
    }
    bool isAkin = false;
    if (stretch.until) {
        PORTOLAN_TRY(readTarget(into, **plan, stretch, [&](const ContentRow& row) {
            isAkin = hashes.contains(contentRowHash(row));
            return !isAkin;
        }));
    }
    return isAkin ? Kin::Akin : Kin::Strangers;
}

/// Says that the target has rows of these tables, and that none of the source's first are among them.
Result<bool> areStrangers(StoreContent& from, CopyTarget& into, const QStringList& tables) {
    bool hasRows = false;
    for (const QString& table : tables) {
        const Result<Kin> kin = kinBy(from, into, table);
        PORTOLAN_TRY(kin);
        if (*kin == Kin::Akin)
            return false;
        hasRows = hasRows || *kin == Kin::Strangers;
    }
    return hasRows;
}

/// Says that a store may be the one that was copied before, after it was moved, restored or taken over.
bool mayBeTheSame(const QByteArray& was, const QByteArray& is) {
    const qsizetype ofWas = was.indexOf(lineageMark);
    const qsizetype ofIs = is.indexOf(lineageMark);
    const QByteArray birthWas = was.mid(ofWas + 1);
    const QByteArray birthIs = is.mid(ofIs + 1);
    return birthWas.isEmpty() || birthIs.isEmpty() ? was.left(ofWas) == is.left(ofIs) : birthWas == birthIs;
}

constexpr qint64 linesOfABatch = 1'000'000; // a line's row has the number batch · 1,000,000 + line

/// Says that a batch of a folder has rows in the target whose numbers are not those of its lines: the target stored
/// them itself, and the folder has them from there or as another store's.
Result<bool> hasOtherNumbers(StoreContent& from, CopyTarget& into) {
    std::vector<qint64> batches; // of the folder
    {
        const auto plan = planOfBoth(from, into, QStringLiteral("batches"));
        PORTOLAN_TRY(plan);
        if (!*plan)
            return false;
        const auto stream = from.rows(**plan);
        PORTOLAN_TRY(stream);
        Result<bool> more = (*stream)->next();
        for (; more && *more; more = (*stream)->next())
            batches.push_back((*stream)->row().front().integer);
        PORTOLAN_TRY(more);
    }
    auto plan = planOfBoth(from, into, QStringLiteral("messages"));
    PORTOLAN_TRY(plan);
    if (!*plan)
        return false;
    const auto column = std::ranges::find((*plan)->columns, QStringLiteral("batch_id"), &ContentColumn::name);
    if (column == (*plan)->columns.end())
        return false;
    std::swap((*plan)->columns[1], *column);
    (*plan)->columns.resize(2);
    bool hasOther = false;
    PORTOLAN_TRY(readTarget(into, **plan, {}, [&](const ContentRow& row) {
        const qint64 batch = row[1].integer;
        hasOther = row[0].integer / linesOfABatch != batch && std::ranges::binary_search(batches, batch);
        return !hasOther;
    }));
    return hasOther;
}

} // namespace

Result<void> checkOrigin(StoreContent& from, CopyTarget& into, const QString& name, bool takesMessages) {
    const QByteArray key = "copy-source/" + QByteArray::number(contentHash(name.toUtf8()), 16);
    const auto lineage = from.lineage();
    PORTOLAN_TRY(lineage);
    const auto origins = into.origins();
    PORTOLAN_TRY(origins);
    const auto known = origins->find(key);
    const bool isFirst = known == origins->end();
    const Result<bool> other =
        takesMessages && from.keeper() == ContentKeeper::Files ? hasOtherNumbers(from, into) : false;
    PORTOLAN_TRY(other);
    if (*other)
        return Error{
            ErrorCode::Usage,
            QStringLiteral("%1 has batches that %2 has, too, with rows of other numbers, since it received them "
                           "itself: copied from the folder, their messages would be there twice; nothing was "
                           "copied. Copy into an empty store.")
                .arg(from.where(), into.where())};
    if (!isFirst && known->second == *lineage)
        return {};
    Result<bool> isAnother = false;
    if (!isFirst)
        isAnother = mayBeTheSame(known->second, *lineage) ? areStrangers(from, into, pipelineTableNames()) : true;
    PORTOLAN_TRY(isAnother);
    if (*isAnother)
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is another store than the one that was copied from there into %2 before; "
                                    "nothing was copied. Copy it into a store of its own. Where it is the same one, "
                                    "moved or restored, delete the row \"%3\" of portolan_settings in %2 first.")
                         .arg(from.where(), into.where(), QString::fromLatin1(key))};
    const bool isKnown = std::ranges::any_of(*origins, [&](const auto& origin) { return origin.second == *lineage; });
    if (isFirst && !isKnown && takesMessages) {
        const Result<bool> common = haveCommonSource(from, into);
        PORTOLAN_TRY(common);
        const Result<bool> own = *common ? areStrangers(from, into, {QStringLiteral("messages")}) : common;
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
