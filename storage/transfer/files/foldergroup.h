#pragma once

#include "storage/transfer/copying.h"
#include "storage/transfer/files/folderside.h"

#include <map>

namespace portolan {

/// Holds, for the parts of a copy into a folder, both sides, the group in the making, and what is told. It borrows all
/// and is gone with the call.
class FolderGroup {
public:
    FolderGroup(StoreContent& from, FolderSide& into, const CopyOptions& options, CopyReport& report,
                const std::function<void(const CopyReport&)>& progress)
        : m_from(from)
        , m_into(into)
        , m_options(options)
        , m_report(report)
        , m_progress(progress) {
        begin();
    }

    [[nodiscard]] StoreContent& from() const { return m_from; }
    [[nodiscard]] FolderSide& into() const { return m_into; }
    [[nodiscard]] CopyReport& report() const { return m_report; }
    /// Says that the rows of a table are asked for.
    [[nodiscard]] bool wants(const char* table) const {
        return m_options.only.isEmpty() || m_options.only.contains(QLatin1String(table));
    }
    [[nodiscard]] bool wantsAll() const { return m_options.only.isEmpty(); }

    [[nodiscard]] GroupDraft& draft() { return *m_draft; }
    /// Returns a number that is another one when draft() is a new one.
    [[nodiscard]] int number() const { return m_number; }
    /// Takes note of so many bytes in the draft, and stores it when it is large.
    [[nodiscard]] Result<void> noteAdded(qint64 bytes);
    /// Stores what is in the draft, unless the source moved on under what was read.
    [[nodiscard]] Result<void> flush();

    /// Counts and tells a row that stays different.
    void differ(const char* table, const QString& key, const QString& why, qint64 rows = 1);
    void leaveOut(const QString& sentence) { m_report.told << sentence; }

private:
    void begin();

    StoreContent& m_from;
    FolderSide& m_into;
    const CopyOptions& m_options;
    CopyReport& m_report;
    const std::function<void(const CopyReport&)>& m_progress;
    std::optional<GroupDraft> m_draft;
    int m_number = 0;
    qint64 m_bytes = 0;
    qint64 m_parts = 0;
    std::map<QByteArray, int> m_told; ///< by table
};

} // namespace portolan
