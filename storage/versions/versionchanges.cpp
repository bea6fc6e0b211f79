#include "storage/versions/versionchanges.h"

#include "storage/base/numbertext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int deepest = 5;
constexpr qint64 seldomOf = 4;      ///< a member that changes in fewer than one of so many versions changes seldom
constexpr qint64 leastConstant = 3; ///< changes that are no counter's

/// The members of a document by their paths, as people write them: "customer.region" → "eu-3".
using Leaves = std::map<QString, QString>;

QString compact(const QJsonValue& value) {
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

QString numberOf(const QJsonValue& value) {
    const qint64 whole = value.toInteger();
    return static_cast<double>(whole) == value.toDouble() ? QString::number(whole)
                                                          : QString::fromLatin1(numberText(value.toDouble()));
}

void addLeaves(const QJsonObject& object, const QString& before, int depth, Leaves& leaves) {
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString path = before + member.key();
        const QJsonValue value = member.value();
        if (value.isObject() && depth < deepest)
            addLeaves(value.toObject(), path + u'.', depth + 1, leaves);
        else if (value.isString())
            leaves[path] = value.toString();
        else if (value.isDouble())
            leaves[path] = numberOf(value);
        else if (value.isBool())
            leaves[path] = value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
        else if (!value.isNull())
            leaves[path] = compact(value);
    }
}

Leaves leavesOf(const QByteArray& json) {
    Leaves leaves;
    addLeaves(QJsonDocument::fromJson(json).object(), {}, 1, leaves);
    return leaves;
}

/// Returns true for a number that rises, and for texts that differ in their numbers alone: "o-1028" and "o-1080".
bool mayBeCounter(const QString& before, const QString& after) {
    bool isNumber = false;
    bool wasNumber = false;
    const double now = after.toDouble(&isNumber);
    const double then = before.toDouble(&wasNumber);
    if (isNumber && wasNumber)
        return now > then;
    static const QRegularExpression digits(QStringLiteral("[0-9]+"));
    return QString(before).replace(digits, QStringLiteral("0")) == QString(after).replace(digits, QStringLiteral("0"));
}

/// The versions of a subject as far as they were gone over.
struct Subject {
    struct Member {
        qint64 times = 0;
        bool counts = true; ///< every change of it may be a counter's
    };
    std::optional<qint64> last; ///< its number
    Leaves leaves;
    qint64 steps = 0; ///< from a version to the next
    std::map<QString, Member> members;

    [[nodiscard]] MemberHabit habitOf(const QString& path) const {
        const Member& member = members.at(path);
        if (steps == 1) // of two versions alone nobody knows what is a counter
            return member.counts ? MemberHabit::Doubtful : MemberHabit::Rare;
        if (member.times <= 1 || member.times * seldomOf <= steps)
            return MemberHabit::Rare;
        // A setting that was changed and changed back may be all that is known of it.
        return member.counts || member.times >= leastConstant ? MemberHabit::Constant : MemberHabit::Doubtful;
    }
};

} // namespace

std::vector<VersionDifference> versionDifferences(std::span<const VersionDocument> versions) {
    std::map<QByteArray, Subject> subjects;
    std::vector<VersionDifference> all;
    for (const VersionDocument& version : versions) {
        Leaves leaves = leavesOf(version.document);
        Subject& subject = subjects[version.subject];
        if (subject.last) {
            ++subject.steps;
            VersionDifference made{version.subject, version.version, *subject.last, version.at, {}};
            const auto change = [&](const QString& path, const QString& before, const QString& after) {
                Subject::Member& member = subject.members[path];
                ++member.times;
                member.counts = member.counts && mayBeCounter(before, after);
                made.members.push_back({path, before, after});
            };
            for (const auto& [path, value] : leaves) {
                const auto before = subject.leaves.find(path);
                if (before == subject.leaves.end() || before->second != value)
                    change(path, before == subject.leaves.end() ? QString() : before->second, value);
            }
            for (const auto& [path, value] : subject.leaves) {
                if (!leaves.contains(path))
                    change(path, value, {});
            }
            all.push_back(std::move(made));
        }
        subject.leaves = std::move(leaves);
        subject.last = version.version;
    }
    for (VersionDifference& difference : all) {
        const Subject& subject = subjects.at(difference.subject);
        for (MemberChange& member : difference.members) {
            member.habit = subject.habitOf(member.path);
            member.times = subject.members.at(member.path).times;
            member.mayCount = subject.members.at(member.path).counts;
        }
    }
    return all;
}

std::vector<VersionChange> tellingChanges(std::span<const VersionDocument> versions) {
    std::vector<VersionChange> all;
    for (const VersionDifference& difference : versionDifferences(versions)) {
        for (const MemberChange& member : difference.members) {
            if (member.habit == MemberHabit::Rare)
                all.push_back(
                    {difference.subject, difference.version, difference.at, member.path, member.before, member.after});
        }
    }
    return all;
}

} // namespace portolan
