#pragma once

#include <QString>
#include <QUrl>

namespace portolan {

/// Returns the URL of the store that a file or folder from outside is: a folder, the folder of a batch file, an
/// incident bundle, or a database. Empty when it does not exist here.
QString droppedStoreUrl(const QUrl& dropped);

/// Returns true when it is a file here whose rows can be imported, by its name: .csv, .jsonl, .ndjson.
bool isRowFile(const QUrl& dropped);

} // namespace portolan
