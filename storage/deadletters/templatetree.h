#pragma once

#include "storage/deadletters/tokentable.h"

#include <optional>
#include <unordered_map>

namespace portolan {

/// Finds the template that a message fits: by its number of tokens and its first few, each as it is or as a wildcard,
/// then one by one. The tree of fixed depth of Drain (He et al., ICWS 2017), where a message has to fit and not only to
/// be similar.
class TemplateTree {
public:
    void add(const TemplateShape& shape, quint32 id);
    /// Returns the id of the fitting template with the fewest wildcards, of several the least; nothing: none fits.
    [[nodiscard]] std::optional<quint32> find(const TemplateShape& message, const TokenTable& table) const;
    void clear();

private:
    struct Entry {
        TemplateShape shape;
        quint32 id = 0;
        qsizetype wildcards = 0;
    };
    using Node = quint32;
    struct Search {
        const TemplateShape& message;
        const TokenTable& table;
        const Entry* best = nullptr;
    };

    static quint64 edge(Node node, TokenId token) { return static_cast<quint64>(node) << 32 | token; }
    [[nodiscard]] std::optional<Node> child(Node node, TokenId token) const;
    void search(Node node, std::size_t place, Search& search) const;

    std::unordered_map<quint64, Node> m_edges;
    std::vector<std::vector<Entry>> m_entries{1}; ///< of each node; the root is 0
};

} // namespace portolan
