#include "storage/base/libarchive.h"

#include "storage/base/loadedlibrary.h"

#include <archive.h>
#include <archive_entry.h>

namespace {

constexpr const char* archiveLibraryName = "libarchive.so.13";

void* archiveLibrary() {
    return portolan::loadedLibrary([] { return archiveLibraryName; });
}

template <auto ours, class... Arguments>
auto passToArchive(const char* name, Arguments... arguments) {
    return portolan::callLoaded<ours>(archiveLibrary(), name, arguments...);
}

} // namespace

namespace portolan {

Result<void> loadLibarchive() {
    if (archiveLibrary())
        return {};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("The library for archives, %1, cannot be loaded. Install it (Debian: libarchive13) and "
                                "try again.")
                     .arg(QLatin1String(archiveLibraryName)),
                 QString::fromLocal8Bit(::dlerror())};
}

QByteArray libarchiveVersion() {
    return loadLibarchive() ? QByteArray(archive_version_string()) : QByteArray();
}

} // namespace portolan

// Defines the functions of archive.h: each passes on to the function of its name in the library.
extern "C" {
const char* archive_version_string() {
    return passToArchive<&archive_version_string>("archive_version_string");
}
const char* archive_entry_pathname_utf8(struct archive_entry* a) {
    return passToArchive<&archive_entry_pathname_utf8>("archive_entry_pathname_utf8", a);
}
const char* archive_error_string(struct archive* a) {
    return passToArchive<&archive_error_string>("archive_error_string", a);
}
la_ssize_t archive_read_data(struct archive* a, void* b, size_t c) {
    return passToArchive<&archive_read_data>("archive_read_data", a, b, c);
}
int archive_read_free(struct archive* a) {
    return passToArchive<&archive_read_free>("archive_read_free", a);
}
struct archive* archive_read_new() {
    return passToArchive<&archive_read_new>("archive_read_new");
}
int archive_read_next_header(struct archive* a, struct archive_entry** b) {
    return passToArchive<&archive_read_next_header>("archive_read_next_header", a, b);
}
int archive_read_open_filename(struct archive* a, const char* b, size_t c) {
    return passToArchive<&archive_read_open_filename>("archive_read_open_filename", a, b, c);
}
int archive_read_support_format_zip_seekable(struct archive* a) {
    return passToArchive<&archive_read_support_format_zip_seekable>("archive_read_support_format_zip_seekable", a);
}
struct archive_entry* archive_entry_new() {
    return passToArchive<&archive_entry_new>("archive_entry_new");
}
void archive_entry_free(struct archive_entry* a) {
    passToArchive<&archive_entry_free>("archive_entry_free", a);
}
__LA_MODE_T archive_entry_filetype(struct archive_entry* a) {
    return passToArchive<&archive_entry_filetype>("archive_entry_filetype", a);
}
__LA_MODE_T archive_entry_perm(struct archive_entry* a) {
    return passToArchive<&archive_entry_perm>("archive_entry_perm", a);
}
const char* archive_entry_hardlink(struct archive_entry* a) {
    return passToArchive<&archive_entry_hardlink>("archive_entry_hardlink", a);
}
int archive_entry_is_encrypted(struct archive_entry* a) {
    return passToArchive<&archive_entry_is_encrypted>("archive_entry_is_encrypted", a);
}
void archive_entry_set_filetype(struct archive_entry* a, unsigned int b) {
    passToArchive<&archive_entry_set_filetype>("archive_entry_set_filetype", a, b);
}
void archive_entry_set_mtime(struct archive_entry* a, time_t b, long c) {
    passToArchive<&archive_entry_set_mtime>("archive_entry_set_mtime", a, b, c);
}
void archive_entry_set_pathname(struct archive_entry* a, const char* b) {
    passToArchive<&archive_entry_set_pathname>("archive_entry_set_pathname", a, b);
}
void archive_entry_set_perm(struct archive_entry* a, __LA_MODE_T b) {
    passToArchive<&archive_entry_set_perm>("archive_entry_set_perm", a, b);
}
void archive_entry_set_size(struct archive_entry* a, la_int64_t b) {
    passToArchive<&archive_entry_set_size>("archive_entry_set_size", a, b);
}
int archive_read_open_fd(struct archive* a, int b, size_t c) {
    return passToArchive<&archive_read_open_fd>("archive_read_open_fd", a, b, c);
}
int archive_write_close(struct archive* a) {
    return passToArchive<&archive_write_close>("archive_write_close", a);
}
la_ssize_t archive_write_data(struct archive* a, const void* b, size_t c) {
    return passToArchive<&archive_write_data>("archive_write_data", a, b, c);
}
int archive_write_finish_entry(struct archive* a) {
    return passToArchive<&archive_write_finish_entry>("archive_write_finish_entry", a);
}
int archive_write_free(struct archive* a) {
    return passToArchive<&archive_write_free>("archive_write_free", a);
}
int archive_write_header(struct archive* a, struct archive_entry* b) {
    return passToArchive<&archive_write_header>("archive_write_header", a, b);
}
struct archive* archive_write_new() {
    return passToArchive<&archive_write_new>("archive_write_new");
}
int archive_write_open(struct archive* a, void* client, archive_open_callback* open, archive_write_callback* write,
                       archive_close_callback* close) {
    return passToArchive<&archive_write_open>("archive_write_open", a, client, open, write, close);
}
int archive_write_set_bytes_in_last_block(struct archive* a, int bytes) {
    return passToArchive<&archive_write_set_bytes_in_last_block>("archive_write_set_bytes_in_last_block", a, bytes);
}
int archive_write_set_format_zip(struct archive* a) {
    return passToArchive<&archive_write_set_format_zip>("archive_write_set_format_zip", a);
}
la_int64_t archive_entry_size(struct archive_entry* a) {
    return passToArchive<&archive_entry_size>("archive_entry_size", a);
}
time_t archive_entry_mtime(struct archive_entry* a) {
    return passToArchive<&archive_entry_mtime>("archive_entry_mtime", a);
}
int archive_read_open(struct archive* a, void* client, archive_open_callback* open, archive_read_callback* read,
                      archive_close_callback* close) {
    return passToArchive<&archive_read_open>("archive_read_open", a, client, open, read, close);
}
int archive_read_support_filter_zstd(struct archive* a) {
    return passToArchive<&archive_read_support_filter_zstd>("archive_read_support_filter_zstd", a);
}
int archive_read_support_format_tar(struct archive* a) {
    return passToArchive<&archive_read_support_format_tar>("archive_read_support_format_tar", a);
}
int archive_write_add_filter_zstd(struct archive* a) {
    return passToArchive<&archive_write_add_filter_zstd>("archive_write_add_filter_zstd", a);
}
int archive_write_set_filter_option(struct archive* a, const char* filter, const char* option, const char* value) {
    return passToArchive<&archive_write_set_filter_option>("archive_write_set_filter_option", a, filter, option, value);
}
int archive_write_set_format_pax_restricted(struct archive* a) {
    return passToArchive<&archive_write_set_format_pax_restricted>("archive_write_set_format_pax_restricted", a);
}
}
