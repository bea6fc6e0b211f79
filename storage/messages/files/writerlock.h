#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/posixfile.h"

namespace portolan {

/// The right to write to a file store, held while it lives. The kernel's lock decides, so a crashed holder never stands
/// in the way; the file only tells who it is.
class WriterLock {
public:
    /// Error Busy names the holder's process id.
    static Result<WriterLock> take(const Fd& ownFolder);

private:
    explicit WriterLock(Fd file) : m_file(std::move(file)) {}
    Fd m_file;
};

} // namespace portolan
