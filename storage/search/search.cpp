#include "storage/search/search.h"

#include "storage/base/textsearch.h"
#include "storage/json/jsonmeaning.h"
#include "storage/listing/filtertexts.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/store.h"
#include "storage/versions/pipelinerows.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype shownBefore = 32; ///< bytes
constexpr qsizetype shownAfter = 80;
constexpr int rowsAPage = 50;
constexpr int documentsAPage = 8;               ///< of a table of documents, once they have shown to be small:
constexpr qsizetype smallDocument = 256 * 1024; ///< each may be of a hundred megabytes

constexpr std::pair<FoundKind, const char*> kindNames[] = {
    {FoundKind::Message, "message"},
    {FoundKind::PortMessage, "port-message"},
    {FoundKind::Checkpoint, "checkpoint"},
    {FoundKind::Component, "component"},
    {FoundKind::Sink, "sink"},
    {FoundKind::Reject, "reject"},
};

constexpr Column<Found> columnTable[] = {
    {"kind", ColumnType::Text, [](const Found& f) { return Value(QByteArray(foundKindName(f.kind))); }},
    {"id", ColumnType::Text, [](const Found& f) { return Value(f.id); }},
    {"name", ColumnType::Text, [](const Found& f) { return Value(f.name); }},
    {"version", ColumnType::Integer, [](const Found& f) { return optionalValue(f.version); }},
    {"time", ColumnType::Time, [](const Found& f) { return optionalValue(f.time); }},
    {"column", ColumnType::Text, [](const Found& f) { return Value(f.column); }},
    {"snippet", ColumnType::Text, [](const Found& f) { return Value(f.snippet()); }},
};

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

QByteArray onOneLine(QByteArrayView text) {
    QByteArray line = text.toByteArray();
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = ' ';
    }
    return line;
}

/// Quotes what is around a place of a text, cut between characters.
void quote(Found& found, QByteArrayView text, qsizetype at, qsizetype length) {
    qsizetype begin = std::max<qsizetype>(at - shownBefore, 0);
    while (begin < at && isContinuation(text[begin]))
        ++begin;
    qsizetype end = std::min(at + length + shownAfter, text.size());
    while (end > at + length && end < text.size() && isContinuation(text[end]))
        --end;
    const QByteArray cut("\xE2\x80\xA6");
    found.before = (begin > 0 ? cut : QByteArray()) + onOneLine(text.sliced(begin, at - begin));
    found.hit = onOneLine(text.sliced(at, length));
    found.after = onOneLine(text.sliced(at + length, end - at - length)) + (end < text.size() ? cut : QByteArray());
}

QByteArray textOf(const Value& value) {
    if (const auto* bytes = std::get_if<QByteArray>(&value))
        return *bytes;
    const auto* number = std::get_if<qint64>(&value);
    return number ? QByteArray::number(*number) : QByteArray();
}

/// A kind's listing, and which of its columns say what was found.
template <class Row>
struct SearchedListing {
    FoundKind kind;
    RowSource<Row>* source;
    const ColumnSet* schema;
    std::span<const Column<Row>> columns;
    const char* name;
    const char* version = nullptr;
    bool holdsDocuments = false;
};

template <class Row>
bool isSmall(const Row& row) {
    if constexpr (std::is_same_v<Row, PipelineRow>)
        return std::ranges::all_of(row.cells, [](const Value& cell) {
            const auto* bytes = std::get_if<QByteArray>(&cell);
            return !bytes || bytes->size() < smallDocument;
        });
    return true;
}

class Search {
public:
    Search(const QString& text, int limit, const Cursor& after, const CancelToken& token)
        : m_text(text.toUtf8())
        , m_search(m_text)
        , m_said(needsEscapes(m_text) ? std::optional<TextSearch>(saidInString(m_text)) : std::nullopt)
        , m_limit(limit)
        , m_after(after)
        , m_token(token) {}

    template <class Row>
    [[nodiscard]] Result<FoundRows> rows(const SearchedListing<Row>& place) const {
        ListQuery query;
        query.filter = {phraseFilter(QString::fromUtf8(m_text)),
                        std::make_shared<const FilterNode>(FilterNode{FilterText{m_text}})};
        query.sort.descending = true;
        query.after = m_after;
        FoundRows found;
        int rows = place.holdsDocuments ? 1 : rowsAPage;
        while (static_cast<int>(found.rows.size()) < m_limit) {
            query.limit = std::min(rows, m_limit - static_cast<int>(found.rows.size()));
            const Result<Page<Row>> page = place.source->page(query, m_token);
            if (!page && page.error().code == ErrorCode::Unsupported)
                return unavailableReason(page.error().text);
            PORTOLAN_TRY(page);
            for (const Row& row : page->rows)
                found.rows.push_back(describe(place, row));
            if (place.holdsDocuments)
                rows = std::ranges::all_of(page->rows, isSmall<Row>) ? documentsAPage : 1;
            found.more = !page->last;
            query.after = page->next;
            if (page->last)
                break;
        }
        found.next = query.after;
        return found;
    }

    [[nodiscard]] static FoundRows unavailableReason(const QString& why) {
        FoundRows none;
        none.missing = why;
        return none;
    }

private:
    template <class Row>
    [[nodiscard]] Found describe(const SearchedListing<Row>& place, const Row& row) const {
        const auto cell = [&](QByteArrayView name) {
            const auto at = std::ranges::find_if(place.columns, [&](const auto& each) { return name == each.name; });
            return at == place.columns.end() ? Value() : at->value(row);
        };
        Found found;
        found.kind = place.kind;
        found.id = textOf(cell("id"));
        found.name = textOf(cell(place.name));
        if (place.version) {
            const Value version = cell(place.version);
            if (const auto* number = std::get_if<qint64>(&version))
                found.version = *number;
        }
        const Value time = cell(place.schema->timeColumn);
        if (const auto* at = std::get_if<Timestamp>(&time))
            found.time = *at;
        for (std::size_t i = 0; i < place.columns.size(); ++i) {
            const ColumnSet::Column& column = place.schema->columns[i];
            if (column.searched && lookIn(found, place.columns[i].value(row), column))
                break;
        }
        return found;
    }

    [[nodiscard]] bool lookIn(Found& found, const Value& value, const ColumnSet::Column& column) const {
        const QByteArray stored = textOf(value);
        const auto meaning = column.type == ColumnType::Json ? jsonMeaning(stored) : std::nullopt;
        const QByteArray& text = meaning ? *meaning : stored;
        const qsizetype at = m_search.find(text);
        if (at < 0)
            return meaning && m_said && lookInStrings(found, *meaning, column);
        found.column = column.name;
        quote(found, text, at, m_text.size());
        return true;
    }

    /// The text as strings of a document say it.
    [[nodiscard]] bool lookInStrings(Found& found, QByteArrayView meaning, const ColumnSet::Column& column) const {
        const QByteArray said = withoutEscapes(meaning);
        const qsizetype at = m_said->find(said);
        if (at < 0)
            return false;
        found.column = column.name;
        quote(found, shownSaying(said), at, saidInString(m_text).size());
        return true;
    }

    QByteArray m_text;
    TextSearch m_search;
    std::optional<TextSearch> m_said;
    int m_limit;
    const Cursor& m_after;
    const CancelToken& m_token;
};

Result<FoundRows> pipelineRows(Store& store, const Search& search, FoundKind kind, PipelineTable table,
                               const char* name, const char* version) {
    RowSource<PipelineRow>* const source = store.pipelineRows(table);
    if (!source)
        return Search::unavailableReason(store.unavailableReason(Feature::Checkpoints).value_or(QString()));
    return search.rows(SearchedListing<PipelineRow>{kind, source, &pipelineSchema(table), pipelineColumns(table), name,
                                                    version, true});
}

} // namespace

const char* foundKindName(FoundKind kind) {
    return std::ranges::find(kindNames, kind, &std::pair<FoundKind, const char*>::first)->second;
}

std::optional<FoundKind> foundKindNamed(QByteArrayView name) {
    const auto* const found =
        std::ranges::find_if(kindNames, [&](const auto& each) { return name == QByteArrayView(each.second); });
    return found == std::ranges::end(kindNames) ? std::nullopt : std::optional(found->first);
}

std::span<const Column<Found>> foundColumns() {
    return columnTable;
}

QString phraseFilter(const QString& text) {
    return QString::fromUtf8(quotedPhrase(text.toUtf8()));
}

Result<FoundRows> searchStore(Store& store, FoundKind kind, const QString& text, int limit, const Cursor& after,
                              const CancelToken& token) {
    if (text.isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("There is no text to search for.")};
    const Search search(text, limit, after, token);
    switch (kind) {
    case FoundKind::Message:
        return search.rows(SearchedListing<Message>{kind, &store.batches().messages(), &messageSchema(),
                                                    messageColumns(), "message_number"});
    case FoundKind::PortMessage:
        if (!store.ports())
            return Search::unavailableReason(store.unavailableReason(Feature::Ports).value_or(QString()));
        return search.rows(SearchedListing<PortMessage>{kind, &store.ports()->messages(), &portMessageSchema(),
                                                        portMessageColumns(), "port_name"});
    case FoundKind::Checkpoint:
        return pipelineRows(store, search, kind, PipelineTable::Checkpoints, "checkpoint_name", "version");
    case FoundKind::Component:
        return pipelineRows(store, search, kind, PipelineTable::Components, "component_name", "version");
    case FoundKind::Sink:
        return pipelineRows(store, search, kind, PipelineTable::Sinks, "sink_name", nullptr);
    case FoundKind::Reject:
        return search.rows(
            SearchedListing<Reject>{kind, &store.batches().rejects(), &rejectSchema(), rejectColumns(), "source"});
    }
    Q_UNREACHABLE();
}

} // namespace portolan
