#include "storage/sources/files/csvdialect.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <map>

namespace portolan {

namespace {

constexpr std::array<char, 4> separators{'\t', ';', '|', ','};
constexpr qsizetype sniffedBytes = 64 * 1024;

constexpr std::array<std::pair<const char*, char>, 4> separatorNames{
    {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}}};

constexpr std::array<std::pair<const char*, TimeForm>, 17> timesTable{{
    {"iso", TimeForm::Plain},
    {"seconds", TimeForm::Seconds},
    {"ms", TimeForm::Milliseconds},
    {"us", TimeForm::Microseconds},
    {"ns", TimeForm::Nanoseconds},
    {"webkit", TimeForm::WebKit},
    {"filetime", TimeForm::FileTime},
    {"mac", TimeForm::MacSeconds},
    {"ticks", TimeForm::Ticks},
    {"julian", TimeForm::JulianDays},
    {"excel", TimeForm::ExcelDays},
    {"compact", TimeForm::Compact},
    {"years", TimeForm::Year},
    {"ymd", TimeForm::YearFirst},
    {"dmy", TimeForm::DayFirst},
    {"mdy", TimeForm::MonthFirst},
    {"names", TimeForm::MonthNamed},
}};

/// CR ends the lines where no LF does, quoted ones apart.
char lineEndOf(QByteArrayView text) {
    bool isQuoted = false;
    bool hasReturn = false;
    for (const char c : text) {
        isQuoted = isQuoted != (c == '"');
        if (!isQuoted && c == '\n')
            return '\n';
        hasReturn = hasReturn || (!isQuoted && c == '\r');
    }
    return hasReturn ? '\r' : '\n';
}

QByteArrayView lineAt(QByteArrayView text, char lineEnd) {
    const qsizetype end = text.indexOf(lineEnd);
    QByteArrayView line = end < 0 ? text : text.first(end);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

/// The separator that the line names ("sep=;"); nothing: it does not.
std::optional<char> namedIn(QByteArrayView line) {
    QByteArray text = line.trimmed().toByteArray();
    if (text.size() > 2 && text.startsWith('"') && text.endsWith('"'))
        text = text.sliced(1, text.size() - 2);
    if (!text.toLower().startsWith("sep="))
        return std::nullopt;
    QByteArray mark = text.sliced(4);
    if (mark.isEmpty() && line.endsWith('\t')) // which goes with the blanks at the end
        mark = "\t";
    return mark == "\\t" ? std::optional('\t') : mark.size() == 1 ? std::optional(mark.front()) : std::nullopt;
}

bool isTypedCell(QByteArrayView cell) {
    const QByteArrayView bare = cell.trimmed();
    static constexpr QByteArrayView typed = "0123456789.,+-:/TZeE ";
    return std::ranges::any_of(bare, [](char c) { return c >= '0' && c <= '9'; })
           && std::ranges::all_of(bare, [](char c) { return typed.contains(c); });
}

/// The measure of how well a separator parts the rows.
struct SeparatorScore {
    bool partsAll = false; ///< nine of ten rows have as many cells as the first one, which has several
    double share = 0;      ///< of rows that have
    double typed = 0;      ///< share of cells that are numbers or times
};

SeparatorScore scoreOf(const std::vector<CsvRow>& rows) {
    SeparatorScore score;
    if (rows.empty() || rows.front().cells.size() < 2 || !rows.front().mistake.isEmpty())
        return score;
    const std::size_t columns = rows.front().cells.size();
    qint64 equal = 0;
    qint64 cells = 0;
    qint64 typed = 0;
    const std::size_t first = rows.size() > 1 ? 1 : 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const CsvRow& row = rows[i];
        std::size_t count = row.cells.size();
        while (count > columns && row.cells[count - 1].isEmpty())
            --count;
        equal += row.mistake.isEmpty() && count == columns ? 1 : 0;
        if (i < first)
            continue;
        cells += std::ssize(row.cells);
        typed += std::ranges::count_if(row.cells, [](const QByteArray& cell) { return isTypedCell(cell); });
    }
    score.share = static_cast<double>(equal) / static_cast<double>(rows.size());
    score.partsAll = score.share >= 0.9;
    score.typed = cells > 0 ? static_cast<double>(typed) / static_cast<double>(cells) : 0;
    return score;
}

char separatorOf(QByteArrayView beginning, bool isWhole, CsvDialect dialect, bool isTabbed) {
    std::map<char, SeparatorScore> scores;
    for (const char separator : separators) {
        dialect.marks.separator = separator;
        scores[separator] = scoreOf(sampleRows(beginning, isWhole, dialect));
    }
    if (isTabbed && scores['\t'].share > 0)
        return '\t';
    char best = ',';
    double most = -1;
    for (const char separator : separators) {
        const SeparatorScore& score = scores[separator];
        if (score.partsAll && score.typed > most) {
            best = separator;
            most = score.typed;
        }
    }
    if (most >= 0 || scores[','].share > 0)
        return best;
    // Uneven rows: the one that parts the most of them.
    return *std::ranges::max_element(separators, {}, [&](char separator) { return scores[separator].share; });
}

bool isAnnotation(QByteArrayView line) {
    static constexpr std::array<QByteArrayView, 4> words{"#group", "#datatype", "#default", "#constant"};
    return std::ranges::any_of(words, [&](QByteArrayView word) {
        return line.startsWith(word) && (line.size() == word.size() || line[word.size()] == ',');
    });
}

/// The names of a table that InfluxDB answered without annotations.
bool isInfluxHeader(QByteArrayView line) {
    const QByteArray padded = ',' + line.toByteArray() + ',';
    return padded.contains(",_time,") && padded.contains(",_value,") && padded.contains(",_field,");
}

} // namespace

std::optional<char> separatorNamed(const QString& text) {
    for (const auto& [name, separator] : separatorNames) {
        if (text == QLatin1String(name))
            return separator;
    }
    if (text == QLatin1String("\\t"))
        return '\t';
    if (text.size() != 1 || text[0].unicode() >= 0x80 || text[0].isLetterOrNumber())
        return std::nullopt;
    const char mark = text[0].toLatin1();
    return mark == '"' || mark == '\n' || mark == '\r' ? std::nullopt : std::optional(mark);
}

std::optional<TimeForm> timesNamed(const QString& text) {
    const auto found =
        std::ranges::find_if(timesTable, [&](const auto& each) { return text == QLatin1String(each.first); });
    return found == timesTable.end() ? std::nullopt : std::optional(found->second);
}

QStringList timesNames() {
    QStringList all;
    for (const auto& each : timesTable)
        all << QLatin1String(each.first);
    return all;
}

CsvDialect csvDialectOf(QByteArrayView beginning, bool isWhole, bool isTabbed, const DialectWishes& wishes) {
    CsvDialect dialect;
    const QByteArrayView sniffed = beginning.first(std::min(beginning.size(), sniffedBytes));
    isWhole = isWhole && sniffed.size() == beginning.size();
    dialect.marks.lineEnd = lineEndOf(sniffed);
    QByteArrayView line = lineAt(sniffed, dialect.marks.lineEnd);
    const auto named = namedIn(line);
    dialect.hasSeparatorLine = named.has_value();
    if (!wishes.comment && (isAnnotation(line) || isInfluxHeader(line))) {
        dialect.isInflux = true;
        dialect.marks.separator = wishes.separator.value_or(',');
        return dialect;
    }
    QByteArrayView rest = sniffed;
    const auto passLine = [&] {
        const qsizetype end = rest.indexOf(dialect.marks.lineEnd);
        rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
    };
    if (named)
        passLine();
    const char comment = wishes.comment.value_or('#');
    while (!rest.isEmpty() && (rest.startsWith(comment) || lineAt(rest, dialect.marks.lineEnd).trimmed().isEmpty())) {
        line = lineAt(rest, dialect.marks.lineEnd);
        if (line.startsWith(comment)) {
            dialect.commentedNames = line.toByteArray();
            while (dialect.commentedNames.startsWith(comment))
                dialect.commentedNames.remove(0, 1);
            dialect.commentedNames = dialect.commentedNames.trimmed();
            dialect.marks.comment = comment;
        }
        passLine();
    }
    if (rest.isEmpty() && !wishes.comment) { // all rows begin so: it is no comment
        dialect.marks.comment = '\0';
        dialect.commentedNames.clear();
    }
    if (wishes.comment)
        dialect.marks.comment = comment;
    if (wishes.separator)
        dialect.marks.separator = *wishes.separator;
    else if (named)
        dialect.marks.separator = *named;
    else
        dialect.marks.separator = separatorOf(sniffed, isWhole, dialect, isTabbed);
    return dialect;
}

std::vector<CsvRow> sampleRows(QByteArrayView beginning, bool isWhole, const CsvDialect& dialect) {
    CsvRows reader(dialect.marks);
    reader.add(beginning);
    std::vector<CsvRow> rows;
    bool isPassed = !dialect.hasSeparatorLine;
    while (auto row = reader.next(isWhole)) {
        if (isPassed)
            rows.push_back(std::move(*row));
        isPassed = true;
    }
    return rows;
}

} // namespace portolan
