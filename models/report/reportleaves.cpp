#include "models/report/reportleaves.h"

#include "storage/base/numbertext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace portolan {

namespace {

constexpr int deepest = 5;
constexpr qsizetype longestLeaf = 60;

void addLeaves(const QJsonObject& object, const QString& before, int depth, JsonLeaves& leaves) {
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString path = before + member.key();
        const QJsonValue value = member.value();
        if (value.isObject() && depth < deepest)
            addLeaves(value.toObject(), path + u'.', depth + 1, leaves);
        else if (value.isString())
            leaves[path] = value.toString().left(longestLeaf);
        else if (value.isDouble())
            leaves[path] = QString::fromLatin1(numberText(value.toDouble()));
        else if (value.isBool())
            leaves[path] = value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    }
}

} // namespace

JsonLeaves leavesOf(const QByteArray& json) {
    JsonLeaves leaves;
    addLeaves(QJsonDocument::fromJson(json).object(), {}, 1, leaves);
    return leaves;
}

} // namespace portolan
