#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <atomic>
#include <memory>
#include <typeinfo>
#include <vector>

namespace portolan {

/// How the read caches of this program did, all of them since it began.
struct ReadCacheFigures {
    qint64 hits = 0;
    qint64 misses = 0;
    qint64 bytes = 0; ///< that they hold now
    qint64 most = 0;  ///< that they may hold
};

/// Answers of one store that are given again as long as it is as it was. Every question comes with the store's mark of
/// changes (Store::changeMark()): another mark than the last one says that something was written, by whomever, and
/// everything is dropped. Bounded: of what does not fit the answers that were not asked for longest go first. One
/// thread; figures() any.
class ReadCache {
public:
    explicit ReadCache(qint64 mostBytes);
    ~ReadCache();
    ReadCache(const ReadCache&) = delete;
    ReadCache& operator=(const ReadCache&) = delete;

    /// Null: it is not here.
    template <class Answer>
    [[nodiscard]] std::shared_ptr<const Answer> find(QByteArrayView key, quint64 mark) {
        return std::static_pointer_cast<const Answer>(look(key, mark, typeid(Answer)));
    }
    /// `bytes` is what it takes, nearly. What is larger than the cache is not kept.
    template <class Answer>
    std::shared_ptr<const Answer> put(const QByteArray& key, quint64 mark, Answer answer, qint64 bytes) {
        auto kept = std::make_shared<const Answer>(std::move(answer));
        keep({key, kept, bytes, &typeid(Answer)}, mark);
        return kept;
    }
    /// Something was written.
    void invalidate();

    [[nodiscard]] static ReadCacheFigures figures();

private:
    struct Entry {
        QByteArray key;
        std::shared_ptr<const void> answer;
        qint64 bytes = 0;
        const std::type_info* type = nullptr;
    };
    [[nodiscard]] std::shared_ptr<const void> look(QByteArrayView key, quint64 mark, const std::type_info& type);
    void keep(Entry entry, quint64 mark);
    void drop(std::size_t entry);
    void follow(quint64 mark);

    qint64 m_most;
    qint64 m_bytes = 0;
    quint64 m_mark = 0;
    std::vector<Entry> m_entries; ///< the last asked for last; a few
};

} // namespace portolan
