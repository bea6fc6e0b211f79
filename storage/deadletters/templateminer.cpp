#include "storage/deadletters/templateminer.h"

#include "storage/deadletters/wordscan.h"

#include <algorithm>
#include <map>

namespace portolan {

namespace {

std::string_view viewOf(QByteArrayView text) {
    return {text.data(), static_cast<std::size_t>(text.size())};
}

} // namespace

TemplateMiner::TemplateMiner(const MergeRule& rule, const MinerLimits& limits) : m_rule(rule), m_limits(limits) {}

TemplateMiner::TemplateMiner(std::span<const QByteArray> known) {
    for (const QByteArray& text : known)
        addForm(text, {}, true);
    index();
}

TemplateId TemplateMiner::add(QByteArrayView message) {
    const QByteArray& text = m_mask.mask(message);
    if (const auto known = m_byText.find(viewOf(text)); known != m_byText.end())
        return TemplateId(known->second);
    return TemplateId(newForm(text));
}

/// Returns the form of a text that m_byText does not have: the template that it fits, else a new one.
quint32 TemplateMiner::newForm(QByteArrayView text) {
    tokenize(text, m_tokens);
    m_table.lookUp(m_tokens, m_shape);
    if (const auto fitting = m_tree.find(m_shape, m_table))
        return *fitting;
    if (m_full) {
        if (!m_rest)
            m_rest = addForm(wildcard, {anyToken}, true);
        return *m_rest;
    }
    const quint32 added = addForm(text, m_table.shapeOf(m_tokens), false);
    m_byText.emplace(viewOf(m_forms[added].text), added);
    if (++m_new >= std::max(m_limits.mergesAt, m_byText.size() / 2))
        merge();
    return added;
}

quint32 TemplateMiner::addForm(QByteArrayView text, TemplateShape shape, bool known) {
    const auto id = static_cast<quint32>(m_forms.size());
    m_forms.push_back({text.toByteArray(), std::move(shape), id, known});
    return id;
}

void TemplateMiner::settle() {
    merge();
    for (const quint32 form : living())
        m_forms[form].known = true;
}

TemplateId TemplateMiner::settled(TemplateId id) const {
    return TemplateId(resolved(static_cast<quint32>(id)));
}

const QByteArray& TemplateMiner::text(TemplateId id) const {
    return m_forms[resolved(static_cast<quint32>(id))].text;
}

std::vector<QByteArray> TemplateMiner::templates() const {
    std::vector<QByteArray> texts;
    for (const quint32 form : living()) {
        if (m_forms[form].known)
            texts.push_back(m_forms[form].text);
    }
    return texts;
}

quint32 TemplateMiner::resolved(quint32 form) const {
    while (m_forms[form].partOf != form)
        form = m_forms[form].partOf;
    return form;
}

std::vector<quint32> TemplateMiner::living() const {
    std::vector<quint32> forms;
    for (quint32 form = 0; form < m_forms.size(); ++form) {
        if (m_forms[form].partOf == form)
            forms.push_back(form);
    }
    return forms;
}

void TemplateMiner::merge() {
    if (m_new == 0)
        return;
    const std::vector<quint32> forms = living();
    std::vector<TemplateShape> shapes;
    for (const quint32 form : forms)
        shapes.push_back(m_forms[form].shape);
    const std::vector<TemplateShape> found = generalized(shapes, m_table, m_rule);

    std::map<TemplateShape, std::vector<quint32>> members; // of what is not known yet
    std::map<TemplateShape, quint32> known;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (m_forms[forms[i]].known)
            known.try_emplace(m_forms[forms[i]].shape, forms[i]);
        else
            members[found[i]].push_back(forms[i]);
    }
    for (const auto& [shape, of] : members) {
        if (const auto there = known.find(shape); there != known.end()) {
            for (const quint32 form : of)
                m_forms[form] = {{}, {}, there->second, false};
        } else {
            mergeForms(of, shape);
        }
    }
    index();
    m_new = 0;
}

/// Makes the first member the template of all.
void TemplateMiner::mergeForms(const std::vector<quint32>& members, const TemplateShape& shape) {
    QByteArray text = commonText(members);
    for (const quint32 form : members)
        m_forms[form] = {{}, {}, members.front(), false};
    m_forms[members.front()].text = std::move(text);
    m_forms[members.front()].shape = shape;
}

/// Returns the common text of all members: blanks as in the smallest one, a wildcard with its name where all have the
/// same.
QByteArray TemplateMiner::commonText(const std::vector<quint32>& members) const {
    const auto textOf = [&](quint32 form) -> const QByteArray& { return m_forms[form].text; };
    const QByteArray& least = textOf(*std::ranges::min_element(members, {}, textOf));
    std::vector<TemplateToken> common;
    std::vector<TemplateToken> other;
    tokenize(least, common);
    for (const quint32 form : members) {
        tokenize(textOf(form), other);
        for (std::size_t i = 0; i < common.size(); ++i) {
            if (common[i].text != other[i].text)
                common[i].text = wildcard;
        }
    }
    QByteArray text;
    for (const TemplateToken& token : common) {
        if (token.spaced && !text.isEmpty())
            text += ' ';
        text += token.text;
    }
    return text;
}

void TemplateMiner::index() {
    m_byText.clear();
    m_tree.clear();
    m_table = TokenTable(); // without the words that proved to be values
    for (const quint32 form : living()) {
        tokenize(m_forms[form].text, m_tokens);
        m_forms[form].shape = m_table.shapeOf(m_tokens);
        m_byText.try_emplace(viewOf(m_forms[form].text), form);
        m_tree.add(m_forms[form].shape, form);
    }
    m_full = m_byText.size() >= m_limits.mostTemplates;
}

} // namespace portolan
