#include "storage/ingest/metadataobject.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsontext.h"

#include <algorithm>

namespace portolan {

namespace {

bool isText(QByteArrayView bytes) {
    return !bytes.contains('\0') && bytes.isValidUtf8();
}

QByteArray quoted(QByteArrayView text) {
    QByteArray json;
    appendJsonString(json, text);
    return json;
}

} // namespace

void MetadataObject::add(QByteArrayView name, QByteArrayView value) {
    const QByteArray key = isText(name) ? name.toByteArray() : "base64:" + name.toByteArray().toBase64();
    if (isText(value))
        addJson(key, quoted(value));
    else
        addJson(key + ".base64", quoted(value.toByteArray().toBase64()));
}

void MetadataObject::addNull(QByteArrayView name) {
    addJson(isText(name) ? name.toByteArray() : "base64:" + name.toByteArray().toBase64(), "null");
}

void MetadataObject::addObject(QByteArrayView name, const MetadataObject& object) {
    if (QByteArray json = object.toJson(); !json.isEmpty())
        addJson(name.toByteArray(), std::move(json));
}

void MetadataObject::addJson(const QByteArray& name, QByteArray json) {
    const auto found = std::ranges::find_if(m_members, [&](const auto& member) { return member.first == name; });
    if (found == m_members.end())
        m_members.push_back({name, {std::move(json)}});
    else
        found->second.push_back(std::move(json));
}

QByteArray MetadataObject::toJson() const {
    QByteArray json;
    for (const auto& [name, values] : m_members) {
        json += json.isEmpty() ? '{' : ',';
        appendJsonString(json, name);
        json += ':';
        if (values.size() == 1) {
            json += values.front();
            continue;
        }
        char before = '[';
        for (const QByteArray& value : values) {
            json += before + value;
            before = ',';
        }
        json += ']';
    }
    return json.isEmpty() ? json : json + '}';
}

bool canTakeMetadata(const QByteArray& own) {
    return own.endsWith('}') && jsonMembersAt(own, 0).isObject;
}

QByteArray mergedMetadata(const QByteArray& own, const QByteArray& beside) {
    if (own.isEmpty() || beside.isEmpty())
        return own.isEmpty() ? beside : own;
    if (!canTakeMetadata(own))
        return own;
    const JsonContainer ours = jsonMembersAt(own, 0);
    QByteArray merged = own.chopped(1);
    QByteArray others;
    const auto add = [](QByteArray& to, QByteArrayView member, bool isFirst) {
        if (!isFirst)
            to += ',';
        to += member;
    };
    bool isFirst = ours.members.empty();
    for (const JsonMember& member : jsonMembersAt(beside, 0).members) {
        const QByteArrayView text = QByteArrayView(beside).sliced(member.begin, member.end - member.begin);
        const JsonMember* const same = lastNamed(ours, member.name);
        if (!same) {
            add(merged, text, isFirst);
            isFirst = false;
        } else if (!isSameJson(jsonValueAt(own, *same), jsonValueAt(beside, member))) {
            add(others, text, others.isEmpty());
        }
    }
    if (others.isEmpty())
        return merged + '}';
    QByteArray name = "beside";
    while (lastNamed(ours, name))
        name += '+';
    add(merged, quoted(name) + ":{" + others + '}', isFirst);
    return merged + '}';
}

} // namespace portolan
