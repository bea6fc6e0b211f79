#include "storage/export/rowtext.h"

#include "storage/base/jsontext.h"

#include <QList>
#include <QString>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

bool isJsonDocument(const QByteArray& text) {
    return nlohmann::json::accept(text.cbegin(), text.cend());
}

QByteArray numberText(double number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return {digits.data(), end.ptr - digits.data()};
}

struct PlainText {
    QByteArray operator()(std::monostate) const { return {}; }
    QByteArray operator()(bool value) const { return value ? "true" : "false"; }
    QByteArray operator()(qint64 value) const { return QByteArray::number(value); }
    QByteArray operator()(double value) const { return numberText(value); }
    QByteArray operator()(const QByteArray& value) const { return value; }
    QByteArray operator()(Timestamp value) const { return toIsoTime(value); }
};

QByteArray csvQuoted(const QByteArray& text) {
    QByteArray quoted = text;
    return '"' + quoted.replace('"', "\"\"") + '"';
}

QByteArray csvCell(const QByteArray& text) {
    if (text.isEmpty())
        return "\"\"";
    static constexpr QByteArrayView formulaStarts = "=+-@\t\r";
    if (formulaStarts.contains(text.front()))
        return csvQuoted('\'' + text);
    const bool plain = text.front() != ' ' && text.back() != ' ' && !text.contains(',') && !text.contains('"')
                       && !text.contains('\n') && !text.contains('\r');
    return plain ? text : csvQuoted(text);
}

bool isInvisible(char32_t c) {
    return (c >= 0x80 && c <= 0x9f) || c == 0xad || c == 0x061c || (c >= 0x200b && c <= 0x200f)
           || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff
           || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

} // namespace

void appendJson(QByteArray& out, const Value& value, ColumnType type) {
    struct Writer {
        QByteArray& out;
        ColumnType type;
        void operator()(std::monostate) const { out += "null"; }
        void operator()(bool truth) const { out += truth ? "true" : "false"; }
        void operator()(qint64 number) const {
            std::array<char, 24> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
            out.append(digits.data(), end.ptr - digits.data());
        }
        void operator()(double number) const {
            out += std::isfinite(number) ? numberText(number) : QByteArrayLiteral("null");
        }
        void operator()(const QByteArray& text) const {
            if (type == ColumnType::Json && !text.contains('\n') && isJsonDocument(text))
                out += text;
            else
                appendJsonString(out, text.isValidUtf8() ? text : QString::fromUtf8(text).toUtf8());
        }
        void operator()(Timestamp time) const { appendJsonString(out, toIsoTime(time)); }
    };
    std::visit(Writer{out, type}, value);
}

void appendJsonLine(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row) {
    const qsizetype begin = out.size();
    for (size_t i = 0; i < columns.size(); ++i) {
        out += columns[i].jsonKey;
        appendJson(out, row[i], columns[i].type);
        const auto* text = std::get_if<QByteArray>(&row[i]);
        if (text && !text->isValidUtf8()) {
            out += ",\"";
            out += columns[i].name;
            out += "_base64\":\"";
            out += text->toBase64();
            out += '"';
        }
    }
    out[begin] = '{'; // in place of the first key's comma
    out += "}\n";
}

void appendCsvHeader(QByteArray& out, std::span<const ExportColumn> columns) {
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0)
            out += ',';
        out += csvCell(columns[i].name);
    }
    out += "\r\n";
}

void appendCsvLine(QByteArray& out, std::span<const Value> row) {
    for (size_t i = 0; i < row.size(); ++i) {
        if (i > 0)
            out += ',';
        const QByteArray text = std::visit(PlainText(), row[i]);
        out += std::holds_alternative<QByteArray>(row[i]) ? csvCell(text) : text;
    }
    out += "\r\n";
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
