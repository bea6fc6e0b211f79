#include "storage/base/jsoncomparison.h"

#include "storage/base/jsonmembers.h"
#include "storage/base/jsonplace.h"

#include <QHash>
#include <algorithm>
#include <ranges>

namespace portolan {

namespace {

using Value = std::optional<QByteArrayView>;

/// As they are written.
bool areEqual(const std::vector<Value>& values) {
    return std::ranges::adjacent_find(values, std::not_equal_to<>()) == values.end();
}

using Step = JsonComparison::Step;

/// `sameInside` tells of two that are there whether they mean the same.
template <class SameInside>
std::vector<Step> stepsOf(const std::vector<Value>& values, SameInside sameInside) {
    std::vector<Step> steps(values.size(), Step::Same);
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i - 1].has_value() != values[i].has_value())
            steps[i] = values[i] ? Step::Added : Step::Removed;
        else if (values[i] && !sameInside(i))
            steps[i] = Step::Changed;
    }
    return steps;
}

class Outline {
public:
    Outline(std::size_t most, const CancelToken& token) : m_most(most), m_token(token) {}

    void putWhole(const std::vector<Value>& values) { put(-1, {}, false, values); }

    [[nodiscard]] JsonComparison take() { return std::move(m_outline); }

private:
    void put(int parent, QByteArray name, bool named, const std::vector<Value>& values) {
        if (m_outline.lines.size() >= m_most || m_token.stop_requested()) {
            m_outline.cut = true;
            return;
        }
        const auto at = static_cast<int>(m_outline.lines.size());
        JsonComparison::Line line;
        line.name = std::move(name);
        line.named = named;
        line.parent = parent;
        if (parent >= 0) {
            JsonComparison::Line& above = lineAt(parent);
            line.row = static_cast<int>(above.children.size());
            line.depth = above.depth + 1;
            above.children.push_back(at);
        }
        std::vector<JsonContainer> containers(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            line.sides.push_back(sideOf(values[i], containers[i]));
        line.steps.assign(values.size(), Step::Same);
        m_outline.lines.push_back(std::move(line));
        if (areEqual(values))
            return;
        if (!haveOneShape(at)) { // a text beside an object, say: nothing inside corresponds
            lineAt(at).steps = stepsOf(values, [&](std::size_t i) { return isSameJson(*values[i - 1], *values[i]); });
            return;
        }
        descend(at, values, containers);
        // From the inside out: each level is looked at once, however deep it goes.
        const auto& children = lineAt(at).children;
        lineAt(at).steps = stepsOf(values, [&](std::size_t i) {
            return !m_outline.cut
                   && std::ranges::all_of(children, [&](int child) { return lineAt(child).steps[i] == Step::Same; });
        });
        if (!lineAt(at).differs()) { // only written differently
            lineAt(at).children.clear();
            m_outline.lines.resize(static_cast<std::size_t>(at) + 1);
        }
    }

    [[nodiscard]] JsonComparison::Line& lineAt(int at) { return m_outline.lines[static_cast<std::size_t>(at)]; }

    static std::optional<JsonComparison::Side> sideOf(const Value& value, JsonContainer& container) {
        if (!value)
            return std::nullopt;
        JsonComparison::Side side;
        side.isContainer = isJsonContainer(*value, 0);
        if (side.isContainer) {
            container = jsonMembersAt(*value, 0);
            side.isObject = container.isObject;
            side.members = container.members.size();
        } else {
            side.text = value->toByteArray();
        }
        return side;
    }

    bool haveOneShape(int at) {
        const auto& sides = lineAt(at).sides;
        const auto first = std::ranges::find_if(sides, [](const auto& side) { return side.has_value(); });
        return std::ranges::all_of(sides, [&](const auto& side) {
            return !side || (side->isContainer && side->isObject == (*first)->isObject);
        });
    }

    void descend(int at, const std::vector<Value>& values, const std::vector<JsonContainer>& containers) {
        const bool isObject = std::ranges::any_of(containers, &JsonContainer::isObject);
        if (isObject)
            members(at, values, containers);
        else
            elements(at, values, containers);
    }

    void members(int at, const std::vector<Value>& values, const std::vector<JsonContainer>& containers) {
        std::vector<QByteArray> names; // each once
        QHash<QByteArrayView, qsizetype> places;
        std::vector<std::vector<Value>> found;
        for (std::size_t side = 0; side < containers.size(); ++side) {
            for (const JsonMember& member : containers[side].members) {
                auto place = places.constFind(member.name);
                if (place == places.constEnd()) {
                    place = places.insert(member.name, std::ssize(names));
                    names.push_back(member.name);
                    found.emplace_back(values.size());
                }
                // Of equal names the last counts.
                found[static_cast<std::size_t>(*place)][side] = jsonValueAt(*values[side], member);
            }
        }
        for (std::size_t i = 0; i < names.size() && !m_outline.cut; ++i)
            put(at, names[i], true, found[i]);
    }

    void elements(int at, const std::vector<Value>& values, const std::vector<JsonContainer>& containers) {
        std::size_t longest = 0;
        for (const JsonContainer& container : containers)
            longest = std::max(longest, container.members.size());
        for (std::size_t i = 0; i < longest && !m_outline.cut; ++i) {
            std::vector<Value> found(values.size());
            for (std::size_t side = 0; side < containers.size(); ++side) {
                if (i < containers[side].members.size())
                    found[side] = jsonValueAt(*values[side], containers[side].members[i]);
            }
            put(at, QByteArray::number(static_cast<qulonglong>(i)), false, found);
        }
    }

    std::size_t m_most;
    const CancelToken& m_token;
    JsonComparison m_outline;
};

} // namespace

std::size_t JsonComparison::differences() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [](const Line& line) { return line.differs() && line.children.empty(); }));
}

bool JsonComparison::Line::differs() const {
    return std::ranges::any_of(steps, [](Step step) { return step != Step::Same; });
}

JsonComparison compareJson(std::span<const QByteArrayView> documents, std::size_t most, const CancelToken& token) {
    std::vector<Value> values;
    bool areJson = true;
    for (const QByteArrayView document : documents) {
        const auto whole = findJsonPlace(document, {});
        areJson = areJson && whole.has_value();
        values.emplace_back(whole ? whole->raw : document);
    }
    Outline outline(most, token);
    if (areJson) {
        outline.putWhole(values);
        return outline.take();
    }
    JsonComparison texts;
    JsonComparison::Line& line = texts.lines.emplace_back();
    line.steps = stepsOf(values, [&](std::size_t i) { return *values[i - 1] == *values[i]; });
    for (const QByteArrayView document : documents)
        line.sides.push_back(JsonComparison::Side{document.toByteArray(), 0, false, false});
    return texts;
}

} // namespace portolan
