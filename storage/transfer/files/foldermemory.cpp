#include "storage/transfer/files/foldermemory.h"

#include "storage/ingest/contenthash.h"
#include "storage/messages/batchname.h"
#include "storage/transfer/copiedtables.h"
#include "storage/transfer/files/filerows.h"

#include <QtEndian>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

using Kind = ContentCell::Kind;

constexpr const char* sourcesTable = "portolan_sources";
constexpr const char* chunksTable = "portolan_source_chunks";
constexpr const char* gapsTable = "portolan_gaps";
constexpr const char* rejectsTable = "portolan_rejects";
constexpr const char* settingsTable = "portolan_settings";
constexpr const char* metadataTable = "portolan_metadata";
constexpr const char* batchesTable = "batches";
constexpr const char* lastReason = "last_reason";
constexpr QByteArrayView numberingMark = "numbering:";

/// The tables of which a folder takes rows, and the leases, which are of programs that work on the source just now.
constexpr std::array heldTables{"messages",   batchesTable,  sourcesTable,  chunksTable,      gapsTable,
                                rejectsTable, settingsTable, metadataTable, "portolan_leases"};

QByteArray textOf(const ContentCell& cell) {
    return cell.kind == Kind::Nothing ? QByteArray() : cell.bytes;
}

std::optional<QByteArray> optionalText(const ContentCell& cell) {
    return cell.kind == Kind::Nothing ? std::nullopt : std::optional(cell.bytes);
}

std::optional<qint64> numberIn(const ContentCell& cell) {
    return cell.kind == Kind::Integer ? std::optional(cell.integer) : std::nullopt;
}

std::optional<Timestamp> timeIn(const ContentCell& cell) {
    return cell.kind == Kind::Time ? parseIsoTime(contentTime(cell)) : std::nullopt;
}

/// Compares two documents by their meaning.
bool isSameDocument(const QByteArray& a, const QByteArray& b) {
    ContentCell left;
    ContentCell right;
    if (!a.isEmpty())
        left.setBytes(Kind::Json, a);
    if (!b.isEmpty())
        right.setBytes(Kind::Json, b);
    return isSameCell(left, right);
}

/// The same loss, however much of it is missing by now.
bool isSameLoss(const Gap& a, const Gap& b) {
    return a.source == b.source && a.kind == b.kind && a.epoch == b.epoch && a.detectedAt == b.detectedAt;
}

bool areSame(const Gap& a, const Gap& b) {
    return isSameLoss(a, b) && a.firstNumber == b.firstNumber && a.lastNumber == b.lastNumber && a.missing == b.missing
           && a.closedAt == b.closedAt && isSameDocument(a.details, b.details);
}

bool isSameRejection(const Reject& a, const Reject& b) {
    return a.rejectedAt == b.rejectedAt && a.source == b.source && a.key == b.key && a.payload == b.payload
           && isSameDocument(a.metadata, b.metadata);
}

bool haveSameOutcome(const Reject& a, const Reject& b) {
    return a.reinjectedAt == b.reinjectedAt && a.dismissedAt == b.dismissedAt && a.settledBy == b.settledBy
           && a.settledReason == b.settledReason && a.mendedPayload == b.mendedPayload
           && (a.reason == b.reason || a.reinjectedAt || a.dismissedAt);
}

bool hasOutcome(const Reject& reject) {
    return reject.reinjectedAt || reject.dismissedAt || reject.settledBy;
}

/// Orders two marks of a series by how far they are.
bool isFurther(const SeriesMark& a, const SeriesMark& b) {
    return std::pair(a.epoch, a.lastNumber) > std::pair(b.epoch, b.lastNumber);
}

} // namespace

/// The rows of a table of the source, cells by their columns' names.
class FolderMemory::Rows {
public:
    Rows(TablePlan plan, std::unique_ptr<RowStream> stream) : m_plan(std::move(plan)), m_stream(std::move(stream)) {}
    Result<bool> next() { return m_stream->next(); }
    /// Returns the cell of a column; nothing for one that the source does not have.
    [[nodiscard]] const ContentCell& cell(const char* name) const {
        static const ContentCell nothing;
        for (std::size_t i = 0; i < m_plan.columns.size(); ++i) {
            if (m_plan.columns[i].name.compare(QLatin1String(name), Qt::CaseInsensitive) == 0)
                return m_stream->row()[i];
        }
        return nothing;
    }
    [[nodiscard]] QString key() const { return QString::fromUtf8(contentKeyText(m_plan.keyOf(m_stream->row()))); }

private:
    TablePlan m_plan;
    std::unique_ptr<RowStream> m_stream;
};

/// Nothing: the source has no such table, or it is told that it may not be read.
Result<std::unique_ptr<FolderMemory::Rows>> FolderMemory::rowsOf(const char* table) {
    using None = std::unique_ptr<Rows>;
    StoreContent& from = m_group.from();
    const QString name = QLatin1String(table);
    const auto there = from.table(name);
    PORTOLAN_TRY(there);
    auto here = folderTable(name);
    if (!*there || !here)
        return None();
    if (name == QLatin1String(rejectsTable)) // a database keeps beside the first reason why it was rejected again
        here->columns.push_back({QLatin1String(lastReason), CellMeaning::Plain, 0});
    const Result<bool> may = from.mayRead(name);
    PORTOLAN_TRY(may);
    if (!*may) {
        m_group.leaveOut(QStringLiteral("%1 is left out: the right to read it in %2 is missing (GRANT SELECT).")
                             .arg(name, from.where()));
        return None();
    }
    auto plan = planTable(**there, from.keeper(), *here, ContentKeeper::Files);
    if (!plan && plan.error().code == ErrorCode::Unsupported) {
        m_group.leaveOut(QStringLiteral("%1 is left out. %2").arg(name, plan.error().text));
        return None();
    }
    PORTOLAN_TRY(plan);
    auto stream = from.rows(*plan);
    PORTOLAN_TRY(stream);
    return std::make_unique<Rows>(std::move(*plan), std::move(*stream));
}

Result<void> FolderMemory::run() {
    PORTOLAN_TRY(bringSources());
    if (m_group.wants(chunksTable)) {
        PORTOLAN_TRY(bringKeys());
    }
    if (m_group.wants(gapsTable)) {
        PORTOLAN_TRY(bringGaps());
    }
    if (m_group.wants(rejectsTable)) {
        PORTOLAN_TRY(bringRejects());
    }
    return m_group.flush();
}

/// The names are needed whatever is asked for.
Result<void> FolderMemory::bringSources() {
    std::map<QByteArray, Numbering> numberings;
    {
        const auto settings = rowsOf(settingsTable);
        PORTOLAN_TRY(settings);
        Result<bool> more = *settings ? (*settings)->next() : Result<bool>(false);
        for (; more && *more; more = (*settings)->next()) {
            const QByteArray key = textOf((*settings)->cell("key"));
            const auto numbering =
                key.startsWith(numberingMark) ? Numbering::fromText(textOf((*settings)->cell("value"))) : std::nullopt;
            if (numbering)
                numberings.emplace(key.mid(numberingMark.size()), *numbering);
        }
        PORTOLAN_TRY(more);
    }
    const auto rows = rowsOf(sourcesTable);
    PORTOLAN_TRY(rows);
    GapChanges changes;
    const auto& known = m_group.into().state().gaps.marks();
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next()) {
        const QByteArray identity = textOf((*rows)->cell("identity"));
        m_sources[(*rows)->cell("id").integer] = identity;
        if (!m_group.wants(sourcesTable))
            continue;
        SeriesMark mark;
        mark.epoch = numberIn((*rows)->cell("epoch")).value_or(0);
        mark.lastNumber = numberIn((*rows)->cell("last_number"));
        if (const auto numbering = numberings.find(identity); numbering != numberings.end())
            mark.numbering = numbering->second;
        const auto there = known.find(identity);
        const SeriesMark is = there == known.end() ? SeriesMark() : there->second;
        if (isFurther(is, mark)) {
            m_group.differ(sourcesTable, QString::fromUtf8(identity), QStringLiteral("is further there; it stays."));
        } else if (isFurther(mark, is) || mark.numbering != is.numbering) {
            changes.marks.emplace_back(identity, mark);
            ++m_group.report().copied;
        } else {
            ++m_group.report().unchanged;
        }
    }
    PORTOLAN_TRY(more);
    m_group.draft().addGaps(std::move(changes));
    return m_group.flush();
}

Result<void> FolderMemory::bringKeys() {
    const auto rows = rowsOf(chunksTable);
    PORTOLAN_TRY(rows);
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next()) {
        PORTOLAN_TRY(bringChunk(**rows));
    }
    PORTOLAN_TRY(more);
    return m_group.flush();
}

/// A key that the folder let go of, because its line is gone, stays away: its message is to be stored when it comes
/// again.
Result<void> FolderMemory::bringChunk(const Rows& rows) {
    const auto source = m_sources.find(rows.cell("source_id").integer);
    const auto chunk = DedupChunk::decode(textOf(rows.cell("keys")));
    if (source == m_sources.end() || !chunk) {
        m_group.differ(chunksTable, rows.key(), QStringLiteral("has no source, or keys that cannot be read."));
        return {};
    }
    if (chunk->isEmpty())
        return {};
    const JournalState& state = m_group.into().state();
    std::set<KeyPair> known;
    if (const auto of = state.keys.chunks().find(source->second); of != state.keys.chunks().end()) {
        for (const DedupChunk& there : of->second) {
            if (there.isEmpty() || there.last() < chunk->first() || chunk->last() < there.first())
                continue;
            there.forEach([&](KeyPair key) {
                if (chunk->first() <= key)
                    known.insert(known.end(), key);
                return key < chunk->last();
            });
        }
    }
    const QByteArray hashes = textOf(rows.cell("hashes"));
    qint64 at = 0;
    qint64 added = 0;
    chunk->forEach([&](KeyPair key) {
        const qint64 place = at++ * qint64(sizeof(quint64));
        const SourceKey whole{source->second, key.major, key.minor};
        if (known.contains(key) || state.gone.contains(whole))
            return true;
        const bool hasHash = place + qint64(sizeof(quint64)) <= hashes.size();
        m_group.draft().addKey(whole, hasHash ? qFromBigEndian<quint64>(hashes.constData() + place) : 0);
        ++added;
        return true;
    });
    ++(added > 0 ? m_group.report().copied : m_group.report().unchanged);
    constexpr qint64 keyBytes = 200; // in memory
    return m_group.noteAdded(added * keyBytes);
}

Result<void> FolderMemory::bringGaps() {
    const auto rows = rowsOf(gapsTable);
    PORTOLAN_TRY(rows);
    qint64 place = 0;
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next()) {
        PORTOLAN_TRY(bringGap(**rows, place));
    }
    PORTOLAN_TRY(more);
    const qint64 alone = std::ssize(m_group.into().state().gaps.gaps()) - place;
    if (alone > 0)
        m_group.differ(gapsTable, QString::number(place + 1), QStringLiteral("and after it: there alone; they stay."),
                       alone);
    return m_group.flush();
}

/// Gaps have the numbers 1, 2, 3 in a folder, so each goes by its place among them.
Result<void> FolderMemory::bringGap(const Rows& rows, qint64& place) {
    Gap gap;
    gap.source = textOf(rows.cell("source"));
    const auto kind = gapKindNamed(textOf(rows.cell("kind")));
    const auto detected = timeIn(rows.cell("detected_at"));
    if (!kind || !detected) {
        m_group.differ(gapsTable, rows.key(), QStringLiteral("has a kind or a time that a folder does not keep."));
        return {};
    }
    gap.id = ++place;
    gap.kind = *kind;
    gap.epoch = numberIn(rows.cell("epoch")).value_or(0);
    gap.firstNumber = numberIn(rows.cell("first_number"));
    gap.lastNumber = numberIn(rows.cell("last_number"));
    gap.missing = numberIn(rows.cell("missing"));
    gap.detectedAt = *detected;
    gap.closedAt = timeIn(rows.cell("closed_at"));
    gap.details = textOf(rows.cell("details"));
    const auto& known = m_group.into().state().gaps.gaps();
    const bool isNew = place > std::ssize(known);
    const Gap* const is = isNew ? nullptr : &known[static_cast<std::size_t>(place - 1)];
    if (is && areSame(*is, gap)) {
        ++m_group.report().unchanged;
        return {};
    }
    if (is && (!isSameLoss(*is, gap) || (is->closedAt && !gap.closedAt))) {
        m_group.differ(gapsTable, rows.key(), QStringLiteral("is another one there; it stays."));
        return {};
    }
    m_group.draft().addGapEdit({gap, std::nullopt, isNew});
    ++m_group.report().copied;
    return m_group.noteAdded(gap.details.size());
}

Result<void> FolderMemory::bringRejects() {
    PORTOLAN_TRY(m_group.into().rejects().freshen());
    const qint64 before = m_group.into().rejects().count();
    const auto rows = rowsOf(rejectsTable);
    PORTOLAN_TRY(rows);
    qint64 place = 0;
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next()) {
        PORTOLAN_TRY(bringReject(**rows, place));
    }
    PORTOLAN_TRY(more);
    if (before > place)
        m_group.differ(rejectsTable, QString::number(place + 1),
                       QStringLiteral("and after it: there alone; they stay."), before - place);
    return m_group.flush();
}

Result<void> FolderMemory::bringReject(const Rows& rows, qint64& place) {
    Reject reject;
    const auto rejected = timeIn(rows.cell("rejected_at"));
    if (!rejected) {
        m_group.differ(rejectsTable, rows.key(), QStringLiteral("has a time that a folder does not keep."));
        return {};
    }
    reject.id = ++place;
    reject.rejectedAt = *rejected;
    reject.source = textOf(rows.cell("source"));
    reject.key = textOf(rows.cell("key"));
    const QString first = QString::fromUtf8(textOf(rows.cell("reason")));
    const ContentCell& last = rows.cell(lastReason);
    reject.reason = last.kind == Kind::Nothing ? first : QString::fromUtf8(last.bytes);
    reject.payload = textOf(rows.cell("payload"));
    reject.reinjectedAt = timeIn(rows.cell("reinjected_at"));
    reject.dismissedAt = timeIn(rows.cell("dismissed_at"));
    reject.settledBy = optionalText(rows.cell("settled_by"));
    reject.settledReason = optionalText(rows.cell("settled_reason"));
    reject.mendedPayload = optionalText(rows.cell("mended_payload"));
    reject.metadata = textOf(rows.cell("metadata"));
    if (place <= m_group.into().rejects().count())
        return settleReject(reject, place);
    Reject asRejected = reject;
    asRejected.reason = first;
    asRejected.reinjectedAt = {};
    asRejected.dismissedAt = {};
    m_group.draft().addReject(Delivery(), contentHash(reject.payload, reject.metadata), asRejected);
    ++m_group.report().copied;
    if (!hasOutcome(reject))
        return m_group.noteAdded(reject.payload.size() + reject.metadata.size());
    PORTOLAN_TRY(m_group.flush());
    return m_group.into().noteOutcome(reject);
}

/// Lays a reject beside the one that is there: an outcome comes along, as long as nobody acted on it there.
Result<void> FolderMemory::settleReject(const Reject& wanted, qint64 place) {
    const auto is = m_group.into().rejects().rowAt(place - 1);
    PORTOLAN_TRY(is);
    if (isSameRejection(*is, wanted) && haveSameOutcome(*is, wanted)) {
        ++m_group.report().unchanged;
        return {};
    }
    const bool isOpen = !is->reinjectedAt && !is->dismissedAt;
    if (!isSameRejection(*is, wanted) || !isOpen || !hasOutcome(wanted)) {
        m_group.differ(rejectsTable, QString::number(place), QStringLiteral("is another one there; it stays."));
        return {};
    }
    ++m_group.report().copied;
    return m_group.into().noteOutcome(wanted);
}

void FolderMemory::leaveOut(const QString& table, qint64 rows) {
    if (rows > 0)
        m_group.leaveOut(
            QStringLiteral("%1 is left out (rows: %2): a folder keeps messages, their keys, gaps and rejects "
                           "alone.")
                .arg(table)
                .arg(rows));
}

Result<void> FolderMemory::tellOthers() {
    StoreContent& from = m_group.from();
    for (const QString& name : from.tables()) {
        const bool isHeld = std::ranges::any_of(
            heldTables, [&](const char* held) { return name.compare(QLatin1String(held), Qt::CaseInsensitive) == 0; });
        if (isHeld || isPlacesOwnTable(name))
            continue;
        const Result<bool> may = from.mayRead(name);
        PORTOLAN_TRY(may);
        if (!*may) {
            m_group.leaveOut(QStringLiteral("%1 is left out: the right to read it in %2 is missing (GRANT SELECT).")
                                 .arg(name, from.where()));
            continue;
        }
        const Result<qint64> rows = from.countRows(name);
        PORTOLAN_TRY(rows);
        leaveOut(name, *rows);
    }
    PORTOLAN_TRY(tellOtherSettings());
    PORTOLAN_TRY(tellOtherMetadata());
    return tellOtherNames();
}

Result<void> FolderMemory::tellOtherSettings() {
    const auto rows = rowsOf(settingsTable);
    PORTOLAN_TRY(rows);
    qint64 others = 0;
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next()) {
        const ContentCell& key = (*rows)->cell("key");
        others += key.bytes.startsWith(numberingMark) || isPlacesOwnSetting({key}) ? 0 : 1;
    }
    PORTOLAN_TRY(more);
    leaveOut(QLatin1String(settingsTable), others);
    return {};
}

Result<void> FolderMemory::tellOtherMetadata() {
    const auto rows = rowsOf(metadataTable);
    PORTOLAN_TRY(rows);
    qint64 others = 0;
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next())
        others += textOf((*rows)->cell("record_table")) == "messages" ? 0 : 1;
    PORTOLAN_TRY(more);
    leaveOut(QStringLiteral("%1, of other records than messages,").arg(QLatin1String(metadataTable)), others);
    return {};
}

/// A folder names its files itself, and has none for a batch without messages.
Result<void> FolderMemory::tellOtherNames() {
    const auto rows = rowsOf(batchesTable);
    PORTOLAN_TRY(rows);
    qint64 others = 0;
    QString first;
    Result<bool> more = *rows ? (*rows)->next() : Result<bool>(false);
    for (; more && *more; more = (*rows)->next()) {
        const auto id = numberIn((*rows)->cell("id"));
        const QByteArray name = textOf((*rows)->cell("filename"));
        if (!id || *id < 1 || name == batchFileName(*id))
            continue;
        if (others++ == 0)
            first = QStringLiteral("%1 is %2").arg(QString::fromUtf8(name), QString::fromLatin1(batchFileName(*id)));
    }
    PORTOLAN_TRY(more);
    if (others > 0)
        m_group.leaveOut(
            QStringLiteral("%1 batches have another name in a folder, which names its files by their numbers: "
                           "%2.")
                .arg(others)
                .arg(first));
    return {};
}

} // namespace portolan
