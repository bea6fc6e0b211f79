#include "storage/sources/redis/redisnames.h"

namespace portolan {

namespace {

/// Returns true when a part of the name decides its slot in a cluster: {…} with something in it.
bool hasSlotTag(const QByteArray& name) {
    const qsizetype open = name.indexOf('{');
    return open >= 0 && name.indexOf('}', open) > open + 1;
}

} // namespace

QByteArray besideKey(const QByteArray& name) {
    return (hasSlotTag(name) ? name : '{' + name + '}') + ":portolan";
}

} // namespace portolan
