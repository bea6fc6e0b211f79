#include "storage/sql/postgresql/filterencoding.h"

#include "storage/listing/filterlexer.h"

#include <algorithm>
#include <libpq-fe.h>

namespace portolan {

namespace {

struct FilterWord {
    QByteArray text;
    qsizetype position = -1; ///< in the filter's source; -1: not known
};

bool isAscii(const QByteArray& text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Takes the texts that would be bound in a statement, as far as they go beyond ASCII.
void collectWords(const FilterChild& child, std::vector<FilterWord>& words) {
    if (!child)
        return;
    const auto take = [&](const QByteArray& text, qsizetype position) {
        if (!isAscii(text))
            words.push_back({text, position});
    };
    const auto takeAll = [&](const std::vector<FilterChild>& children) {
        for (const FilterChild& each : children)
            collectWords(each, words);
    };
    if (const auto* term = std::get_if<FilterTerm>(&child->node)) {
        for (const auto& step : term->field.path) {
            if (const auto* key = std::get_if<QByteArray>(&step))
                take(*key, term->position);
        }
        if (const auto* text = std::get_if<QByteArray>(&term->value.value))
            take(*text, term->position);
    } else if (const auto* text = std::get_if<FilterText>(&child->node)) {
        take(text->text, -1);
    } else if (const auto* all = std::get_if<FilterAnd>(&child->node)) {
        takeAll(all->children);
    } else if (const auto* any = std::get_if<FilterOr>(&child->node)) {
        takeAll(any->children);
    } else if (const auto* inverse = std::get_if<FilterNot>(&child->node)) {
        collectWords(inverse->child, words);
    }
}

} // namespace

Result<void> checkFilterEncoding(Connection& connection, const Filter& filter) {
    if (connection.dialect() != SqlDialect::Postgresql || filter.isEmpty())
        return {};
    const QByteArray encoding = PQparameterStatus(connection.postgresql()->handle(), "server_encoding");
    if (encoding.isEmpty() || encoding == "UTF8" || encoding == "SQL_ASCII")
        return {};
    std::vector<FilterWord> words;
    collectWords(filter.root, words);
    for (const FilterWord& word : words) {
        const QString text = QString::fromUtf8(word.text);
        const Result<QVariant> taken = connection.value(QStringLiteral("SELECT CAST(? AS text) IS NULL"), {text});
        if (taken)
            continue;
        if (connection.postgresql()->failure().cause != PostgresqlFailure::Cause::Refused
            || taken.error().code != ErrorCode::Invalid)
            return taken.error();
        const qsizetype position = word.position >= 0 ? word.position : filter.source.indexOf(text);
        return filterError(filter.source, std::max<qsizetype>(position, 0),
                           QStringLiteral("%1 has a character that the database's encoding (%2) does not have; no row "
                                          "can hold it.")
                               .arg(shownInError(word.text), QString::fromLatin1(encoding)));
    }
    return {};
}

} // namespace portolan
