#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/posixfile.h"

namespace portolan {

/// The right to write to a file store, held while this lives. The kernel's lock decides, so a crashed holder is never
/// in the way; the lock file only names the holder.
class WriterLock {
public:
    /// Takes the lock. Error Busy: another process has it, whose id the text names.
    static Result<WriterLock> take(const Fd& ownFolder);

private:
    explicit WriterLock(Fd file) : m_file(std::move(file)) {}
    Fd m_file;
};

} // namespace portolan
