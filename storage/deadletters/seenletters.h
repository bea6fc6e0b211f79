#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QTemporaryFile>
#include <memory>
#include <mutex>
#include <vector>

namespace portolan {

/// The dead letters that an operator was shown, oldest first: the id of each and a hash of its row. They are held in a
/// file of the user's that has no name and goes with the object, so that a million take no memory. Filled by one
/// thread, then read by any. Errors: Io.
class SeenLetters {
public:
    struct Letter {
        QByteArray id;
        QByteArray hash; ///< bytes
        friend bool operator==(const Letter&, const Letter&) = default;
    };

    [[nodiscard]] static Result<std::shared_ptr<SeenLetters>> make();

    [[nodiscard]] Result<void> add(const Letter& letter);
    /// Writes the rest to the file. After the last add(), before the first read().
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] qint64 count() const { return m_count; }
    /// Reads at most `most` letters from `place` (0: the first) and moves it on; none at the end.
    [[nodiscard]] Result<std::vector<Letter>> read(qint64& place, int most) const;

private:
    SeenLetters() = default;
    [[nodiscard]] Error lastError() const;

    mutable std::mutex m_mutex; ///< for the file
    mutable QTemporaryFile m_file;
    QByteArray m_unwritten;
    qint64 m_count = 0;
};

} // namespace portolan
