#pragma once

#include <QTemporaryDir>
#include <QtGlobal>

namespace portolan::test {

/// A folder of the test's own that goes away with it.
class TempFolder {
public:
    TempFolder() { Q_ASSERT_X(m_folder.isValid(), "TempFolder", "no temporary folder can be made"); }
    [[nodiscard]] QString path(const QString& name = {}) const {
        return name.isEmpty() ? m_folder.path() : m_folder.filePath(name);
    }

private:
    QTemporaryDir m_folder;
};

} // namespace portolan::test
