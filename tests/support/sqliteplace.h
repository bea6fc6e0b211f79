#pragma once

#include "storage/config/urls.h"
#include "tests/support/tempfolder.h"

namespace portolan::test {

/// The place of a SQLite file that nobody has made yet, in a folder that goes with it.
class SqlitePlace {
public:
    SqlitePlace() {
        m_url.kind = StoreKind::Sqlite;
        m_url.path = m_folder.path(QStringLiteral("s.db"));
    }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] const QString& path() const { return m_url.path; }

private:
    TempFolder m_folder;
    StoreUrl m_url;
};

} // namespace portolan::test
