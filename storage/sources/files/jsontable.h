#pragma once

#include "storage/sources/files/csvrows.h"

#include <QByteArray>
#include <optional>
#include <set>
#include <vector>

namespace portolan {

/// Reads JSON objects as rows of a table: a column for each member that the first of them have, in the order in which
/// they came. One thread.
class JsonTable {
public:
    /// Learns the members of an object; one that is none is passed over.
    void learn(const QByteArray& object);
    [[nodiscard]] const std::vector<QByteArray>& names() const { return m_names; }

    /// The cells of an object, empty where it has no such member or null; or what is wrong with it.
    [[nodiscard]] CsvRow rowOf(const QByteArray& object, qint64 line);
    /// Members that were not learnt, some of them.
    [[nodiscard]] const std::set<QByteArray>& strangers() const { return m_strangers; }

private:
    std::vector<QByteArray> m_names;
    std::set<QByteArray> m_strangers;
};

} // namespace portolan
