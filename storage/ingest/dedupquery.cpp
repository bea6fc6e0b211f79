#include "storage/ingest/dedupquery.h"

#include "storage/config/urls.h"
#include "storage/ingest/writer.h"

#include <algorithm>
#include <limits>

namespace portolan {

QByteArray sourceInEpoch(const QByteArray& identity, qint64 epoch) {
    return epoch == 0 ? identity : identity + epochMark + QByteArray::number(epoch);
}

KeyPair StoredSpan::lastKnown() const {
    if (gone.empty())
        return last;
    const KeyRun& run = gone.back();
    return std::max(last, KeyPair{run.first.major, run.first.minor + run.count - 1});
}

qint64 StoredSpan::goneWithin(KeyPair after, KeyPair upTo) const {
    qint64 sum = 0;
    for (const KeyRun& run : gone) {
        if (run.first.major != upTo.major || after.major != upTo.major)
            continue;
        const quint64 from = std::max(run.first.minor, after.minor + 1);
        const quint64 to = std::min(run.first.minor + run.count - 1, upTo.minor);
        sum += from <= to ? static_cast<qint64>(to - from + 1) : 0;
    }
    return sum;
}

DedupAnswer knownToBoth(const DedupAnswer& a, const DedupAnswer& b, KeyPair from) {
    const bool isLaterInB = b.last && (!a.last || b.epoch > a.epoch);
    DedupAnswer known = isLaterInB ? b : a;
    const DedupAnswer& other = isLaterInB ? a : b;
    known.stores = a.stores;
    known.stores.insert(known.stores.end(), b.stores.begin(), b.stores.end());
    if (!other.last || other.epoch != known.epoch) {
        known.next = from;
        return known;
    }
    known.next = std::min(a.next, b.next);
    known.last = std::max(a.last, b.last);
    known.same = std::max(a.same, b.same);
    known.different = std::max(a.different, b.different);
    return known;
}

namespace {

struct Newest {
    qint64 epoch = 0;
    std::optional<KeyPair> last;
    KeyPair first; ///< of the first epoch; only when there is a last one
    std::vector<KeyRun> gone = {};
};

/// Epochs follow one another, because one is opened only after something of the one before was stored.
Result<Newest> newestEpoch(IngestWriter& writer, const QByteArray& identity) {
    Newest newest;
    for (qint64 epoch = 0; epoch < std::numeric_limits<qint64>::max(); ++epoch) {
        const Result<DedupAnswer> found = writer.storedKeys(sourceInEpoch(identity, epoch), {});
        PORTOLAN_TRY(found);
        if (!found->last)
            break;
        newest = {epoch, found->last, epoch == 0 ? found->first.value_or(KeyPair()) : newest.first, found->gone};
    }
    return newest;
}

} // namespace

Result<DedupAnswer> IngestWriter::answerTo(const DedupQuery& question) {
    QByteArray identity = question.identities().front();
    Newest newest;
    for (const QByteArray& name : question.identities()) {
        const Result<Newest> found = newestEpoch(*this, name);
        PORTOLAN_TRY(found);
        if (found->last) {
            identity = name;
            newest = *found;
            break;
        }
    }
    const QByteArray source = sourceInEpoch(identity, newest.epoch);
    Result<DedupAnswer> answer = storedKeys(source, question.from());
    if (!answer)
        return answer;
    answer->identity = identity;
    answer->epoch = newest.epoch;
    if (newest.last)
        answer->stores.push_back({newest.first, *newest.last, newest.epoch, newest.gone});
    std::vector<KeyPair> keys;
    for (const DedupProbe& probe : question.probes())
        keys.push_back(probe.key);
    const Result<std::vector<quint64>> hashes = hashesOf(source, keys);
    PORTOLAN_TRY(hashes);
    for (std::size_t i = 0; i < hashes->size(); ++i) {
        if ((*hashes)[i] == 0)
            continue;
        const bool isSame = (*hashes)[i] == question.probes()[i].hash;
        answer->same += isSame ? 1 : 0;
        answer->different += isSame ? 0 : 1;
    }
    return answer;
}

} // namespace portolan
