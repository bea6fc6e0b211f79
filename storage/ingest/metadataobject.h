#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <utility>
#include <vector>

namespace portolan {

/// The metadata that a source has beside a payload, put together as one JSON object that every store can keep: names
/// and values may be any bytes. A value that is no text (not UTF-8, or with NUL) is in base64 under its name with
/// ".base64" after it; of a name that comes several times all values are in an array.
class MetadataObject {
public:
    void add(QByteArrayView name, QByteArrayView value);
    void addNull(QByteArrayView name);
    void addObject(QByteArrayView name, const MetadataObject& object);
    /// Empty where nothing was added.
    [[nodiscard]] QByteArray toJson() const;

private:
    void addJson(const QByteArray& name, QByteArray json);
    std::vector<std::pair<QByteArray, std::vector<QByteArray>>> m_members;
};

/// A document's own metadata with what came beside it, as JSON. Members whose name has another value in the document
/// are in an object of their own, under "beside". `own` may be empty; where it is no object there is no place beside it
/// (canTakeMetadata()), and it stays alone.
[[nodiscard]] QByteArray mergedMetadata(const QByteArray& own, const QByteArray& beside);

/// Returns true when a document's metadata are an object, so that others have a place in it.
[[nodiscard]] bool canTakeMetadata(const QByteArray& own);

} // namespace portolan
