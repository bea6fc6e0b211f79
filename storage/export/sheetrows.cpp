#include "storage/export/sheetrows.h"

#include "storage/base/clock.h"
#include "storage/base/numbertext.h"
#include "storage/export/bundlefile.h"
#include "storage/export/sheetxml.h"

#include <QFileInfo>
#include <QHash>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

namespace portolan {

namespace {

constexpr qint64 mostTextBytes = qint64{512} << 20; ///< shared and long texts, which are held in memory
constexpr qsizetype mostSheetColumns = 16'384;
constexpr double largestWhole = 9'007'199'254'740'992; ///< 2^53
constexpr const char* longTextsName = "Long texts";

Error corrupt(const QString& path, const QString& what) {
    return {ErrorCode::Corrupt, QStringLiteral("%1 is no workbook that can be read: %2.").arg(path, what)};
}

/// The text that was meant: _xHHHH_ is a character that XML has none for (ECMA-376 part 1, 22.9.2.19).
QString unescapedText(const QString& text) {
    if (!text.contains(u"_x"))
        return text;
    QString out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        bool isHex = false;
        const QStringView rest = QStringView(text).sliced(i);
        const bool fits = rest.size() >= 7 && rest.startsWith(u"_x") && rest[6] == u'_';
        const ushort unit = fits ? rest.sliced(2, 4).toUShort(&isHex, 16) : ushort{0};
        out += isHex ? QChar(unit) : text[i];
        i += isHex ? 6 : 0;
    }
    return out;
}

/// "BC12" → 54, from 0.
std::optional<qsizetype> columnAt(QStringView reference) {
    qsizetype column = 0;
    for (const QChar c : reference) {
        if (c < u'A' || c > u'Z')
            break;
        column = column * 26 + (c.unicode() - u'A' + 1);
        if (column > mostSheetColumns)
            return std::nullopt;
    }
    return column > 0 ? std::optional(column - 1) : std::nullopt;
}

/// Returns true when a format shows a number as a time: it has a letter of dates outside of quotes and brackets.
bool isTimeFormat(const QString& code) {
    bool isQuoted = false;
    bool isBracketed = false;
    for (qsizetype i = 0; i < code.size(); ++i) {
        const QChar c = code[i].toLower();
        if (c == u'"')
            isQuoted = !isQuoted;
        else if (isQuoted)
            continue;
        else if (c == u'\\' || c == u'_' || c == u'*')
            ++i;
        else if (c == u'[' || c == u']')
            isBracketed = c == u'[';
        else if (!isBracketed && QStringView(u"ymdhs").contains(c))
            return true;
    }
    return false;
}

bool isBuiltInTime(int format) {
    return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47)
           || (format >= 50 && format <= 58);
}

/// A day's number as the time that was meant: a cell's double holds one to the microsecond, more or less, so that a
/// whole millisecond next to it is taken.
QByteArray dayText(double day, bool is1904) {
    using namespace std::chrono;
    const sys_days zero = is1904 ? sys_days(year(1904) / January / 1) : sys_days(year(1899) / December / 30);
    const auto exact = static_cast<qint64>(std::llround(day * 86'400e6));
    const qint64 whole = (exact + (exact < 0 ? -500 : 500)) / 1000 * 1000;
    return toExactIsoTime(Timestamp(zero) + microseconds(std::abs(exact - whole) <= 1 ? whole : exact));
}

/// A number as our own exports would write it.
QByteArray sheetNumber(const QByteArray& text) {
    const std::optional<double> number = numberIn(text);
    if (!number)
        return text;
    const bool isMinusZero = *number == 0 && std::signbit(*number);
    const bool isWhole = std::trunc(*number) == *number && std::abs(*number) <= largestWhole && !isMinusZero;
    return isWhole ? QByteArray::number(static_cast<qint64>(*number)) : numberText(*number);
}

/// A row as text, for its key and for the rejects.
QByteArray rawOf(const std::vector<QByteArray>& cells) {
    QByteArray raw;
    for (const QByteArray& cell : cells) {
        if (&cell != &cells.front())
            raw += ',';
        QByteArray quoted = cell;
        raw += '"' + quoted.replace('"', "\"\"") + '"';
    }
    return raw;
}

struct Sheet {
    QString name;
    QByteArray file;
};

/// The facts known of a workbook before its rows are read.
struct Book {
    std::vector<Sheet> sheets;
    bool is1904 = false;
    std::vector<bool> isTime; ///< by the number of a cell's style
    std::vector<QByteArray> shared;
    /// By sheet, row and column's name.
    std::map<std::tuple<QString, qint64, QByteArray>, QByteArray> longTexts;
};

/// The cells of one sheet.
class SheetCells {
public:
    SheetCells(const QString& path, const Book& book, std::unique_ptr<ZippedXml> xml)
        : m_path(path)
        , m_book(book)
        , m_xml(std::move(xml)) {}

    /// Nothing: that was the last row. Cells that are not there are not quoted.
    Result<std::optional<CsvRow>> next() {
        while (true) {
            const auto more = m_xml->next();
            PORTOLAN_TRY(more);
            if (!*more)
                return std::optional<CsvRow>();
            if (!m_xml->isStart(QLatin1StringView("row")))
                continue;
            auto row = readRow();
            PORTOLAN_TRY(row);
            if (!row->cells.empty())
                return std::optional(std::move(*row));
        }
    }

private:
    Result<CsvRow> readRow() {
        CsvRow row;
        bool isNumber = false;
        const qint64 given = m_xml->attribute(QLatin1StringView("r")).toLongLong(&isNumber);
        m_row = isNumber ? given : m_row + 1;
        row.line = m_row;
        while (true) {
            const auto more = m_xml->next();
            PORTOLAN_TRY(more);
            if (!*more || m_xml->isEnd(QLatin1StringView("row")))
                break;
            if (!m_xml->isStart(QLatin1StringView("c")))
                continue;
            PORTOLAN_TRY(readCell(row));
        }
        row.raw = rawOf(row.cells);
        return row;
    }

    Result<void> readCell(CsvRow& row) {
        const auto column = columnAt(m_xml->attribute(QLatin1StringView("r")));
        const qsizetype at = column.value_or(std::ssize(row.cells));
        const QString type = m_xml->attribute(QLatin1StringView("t"));
        const int style = m_xml->attribute(QLatin1StringView("s")).toInt();
        QString text;
        bool hasText = false;
        bool isInText = false;
        int phonetic = 0;
        while (true) {
            const auto more = m_xml->next();
            PORTOLAN_TRY(more);
            if (!*more || m_xml->isEnd(QLatin1StringView("c")))
                break;
            const QStringView name = m_xml->xml().name();
            if (m_xml->xml().isStartElement() || m_xml->xml().isEndElement()) {
                const bool begins = m_xml->xml().isStartElement();
                if (name == u"rPh")
                    phonetic += begins ? 1 : -1;
                isInText = begins && phonetic == 0 && (name == u"v" || name == u"t");
                hasText = hasText || isInText;
            } else if (m_xml->xml().isCharacters() && isInText) {
                text += m_xml->xml().text();
            }
        }
        if (!hasText)
            return {};
        auto value = valueOf(type, style, text);
        PORTOLAN_TRY(value);
        if (at >= mostSheetColumns)
            return corrupt(m_path, QStringLiteral("a row has more than %1 columns").arg(mostSheetColumns));
        if (std::ssize(row.cells) <= at) {
            row.cells.resize(static_cast<std::size_t>(at) + 1);
            row.quoted.resize(static_cast<std::size_t>(at) + 1, false);
        }
        const bool isText = type == u"s" || type == u"inlineStr" || type == u"str";
        row.cells[static_cast<std::size_t>(at)] = std::move(*value);
        row.quoted[static_cast<std::size_t>(at)] = isText;
        return {};
    }

    Result<QByteArray> valueOf(const QString& type, int style, const QString& text) const {
        if (type == u"s") {
            bool isNumber = false;
            const auto index = text.toULongLong(&isNumber);
            if (!isNumber || index >= m_book.shared.size())
                return corrupt(m_path, QStringLiteral("a cell names a text that is not there"));
            return m_book.shared[index];
        }
        if (type == u"inlineStr" || type == u"str")
            return unescapedText(text).toUtf8();
        if (type == u"b")
            return QByteArray(text == u"1" ? "true" : "false");
        if (type == u"e" || type == u"d")
            return text.toUtf8();
        bool isNumber = false;
        const double number = text.toDouble(&isNumber);
        const bool isTime =
            style >= 0 && style < std::ssize(m_book.isTime) && m_book.isTime[static_cast<std::size_t>(style)];
        return isNumber && isTime ? dayText(number, m_book.is1904) : sheetNumber(text.toUtf8());
    }

    QString m_path;
    const Book& m_book;
    std::unique_ptr<ZippedXml> m_xml;
    qint64 m_row = 0;
};

class SheetRows final : public SheetReader {
public:
    explicit SheetRows(QString path) : m_path(std::move(path)), m_budget(QFileInfo(m_path).size()) {}

    Result<void> open() {
        for (const auto step : {&SheetRows::readBook, &SheetRows::readFiles, &SheetRows::readStyles,
                                &SheetRows::readShared, &SheetRows::readLongTexts}) {
            if (const auto read = (this->*step)(); !read)
                return read;
        }
        return {};
    }

    Result<std::optional<CsvRow>> next() override {
        while (true) {
            if (!m_cells) {
                if (m_at == m_read.size())
                    return std::optional<CsvRow>();
                PORTOLAN_TRY(beginSheet());
            }
            auto row = m_cells->next();
            PORTOLAN_TRY(row);
            if (!*row) {
                m_cells.reset();
                ++m_at;
                continue;
            }
            if (m_isHeader) {
                m_isHeader = false;
                const bool isFirst = m_header.empty();
                if (isFirst)
                    m_header = (*row)->cells;
                else if ((*row)->cells != m_header)
                    return corrupt(m_path, QStringLiteral("the columns of its sheets differ"));
                if (!isFirst)
                    continue;
                return row;
            }
            complete(**row);
            return row;
        }
    }
    QStringList leftOut() const override { return m_leftOut; }

private:
    /// Calls `at` at each token.
    template <class At>
    Result<bool> walk(const QByteArray& file, At at) {
        auto xml = ZippedXml::open(m_path, file, m_budget);
        PORTOLAN_TRY(xml);
        if (!*xml)
            return false;
        while (true) {
            const auto more = (*xml)->next();
            PORTOLAN_TRY(more);
            if (!*more)
                return true;
            PORTOLAN_TRY(at(**xml));
        }
    }

    Result<void> readBook() {
        const auto read = walk("xl/workbook.xml", [this](const ZippedXml& xml) -> Result<void> {
            if (xml.isStart(QLatin1StringView("workbookPr"))) {
                const QString is1904 = xml.attribute(QLatin1StringView("date1904"));
                m_book.is1904 = is1904 == u"1" || is1904 == u"true";
            } else if (xml.isStart(QLatin1StringView("sheet"))) {
                QByteArray id;
                for (const QXmlStreamAttribute& each : xml.xml().attributes()) {
                    if (each.name() == u"id")
                        id = each.value().toUtf8();
                }
                m_book.sheets.push_back({unescapedText(xml.attribute(QLatin1StringView("name"))), id});
            }
            return {};
        });
        PORTOLAN_TRY(read);
        return *read && !m_book.sheets.empty() ? Result<void>() : corrupt(m_path, QStringLiteral("it has no sheets"));
    }

    /// Relations say which file a sheet is.
    Result<void> readFiles() {
        QHash<QByteArray, QByteArray> files;
        const auto read = walk("xl/_rels/workbook.xml.rels", [&](const ZippedXml& xml) -> Result<void> {
            if (xml.isStart(QLatin1StringView("Relationship"))) {
                const QByteArray target = xml.attribute(QLatin1StringView("Target")).toUtf8();
                files.insert(xml.attribute(QLatin1StringView("Id")).toUtf8(),
                             target.startsWith('/') ? target.sliced(1) : "xl/" + target);
            }
            return {};
        });
        PORTOLAN_TRY(read);
        for (Sheet& sheet : m_book.sheets)
            sheet.file = files.value(sheet.file);
        const QString first = m_book.sheets.front().name;
        for (std::size_t i = 0; i < m_book.sheets.size(); ++i) {
            const QString& name = m_book.sheets[i].name;
            if (i == 0 || (name != QLatin1StringView(longTextsName) && name.startsWith(first + QStringLiteral(" ("))))
                m_read.push_back(i);
            else if (name != QLatin1StringView(longTextsName))
                m_leftOut << name;
        }
        return {};
    }

    Result<void> readStyles() {
        QHash<int, bool> formats;
        bool isInCells = false;
        const auto read = walk("xl/styles.xml", [&](const ZippedXml& xml) -> Result<void> {
            if (xml.isStart(QLatin1StringView("numFmt")))
                formats.insert(xml.attribute(QLatin1StringView("numFmtId")).toInt(),
                               isTimeFormat(xml.attribute(QLatin1StringView("formatCode"))));
            if (xml.xml().name() == u"cellXfs" && !xml.xml().isCharacters())
                isInCells = xml.xml().isStartElement();
            if (isInCells && xml.isStart(QLatin1StringView("xf"))) {
                const int format = xml.attribute(QLatin1StringView("numFmtId")).toInt();
                m_book.isTime.push_back(formats.value(format, isBuiltInTime(format)));
            }
            return {};
        });
        return read ? Result<void>() : Result<void>(read.error());
    }

    Result<void> holds(qsizetype bytes) {
        m_textBytes += bytes;
        if (m_textBytes <= mostTextBytes)
            return {};
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The texts of %1 are larger than 512 MiB; save it as CSV.").arg(m_path)};
    }

    Result<void> readShared() {
        QString text;
        bool isInText = false;
        int phonetic = 0;
        const auto read = walk("xl/sharedStrings.xml", [&](const ZippedXml& xml) -> Result<void> {
            const bool begins = xml.xml().isStartElement();
            if (xml.isStart(QLatin1StringView("si")))
                text.clear();
            if (xml.xml().name() == u"rPh" && !xml.xml().isCharacters())
                phonetic += begins ? 1 : -1;
            if (begins || xml.xml().isEndElement())
                isInText = begins && phonetic == 0 && xml.xml().name() == u"t";
            else if (xml.xml().isCharacters() && isInText)
                text += xml.xml().text();
            if (!xml.isEnd(QLatin1StringView("si")))
                return {};
            m_book.shared.push_back(unescapedText(text).toUtf8());
            return holds(m_book.shared.back().size() + qsizetype(sizeof(QByteArray)));
        });
        return read ? Result<void>() : Result<void>(read.error());
    }

    /// Our own exports keep texts that no cell takes in a sheet of their own, in parts.
    Result<void> readLongTexts() {
        const auto sheet = std::ranges::find_if(
            m_book.sheets, [](const Sheet& each) { return each.name == QLatin1StringView(longTextsName); });
        if (sheet == m_book.sheets.end())
            return {};
        auto xml = ZippedXml::open(m_path, sheet->file, m_budget);
        PORTOLAN_TRY(xml);
        if (!*xml)
            return corrupt(m_path, QStringLiteral("the sheet %1 is not there").arg(sheet->name));
        SheetCells cells(m_path, m_book, std::move(*xml));
        static const std::vector<QByteArray> names{"sheet", "row", "column", "part", "text"};
        for (bool isFirst = true;; isFirst = false) {
            const auto row = cells.next();
            PORTOLAN_TRY(row);
            if (!*row)
                return {};
            if (isFirst && (*row)->cells != names)
                return {}; // somebody else's sheet of that name
            if (isFirst || (*row)->cells.size() != names.size())
                continue;
            const auto& each = (*row)->cells;
            m_book.longTexts[{QString::fromUtf8(each[0]), each[1].toLongLong(), each[2]}] += each[4];
            if (const auto held = holds(each[4].size()); !held)
                return held;
        }
    }

    Result<void> beginSheet() {
        const Sheet& sheet = m_book.sheets[m_read[m_at]];
        auto xml = ZippedXml::open(m_path, sheet.file, m_budget);
        PORTOLAN_TRY(xml);
        if (!*xml)
            return corrupt(m_path, QStringLiteral("the sheet %1 is not there").arg(sheet.name));
        m_cells.emplace(m_path, m_book, std::move(*xml));
        m_isHeader = true;
        return {};
    }

    /// A row as wide as the header, long texts whole.
    void complete(CsvRow& row) {
        if (row.cells.size() < m_header.size()) {
            row.cells.resize(m_header.size());
            row.quoted.resize(m_header.size(), false);
        }
        if (m_book.longTexts.empty())
            return;
        const QString& sheet = m_book.sheets[m_read[m_at]].name;
        for (std::size_t i = 0; i < m_header.size(); ++i) {
            const auto whole = m_book.longTexts.find({sheet, row.line, m_header[i]});
            if (whole != m_book.longTexts.end())
                row.cells[i] = whole->second;
        }
    }

    QString m_path;
    SheetBudget m_budget;
    Book m_book;
    qint64 m_textBytes = 0;
    std::vector<std::size_t> m_read; ///< the sheets that have the rows
    std::size_t m_at = 0;
    std::optional<SheetCells> m_cells;
    bool m_isHeader = false;
    std::vector<QByteArray> m_header;
    QStringList m_leftOut;
};

} // namespace

bool isSheetFile(const QString& path) {
    if (!isZipFile(path))
        return false;
    if (QFileInfo(path).suffix().toLower() == u"xlsx")
        return true;
    const auto zip = ZipReader::open(path);
    ZipEntry entry;
    const auto first = zip ? (*zip)->next(entry) : Result<bool>(false);
    return first && *first && entry.name == "[Content_Types].xml";
}

Result<std::unique_ptr<SheetReader>> openSheetRows(const QString& path) {
    auto rows = std::make_unique<SheetRows>(path);
    PORTOLAN_TRY(rows->open());
    return std::unique_ptr<SheetReader>(std::move(rows));
}

} // namespace portolan
