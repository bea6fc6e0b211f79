#include "storage/export/rowtext.h"

#include "storage/base/numbertext.h"
#include "storage/base/timeforms.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsontext.h"
#include "storage/sources/files/csvrows.h"

#include <QList>
#include <QString>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

bool isJsonDocument(const QByteArray& text) {
    return nlohmann::json::accept(text.cbegin(), text.cend());
}

void putTime(TextSink& out, Timestamp time) {
    if (time == std::chrono::floor<std::chrono::milliseconds>(time) && hasFourDigitYear(time))
        putIsoTime(out.take(isoTimeSize), time);
    else
        out.put(toExactIsoTime(time));
}

struct PlainText {
    QByteArray operator()(std::monostate) const { return {}; }
    QByteArray operator()(bool value) const { return value ? "true" : "false"; }
    QByteArray operator()(qint64 value) const { return QByteArray::number(value); }
    QByteArray operator()(double value) const { return numberText(value); }
    QByteArray operator()(const QByteArray& value) const { return value; }
    QByteArray operator()(Timestamp value) const { return toExactIsoTime(value); }
};

/// Returns true for what a field of CSV holds in quotes only (RFC 4180; blanks at its ends some programs cut).
bool needsQuotes(QByteArrayView text) {
    return text.front() == ' ' || text.back() == ' '
           || std::ranges::any_of(text, [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; });
}

void putQuoted(TextSink& out, QByteArrayView text) {
    out.put('"');
    for (qsizetype quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"')) {
        out.put(text.first(quote + 1));
        out.put('"');
        text = text.sliced(quote + 1);
    }
    out.put(text);
    out.put('"');
}

/// A spreadsheet would run it, or it begins as one that was guarded: so a guard can be told from the text's own '.
bool isGuarded(const QByteArray& text, ColumnType type) {
    if (type == ColumnType::Numeric || type == ColumnType::Native)
        return false;
    if (text == "-infinity" && (type == ColumnType::Time || type == ColumnType::Date)) // PostgreSQL's word
        return false;
    return isFormulaText(text) && !(type == ColumnType::Json && isJsonDocument(text));
}

void putCsvText(TextSink& out, const QByteArray& text, ColumnType type, CsvRules rules, CellTally& tally) {
    if (text.isEmpty()) {
        out.put("\"\"");
        return;
    }
    if (!text.isValidUtf8()) {
        ++tally.notUtf8;
        putCsvText(out, QString::fromUtf8(text).toUtf8(), type, rules, tally);
        return;
    }
    if (rules.guards && isGuarded(text, type)) {
        ++tally.guarded;
        putQuoted(out, '\'' + text);
    } else if (needsQuotes(text)) {
        putQuoted(out, text);
    } else {
        out.put(text);
    }
}

bool isInvisible(char32_t c) {
    return (c >= 0x80 && c <= 0x9f) || c == 0xad || c == 0x061c || (c >= 0x200b && c <= 0x200f)
           || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff
           || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

} // namespace

namespace {

/// The fate of the line breaks that documents bring along.
enum class Breaks { Kept, None };

/// Text as JSON; false when its bytes are not UTF-8, and U+FFFD stands for some.
bool putText(TextSink& out, const QByteArray& text, ColumnType type, Breaks breaks) {
    if (type == ColumnType::Json && isJsonDocument(text)) {
        if (breaks == Breaks::Kept || !text.contains('\n'))
            out.put(text);
        else // a line feed in a document is a blank: in its texts it would be an escape
            out.put(QByteArray(text).replace('\n', ' '));
        return true;
    }
    if (type == ColumnType::Numeric && isJsonNumber(text)) {
        out.put(text);
        return true;
    }
    const bool whole = text.isValidUtf8();
    putJsonString(out, whole ? text : QString::fromUtf8(text).toUtf8());
    return whole;
}

/// False as putText().
bool putJson(TextSink& out, const Value& value, ColumnType type, Breaks breaks) {
    struct Writer {
        TextSink& out;
        ColumnType type;
        Breaks breaks;
        bool operator()(std::monostate) const {
            out.put("null");
            return true;
        }
        bool operator()(bool truth) const {
            out.put(truth ? "true" : "false");
            return true;
        }
        bool operator()(qint64 number) const {
            out.putNumber(number);
            return true;
        }
        bool operator()(double number) const {
            if (!std::isfinite(number))
                out.put('"');
            out.putNumber(number);
            if (!std::isfinite(number))
                out.put('"');
            return true;
        }
        bool operator()(const QByteArray& text) const { return putText(out, text, type, breaks); }
        bool operator()(Timestamp time) const {
            out.put('"');
            putTime(out, time);
            out.put('"');
            return true;
        }
    };
    return std::visit(Writer{out, type, breaks}, value);
}

/// The key of a column's bytes: NAME_base64, with a number after it where a column is called so.
QByteArray bytesKeyOf(const ExportColumn& column, std::span<const ExportColumn> columns) {
    QByteArray key = jsonKeyOf(column.name + "_base64");
    for (int number = 2; std::ranges::find(columns, key, &ExportColumn::jsonKey) != columns.end(); ++number)
        key = jsonKeyOf(column.name + "_base64_" + QByteArray::number(number));
    return key;
}

void putObject(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row, Breaks breaks) {
    const qsizetype begin = out.size();
    {
        TextSink sink(out);
        if (columns.empty())
            sink.put('{');
        for (size_t i = 0; i < columns.size(); ++i) {
            sink.put(columns[i].jsonKey);
            if (putJson(sink, row[i], columns[i].type, breaks))
                continue;
            sink.put(bytesKeyOf(columns[i], columns));
            sink.put('"');
            sink.put(std::get<QByteArray>(row[i]).toBase64());
            sink.put('"');
        }
        sink.put(breaks == Breaks::None ? "}\n" : "}");
    }
    out[begin] = '{'; // in place of the first key's comma, where there is one
}

} // namespace

QByteArray jsonKeyOf(const QByteArray& name) {
    QByteArray key(1, ',');
    appendJsonString(key, name.isValidUtf8() ? name : QString::fromUtf8(name).toUtf8());
    return key + ':';
}

void appendJsonLine(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row) {
    putObject(out, columns, row, Breaks::None);
}

void appendJsonObject(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row) {
    putObject(out, columns, row, Breaks::Kept);
}

void appendCsvHeader(QByteArray& out, std::span<const ExportColumn> columns, CsvRules rules) {
    CellTally tally;
    TextSink sink(out);
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0)
            sink.put(',');
        if (i == 0 && !rules.guards && columns[i].name.isValidUtf8())
            putQuoted(sink, columns[i].name);
        else
            putCsvText(sink, columns[i].name, ColumnType::Text, rules, tally);
    }
    sink.put("\r\n");
}

void appendCsvLine(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row, CsvRules rules,
                   CellTally* tally) {
    struct Writer {
        TextSink& out;
        ColumnType type;
        CsvRules rules;
        CellTally& tally;
        void operator()(std::monostate) const {}
        void operator()(bool truth) const { out.put(truth ? "true" : "false"); }
        void operator()(qint64 number) const { out.putNumber(number); }
        void operator()(double number) const { out.putNumber(number); }
        void operator()(const QByteArray& text) const { putCsvText(out, text, type, rules, tally); }
        void operator()(Timestamp time) const { putTime(out, time); }
    };
    CellTally unasked;
    TextSink sink(out);
    for (size_t i = 0; i < row.size(); ++i) {
        if (i > 0)
            sink.put(',');
        std::visit(Writer{sink, columns[i].type, rules, tally ? *tally : unasked}, row[i]);
    }
    sink.put("\r\n");
}

QByteArray terminalText(const Value& value) {
    const QByteArray text = std::visit(PlainText(), value);
    QString visible;
    visible.reserve(text.size());
    for (const char32_t c : QString::fromUtf8(text).toUcs4()) {
        if (c < 0x20)
            visible += QChar(static_cast<char16_t>(0x2400 + c));
        else if (c == 0x7f)
            visible += QChar(0x2421);
        else if (isInvisible(c))
            visible += QStringLiteral("⟨U+%1⟩").arg(static_cast<quint32>(c), 4, 16, QLatin1Char('0')).toUpper();
        else
            visible += QStringView(QChar::fromUcs4(c)).toString();
    }
    return visible.toUtf8();
}

} // namespace portolan
