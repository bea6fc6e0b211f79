#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <mutex>

namespace portolan {

/// Values that a row cannot show, since they are of another kind than their column's: SQLite keeps any value in any
/// column. Readers note them; a listing says that it has some. Any thread.
class OddValues {
public:
    /// Takes what readers note on this thread while it lives; the one before it goes on afterwards.
    class Watch {
    public:
        explicit Watch(OddValues& odd);
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

    private:
        OddValues* m_before;
    };
    /// Notes a value that is read as nothing or as 0; `wanted` is what its column holds ("a number"; it outlives the
    /// watch). Without a watch it does nothing.
    static void note(QByteArrayView shown, const char* wanted);

    /// "2 values of another kind than their columns', as \"abc\" where a number belongs"; empty: none was noted.
    [[nodiscard]] QString text() const;

private:
    mutable std::mutex m_mutex;
    qint64 m_count = 0;
    QByteArray m_first;
    const char* m_wanted = "";
};

} // namespace portolan
