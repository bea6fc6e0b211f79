#include "storage/json/jsondifference.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsontext.h"

#include <QHash>
#include <QString>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

class Comparer {
public:
    explicit Comparer(std::size_t most) : m_most(most) {}

    void compare(const QByteArray& path, QByteArrayView before, QByteArrayView after) {
        if (m_found.size() >= m_most || before == after)
            return;
        if (before.front() != after.front() || !isJsonContainer(before, 0)) {
            if (!isSameJson(before, after))
                put({path, before.toByteArray(), after.toByteArray()});
            return;
        }
        const JsonContainer left = jsonMembersAt(before, 0);
        const JsonContainer right = jsonMembersAt(after, 0);
        if (left.isObject)
            objects(path, before, left, after, right);
        else
            arrays(path, before, left, after, right);
    }

    [[nodiscard]] std::vector<JsonDifference> take() { return std::move(m_found); }

private:
    void put(JsonDifference difference) {
        if (m_found.size() < m_most)
            m_found.push_back(std::move(difference));
    }

    static QByteArray below(const QByteArray& path, QByteArray name) {
        return path + '/' + name.replace("~", "~0").replace("/", "~1");
    }

    /// Of equal names the last counts.
    static QHash<QByteArrayView, const JsonMember*> byName(const JsonContainer& object) {
        QHash<QByteArrayView, const JsonMember*> members;
        members.reserve(std::ssize(object.members));
        for (const JsonMember& member : object.members)
            members.insert(member.name, &member);
        return members;
    }

    void objects(const QByteArray& path, QByteArrayView before, const JsonContainer& left, QByteArrayView after,
                 const JsonContainer& right) {
        const QHash<QByteArrayView, const JsonMember*> were = byName(left);
        const QHash<QByteArrayView, const JsonMember*> are = byName(right);
        // Each name once, where it stands first.
        QHash<QByteArrayView, bool> seen;
        for (const JsonMember& member : left.members) {
            if (m_found.size() >= m_most)
                return;
            if (std::exchange(seen[member.name], true))
                continue;
            const JsonMember* const was = were.value(member.name);
            const JsonMember* const is = are.value(member.name);
            if (is)
                compare(below(path, member.name), jsonValueAt(before, *was), jsonValueAt(after, *is));
            else
                put({below(path, member.name), jsonValueAt(before, *was).toByteArray(), std::nullopt});
        }
        for (const JsonMember& member : right.members) {
            if (!std::exchange(seen[member.name], true))
                put({below(path, member.name), std::nullopt,
                     jsonValueAt(after, *are.value(member.name)).toByteArray()});
        }
    }

    void arrays(const QByteArray& path, QByteArrayView before, const JsonContainer& left, QByteArrayView after,
                const JsonContainer& right) {
        for (std::size_t i = 0; i < std::max(left.members.size(), right.members.size()); ++i) {
            const QByteArray place = path + '/' + QByteArray::number(static_cast<qulonglong>(i));
            if (i >= right.members.size())
                put({place, jsonValueAt(before, left.members[i]).toByteArray(), std::nullopt});
            else if (i >= left.members.size())
                put({place, std::nullopt, jsonValueAt(after, right.members[i]).toByteArray()});
            else
                compare(place, jsonValueAt(before, left.members[i]), jsonValueAt(after, right.members[i]));
        }
    }

    std::size_t m_most;
    std::vector<JsonDifference> m_found;
};

QByteArray cut(const QByteArray& value, qsizetype width) {
    const QString text = QString::fromUtf8(value).simplified();
    return (text.size() > width ? text.left(width) + QStringLiteral("…") : text).toUtf8();
}

} // namespace

std::vector<JsonDifference> jsonDifferences(QByteArrayView before, QByteArrayView after, std::size_t most) {
    const auto left = findJsonPlace(before, {});
    const auto right = findJsonPlace(after, {});
    if (!left || !right) {
        if (before == after || most == 0)
            return {};
        return {{QByteArray(""), before.toByteArray(), after.toByteArray()}};
    }
    Comparer comparer(most);
    comparer.compare("", left->raw, right->raw);
    return comparer.take();
}

QByteArray jsonPatch(const std::vector<JsonDifference>& differences) {
    QByteArray patch = "[";
    const auto put = [&](const char* operation, const QByteArray& path, const std::optional<QByteArray>& value) {
        if (patch.size() > 1)
            patch += ',';
        patch += R"({"op":")";
        patch += operation;
        patch += R"(","path":)";
        appendJsonString(patch, path);
        if (value)
            patch += ",\"value\":" + *value;
        patch += '}';
    };
    for (const JsonDifference& difference : differences) {
        if (difference.after)
            put(difference.before ? "replace" : "add", difference.path, difference.after);
    }
    // An array loses its elements at the end, so from there.
    for (auto difference = differences.rbegin(); difference != differences.rend(); ++difference) {
        if (!difference->after)
            put("remove", difference->path, std::nullopt);
    }
    return patch + ']';
}

QByteArray differenceText(const JsonDifference& difference, qsizetype width) {
    const QByteArray place = difference.path.isEmpty() ? QByteArray("the document") : difference.path;
    if (difference.before && difference.after)
        return place + ": " + cut(*difference.before, width) + " → " + cut(*difference.after, width);
    return difference.after ? place + ": + " + cut(*difference.after, width)
                            : place + ": − " + cut(difference.before.value_or(QByteArray()), width);
}

} // namespace portolan
