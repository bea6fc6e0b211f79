#include "storage/ingest/sql/letgokeys.h"

#include "storage/ingest/kinds.h"
#include "storage/ingest/sql/recordschema.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr char ownPrefix[] = "portolan:let-go:";
constexpr std::size_t keysAtOnce = 4096;

/// Names what says that anything of a source was let go of.
QByteArray markOf(const QByteArray& source) {
    return QByteArray(ownPrefix) + ':' + source;
}

/// Names the keys of a source that were let go of for a kind.
QByteArray nameOf(const QByteArray& source, MessageKind kind) {
    return QByteArray(ownPrefix) + kindOf(kind).name + ':' + source;
}

std::vector<MessageKind> allKinds() {
    std::vector<MessageKind> all;
    for (const Kind& kind : kinds())
        all.push_back(kind.kind);
    return all;
}

/// The keys of chunks of one source, rising.
class KeyWalk {
public:
    static Result<KeyWalk> over(const QByteArray& source, const std::vector<StoredChunk>& chunks) {
        KeyWalk walk;
        for (const StoredChunk& each : chunks) {
            auto chunk = DedupChunk::decode(each.keys);
            if (!chunk)
                return Error{ErrorCode::Corrupt,
                             QStringLiteral("The keys of %1 are damaged, in the store or in the backup.")
                                 .arg(QString::fromUtf8(source))};
            if (!chunk->isEmpty())
                walk.m_chunks.emplace_back(std::move(*chunk), each.hashes);
        }
        std::ranges::sort(walk.m_chunks, {}, [](const auto& each) { return each.first.first(); });
        walk.load();
        return walk;
    }
    /// Null at the end.
    [[nodiscard]] const DedupProbe* at() const { return m_at < m_keys.size() ? &m_keys[m_at] : nullptr; }
    void step() {
        if (++m_at >= m_keys.size())
            load();
    }

private:
    void load() {
        m_keys.clear();
        m_at = 0;
        if (m_next == m_chunks.size())
            return;
        const auto& [chunk, hashes] = m_chunks[m_next++];
        m_keys = keysIn(chunk, hashes);
    }

    std::vector<std::pair<DedupChunk, QByteArray>> m_chunks;
    std::size_t m_next = 0;
    std::vector<DedupProbe> m_keys; ///< of the chunk that the walk is in
    std::size_t m_at = 0;
};

} // namespace

bool LetGoKeys::isOwnName(const QByteArray& source) {
    return source.startsWith(ownPrefix);
}

std::set<MessageKind> LetGoKeys::kindsIn(const QStringList& tables) {
    std::set<MessageKind> found;
    if (tables.contains(QLatin1String("messages"), Qt::CaseInsensitive))
        found.insert(MessageKind::Message);
    for (const RecordPlan& plan : recordPlans()) {
        const bool isIn = std::ranges::any_of(plan.tables, [&](const RecordTable& table) {
            return tables.contains(QLatin1String(table.name), Qt::CaseInsensitive);
        });
        if (isIn)
            found.insert(plan.kind);
    }
    return found;
}

Result<bool> LetGoKeys::isRejected(const QByteArray& source, const QByteArray& keyText) {
    const Result<QVariant> rejects =
        m_connection.value(QStringLiteral("SELECT count(*) FROM portolan_rejects WHERE source = ? AND key = ?"),
                           {QString::fromUtf8(source), QString::fromUtf8(keyText)});
    PORTOLAN_TRY(rejects);
    return rejects->toLongLong() > 0;
}

Result<bool> LetGoKeys::hasAny(const QByteArray& source) {
    return m_keys.knows(markOf(source));
}

Result<void> LetGoKeys::takeBack(const QByteArray& source, std::span<const Arrival> arrivals) {
    std::vector<KeyPair> keys;
    for (const Arrival& arrival : arrivals)
        keys.push_back(arrival.key);
    std::vector<KeyPair> back;
    bool isAnyLeft = false;
    for (const MessageKind kind : allKinds()) {
        const QByteArray name = nameOf(source, kind);
        const Result<std::vector<KeyPair>> settled = m_keys.erase(name, keys);
        PORTOLAN_TRY(settled);
        for (const KeyPair& key : *settled) {
            const auto arrival = std::ranges::lower_bound(arrivals, key, {}, &Arrival::key);
            if (arrival->kind != kind)
                continue;
            const Result<bool> isRejected = this->isRejected(source, arrival->keyText);
            PORTOLAN_TRY(isRejected);
            if (!*isRejected)
                back.push_back(key);
        }
        const auto left = m_keys.next(name, {});
        PORTOLAN_TRY(left);
        isAnyLeft = isAnyLeft || *left;
        if (!*left && !settled->empty()) {
            PORTOLAN_TRY(m_keys.clear(name));
        }
    }
    if (!isAnyLeft) {
        PORTOLAN_TRY(m_keys.clear(markOf(source)));
    }
    std::ranges::sort(back);
    const Result<std::vector<KeyPair>> erased = m_keys.erase(source, back);
    return erased ? Result<void>() : Result<void>(erased.error());
}

/// Returns the first key of a source, from this one on, that was let go of.
Result<std::optional<KeyPair>> LetGoKeys::first(const QByteArray& source, KeyPair from) {
    std::optional<KeyPair> least;
    for (const MessageKind kind : allKinds()) {
        const auto next = m_keys.next(nameOf(source, kind), from);
        PORTOLAN_TRY(next);
        if (*next && (!least || **next < *least))
            least = **next;
    }
    return least;
}

Result<void> LetGoKeys::leaveOut(const QByteArray& source, KeyPair from, DedupAnswer& answer) {
    const Result<bool> isAny = hasAny(source);
    if (!isAny || !*isAny)
        return isAny ? Result<void>() : Result<void>(isAny.error());
    const auto next = first(source, from);
    PORTOLAN_TRY(next);
    if (*next)
        answer.next = std::min(answer.next, **next);
    const auto least = first(source, {});
    PORTOLAN_TRY(least);
    if (!*least || !answer.last || *answer.last < **least)
        return {};
    const auto before = m_keys.lastBefore(source, **least);
    PORTOLAN_TRY(before);
    answer.last = *before;
    return {};
}

Result<StoredKeys> LetGoKeys::all() {
    Result<QSqlQuery> rows = m_connection.run(
        QStringLiteral("SELECT s.identity, c.keys, c.hashes FROM portolan_source_chunks AS c JOIN portolan_sources AS "
                       "s ON s.id = c.source_id"),
        {}, QStringLiteral("look up source keys in"));
    PORTOLAN_TRY(rows);
    StoredKeys known;
    QueryCursor walk(m_connection, *rows);
    while (walk.next())
        known[rows->value(0).toString().toUtf8()].push_back(
            {rows->value(1).toByteArray(), rows->value(2).toByteArray()});
    return walk.error() ? Result<StoredKeys>(*walk.error()) : known;
}

Result<void> LetGoKeys::add(const QByteArray& name, std::span<const DedupProbe> keys) {
    for (std::size_t at = 0; at < keys.size(); at += keysAtOnce) {
        PORTOLAN_TRY(m_keys.add(name, keys.subspan(at, std::min(keysAtOnce, keys.size() - at))));
    }
    return {};
}

Result<qint64> LetGoKeys::followSource(const QByteArray& source, const std::set<MessageKind>& restored,
                                       const std::vector<StoredChunk>& known, const StoredKeys& kept) {
    const auto keptUnder = [&](const QByteArray& name) {
        const auto there = kept.find(name);
        return KeyWalk::over(source, there == kept.end() ? std::vector<StoredChunk>() : there->second);
    };
    Result<KeyWalk> ours = KeyWalk::over(source, known);
    PORTOLAN_TRY(ours);
    Result<KeyWalk> theirs = keptUnder(source);
    PORTOLAN_TRY(theirs);
    std::vector<DedupProbe> later; // than the backup
    std::vector<DedupProbe> lost;  // since the backup
    while (ours->at() || theirs->at()) {
        const DedupProbe* const our = ours->at();
        const DedupProbe* const their = theirs->at();
        if (our && their && our->key == their->key) {
            ours->step();
            theirs->step();
        } else if (our && (!their || our->key < their->key)) {
            later.push_back(*our);
            ours->step();
        } else {
            lost.push_back(*their);
            theirs->step();
        }
    }
    PORTOLAN_TRY(add(source, lost));
    bool isAny = false;
    for (const MessageKind kind : allKinds()) {
        const QByteArray name = nameOf(source, kind);
        std::vector<DedupProbe> letGo = lost;
        if (restored.contains(kind)) { // and what the backup's own rows lack
            Result<KeyWalk> before = keptUnder(name);
            PORTOLAN_TRY(before);
            for (letGo = later; before->at(); before->step())
                letGo.push_back(*before->at());
            std::ranges::sort(letGo, {}, &DedupProbe::key);
            const auto twice = std::unique(letGo.begin(), letGo.end(), [](const DedupProbe& a, const DedupProbe& b) {
                return a.key == b.key;
            }); // ranges::unique of g++ 12 is beyond clang 14
            letGo.erase(twice, letGo.end());
            PORTOLAN_TRY(m_keys.clear(name));
        }
        PORTOLAN_TRY(add(name, letGo));
        isAny = isAny || !letGo.empty();
    }
    if (isAny) {
        PORTOLAN_TRY(m_keys.add(markOf(source), {}));
    }
    return std::ssize(later);
}

Result<qint64> LetGoKeys::follow(const std::set<MessageKind>& restored, const StoredKeys& kept) {
    Result<StoredKeys> known = all();
    PORTOLAN_TRY(known);
    std::set<QByteArray> sources;
    for (const StoredKeys* const each : std::initializer_list<const StoredKeys*>{&*known, &kept}) {
        for (const auto& [source, chunks] : *each) {
            if (!isOwnName(source))
                sources.insert(source);
        }
    }
    qint64 count = 0;
    for (const QByteArray& source : sources) {
        const Result<qint64> letGo = followSource(source, restored, (*known)[source], kept);
        PORTOLAN_TRY(letGo);
        count += *letGo;
    }
    return count;
}

} // namespace portolan
