#include "storage/listing/filtertexts.h"

namespace portolan {

namespace {

void collect(const FilterChild& child, const ColumnSet& schema, std::vector<QByteArray>& texts) {
    if (!child)
        return;
    if (const auto* text = std::get_if<FilterText>(&child->node)) {
        texts.push_back(text->text);
    } else if (const auto* term = std::get_if<FilterTerm>(&child->node)) {
        const auto* wanted = std::get_if<QByteArray>(&term->value.value);
        if (wanted && term->comparison == Comparison::Contains && term->field.path.empty()
            && schema.columns[static_cast<std::size_t>(term->field.column)].searched)
            texts.push_back(*wanted);
    } else if (const auto* all = std::get_if<FilterAnd>(&child->node)) {
        for (const FilterChild& each : all->children)
            collect(each, schema, texts);
    }
}

} // namespace

std::vector<QByteArray> requiredTexts(const Filter& filter, const ColumnSet& schema) {
    std::vector<QByteArray> texts;
    collect(filter.root, schema, texts);
    return texts;
}

QByteArray quotedPhrase(QByteArrayView text) {
    QByteArray phrase("\"");
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            phrase += QByteArray("\\") + c;
        else if (c == '\n')
            phrase += "\\n";
        else if (c == '\r')
            phrase += "\\r";
        else if (c == '\t')
            phrase += "\\t";
        else if (byte != 0 && byte < 0x20)
            phrase += "\\u" + QByteArray::number(byte, 16).rightJustified(4, '0');
        else
            phrase += c;
    }
    return phrase + '"';
}

} // namespace portolan
