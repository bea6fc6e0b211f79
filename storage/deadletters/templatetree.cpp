#include "storage/deadletters/templatetree.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t depth = 5; ///< tokens that are edges, after the number of tokens

bool fits(const TemplateShape& shape, const TemplateShape& message, const TokenTable& table) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] != message[i] && (shape[i] != anyToken || !table.isWord(message[i])))
            return false;
    }
    return true;
}

} // namespace

void TemplateTree::add(const TemplateShape& shape, quint32 id) {
    const auto below = [&](Node node, TokenId token) {
        const auto [at, isNew] = m_edges.try_emplace(edge(node, token), static_cast<Node>(m_entries.size()));
        if (isNew)
            m_entries.emplace_back();
        return at->second;
    };
    Node node = below(0, static_cast<TokenId>(shape.size()));
    for (std::size_t i = 0; i < std::min(depth, shape.size()); ++i)
        node = below(node, shape[i]);
    m_entries[node].push_back({shape, id, std::ranges::count(shape, anyToken)});
}

std::optional<TemplateTree::Node> TemplateTree::child(Node node, TokenId token) const {
    const auto found = m_edges.find(edge(node, token));
    return found == m_edges.end() ? std::nullopt : std::optional(found->second);
}

std::optional<quint32> TemplateTree::find(const TemplateShape& message, const TokenTable& table) const {
    Search found{message, table};
    if (const auto node = child(0, static_cast<TokenId>(message.size())))
        search(*node, 0, found);
    return found.best ? std::optional(found.best->id) : std::nullopt;
}

void TemplateTree::search(Node node, std::size_t place, Search& found) const {
    if (place == std::min(depth, found.message.size())) {
        for (const Entry& entry : m_entries[node]) {
            const bool better = !found.best || entry.wildcards < found.best->wildcards
                                || (entry.wildcards == found.best->wildcards && entry.id < found.best->id);
            if (better && fits(entry.shape, found.message, found.table))
                found.best = &entry;
        }
        return;
    }
    const TokenId token = found.message[place];
    if (const auto same = child(node, token))
        search(*same, place + 1, found);
    if (token == anyToken || !found.table.isWord(token))
        return;
    if (const auto any = child(node, anyToken))
        search(*any, place + 1, found);
}

void TemplateTree::clear() {
    m_edges.clear();
    m_entries.assign(1, {});
}

} // namespace portolan
