#pragma once

#include "storage/deadletters/templateminer.h"

namespace portolan {

/// Groups the lines of a file, each one message, by their templates. The file comes in blocks of any size; what is kept
/// of it is four bytes a line and the templates. Lines end with a line feed; an empty one is an empty message. Any
/// bytes. Any thread, one at a time.
class LineGroups {
public:
    void feed(QByteArrayView block);
    /// Ends the last line, which may lack its line feed, and settles. Once, after all blocks, before the first row().
    void finish();

    [[nodiscard]] std::size_t count() const { return m_lines.size(); }
    /// Returns "GROUP<TAB>TEMPLATE\n" of a line, counted from 0; GROUP is the fingerprint without port and error type.
    [[nodiscard]] QByteArrayView row(std::size_t line) const { return m_rows[static_cast<quint32>(m_lines[line])]; }

private:
    void addLine(QByteArrayView line);

    TemplateMiner m_miner;
    std::vector<TemplateId> m_lines;
    std::vector<QByteArray> m_rows; ///< by TemplateId
    QByteArray m_begun;             ///< the line that the last block ended in, as far as the miner reads it
};

} // namespace portolan
