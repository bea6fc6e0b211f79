#pragma once

#include <QByteArrayView>
#include <vector>

namespace portolan {

/// A line whose content was escaped when it was written: its place, and its bytes with the line feed. Reading unescapes
/// only a line that still is exactly this one, and takes whatever another program put there as it is.
struct EscapedLine {
    qint64 batch = 0;
    qint64 offset = 0;
    qint64 length = 0;
    quint32 checksum = 0; ///< CRC-32C
};

/// The escaped lines of a store, found by place. One thread writes, any may read.
class EscapeBook {
public:
    /// Adds a line, in place of an older one at the same place. Cheap when places rise.
    void add(const EscapedLine& line);
    [[nodiscard]] bool hasAny(qint64 batch) const;
    /// Returns true when this line (line feed included) was recorded at this place.
    [[nodiscard]] bool holds(qint64 batch, qint64 offset, QByteArrayView line) const;
    [[nodiscard]] const std::vector<EscapedLine>& lines() const { return m_lines; }

private:
    std::vector<EscapedLine> m_lines; ///< rising by (batch, offset)
};

} // namespace portolan
