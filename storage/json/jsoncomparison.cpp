#include "storage/json/jsoncomparison.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"

#include <QHash>
#include <algorithm>
#include <ranges>

namespace portolan {

namespace {

using JsonText = std::optional<QByteArrayView>;

/// As they are written.
bool areEqual(const std::vector<JsonText>& values) {
    return std::ranges::adjacent_find(values, std::not_equal_to<>()) == values.end();
}

using Step = JsonComparison::Step;

/// `sameInside` tells of two that are there whether they mean the same.
template <class SameInside>
std::vector<Step> stepsOf(const std::vector<JsonText>& values, SameInside sameInside) {
    std::vector<Step> steps(values.size(), Step::Same);
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i - 1].has_value() != values[i].has_value())
            steps[i] = values[i] ? Step::Added : Step::Removed;
        else if (values[i] && !sameInside(i))
            steps[i] = Step::Changed;
    }
    return steps;
}

/// Written from the top down and judged from the inside out. It keeps its own stack: documents may be nested as deep as
/// the thread's has no room for.
class Outline {
public:
    Outline(std::size_t most, const CancelToken& token) : m_most(most), m_token(token) {}

    [[nodiscard]] JsonComparison write(std::vector<JsonText> documents) {
        put(-1, {}, false, std::move(documents));
        while (!m_open.empty()) {
            Level& level = m_open.back();
            if (level.next < level.count && !m_outline.cut) {
                const std::size_t i = level.next++;
                if (level.isObject)
                    put(level.at, level.names[i], true, std::move(level.found[i]));
                else
                    put(level.at, QByteArray::number(static_cast<qulonglong>(i)), false, elementsAt(level, i));
            } else {
                judge(level);
                m_open.pop_back();
            }
        }
        return std::move(m_outline);
    }

private:
    /// Values of one shape that are written differently, while what is inside is put.
    struct Level {
        int at = 0;
        std::vector<JsonText> values;
        std::vector<JsonContainer> containers;
        bool isObject = false;
        std::size_t count = 0; ///< of what is inside
        std::size_t next = 0;
        std::vector<QByteArray> names; ///< of an object's members, each once
        std::vector<std::vector<JsonText>> found;
    };

    void put(int parent, QByteArray name, bool named, std::vector<JsonText> values) {
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
        if (!areEqual(values) && haveOneShape(at)) {
            open(at, std::move(values), std::move(containers));
            return;
        }
        if (!areEqual(values)) // a text beside an object, say: nothing inside corresponds
            lineAt(at).steps = stepsOf(values, [&](std::size_t i) { return isSameJson(*values[i - 1], *values[i]); });
        if (!lineAt(at).differs())
            makeRoom(at);
    }

    /// The last line is unchanged. Where half of the room is taken it becomes one with those before it.
    void makeRoom(int at) {
        const int parent = lineAt(at).parent;
        if (parent < 0 || m_outline.lines.size() <= m_most / 2)
            return;
        auto& children = lineAt(parent).children;
        const int before = children.size() > 1 ? children[children.size() - 2] : -1;
        if (before < 0 || lineAt(before).skipped == 0) {
            lineAt(at).skipped = 1;
            return;
        }
        ++lineAt(before).skipped;
        children.pop_back();
        m_outline.lines.pop_back();
    }

    void open(int at, std::vector<JsonText> values, std::vector<JsonContainer> containers) {
        Level& level = m_open.emplace_back();
        level.at = at;
        level.isObject = std::ranges::any_of(containers, &JsonContainer::isObject);
        level.values = std::move(values);
        level.containers = std::move(containers);
        if (level.isObject) {
            findMembers(level);
            level.count = level.names.size();
        } else {
            for (const JsonContainer& container : level.containers)
                level.count = std::max(level.count, container.members.size());
        }
    }

    /// Each level is looked at once, however deep it goes.
    void judge(const Level& level) {
        const auto& children = lineAt(level.at).children;
        lineAt(level.at).steps = stepsOf(level.values, [&](std::size_t i) {
            return !m_outline.cut
                   && std::ranges::all_of(children, [&](int child) { return lineAt(child).steps[i] == Step::Same; });
        });
        if (!lineAt(level.at).differs()) { // only written differently
            lineAt(level.at).children.clear();
            m_outline.lines.resize(static_cast<std::size_t>(level.at) + 1);
            makeRoom(level.at);
        }
    }

    [[nodiscard]] JsonComparison::Line& lineAt(int at) { return m_outline.lines[static_cast<std::size_t>(at)]; }

    static std::optional<JsonComparison::Side> sideOf(const JsonText& value, JsonContainer& container) {
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

    static void findMembers(Level& level) {
        QHash<QByteArrayView, std::size_t> places;
        for (std::size_t side = 0; side < level.containers.size(); ++side) {
            for (const JsonMember& member : level.containers[side].members) {
                auto place = places.constFind(member.name);
                if (place == places.constEnd()) {
                    place = places.insert(member.name, level.names.size());
                    level.names.push_back(member.name);
                    level.found.emplace_back(level.values.size());
                }
                // Of equal names the last counts.
                level.found[*place][side] = jsonValueAt(*level.values[side], member);
            }
        }
    }

    static std::vector<JsonText> elementsAt(const Level& level, std::size_t i) {
        std::vector<JsonText> found(level.values.size());
        for (std::size_t side = 0; side < level.containers.size(); ++side) {
            const auto& elements = level.containers[side].members;
            if (i < elements.size())
                found[side] = jsonValueAt(*level.values[side], elements[i]);
        }
        return found;
    }

    std::size_t m_most;
    const CancelToken& m_token;
    std::vector<Level> m_open; ///< the outermost first
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
    std::vector<JsonText> values;
    bool areJson = true;
    for (const QByteArrayView document : documents) {
        const auto whole = findJsonPlace(document, {});
        areJson = areJson && whole.has_value();
        values.emplace_back(whole ? whole->raw : document);
    }
    if (areJson)
        return Outline(most, token).write(std::move(values));
    JsonComparison texts;
    JsonComparison::Line& line = texts.lines.emplace_back();
    line.steps = stepsOf(values, [&](std::size_t i) { return *values[i - 1] == *values[i]; });
    for (const QByteArrayView document : documents)
        line.sides.push_back(JsonComparison::Side{document.toByteArray(), 0, false, false});
    return texts;
}

} // namespace portolan
