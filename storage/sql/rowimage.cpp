#include "storage/sql/rowimage.h"

#include "storage/json/jsontext.h"

#include <QCryptographicHash>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <sqlite3.h>

namespace portolan {

namespace {

QByteArrayView textOf(sqlite3_value* value) {
    const auto* const data = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {data, data ? sqlite3_value_bytes(value) : 0};
}

/// Returns a value's bytes: of a text in UTF-8, whatever encoding the database keeps.
QByteArrayView bytesOf(sqlite3_value* value) {
    if (sqlite3_value_type(value) == SQLITE_TEXT)
        return textOf(value);
    // The pointer first: asking for it may convert the value, and changes the number of bytes then.
    const auto* const data = static_cast<const char*>(sqlite3_value_blob(value));
    return {data, data ? sqlite3_value_bytes(value) : 0};
}

void putTagged(TextSink& out, QByteArrayView tag, QByteArrayView text) {
    out.put("{\"");
    out.put(tag);
    out.put("\":\"");
    out.put(text);
    out.put("\"}");
}

void putText(TextSink& out, QByteArrayView text) {
    if (text.isValidUtf8())
        putJsonString(out, text);
    else
        putTagged(out, "text", text.toByteArray().toHex());
}

/// Writes the shorter of both forms, without an exponent where they are equal. Hashes of frozen rows are kept with it,
/// so it must never change, whatever numberText() does.
void putReal(TextSink& out, double value) {
    std::array<char, 32> plain{};
    std::array<char, 32> digits{};
    const auto [plainEnd, tooLong] =
        std::to_chars(plain.data(), plain.data() + plain.size(), value, std::chars_format::fixed);
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::scientific).ptr;
    if (tooLong == std::errc() && plainEnd - plain.data() <= end - digits.data())
        putTagged(out, "real", {plain.data(), plainEnd - plain.data()});
    else
        putTagged(out, "real", {digits.data(), end - digits.data()});
}

void putValue(TextSink& out, sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        out.putNumber(static_cast<qint64>(sqlite3_value_int64(value)));
        return;
    case SQLITE_FLOAT:
        putReal(out, sqlite3_value_double(value));
        return;
    case SQLITE_TEXT:
        putText(out, textOf(value));
        return;
    case SQLITE_BLOB:
        putTagged(out, "blob", bytesOf(value).toByteArray().toHex());
        return;
    default:
        out.put("null");
    }
}

void image(sqlite3_context* context, int count, sqlite3_value** values) {
    const std::span arguments(values, static_cast<std::size_t>(count));
    QByteArray text;
    {
        TextSink out(text);
        out.put('{');
        for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
            if (i > 0)
                out.put(',');
            putText(out, textOf(arguments[i]));
            out.put(':');
            putValue(out, arguments[i + 1]);
        }
        out.put('}');
    }
    sqlite3_result_text64(context, text.constData(), static_cast<sqlite3_uint64>(text.size()), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

void giveText(sqlite3_context* context, QByteArrayView text) {
    sqlite3_result_text64(context, text.data(), static_cast<sqlite3_uint64>(text.size()), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

void giveTagged(sqlite3_context* context, const nlohmann::json& value) {
    const auto member = value.begin();
    const std::string& tag = member.key();
    const auto* const text = member->get_ptr<const std::string*>();
    if (!text) {
        sqlite3_result_error(context, "not an image of a row", -1);
        return;
    }
    const QByteArray raw(text->data(), static_cast<qsizetype>(text->size()));
    const QByteArray bytes = QByteArray::fromHex(raw);
    if (tag == "real")
        sqlite3_result_double(context, raw.toDouble());
    else if (tag == "text")
        giveText(context, bytes);
    else
        sqlite3_result_blob64(context, bytes.constData(), static_cast<sqlite3_uint64>(bytes.size()), SQLITE_TRANSIENT);
}

/// The image that a connection read last: a statement reads one for each of its columns.
class LastImage {
public:
    const nlohmann::json& read(QByteArrayView text) {
        if (m_text.isNull() || m_text != text) {
            m_document = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
            m_text = text.toByteArray();
        }
        return m_document;
    }

private:
    QByteArray m_text;
    nlohmann::json m_document;
};

void fromImage(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const std::span arguments(values, 2);
    const QByteArrayView text = textOf(arguments[0]);
    const QByteArrayView name = textOf(arguments[1]);
    const nlohmann::json& document = static_cast<LastImage*>(sqlite3_user_data(context))->read(text);
    if (!document.is_object()) {
        sqlite3_result_error(context, "not an image of a row", -1);
        return;
    }
    const auto found = document.find(std::string(name.data(), static_cast<std::size_t>(name.size())));
    if (found == document.end() || found->is_null())
        sqlite3_result_null(context);
    else if (found->is_number_integer())
        sqlite3_result_int64(context, found->get<qint64>());
    else if (const auto* const string = found->get_ptr<const std::string*>())
        giveText(context, {string->data(), static_cast<qsizetype>(string->size())});
    else if (found->is_object() && found->size() == 1)
        giveTagged(context, *found);
    else
        sqlite3_result_error(context, "not an image of a row", -1);
}

void sha256(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const QByteArray hash = QCryptographicHash::hash(bytesOf(*values).toByteArray(), QCryptographicHash::Sha256);
    sqlite3_result_blob64(context, hash.constData(), static_cast<sqlite3_uint64>(hash.size()), SQLITE_TRANSIENT);
}

void unhex(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const QByteArray bytes = QByteArray::fromHex(textOf(*values).toByteArray());
    sqlite3_result_blob64(context, bytes.isEmpty() ? "" : bytes.constData(), static_cast<sqlite3_uint64>(bytes.size()),
                          SQLITE_TRANSIENT);
}

void giveBytes(sqlite3_context* context, QByteArrayView bytes) {
    sqlite3_result_blob64(context, bytes.isEmpty() ? "" : bytes.data(), static_cast<sqlite3_uint64>(bytes.size()),
                          SQLITE_TRANSIENT);
}

void like(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const std::span arguments(values, 2);
    const QByteArrayView given = bytesOf(arguments[1]);
    if (sqlite3_value_type(arguments[0]) == SQLITE_BLOB)
        giveBytes(context, given);
    else
        giveText(context, given.isEmpty() ? QByteArrayView("") : given);
}

struct Function {
    const char* name;
    int arguments; ///< -1: any number
    void (*run)(sqlite3_context*, int, sqlite3_value**);
};
constexpr Function functions[] = {
    {"portolan_image", -1, image},
    {"portolan_sha256", 1, sha256},
    {"portolan_like", 2, like},
    {"portolan_unhex", 1, unhex},
};

constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

Result<void> taken(int code) {
    if (code == SQLITE_OK)
        return {};
    return Error{ErrorCode::Io, QStringLiteral("SQLite does not take the functions that images of rows are made with."),
                 QString::fromUtf8(sqlite3_errstr(code))};
}

} // namespace

Result<void> addImageFunctions(sqlite3* database) {
    for (const Function& function : functions) {
        PORTOLAN_TRY(taken(sqlite3_create_function_v2(database, function.name, function.arguments, flags, nullptr,
                                                      function.run, nullptr, nullptr, nullptr)));
    }
    // SQLite deletes it with the connection, also where it does not take the function.
    return taken(sqlite3_create_function_v2(database, "portolan_from_image", 2, flags,
                                            std::make_unique<LastImage>().release(), fromImage, nullptr, nullptr,
                                            [](void* last) { delete static_cast<LastImage*>(last); }));
}

} // namespace portolan
