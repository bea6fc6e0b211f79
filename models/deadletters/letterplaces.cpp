#include "models/deadletters/letterplaces.h"

#include "models/list/format.h"
#include "storage/json/jsonplace.h"
#include "storage/listing/filter.h"

namespace portolan {

namespace {

constexpr int placeWidth = 14;
constexpr int firstPlace = 1; ///< own columns that come before the places
constexpr char mark = '\1';   ///< begins no document

const QByteArray* documentOf(const PortMessage& letter, const QByteArray& column) {
    if (column == "message_data")
        return &letter.messageData;
    const std::optional<QByteArray>& document =
        column == "message_metadata" ? letter.messageMetadata : letter.errorDetails;
    return document ? &*document : nullptr;
}

/// The mark, then each value after its length; -1: there is none.
QByteArray packed(const std::vector<Value>& values) {
    QByteArray all(1, mark);
    for (const Value& value : values) {
        const auto* const text = std::get_if<QByteArray>(&value);
        all += QByteArray::number(text ? text->size() : -1) + ' ' + (text ? *text : QByteArray());
    }
    return all;
}

Value unpacked(const QByteArray& data, std::size_t wanted) {
    qsizetype at = 1;
    for (std::size_t i = 0;; ++i) {
        const qsizetype blank = data.indexOf(' ', at);
        const qsizetype size = blank < 0 ? -1 : data.sliced(at, blank - at).toLongLong();
        if (i == wanted)
            return size < 0 ? Value() : Value(data.sliced(blank + 1, size));
        if (blank < 0)
            return {};
        at = blank + 1 + std::max<qsizetype>(size, 0);
    }
}

} // namespace

std::optional<LetterPlace> letterPlace(const QString& typed) {
    const QString name = typed.trimmed();
    const auto filter = parseFilter(name + QStringLiteral(":*"), deadLetterSchema(), currentTime());
    const FilterNode* node = filter ? filter->root.get() : nullptr;
    while (node && std::holds_alternative<FilterNot>(node->node))
        node = std::get<FilterNot>(node->node).child.get();
    const auto* const term = node ? std::get_if<FilterTerm>(&node->node) : nullptr;
    if (!term || term->field.path.empty())
        return std::nullopt;
    const auto& column = deadLetterSchema().columns[static_cast<std::size_t>(term->field.column)];
    return LetterPlace{name.toUtf8(), column.name, term->field.path};
}

Value valueAt(const PortMessage& letter, const LetterPlace& place) {
    const QByteArray* const document = documentOf(letter, place.column);
    const auto found = document ? findJsonPlace(*document, place.path) : std::nullopt;
    if (!found || found->kind == JsonPlace::Kind::Null)
        return {};
    QByteArray text = found->isScalar() ? found->text() : found->raw.toByteArray();
    cutToCell(text);
    return text;
}

PlaceListing::PlaceListing(const Listing<PortMessage>& letters, std::vector<LetterPlace> places)
    : TypedListing(letters)
    , m_source(letters.source)
    , m_trim(letters.trim)
    , m_places(std::move(places))
    , m_shown(letters.shown)
    , m_exported(TypedListing::exportColumns()) {
    std::vector<ModelColumn> shown;
    std::vector<ExportColumn> exported;
    for (const LetterPlace& place : m_places) {
        shown.push_back({place.name, place.name.constData(), ColumnKind::Data, placeWidth});
        exported.push_back({place.name, ColumnType::Text});
    }
    m_shown.insert(m_shown.begin() + firstPlace, shown.begin(), shown.end());
    m_exported.insert(m_exported.begin() + firstPlace, exported.begin(), exported.end());
}

/// In cells the values at the places take the document's place, which no cell shows.
Result<ListingAdapter::BlockPage> PlaceListing::page(Store& store, const ListQuery& query, RowExtent extent,
                                                     const CancelToken& token) const {
    if (m_places.empty() || extent == RowExtent::Whole)
        return TypedListing::page(store, query, extent, token);
    auto read = m_source(store).page(query, token);
    PORTOLAN_TRY(read);
    for (PortMessage& letter : read->rows) {
        std::vector<Value> values;
        for (const LetterPlace& place : m_places)
            values.push_back(valueAt(letter, place));
        m_trim(letter);
        letter.messageData = packed(values);
    }
    return BlockPage{block(std::move(read->rows)), std::move(read->next), read->last};
}

Value PlaceListing::value(const RowBlock& rows, int at, int column) const {
    const int places = static_cast<int>(m_places.size());
    if (column < firstPlace || column >= firstPlace + places)
        return TypedListing::value(rows, at, column < firstPlace ? column : column - places);
    const PortMessage& letter = row(rows, at);
    const auto wanted = static_cast<std::size_t>(column - firstPlace);
    return letter.messageData.startsWith(mark) ? unpacked(letter.messageData, wanted)
                                               : valueAt(letter, m_places[wanted]);
}

} // namespace portolan
