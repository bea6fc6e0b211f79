#include "storage/sql/connection/sqlitefunctions.h"

#include "storage/base/bytes.h"
#include "storage/base/clock.h"
#include "storage/base/timeforms.h"
#include "storage/json/jsonmeaning.h"
#include "storage/listing/placematcher.h"

#include <algorithm>
#include <array>
#include <memory>
#include <sqlite3.h>

namespace portolan {

namespace {

/// The value of a packed term.
enum class Packed : quint8 { Text, Number, Time };

/// Unpacks the bytes of packedTerm(); no others come here, because we bind them.
PlaceMatcher unpacked(QByteArrayView bytes) {
    ByteReader in(bytes);
    FilterTerm term;
    term.comparison = static_cast<Comparison>(in.u8());
    const auto kind = static_cast<Packed>(in.u8());
    if (kind == Packed::Number)
        term.value.number = 0.0; // that it reads as one is what counts
    if (kind == Packed::Time)
        term.value.value = Timestamp(std::chrono::microseconds(in.i64()));
    else
        term.value.value = in.bytes().toByteArray();
    while (!in.atEnd() && !in.failed()) {
        if (in.u8() != 0)
            term.field.path.emplace_back(in.bytes().toByteArray());
        else
            term.field.path.emplace_back(static_cast<int>(in.varint()));
    }
    return PlaceMatcher(term);
}

DocumentSearch searchFor(QByteArrayView needle) {
    return DocumentSearch(needle);
}

QByteArrayView bytesOfBlob(sqlite3_value* value) {
    const void* data = sqlite3_value_blob(value);
    return {static_cast<const char*>(data), sqlite3_value_bytes(value)};
}

/// Returns a text in UTF-8, whatever the database keeps; bytes are taken for UTF-8.
QByteArrayView bytesOfText(sqlite3_value* value) {
    if (sqlite3_value_type(value) == SQLITE_BLOB)
        return bytesOfBlob(value);
    const unsigned char* data = sqlite3_value_text(value); // before its length: it may be converted
    return {reinterpret_cast<const char*>(data), data ? sqlite3_value_bytes(value) : 0};
}

bool answer(const PlaceMatcher& matcher, QByteArrayView document) {
    return matcher.holds(document);
}

bool answer(const DocumentSearch& search, QByteArrayView document) {
    return search.isIn(document);
}

/// Answers (document, term): the term is prepared once for a statement and kept with its argument.
template <class Prepared, Prepared (*prepare)(QByteArrayView)>
void ask(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) {
        sqlite3_result_int(context, 0);
        return;
    }
    auto* prepared = static_cast<Prepared*>(sqlite3_get_auxdata(context, 1));
    std::unique_ptr<Prepared> made;
    if (!prepared) {
        made = std::make_unique<Prepared>(prepare(bytesOfBlob(arguments[1])));
        prepared = made.get();
    }
    sqlite3_result_int(context, answer(*prepared, bytesOfText(arguments[0])) ? 1 : 0);
    if (made)
        sqlite3_set_auxdata(context, 1, made.release(), [](void* kept) { delete static_cast<Prepared*>(kept); });
}

/// Answers (table, column, row number): the length of a text or blob, which stands at the row's beginning; length()
/// would read all of it. NULL where that cannot be told (another type, a row that changed meanwhile).
void tellBytes(sqlite3_context* context, int, sqlite3_value** arguments) {
    const sqlite3_int64 row = sqlite3_value_int64(arguments[2]);
    auto* blob = static_cast<sqlite3_blob*>(sqlite3_get_auxdata(context, 0)); // as long as the statement runs
    if (blob) {
        if (sqlite3_blob_reopen(blob, row) == SQLITE_OK)
            sqlite3_result_int(context, sqlite3_blob_bytes(blob));
        else
            sqlite3_set_auxdata(context, 0, nullptr, nullptr); // closes it: it is of no use any more
        return;
    }
    const int opened = sqlite3_blob_open(sqlite3_context_db_handle(context), "main",
                                         bytesOfText(arguments[0]).toByteArray().constData(),
                                         bytesOfText(arguments[1]).toByteArray().constData(), row, 0, &blob);
    if (opened != SQLITE_OK) {
        sqlite3_blob_close(blob);
        return;
    }
    sqlite3_result_int(context, sqlite3_blob_bytes(blob));
    sqlite3_set_auxdata(context, 0, blob, [](void* kept) { sqlite3_blob_close(static_cast<sqlite3_blob*>(kept)); });
}

/// Answers (value): its bytes, of a text those in UTF-8; NULL of NULL.
void giveBytes(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL)
        return;
    const QByteArrayView bytes = bytesOfText(arguments[0]);
    sqlite3_result_blob64(context, bytes.isEmpty() ? "" : bytes.data(), static_cast<sqlite3_uint64>(bytes.size()),
                          SQLITE_TRANSIENT); // NOLINT(performance-no-int-to-ptr): SQLite's own
}

/// Answers (bytes): the text that they are in UTF-8.
void giveText(sqlite3_context* context, int, sqlite3_value** arguments) {
    const QByteArrayView bytes = bytesOfBlob(arguments[0]);
    sqlite3_result_text64(context, bytes.isEmpty() ? "" : bytes.data(), static_cast<sqlite3_uint64>(bytes.size()),
                          SQLITE_TRANSIENT, SQLITE_UTF8); // NOLINT(performance-no-int-to-ptr)
}

/// Takes a character's code units from the front of UTF-8, halves of surrogate pairs and U+FFFE as they are written.
void takeWide(QByteArrayView& utf8, QByteArray& wide) {
    const auto byteAt = [&](qsizetype at) { return at < utf8.size() ? static_cast<quint8>(utf8[at]) : quint8{0}; };
    const auto put = [&](quint32 unit) {
        const auto native = static_cast<char16_t>(unit);
        wide.append(reinterpret_cast<const char*>(&native), sizeof native);
    };
    const auto isRest = [&](qsizetype from, qsizetype count) {
        bool all = true;
        for (qsizetype at = from; at < from + count; ++at)
            all = all && (byteAt(at) & 0xC0U) == 0x80U;
        return all;
    };
    const quint32 first = byteAt(0);
    qsizetype taken = 1;
    if (first < 0x80U) {
        put(first);
    } else if (first >= 0xC2U && first < 0xE0U && isRest(1, 1)) {
        put((first & 0x1FU) << 6U | (byteAt(1) & 0x3FU));
        taken = 2;
    } else if ((first & 0xF0U) == 0xE0U && isRest(1, 2)) {
        put((first & 0x0FU) << 12U | (byteAt(1) & 0x3FU) << 6U | (byteAt(2) & 0x3FU));
        taken = 3;
    } else if ((first & 0xF8U) == 0xF0U && isRest(1, 3)) {
        const char32_t character =
            (first & 0x07U) << 18U | (byteAt(1) & 0x3FU) << 12U | (byteAt(2) & 0x3FU) << 6U | (byteAt(3) & 0x3FU);
        put(QChar::highSurrogate(character));
        put(QChar::lowSurrogate(character));
        taken = 4;
    } else {
        put(QChar::ReplacementCharacter);
    }
    utf8 = utf8.sliced(taken);
}

/// Answers the same in a database that keeps UTF-16, which would take a half of a surrogate pair for U+FFFD. SQLite
/// takes a mark of the byte order off the head: it gets one of its own.
void giveWideText(sqlite3_context* context, int, sqlite3_value** arguments) {
    QByteArrayView bytes = bytesOfBlob(arguments[0]);
    constexpr char16_t mark = 0xFEFF;
    QByteArray wide(reinterpret_cast<const char*>(&mark), sizeof mark);
    while (!bytes.isEmpty())
        takeWide(bytes, wide);
    sqlite3_result_text64(context, wide.constData(), static_cast<sqlite3_uint64>(wide.size()), SQLITE_TRANSIENT,
                          SQLITE_UTF16); // NOLINT(performance-no-int-to-ptr)
}

/// Answers (value, bytes in lower case): 1 when they are in its bytes, ASCII letters of either case alike.
void tellContains(sqlite3_context* context, int, sqlite3_value** arguments) {
    const QByteArrayView needle = bytesOfBlob(arguments[1]);
    const QByteArrayView bytes = bytesOfText(arguments[0]);
    const auto isSame = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; };
    const auto found = std::search(bytes.begin(), bytes.end(), needle.begin(), needle.end(), isSame);
    const bool isNull = sqlite3_value_type(arguments[0]) == SQLITE_NULL;
    sqlite3_result_int(context, !isNull && (needle.isEmpty() || found != bytes.end()) ? 1 : 0);
}

/// Reads digits alone as a time, in the unit that their number tells: 1767607206 as that number is read.
std::optional<Timestamp> timeOfDigits(QByteArrayView text) {
    const QByteArrayView whole = text.first(text.indexOf('.') < 0 ? text.size() : text.indexOf('.'));
    if (!std::all_of(whole.begin(), whole.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    switch (whole.size()) {
    case 10:
        return readTime(text, TimeForm::Seconds);
    case 13:
        return readTime(text, TimeForm::Milliseconds);
    case 16:
        return readTime(text, TimeForm::Microseconds);
    case 19:
        return readTime(text, TimeForm::Nanoseconds);
    default:
        return std::nullopt;
    }
}

/// Answers (value): the time that a text is (parseIsoTime(), or digits), "2025-10-16T14:56:05.123Z"; NULL of what is
/// none.
void giveTime(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) != SQLITE_TEXT)
        return;
    const auto written = parseIsoTime(bytesOfText(arguments[0]));
    const auto time = written ? written : timeOfDigits(bytesOfText(arguments[0]));
    if (!time)
        return;
    std::array<char, isoTimeSize> text{};
    putIsoTime(text.data(), *time);
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()),
                        SQLITE_TRANSIENT); // NOLINT(performance-no-int-to-ptr)
}

constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

} // namespace

QByteArray packedTerm(const FilterTerm& term) {
    ByteWriter out;
    out.u8(static_cast<quint8>(term.comparison));
    if (const auto* const time = std::get_if<Timestamp>(&term.value.value)) {
        out.u8(static_cast<quint8>(Packed::Time));
        out.i64(time->time_since_epoch().count());
    } else {
        out.u8(static_cast<quint8>(term.value.number ? Packed::Number : Packed::Text));
        const auto* const text = std::get_if<QByteArray>(&term.value.value);
        out.bytes(text ? *text : QByteArray());
    }
    for (const auto& step : term.field.path) {
        const auto* key = std::get_if<QByteArray>(&step);
        out.u8(key ? 1 : 0);
        if (key)
            out.bytes(*key);
        else
            out.varint(static_cast<quint64>(std::get<int>(step)));
    }
    return out.take();
}

void addSqliteFunctions(sqlite3* database) {
    sqlite3_create_function_v2(database, "portolan_bytes", 3, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, &tellBytes,
                               nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "portolan_bytes", 1, flags, nullptr, &giveBytes, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "portolan_text", 1, flags, nullptr, &giveText, nullptr, nullptr, nullptr);
    // Of two functions of one name SQLite takes that of the database's own encoding.
    sqlite3_create_function_v2(database, "portolan_text", 1, SQLITE_UTF16 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                               nullptr, &giveWideText, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "portolan_time", 1, flags, nullptr, &giveTime, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "portolan_contains", 2, flags, nullptr, &tellContains, nullptr, nullptr,
                               nullptr);
    sqlite3_create_function_v2(database, "portolan_json_holds", 2, flags, nullptr, &ask<PlaceMatcher, unpacked>,
                               nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "portolan_json_contains", 2, flags, nullptr, &ask<DocumentSearch, searchFor>,
                               nullptr, nullptr, nullptr);
}

} // namespace portolan
