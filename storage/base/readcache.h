#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <atomic>
#include <memory>
#include <typeinfo>
#include <vector>

namespace portolan {

/// Figures of all read caches of one budget since it was made.
struct ReadCacheFigures {
    qint64 hits = 0;
    qint64 misses = 0;
    qint64 bytes = 0; ///< that they hold now
    qint64 most = 0;  ///< that they may hold
};

/// A common limit for what several read caches hold. Any thread.
class ReadCacheBudget {
public:
    explicit ReadCacheBudget(qint64 mostBytes) : m_most(mostBytes) {}
    /// Returns the program's: 256 MiB, however many stores and sessions it has open.
    [[nodiscard]] static ReadCacheBudget& common();
    [[nodiscard]] ReadCacheFigures figures() const { return {m_hits, m_misses, m_bytes, m_most}; }

private:
    friend class ReadCache;
    const qint64 m_most;
    std::atomic<qint64> m_hits = 0;
    std::atomic<qint64> m_misses = 0;
    std::atomic<qint64> m_bytes = 0;
    std::atomic<qint64> m_wanted = 0; ///< that one of them had no room for: the others give way when they are asked
};

/// Answers of one store that are given again as long as it is as it was. Every question comes with the store's mark of
/// changes (Store::changeMark()): another mark than the last one says that something was written, by whomever, and
/// everything is dropped. Bounded: of what does not fit the answers that were not asked for longest go first. One
/// thread.
class ReadCache {
public:
    explicit ReadCache(ReadCacheBudget& budget = ReadCacheBudget::common()) : m_budget(budget) {}
    ~ReadCache() { invalidate(); }
    ReadCache(const ReadCache&) = delete;
    ReadCache& operator=(const ReadCache&) = delete;

    /// Finds an answer that was kept at this mark. Null: it is not here.
    template <class Answer>
    [[nodiscard]] std::shared_ptr<const Answer> find(QByteArrayView key, quint64 mark) {
        return std::static_pointer_cast<const Answer>(look(key, mark, typeid(Answer)));
    }
    /// Keeps an answer; `bytes` is its size, nearly. One that the budget has no room for is returned, and not kept.
    template <class Answer>
    std::shared_ptr<const Answer> put(const QByteArray& key, quint64 mark, Answer answer, qint64 bytes) {
        auto kept = std::make_shared<const Answer>(std::move(answer));
        keep({key, kept, bytes, &typeid(Answer)}, mark);
        return kept;
    }
    /// Drops all answers, after something was written.
    void invalidate();

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
    void giveWay();

    ReadCacheBudget& m_budget;
    qint64 m_bytes = 0;
    quint64 m_mark = 0;
    std::vector<Entry> m_entries; ///< the last asked for last; a few
};

} // namespace portolan
