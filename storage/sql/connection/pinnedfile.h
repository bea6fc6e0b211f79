#pragma once

#include "storage/base/result.h"

#include <QString>
#include <memory>

namespace portolan {

/// Keeps a database file's descriptors open as long as anybody in this process uses the file. Closing any descriptor of
/// a file drops all locks that the process has on it (fcntl(2), advisory record locks), those of SQLite's connections
/// included: other programs then take the database for unused, and the next one to leave it deletes the write-ahead log
/// under our hands. (SQLite puts off its own closes for this; "How To Corrupt An SQLite Database File", 2.2.) So every
/// connection holds its file until it is closed, and what is read beside SQLite is read through here. Any thread.
class PinnedFile {
public:
    /// Errors: NotFound, Io.
    static Result<std::shared_ptr<const PinnedFile>> of(const QString& path);
    ~PinnedFile();
    PinnedFile(const PinnedFile&) = delete;
    PinnedFile& operator=(const PinnedFile&) = delete;

    [[nodiscard]] int descriptor() const { return m_descriptor; } ///< for reading; nobody else's to close

private:
    struct Identity {
        quint64 device = 0;
        quint64 inode = 0;
        friend auto operator<=>(const Identity&, const Identity&) = default;
    };
    struct Registry;
    static Registry& registry();
    PinnedFile(Identity identity, int descriptor) : m_identity(identity), m_descriptor(descriptor) {}

    Identity m_identity;
    int m_descriptor;
};

} // namespace portolan
