#pragma once

#include "storage/base/result.h"
#include "storage/batchfile/escapes.h"
#include "storage/batchfile/posixfile.h"

#include <QString>

namespace portolan {

/// The escaped lines of a store, read from what its writer keeps (state and log) without disturbing it. One thread.
class EscapeReader {
public:
    /// `own`: the path of `.portolan`, which need not exist.
    explicit EscapeReader(QString own) : m_ownPath(std::move(own)) {}

    /// Takes in what the writer has added since; costs two stat calls when that is nothing. A damaged state is logged:
    /// lines are then read as they stand.
    Result<void> refresh();
    [[nodiscard]] const EscapeBook& book() const { return m_book; }

private:
    Result<void> reload(const Fd& own);
    Result<void> readLog(const Fd& own);

    QString m_ownPath;
    FileStat m_state;
    quint64 m_logNumber = 0;
    quint64 m_sequence = 0; ///< of the last group taken in
    qint64 m_logRead = 0;   ///< bytes of the log taken in
    EscapeBook m_book;
};

} // namespace portolan
