#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// A `key: value` of a configuration, as written, with the place of its value (from 1).
struct ConfigValue {
    QString key;
    QString text;
    int line = 0;
    int column = 0;
};

/// A named group of a configuration.
struct ConfigSection {
    QString name;
    std::vector<ConfigValue> values;
};

/// Reads YAML of exactly two levels: names of sections, and `key: value` under each. Aliases, anchors, tags, lists,
/// deeper levels, more documents than one, and a name or key that stands twice are errors; nothing is expanded, so
/// that a file of a kilobyte stays one. Error Usage begins with "FILE:line:column".
[[nodiscard]] Result<std::vector<ConfigSection>> parseConfig(const QByteArray& yaml, const QString& file);

/// Makes an error (Usage) that names the place in a configuration file.
[[nodiscard]] Error configError(const QString& file, int line, int column, const QString& what);

} // namespace portolan
