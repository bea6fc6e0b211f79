#include "storage/export/libxlsxwriter.h"

#include "storage/base/loadedlibrary.h"

#include <xlsxwriter.h>

namespace {

/// Of the interface that we are built with.
constexpr const char* xlsxLibraryName = "libxlsxwriter.so." LXW_SOVERSION;

void* xlsxLibrary() {
    return portolan::loadedLibrary([] { return xlsxLibraryName; });
}

template <auto ours, class... Arguments>
auto passToXlsx(const char* name, Arguments... arguments) {
    return portolan::callLoaded<ours>(xlsxLibrary(), name, arguments...);
}

} // namespace

namespace portolan {

Result<void> loadLibxlsxwriter() {
    if (xlsxLibrary())
        return {};
    return Error{
        ErrorCode::Unsupported,
        QStringLiteral("The library that writes XLSX, %1, cannot be loaded. Install it (Debian: libxlsxwriter4) and "
                       "try again, or export to CSV.")
            .arg(QLatin1String(xlsxLibraryName)),
        QString::fromLocal8Bit(::dlerror())};
}

QByteArray libxlsxwriterVersion() {
    return loadLibxlsxwriter() ? QByteArray(lxw_version()) : QByteArray();
}

} // namespace portolan

// Defines the functions of xlsxwriter.h: each passes on to the function of its name in the library.
extern "C" {
const char* lxw_version() {
    return passToXlsx<&lxw_version>("lxw_version");
}
void format_set_bold(lxw_format* a) {
    return passToXlsx<&format_set_bold>("format_set_bold", a);
}
void format_set_num_format(lxw_format* a, const char* b) {
    return passToXlsx<&format_set_num_format>("format_set_num_format", a, b);
}
char* lxw_strerror(lxw_error a) {
    return passToXlsx<&lxw_strerror>("lxw_strerror", a);
}
void lxw_workbook_free(lxw_workbook* a) {
    return passToXlsx<&lxw_workbook_free>("lxw_workbook_free", a);
}
lxw_format* workbook_add_format(lxw_workbook* a) {
    return passToXlsx<&workbook_add_format>("workbook_add_format", a);
}
lxw_worksheet* workbook_add_worksheet(lxw_workbook* a, const char* b) {
    return passToXlsx<&workbook_add_worksheet>("workbook_add_worksheet", a, b);
}
lxw_error workbook_close(lxw_workbook* a) {
    return passToXlsx<&workbook_close>("workbook_close", a);
}
lxw_workbook* workbook_new_opt(const char* a, lxw_workbook_options* b) {
    return passToXlsx<&workbook_new_opt>("workbook_new_opt", a, b);
}
lxw_error worksheet_autofilter(lxw_worksheet* a, lxw_row_t b, lxw_col_t c, lxw_row_t d, lxw_col_t e) {
    return passToXlsx<&worksheet_autofilter>("worksheet_autofilter", a, b, c, d, e);
}
void worksheet_freeze_panes(lxw_worksheet* a, lxw_row_t b, lxw_col_t c) {
    return passToXlsx<&worksheet_freeze_panes>("worksheet_freeze_panes", a, b, c);
}
lxw_error worksheet_set_column(lxw_worksheet* a, lxw_col_t b, lxw_col_t c, double d, lxw_format* e) {
    return passToXlsx<&worksheet_set_column>("worksheet_set_column", a, b, c, d, e);
}
lxw_error worksheet_write_formula_str(lxw_worksheet* a, lxw_row_t b, lxw_col_t c, const char* d, lxw_format* e,
                                      const char* f) {
    return passToXlsx<&worksheet_write_formula_str>("worksheet_write_formula_str", a, b, c, d, e, f);
}
lxw_error worksheet_write_boolean(lxw_worksheet* a, lxw_row_t b, lxw_col_t c, int d, lxw_format* e) {
    return passToXlsx<&worksheet_write_boolean>("worksheet_write_boolean", a, b, c, d, e);
}
lxw_error worksheet_write_number(lxw_worksheet* a, lxw_row_t b, lxw_col_t c, double d, lxw_format* e) {
    return passToXlsx<&worksheet_write_number>("worksheet_write_number", a, b, c, d, e);
}
lxw_error worksheet_write_string(lxw_worksheet* a, lxw_row_t b, lxw_col_t c, const char* d, lxw_format* e) {
    return passToXlsx<&worksheet_write_string>("worksheet_write_string", a, b, c, d, e);
}
}
