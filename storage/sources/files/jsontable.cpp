#include "storage/sources/files/jsontable.h"

#include "storage/ingest/jsonfields.h"
#include "storage/json/jsonplace.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t keptStrangers = 20;

} // namespace

void JsonTable::learn(const QByteArray& object) {
    const auto fields = parseJsonObject(object);
    if (!fields)
        return;
    for (const JsonField& field : fields->fields) {
        if (std::ranges::find(m_names, field.name) == m_names.end())
            m_names.push_back(field.name);
    }
}

CsvRow JsonTable::rowOf(const QByteArray& object, qint64 line) {
    CsvRow row;
    row.line = line;
    row.raw = object;
    const auto fields = parseJsonObject(object);
    const auto values = fields ? jsonMemberValues(object) : std::nullopt;
    if (!fields || !values || values->size() != fields->fields.size()) {
        row.mistake = QStringLiteral("column 1: it is not one whole JSON object");
        return row;
    }
    row.cells.resize(m_names.size());
    row.quoted.resize(m_names.size(), false);
    for (std::size_t i = 0; i < values->size(); ++i) {
        const JsonField& field = fields->fields[i];
        const auto found = std::ranges::find(m_names, field.name);
        if (found == m_names.end()) {
            if (m_strangers.size() < keptStrangers)
                m_strangers.insert(field.name);
            continue;
        }
        const auto at = static_cast<std::size_t>(found - m_names.begin());
        const auto* const text = std::get_if<QByteArray>(&field.value);
        if (text)
            row.cells[at] = *text;
        else if (!std::holds_alternative<std::nullptr_t>(field.value))
            row.cells[at] = (*values)[i].toByteArray();
        row.quoted[at] = text != nullptr;
    }
    return row;
}

} // namespace portolan
