#include "storage/transfer/files/foldergroup.h"

#include <limits>

namespace portolan {

namespace {

constexpr qint64 groupBytes = 4 * 1024 * 1024;
constexpr qint64 groupParts = 5'000;
constexpr int mostTold = 5; // of a table

} // namespace

void FolderGroup::begin() {
    m_draft.emplace(m_into.place(), std::numeric_limits<int>::max());
    ++m_number;
    m_bytes = 0;
    m_parts = 0;
}

Result<void> FolderGroup::noteAdded(qint64 bytes) {
    m_bytes += bytes;
    ++m_parts;
    return m_bytes >= groupBytes || m_parts >= groupParts ? flush() : Result<void>();
}

Result<void> FolderGroup::flush() {
    if (!m_draft->isEmpty()) {
        PORTOLAN_TRY(m_from.checkUnmoved());
        PORTOLAN_TRY(m_into.store(*m_draft));
        begin();
    }
    m_progress(m_report);
    return {};
}

void FolderGroup::differ(const char* table, const QString& key, const QString& why, qint64 rows) {
    m_report.differences += rows;
    const int told = ++m_told[table];
    if (told <= mostTold)
        m_report.told << QStringLiteral("%1 %2: %3").arg(QLatin1String(table), key, why);
    if (told == mostTold + 1)
        m_report.told << QStringLiteral("%1: there are more; `portolan compare` shows all.").arg(QLatin1String(table));
}

} // namespace portolan
