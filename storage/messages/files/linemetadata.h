#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/linebook.h"

#include <QByteArray>
#include <QString>
#include <list>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace portolan {

/// The metadata that came beside the lines of batch files, read from the book of lines that their writer keeps. In
/// memory are the lines of the files that were asked for last. One thread loads; of() may be called by many between two
/// loads.
class LineMetadata {
public:
    /// `own`: the path of `.portolan`.
    explicit LineMetadata(QString own) : m_ownPath(std::move(own)) {}

    /// Begins with a book; forgets what was loaded.
    void reset(LineBook book);
    /// Adds a block of lines that were stored since. Returns false when nothing came beside any of them.
    bool add(const QByteArray& block);

    /// The treatment of a missing segment: error NotFound, as the writer may have moved on and the book is to be read
    /// again; or as one with nothing in it.
    enum class Missing { Fails, IsEmpty };
    /// Loads what came beside the lines of these files. Logs a damaged segment, which counts as empty. Errors: those of
    /// reading; NotFound as `missing` says.
    [[nodiscard]] Result<void> load(std::span<const qint64> batches, Missing missing);
    /// Returns what came beside the lines of a file with these bytes, row by row; empty: nothing beside any.
    [[nodiscard]] std::vector<QByteArray> of(qint64 batch, const QByteArray& bytes) const;

private:
    using Lines = std::vector<StoredLine>;
    [[nodiscard]] bool holdsAny(std::size_t segment, std::span<const qint64> batches) const;
    [[nodiscard]] Result<const Lines*> linesOf(std::size_t segment, Missing missing);

    QString m_ownPath;
    LineBook m_book;
    std::map<qint64, Lines> m_loaded;                  ///< by file, those stored last first
    std::list<std::pair<std::size_t, Lines>> m_recent; ///< segments; the one asked last comes first
};

} // namespace portolan
