#include "storage/export/xlsxfile.h"

#include "storage/base/clock.h"
#include "storage/base/numbertext.h"
#include "storage/export/libxlsxwriter.h"
#include "storage/export/sheetcheck.h"
#include "storage/json/jsonnumber.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryFile>
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <unistd.h>
#include <xlsxwriter.h>

namespace portolan {

namespace {

constexpr lxw_row_t lastSheetRow = LXW_ROW_MAX - 1;
constexpr qsizetype longestText = 32'767;                ///< UTF-16 units, as spreadsheets count
constexpr qint64 largestInteger = 9'007'199'254'740'992; ///< 2^53
constexpr qsizetype longestEscape = 7;                   ///< of a character: _xHHHH_
constexpr qsizetype longestSheetName = 31;
constexpr const char* wholeFormat = "0"; ///< "General" shows an id of 12 digits as 1.23457E+11
constexpr const char* dateFormat = "yyyy-mm-dd";
constexpr const char* timeFormat = "yyyy-mm-dd hh:mm:ss.000";

/// Says that a spreadsheet's number has all digits of an exact one: up to fifteen.
bool hasExactDouble(const QByteArray& number) {
    constexpr qsizetype mostDigits = 15;
    const auto digits = std::ranges::count_if(number, [](char c) { return c >= '0' && c <= '9'; });
    return digits <= mostDigits && isJsonNumber(number);
}

/// Returns true when a text begins with what _xHHHH_ looks like.
bool isEscape(QStringView text) {
    static const QRegularExpression form(QStringLiteral("^_x[0-9A-Fa-f]{4}_"));
    return form.match(text).hasMatch();
}

/// XML has no control characters, takes a carriage return for a line feed, and many readers leave a byte order mark
/// out: they are written as _xHHHH_, and the underscore of what looks like that, too (ECMA-376 part 1, 22.9.2.19).
QByteArray cellText(QStringView text) {
    QString out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        const bool isControl = (unit < 0x20 && unit != u'\t' && unit != u'\n') || unit >= 0xfffe || unit == 0xfeff;
        if (isControl || (unit == u'_' && isEscape(text.sliced(i))))
            out += QStringLiteral("_x") + QStringLiteral("%1_").arg(uint{unit}, 4, 16, QLatin1Char('0')).toUpper();
        else
            out += text[i];
    }
    return out.toUtf8();
}

/// Returns true when a cell takes a text as it is written: libxlsxwriter counts the characters of that, and an escape
/// has seven.
bool fitsCell(QStringView text) {
    if (text.size() <= longestText / longestEscape || text.size() > longestText)
        return text.size() <= longestText;
    const QByteArray written = cellText(text);
    return written.size() <= longestText
           || std::ranges::count_if(written, [](char c) { return (c & 0xc0) != 0x80; }) <= longestText;
}

/// libxlsxwriter writes with "%.16G".
bool hasMoreDigits(double number) {
    constexpr int most = 16;
    QByteArray digits = numberText(number);
    digits = digits.first(std::min(digits.size(), digits.contains('e') ? digits.indexOf('e') : digits.size()));
    digits.replace("-", "").replace(".", "");
    while (digits.startsWith('0'))
        digits.remove(0, 1);
    return digits.size() > most;
}

/// Days since 1899-12-30, which is how a cell holds a time; nothing for what no spreadsheet shows right.
std::optional<double> serialDay(Timestamp time) {
    using namespace std::chrono;
    constexpr sys_days first = year(1900) / March / 1;
    constexpr sys_days end = year(10000) / January / 1;
    constexpr sys_days zero = year(1899) / December / 30;
    if (time < first || time >= end)
        return std::nullopt;
    return duration<double, days::period>(time - zero).count();
}

/// The time that a cell with this number is read as, to the microsecond; nothing beyond the years.
std::optional<Timestamp> readBack(double day) {
    using namespace std::chrono;
    constexpr sys_days zero = year(1899) / December / 30;
    constexpr sys_days end = year(10000) / January / 1;
    constexpr int digits = 16; // libxlsxwriter writes with "%.16G"
    const auto beforePoint = static_cast<int>(QByteArray::number(static_cast<qint64>(day)).size());
    const double written = measuredText(day, digits - beforePoint).toDouble();
    const qint64 exact = std::llround(written * 86'400e6);
    const qint64 whole = (exact + 500) / 1000 * 1000; // which the reader takes next to it
    const Timestamp time = zero + microseconds(std::abs(exact - whole) <= 1 ? whole : exact);
    return time < end ? std::optional(time) : std::nullopt;
}

/// A sheet's name: without what none may have.
QString sheetName(const QString& title, int number) {
    QString name = title;
    for (const QChar forbidden : QStringLiteral("[]:*?/\\"))
        name.replace(forbidden, u'_');
    const QString suffix = number > 1 ? QStringLiteral(" (%1)").arg(number) : QString();
    name = name.left(longestSheetName - suffix.size());
    while (name.startsWith(u'\''))
        name.remove(0, 1);
    while (name.endsWith(u'\''))
        name.chop(1);
    return (name.isEmpty() ? QStringLiteral("rows") : name) + suffix;
}

class XlsxFile final : public RowFile {
public:
    XlsxFile(const QString& path, std::vector<ExportColumn> columns, QString title)
        : m_path(path)
        , m_aside(QFileInfo(path).dir().filePath(QStringLiteral(".%1.XXXXXX").arg(QFileInfo(path).fileName())))
        , m_columns(std::move(columns))
        , m_title(std::move(title)) {}
    ~XlsxFile() override {
        if (m_book)
            lxw_workbook_free(m_book);
    }

    Result<void> open() {
        if (m_columns.size() > LXW_COL_MAX)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("A sheet has %1 columns at most, and these are %2. CSV takes them.")
                             .arg(LXW_COL_MAX)
                             .arg(m_columns.size())};
        if (const auto loaded = loadLibxlsxwriter(); !loaded)
            return loaded;
        if (!m_aside.open())
            return failed(m_aside.errorString());
        QByteArray folder = QFile::encodeName(QFileInfo(m_path).absolutePath());
        lxw_workbook_options options{};
        options.constant_memory = LXW_TRUE;
        options.tmpdir = folder.data();
        options.use_zip64 = LXW_TRUE;
        m_book = workbook_new_opt(QFile::encodeName(m_aside.fileName()).constData(), &options);
        if (!m_book)
            return failed(QStringLiteral("no memory"));
        m_bold = workbook_add_format(m_book);
        format_set_bold(m_bold);
        m_whole = workbook_add_format(m_book);
        format_set_num_format(m_whole, wholeFormat);
        m_time = workbook_add_format(m_book);
        format_set_num_format(m_time, timeFormat);
        m_date = workbook_add_format(m_book);
        format_set_num_format(m_date, dateFormat);
        return addSheet();
    }

    Result<void> add(std::span<const Value> row) override {
        if (m_row > lastSheetRow) {
            endSheet();
            if (const auto added = addSheet(); !added)
                return added;
        }
        for (std::size_t i = 0; i < row.size(); ++i) {
            const lxw_error error = write(static_cast<lxw_col_t>(i), row[i]);
            if (error != LXW_NO_ERROR)
                return failed(QString::fromUtf8(lxw_strerror(error)));
        }
        ++m_row;
        ++m_summary.rows;
        return {};
    }

    Result<ExportSummary> finish() override {
        endSheet();
        if (m_longTexts)
            m_sheetRows[m_longSheet] = m_longRow;
        const lxw_error error = workbook_close(std::exchange(m_book, nullptr)); // which frees it
        if (error != LXW_NO_ERROR)
            return failed(QString::fromUtf8(lxw_strerror(error)));
        if (::fsync(m_aside.handle()) != 0)
            return failed(QString::fromLocal8Bit(std::strerror(errno)));
        if (const auto whole = checkSheets(m_aside.fileName(), m_sheetRows); !whole)
            return failed(whole.error().text);
        m_summary.bytes = QFileInfo(m_aside.fileName()).size();
        m_summary.sheets = static_cast<int>(m_sheetRows.size());
        if (std::rename(QFile::encodeName(m_aside.fileName()).constData(), QFile::encodeName(m_path).constData()) != 0)
            return failed(QString::fromLocal8Bit(std::strerror(errno)));
        m_aside.setAutoRemove(false);
        return m_summary;
    }

private:
    [[nodiscard]] Error failed(const QString& why) const {
        const bool isSentence = why.endsWith(u'.') || why.endsWith(u'?');
        return {ErrorCode::Io,
                QStringLiteral("Cannot write %1: %2").arg(m_path, isSentence ? why : QString(why + u'.'))};
    }

    Result<void> addSheet() {
        ++m_sheets;
        m_sheet = workbook_add_worksheet(m_book, sheetName(m_title, m_sheets).toUtf8().constData());
        if (!m_sheet)
            return failed(QStringLiteral("the sheet could not be added"));
        m_sheetRows.push_back(0);
        m_sheetAt = m_sheetRows.size() - 1;
        worksheet_freeze_panes(m_sheet, 1, 0);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const auto column = static_cast<lxw_col_t>(i);
            worksheet_set_column(m_sheet, column, column, widthOf(m_columns[i].type), nullptr);
            worksheet_write_string(m_sheet, 0, column, cellText(QString::fromUtf8(m_columns[i].name)).constData(),
                                   m_bold);
        }
        m_row = 1;
        return {};
    }
    void endSheet() {
        if (!m_columns.empty())
            worksheet_autofilter(m_sheet, 0, 0, m_row - 1, static_cast<lxw_col_t>(m_columns.size() - 1));
        m_sheetRows[m_sheetAt] = m_row;
    }
    /// In characters.
    static double widthOf(ColumnType type) {
        switch (type) {
        case ColumnType::Integer:
        case ColumnType::Real:
        case ColumnType::Numeric:
        case ColumnType::Boolean:
            return 14;
        case ColumnType::Time:
            return 24;
        case ColumnType::Date:
            return 12;
        case ColumnType::Text:
        case ColumnType::Json:
        case ColumnType::Native:
            return 40;
        }
        Q_UNREACHABLE();
    }

    lxw_error write(lxw_col_t column, const Value& value) {
        struct Writer {
            XlsxFile& file;
            lxw_col_t column;
            lxw_error operator()(std::monostate) const { return LXW_NO_ERROR; }
            lxw_error operator()(bool truth) const {
                return worksheet_write_boolean(file.m_sheet, file.m_row, column, truth ? 1 : 0, nullptr);
            }
            lxw_error operator()(qint64 number) const {
                if (number > largestInteger || number < -largestInteger)
                    return file.writeText(column, QByteArray::number(number));
                return worksheet_write_number(file.m_sheet, file.m_row, column, static_cast<double>(number),
                                              file.m_whole);
            }
            lxw_error operator()(double number) const {
                if (!std::isfinite(number))
                    return file.writeText(column, numberText(number));
                file.m_summary.cells.rounded += hasMoreDigits(number) ? 1 : 0;
                return worksheet_write_number(file.m_sheet, file.m_row, column, number, nullptr);
            }
            lxw_error operator()(const QByteArray& text) const {
                if (file.m_columns[column].type == ColumnType::Numeric && hasExactDouble(text))
                    return worksheet_write_number(file.m_sheet, file.m_row, column, text.toDouble(), nullptr);
                const auto date = file.m_columns[column].type == ColumnType::Date ? parseIsoTime(text) : std::nullopt;
                const auto day = date ? serialDay(*date) : std::nullopt;
                return day ? worksheet_write_number(file.m_sheet, file.m_row, column, *day, file.m_date)
                           : file.writeText(column, text);
            }
            lxw_error operator()(Timestamp time) const {
                const auto day = serialDay(time);
                const auto read = day ? readBack(*day) : std::nullopt;
                if (!read)
                    return file.writeText(column, toExactIsoTime(time));
                file.m_summary.cells.rounded += *read == time ? 0 : 1;
                return worksheet_write_number(file.m_sheet, file.m_row, column, *day, file.m_time);
            }
        };
        return std::visit(Writer{*this, column}, value);
    }

    lxw_error writeText(lxw_col_t column, const QByteArray& bytes) {
        if (bytes.isEmpty()) // a string without letters would be no cell, as NULL is; this one is a text in every
                             // program
            return worksheet_write_formula_str(m_sheet, m_row, column, "=\"\"", nullptr, "");
        if (!bytes.isValidUtf8())
            ++m_summary.cells.notUtf8;
        // fromUtf8() leaves a byte order mark out that a text begins with.
        const QString mark = bytes.startsWith("\xEF\xBB\xBF") ? QString(QChar(QChar::ByteOrderMark)) : QString();
        const QString text = mark + QString::fromUtf8(bytes);
        if (fitsCell(text))
            return worksheet_write_string(m_sheet, m_row, column, cellText(text).constData(), nullptr);
        ++m_summary.cells.longTexts;
        const lxw_error kept = keepLong(column, text);
        return kept != LXW_NO_ERROR
                   ? kept
                   : worksheet_write_string(m_sheet, m_row, column, cellText(head(text, 0)).constData(), nullptr);
    }
    /// As much from `begin` on as a cell takes; no surrogates' pair is parted.
    static QStringView head(const QString& text, qsizetype begin) {
        qsizetype size = std::min(longestText, text.size() - begin);
        if (!fitsCell(QStringView(text).sliced(begin, size)))
            size = std::min(size, longestText / longestEscape);
        if (begin + size < text.size() && text[begin + size].isLowSurrogate())
            --size;
        return QStringView(text).sliced(begin, size);
    }
    /// Whole, in the sheet for it.
    lxw_error keepLong(lxw_col_t column, const QString& text) {
        if (!m_longTexts) {
            m_longTexts = workbook_add_worksheet(m_book, "Long texts");
            if (!m_longTexts)
                return LXW_ERROR_MEMORY_MALLOC_FAILED;
            m_sheetRows.push_back(0);
            m_longSheet = m_sheetRows.size() - 1;
            worksheet_freeze_panes(m_longTexts, 1, 0);
            lxw_col_t at = 0;
            for (const char* name : {"sheet", "row", "column", "part", "text"})
                worksheet_write_string(m_longTexts, 0, at++, name, m_bold);
            m_longRow = 1;
        }
        const QByteArray sheet = sheetName(m_title, m_sheets).toUtf8();
        const QByteArray name = cellText(QString::fromUtf8(m_columns[column].name));
        int part = 1;
        for (qsizetype begin = 0; begin < text.size(); ++part) {
            if (m_longRow > lastSheetRow)
                return LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE;
            const QStringView piece = head(text, begin);
            begin += piece.size();
            worksheet_write_string(m_longTexts, m_longRow, 0, sheet.constData(), nullptr);
            worksheet_write_number(m_longTexts, m_longRow, 1, m_row + 1.0, nullptr); // as the sheet counts them
            worksheet_write_string(m_longTexts, m_longRow, 2, name.constData(), nullptr);
            worksheet_write_number(m_longTexts, m_longRow, 3, part, nullptr);
            const lxw_error error =
                worksheet_write_string(m_longTexts, m_longRow, 4, cellText(piece).constData(), nullptr);
            if (error != LXW_NO_ERROR)
                return error;
            ++m_longRow;
        }
        return LXW_NO_ERROR;
    }

    QString m_path;
    QTemporaryFile m_aside;
    std::vector<ExportColumn> m_columns;
    QString m_title;
    lxw_workbook* m_book = nullptr;
    lxw_format* m_bold = nullptr;
    lxw_format* m_whole = nullptr;
    lxw_format* m_time = nullptr;
    lxw_format* m_date = nullptr;
    lxw_worksheet* m_sheet = nullptr;
    lxw_worksheet* m_longTexts = nullptr;
    lxw_row_t m_row = 0;             ///< the next one of the sheet
    lxw_row_t m_longRow = 0;         ///< the next one of the long texts
    int m_sheets = 0;                ///< of rows
    std::size_t m_sheetAt = 0;       ///< which of all the current one is
    std::size_t m_longSheet = 0;     ///< which the long texts' is
    std::vector<qint64> m_sheetRows; ///< of all sheets, with their headers
    ExportSummary m_summary;
};

} // namespace

Result<std::unique_ptr<RowFile>> createXlsxFile(const QString& path, std::vector<ExportColumn> columns,
                                                const QString& title) {
    auto file = std::make_unique<XlsxFile>(path, std::move(columns), title);
    PORTOLAN_TRY(file->open());
    return std::unique_ptr<RowFile>(std::move(file));
}

} // namespace portolan
