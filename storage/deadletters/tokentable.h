#pragma once

#include "storage/deadletters/templateshape.h"

#include <QByteArray>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace portolan {

/// A token as a number: equal texts have equal ones. A template as its tokens alone, without blanks, is its shape.
using TokenId = quint32;
using TemplateShape = std::vector<TokenId>;
inline constexpr TokenId anyToken = 0; ///< a wildcard

/// The texts of the tokens of the templates of one miner.
class TokenTable {
public:
    TokenTable() { m_rows.push_back({{}, true}); }

    /// Returns the shape of a template and keeps its tokens.
    TemplateShape shapeOf(const std::vector<TemplateToken>& tokens) {
        TemplateShape shape;
        shape.reserve(tokens.size());
        for (const TemplateToken& token : tokens)
            shape.push_back(token.wildcard ? anyToken : keep(token));
        return shape;
    }
    /// Makes the shape of a message that may fit a template; keeps nothing.
    void lookUp(const std::vector<TemplateToken>& tokens, TemplateShape& shape) const {
        shape.clear();
        for (const TemplateToken& token : tokens) {
            const auto found = token.wildcard ? m_ids.end() : m_ids.find(viewOf(token.text));
            shape.push_back(token.wildcard         ? anyToken
                            : found != m_ids.end() ? found->second
                            : token.word           ? unknownWord
                                                   : unknownMark);
        }
    }
    /// Returns true when a wildcard may stand for it.
    [[nodiscard]] bool isWord(TokenId id) const { return id == unknownWord || (id != unknownMark && m_rows[id].word); }

private:
    static constexpr TokenId unknownWord = 0xffffffff;
    static constexpr TokenId unknownMark = 0xfffffffe;

    struct Row {
        QByteArray text;
        bool word = false;
    };

    static std::string_view viewOf(QByteArrayView text) { return {text.data(), static_cast<std::size_t>(text.size())}; }
    TokenId keep(const TemplateToken& token) {
        if (const auto found = m_ids.find(viewOf(token.text)); found != m_ids.end())
            return found->second;
        m_rows.push_back({token.text.toByteArray(), token.word});
        const auto id = static_cast<TokenId>(m_rows.size() - 1);
        m_ids.emplace(viewOf(m_rows.back().text), id);
        return id;
    }

    std::deque<Row> m_rows; ///< never moved: the keys of m_ids borrow their texts
    std::unordered_map<std::string_view, TokenId> m_ids;
};

} // namespace portolan
