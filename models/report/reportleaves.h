#pragma once

#include <QByteArray>
#include <QString>
#include <map>

namespace portolan {

/// The scalar members of a JSON document by their paths, as people write them: "customer.region" → "eu-3".
using JsonLeaves = std::map<QString, QString>;

/// Returns those of a document: five levels deep, long texts cut, elements of arrays left out. Nothing for a text that
/// is no JSON object.
[[nodiscard]] JsonLeaves leavesOf(const QByteArray& json);

} // namespace portolan
