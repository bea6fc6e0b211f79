#pragma once

#include "storage/base/result.h"

#include <QByteArray>

namespace portolan {

/// Loads the library that writes XLSX, unless it is loaded. It is not linked, as libpq is not (libpq.h): OpenSSL
/// comes with it. libxlsxwriter.cpp holds the functions of xlsxwriter.h that we use; they may be called once this
/// succeeded. Error Unsupported. Any thread.
[[nodiscard]] Result<void> loadLibxlsxwriter();

/// Of the library that is loaded; empty where it cannot be. Any thread.
[[nodiscard]] QByteArray libxlsxwriterVersion();

} // namespace portolan
