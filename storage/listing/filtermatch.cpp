#include "storage/listing/filtermatch.h"

#include "storage/base/comparison.h"
#include "storage/base/timeforms.h"
#include "storage/json/jsonnumber.h"

#include <algorithm>

namespace portolan {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::partial_ordering compareBytes(const QByteArray& a, const QByteArray& b) {
    return QByteArrayView(a).compare(b) <=> 0;
}

/// Compares a whole number in a column of texts with a text.
std::partial_ordering compareNumberWithText(qint64 number, const QByteArray& text) {
    if (!isPlainInteger(text))
        return std::partial_ordering::unordered;
    return compareJsonNumbers(QByteArray::number(number), text);
}

/// Compares a date with the midnight of a day.
std::partial_ordering compareDateWithTime(const QByteArray& text, Timestamp time) {
    const auto date = parseDatabaseTime(text);
    return date ? std::partial_ordering(*date <=> time) : std::partial_ordering::unordered;
}

/// Compares a cell with the wanted value, which the parser has made of one type.
std::partial_ordering compareValues(const Value& cell, const FilterValue& wanted) {
    const auto none = [](const auto&, const auto&) { return std::partial_ordering::unordered; };
    return std::visit(Overloaded{
                          [](bool a, bool b) -> std::partial_ordering { return a <=> b; },
                          [](qint64 a, qint64 b) -> std::partial_ordering { return a <=> b; },
                          [](double a, double b) { return a <=> b; },
                          [](qint64 a, double b) { return static_cast<double>(a) <=> b; },
                          [](const QByteArray& a, const QByteArray& b) { return compareBytes(a, b); },
                          [](qint64 a, const QByteArray& b) { return compareNumberWithText(a, b); },
                          [](Timestamp a, Timestamp b) -> std::partial_ordering { return a <=> b; },
                          [](const QByteArray& a, Timestamp b) { return compareDateWithTime(a, b); },
                          none,
                      },
                      cell, wanted.value);
}

/// Returns the text that "contains" looks at; nothing for a cell that is no text.
std::optional<QByteArray> textOf(const Value& cell) {
    if (const auto* text = std::get_if<QByteArray>(&cell))
        return *text;
    if (const auto* number = std::get_if<qint64>(&cell))
        return QByteArray::number(*number);
    return std::nullopt;
}

} // namespace

struct FilterMatcher::Cells {
    const void* context;
    CellOf cellOf;
    [[nodiscard]] Value at(int column) const { return cellOf(context, column); }
};

FilterMatcher::FilterMatcher(const Filter& filter, const ColumnSet& schema) : m_root(prepare(filter.root)) {
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
        if (schema.columns[i].searched)
            m_searched.push_back({static_cast<int>(i), schema.columns[i].type == ColumnType::Json});
    }
}

FilterMatcher::Node FilterMatcher::prepare(const FilterChild& child) {
    Node node;
    if (!child)
        return node;
    node.origin = child;
    const auto addAll = [&](Node::Kind kind, const std::vector<FilterChild>& children) {
        node.kind = kind;
        for (const FilterChild& each : children)
            node.children.push_back(prepare(each));
    };
    std::visit(Overloaded{
                   [&](const FilterTerm& term) {
                       node.kind = Node::Kind::Term;
                       const auto* text = std::get_if<QByteArray>(&term.value.value);
                       if (!term.field.path.empty())
                           node.places.emplace_back(term);
                       else if (term.comparison == Comparison::Contains)
                           node.addSearch(text ? *text : QByteArray());
                   },
                   [&](const FilterText& text) {
                       node.kind = Node::Kind::Text;
                       node.addSearch(text.text);
                   },
                   [&](const FilterAnd& both) { addAll(Node::Kind::And, both.children); },
                   [&](const FilterOr& any) { addAll(Node::Kind::Or, any.children); },
                   [&](const FilterNot& inverse) { addAll(Node::Kind::Not, {inverse.child}); },
               },
               child->node);
    return node;
}

bool FilterMatcher::matchesCells(const void* context, CellOf cellOf) const {
    return holds(m_root, Cells{context, cellOf});
}

bool FilterMatcher::holds(const Node& node, const Cells& cells) const {
    const auto childHolds = [&](const Node& child) { return holds(child, cells); };
    switch (node.kind) {
    case Node::Kind::Everything:
        return true;
    case Node::Kind::Term: {
        const auto& term = std::get<FilterTerm>(node.origin->node);
        return termHolds(term, node, cells.at(term.field.column));
    }
    case Node::Kind::Text:
        return textHolds(node, cells);
    case Node::Kind::And:
        return std::all_of(node.children.begin(), node.children.end(), childHolds);
    case Node::Kind::Or:
        return std::any_of(node.children.begin(), node.children.end(), childHolds);
    case Node::Kind::Not:
        return !holds(node.children.front(), cells);
    }
    return false;
}

bool FilterMatcher::textHolds(const Node& node, const Cells& cells) const {
    return std::any_of(m_searched.begin(), m_searched.end(), [&](const Searched& searched) {
        return node.isIn(cells.at(searched.column), searched.isDocument);
    });
}

bool FilterMatcher::termHolds(const FilterTerm& term, const Node& node, const Value& cell) {
    if (std::holds_alternative<std::monostate>(cell))
        return false;
    if (!term.field.path.empty()) {
        const auto* document = std::get_if<QByteArray>(&cell);
        return document && node.places.front().holds(*document);
    }
    if (term.comparison == Comparison::IsSet)
        return true;
    if (term.comparison == Comparison::Contains)
        return node.isIn(cell, term.field.type == ColumnType::Json);
    return satisfies(compareValues(cell, term.value), term.comparison);
}

void FilterMatcher::Node::addSearch(const QByteArray& needle) {
    search.emplace_back(needle);
    documents.emplace_back(needle);
}

bool FilterMatcher::Node::isIn(const Value& cell, bool isDocument) const {
    const auto text = textOf(cell);
    if (!text)
        return false;
    return isDocument ? documents.front().isIn(*text) : search.front().isIn(*text);
}

namespace {

QByteArray neededIn(const FilterChild& child, int column, bool searchedAlone) {
    if (!child)
        return {};
    if (const auto* text = std::get_if<FilterText>(&child->node))
        return searchedAlone ? text->text : QByteArray();
    if (const auto* term = std::get_if<FilterTerm>(&child->node)) {
        const bool holdsText = term->comparison == Comparison::Contains || term->comparison == Comparison::Equal;
        const auto* text = std::get_if<QByteArray>(&term->value.value);
        const bool isColumn = term->field.column == column && term->field.path.empty();
        return holdsText && isColumn && text ? *text : QByteArray();
    }
    if (const auto* all = std::get_if<FilterAnd>(&child->node)) {
        QByteArray longest;
        for (const FilterChild& each : all->children) {
            QByteArray needed = neededIn(each, column, searchedAlone);
            if (needed.size() > longest.size())
                longest = std::move(needed);
        }
        return longest;
    }
    return {};
}

} // namespace

QByteArray neededText(const Filter& filter, const ColumnSet& schema, QByteArrayView column) {
    const ColumnSet::Column* found = schema.find(column);
    if (!found)
        return {};
    const auto searched = std::count_if(schema.columns.begin(), schema.columns.end(),
                                        [](const ColumnSet::Column& each) { return each.searched; });
    return neededIn(filter.root, static_cast<int>(found - schema.columns.data()), found->searched && searched == 1);
}

} // namespace portolan
