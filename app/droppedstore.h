#pragma once

#include <QString>
#include <QUrl>

namespace portolan {

/// What a file or folder from outside is as a store: a folder, the folder of a batch file, or a database. Empty when it
/// does not exist here.
QString droppedStoreUrl(const QUrl& dropped);

} // namespace portolan
