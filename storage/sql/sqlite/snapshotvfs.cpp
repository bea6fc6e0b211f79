#include "storage/sql/sqlite/snapshotvfs.h"

#include "storage/sql/connection/pinnedfile.h"

#include <QFile>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <span>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr const char* vfsName = "portolan-still";

/// SQLite's base class comes first.
struct StillFile {
    sqlite3_file base;
    std::shared_ptr<const PinnedFile> held;
};

const StillFile& stillFile(const sqlite3_file* file) {
    return *reinterpret_cast<const StillFile*>(file);
}

int closeFile(sqlite3_file* file) {
    reinterpret_cast<StillFile*>(file)->held.~shared_ptr();
    return SQLITE_OK;
}

int readFile(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    std::span<char> free(static_cast<char*>(into), static_cast<std::size_t>(size));
    while (!free.empty()) {
        const ssize_t count = ::pread(stillFile(file).held->descriptor(), free.data(), free.size(), offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return SQLITE_IOERR_READ;
        if (count == 0)
            break;
        free = free.subspan(static_cast<std::size_t>(count));
        offset += count;
    }
    std::ranges::fill(free, '\0'); // as SQLite wants it
    return free.empty() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int refuseWrite(sqlite3_file* /*file*/, const void* /*bytes*/, int /*size*/, sqlite3_int64 /*offset*/) {
    return SQLITE_READONLY;
}

int refuseTruncate(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) {
    return SQLITE_READONLY;
}

int fileSize(sqlite3_file* file, sqlite3_int64* size) {
    struct stat info {};
    if (::fstat(stillFile(file).held->descriptor(), &info) != 0)
        return SQLITE_IOERR_FSTAT;
    *size = info.st_size;
    return SQLITE_OK;
}

int nothingToDo(sqlite3_file* /*file*/, int /*how*/) {
    return SQLITE_OK;
}

int nobodyLocks(sqlite3_file* /*file*/, int* locked) {
    *locked = 0;
    return SQLITE_OK;
}

int noControl(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
    return SQLITE_NOTFOUND;
}

int sectorSize(sqlite3_file* /*file*/) {
    return 4096;
}

int neverChanges(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_IMMUTABLE;
}

/// Opens the database itself in our way, temporary files in the default file system's.
int openFile(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    static constexpr sqlite3_io_methods methods = [] {
        sqlite3_io_methods all{};
        all.iVersion = 1;
        all.xClose = closeFile;
        all.xRead = readFile;
        all.xWrite = refuseWrite;
        all.xTruncate = refuseTruncate;
        all.xSync = nothingToDo;
        all.xFileSize = fileSize;
        all.xLock = nothingToDo;
        all.xUnlock = nothingToDo;
        all.xCheckReservedLock = nobodyLocks;
        all.xFileControl = noControl;
        all.xSectorSize = sectorSize;
        all.xDeviceCharacteristics = neverChanges;
        return all;
    }();
    auto* const original = static_cast<sqlite3_vfs*>(vfs->pAppData);
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return original->xOpen(original, name, file, flags, outFlags);
    file->pMethods = nullptr;
    auto held = PinnedFile::of(QFile::decodeName(name));
    if (!held)
        return SQLITE_CANTOPEN;
    new (file) StillFile{{&methods}, std::move(*held)};
    if (outFlags)
        *outFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    return SQLITE_OK;
}

// Calls for names go to the default file system, with itself as their argument.
template <auto member, class... Arguments>
int pass(sqlite3_vfs* vfs, Arguments... arguments) {
    auto* const original = static_cast<sqlite3_vfs*>(vfs->pAppData);
    return (original->*member)(original, arguments...);
}

bool registerVfs() {
    static sqlite3_vfs ours{};
    sqlite3_vfs* const original = sqlite3_vfs_find(nullptr);
    if (!original)
        return false;
    ours = *original;
    ours.iVersion = 1;
    ours.szOsFile = std::max(original->szOsFile, static_cast<int>(sizeof(StillFile)));
    ours.pNext = nullptr;
    ours.zName = vfsName;
    ours.pAppData = original;
    ours.xOpen = openFile;
    ours.xDelete = pass<&sqlite3_vfs::xDelete, const char*, int>;
    ours.xAccess = pass<&sqlite3_vfs::xAccess, const char*, int, int*>;
    ours.xFullPathname = pass<&sqlite3_vfs::xFullPathname, const char*, int, char*>;
    return sqlite3_vfs_register(&ours, 0) == SQLITE_OK;
}

} // namespace

const char* stillVfs() {
    static const bool registered = registerVfs();
    Q_ASSERT(registered);
    return vfsName;
}

} // namespace portolan
