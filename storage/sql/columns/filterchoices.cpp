#include "storage/sql/columns/filterchoices.h"

#include <algorithm>
#include <functional>
#include <set>

namespace portolan {

namespace {

constexpr std::size_t mostChoices = 25; ///< filters, each asked by a statement of its own

void flatten(const FilterChild& node, std::vector<FilterChild>& terms) {
    if (const auto* all = std::get_if<FilterAnd>(&node->node)) {
        for (const FilterChild& child : all->children)
            flatten(child, terms);
    } else {
        terms.push_back(node);
    }
}

/// The text that a term wants one of these columns to equal; null for any other node.
const QByteArray* wanted(const FilterNode& node, std::span<const int> columns) {
    const auto* term = std::get_if<FilterTerm>(&node.node);
    if (!term || term->comparison != Comparison::Equal || !term->field.path.empty()
        || std::ranges::find(columns, term->field.column) == columns.end())
        return nullptr;
    return std::get_if<QByteArray>(&term->value.value);
}

/// Picks the values of one column that an alternative offers, each once; empty when it is no such alternative.
std::vector<FilterChild> offered(const FilterChild& node, std::span<const int> columns) {
    const auto* any = std::get_if<FilterOr>(&node->node);
    if (!any)
        return {};
    std::vector<FilterChild> values;
    std::set<QByteArray> known;
    std::optional<int> column;
    for (const FilterChild& child : any->children) {
        const QByteArray* const text = wanted(*child, columns);
        if (!text)
            return {};
        const int of = std::get<FilterTerm>(child->node).field.column;
        if (column.value_or(of) != of)
            return {};
        column = of;
        if (known.insert(*text).second)
            values.push_back(child);
    }
    return values;
}

Filter allOf(const Filter& filter, std::vector<FilterChild> terms) {
    if (terms.empty())
        return {};
    return {filter.source, std::make_shared<const FilterNode>(FilterNode{FilterAnd{std::move(terms)}})};
}

bool looksIntoDocuments(const FilterChild& child) {
    if (const auto* term = std::get_if<FilterTerm>(&child->node))
        return !term->field.path.empty()
               || (term->comparison == Comparison::Contains && term->field.type == ColumnType::Json);
    if (const auto* all = std::get_if<FilterAnd>(&child->node))
        return std::ranges::any_of(all->children, looksIntoDocuments);
    if (const auto* any = std::get_if<FilterOr>(&child->node))
        return std::ranges::any_of(any->children, looksIntoDocuments);
    const auto* inverse = std::get_if<FilterNot>(&child->node);
    return inverse && looksIntoDocuments(inverse->child);
}

} // namespace

DocumentSplit splitByDocuments(const Filter& filter) {
    if (filter.isEmpty())
        return {};
    std::vector<FilterChild> others;
    flatten(filter.root, others);
    const auto documents = std::stable_partition(others.begin(), others.end(), std::not_fn(looksIntoDocuments));
    std::vector<FilterChild> looking(documents, others.end());
    others.erase(documents, others.end());
    return {allOf(filter, std::move(looking)), allOf(filter, std::move(others))};
}

std::vector<Filter> filterChoices(const Filter& filter, std::span<const int> columns) {
    if (filter.isEmpty() || columns.empty())
        return {filter};
    std::vector<FilterChild> terms;
    flatten(filter.root, terms);
    std::vector<std::vector<FilterChild>> choices{{}};
    for (const FilterChild& term : terms) {
        std::vector<FilterChild> values = offered(term, columns);
        if (values.empty() || values.size() * choices.size() > mostChoices)
            values = {term};
        std::vector<std::vector<FilterChild>> more;
        for (const std::vector<FilterChild>& choice : choices) {
            for (const FilterChild& value : values) {
                more.push_back(choice);
                more.back().push_back(value);
            }
        }
        choices = std::move(more);
    }
    if (choices.size() == 1)
        return {filter};
    std::vector<Filter> filters;
    for (std::vector<FilterChild>& choice : choices)
        filters.push_back(allOf(filter, std::move(choice)));
    return filters;
}

} // namespace portolan
