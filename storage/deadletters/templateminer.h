#pragma once

#include "storage/base/result.h"
#include "storage/deadletters/messagemask.h"
#include "storage/deadletters/templatemerge.h"
#include "storage/deadletters/templatetree.h"

#include <span>
#include <string_view>
#include <unordered_map>

namespace portolan {

/// A template of one miner.
enum class TemplateId : quint32 {};

/// The limits of a miner's memory.
struct MinerLimits {
    std::size_t mergesAt = 32'768;       ///< so many new forms of messages make it settle provisionally
    std::size_t mostTemplates = 100'000; ///< with so many it takes no new ones
};

/// Finds the templates of messages as they come: "Invalid user <*> from <*>". Each message is masked; equal masked
/// messages are one template at once. settle() looks at all templates together, finds the words that are values, and
/// joins templates that differ in them alone. One fixed configuration, no randomness, no clock: the same messages have
/// the same templates on every machine, in whatever order they come (as long as fewer than `mergesAt` new ones come
/// between two settlements; from then on it settles provisionally by itself, and the order may tell).
///
/// A decision of settle() stays: a known template never changes, joins no other and keeps its place. Later messages
/// that fit one belong to it. So groups keep their history, and words that proved to be values late leave a few
/// templates of their own.
///
/// Memory is that of the templates, not of the messages, but for some words for each form of message that once was new;
/// beyond `mostTemplates` a message of a new form belongs to the template "<*>". Some microseconds a message. Any
/// thread, one at a time.
///
/// Sources: Drain (He et al., ICWS 2017), Brain (Yu et al., TSC 2023); see messagemask.h, templatetree.h,
/// templatemerge.h.
class TemplateMiner {
public:
    explicit TemplateMiner(const MergeRule& rule = {}, const MinerLimits& limits = {});
    /// Makes a miner that knows these templates already, as templates() gave them.
    explicit TemplateMiner(std::span<const QByteArray> known);
    TemplateMiner(TemplateMiner&&) noexcept = default;
    /// A copy shares the texts, which nobody changes, so that borrowed ones stay valid.
    TemplateMiner(const TemplateMiner&) = default;
    TemplateMiner& operator=(const TemplateMiner&) = delete;
    TemplateMiner& operator=(TemplateMiner&&) = delete;
    ~TemplateMiner() = default;

    /// Adds a message and returns its template so far. Any bytes; of a very long one the beginning counts.
    TemplateId add(QByteArrayView message);
    /// Decides on everything added since the last time.
    void settle();
    /// Returns the template by now of messages for which add() returned `id`; final after settle().
    [[nodiscard]] TemplateId settled(TemplateId id) const;
    /// Returns one line of valid UTF-8 without tabs, where <*> stands for what varies; empty for an empty message. Two
    /// ids of one settled template have one text. Valid until the next add() or settle().
    [[nodiscard]] const QByteArray& text(TemplateId id) const;
    /// Returns the texts of all settled templates, in the order in which they became known.
    [[nodiscard]] std::vector<QByteArray> templates() const;

private:
    struct Form {
        QByteArray text;
        TemplateShape shape;
        quint32 partOf = 0; ///< itself while it is a template
        bool known = false;
    };

    quint32 addForm(QByteArrayView text, TemplateShape shape, bool known);
    quint32 newForm(QByteArrayView text);
    void merge();
    void mergeForms(const std::vector<quint32>& members, const TemplateShape& shape);
    [[nodiscard]] QByteArray commonText(const std::vector<quint32>& members) const;
    void index();
    [[nodiscard]] std::vector<quint32> living() const;
    [[nodiscard]] quint32 resolved(quint32 form) const;

    MergeRule m_rule;
    MinerLimits m_limits;
    MessageMask m_mask;
    TokenTable m_table;
    TemplateTree m_tree;                                    ///< of what was merged or is known
    std::vector<Form> m_forms;                              ///< by TemplateId
    std::unordered_map<std::string_view, quint32> m_byText; ///< of the living; borrows their texts
    std::vector<TemplateToken> m_tokens;                    // memory for add()
    TemplateShape m_shape;                                  // the same
    std::size_t m_new = 0;                                  ///< forms since the last merge
    bool m_full = false;
    std::optional<quint32> m_rest; ///< "<*>" of what came when it was full
};

} // namespace portolan
