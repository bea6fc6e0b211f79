#pragma once

#include "app/desktop/language.h"
#include "storage/config/urls.h"
#include "views/style/theme.h"

#include <QString>
#include <optional>

class QApplication;

namespace portolan {

/// The options that the window is opened with.
struct WindowOptions {
    std::optional<StoreUrl> store;    ///< nothing, and no sample: the welcome page
    bool sample = false;              ///< the sample pipeline in a temporary store (in `store`, when that is given)
    std::optional<SourceUrl> receive; ///< begins at once; for the sample the demo source unless given
    QString picture;                  ///< saves a picture of the window there, then ends
    QString pane;                     ///< the id of the one to show first; empty: the usual one
    qint64 pictureRows = 0;           ///< once so many messages are shown
    QString pictureChosen;            ///< with the first row of the table of that name chosen
    bool isAlone = false;             ///< a window program of its own, whatever others there are
    std::optional<ThemeChoice> theme; ///< for this run; nothing: as remembered
    std::optional<Language> language; ///< likewise
};

/// Opens the window, unless another one of this user on this screen takes what is asked for, and runs until it is
/// closed. Returns the program's exit code: 0, or 1 when the picture could not be saved.
int runWindow(QApplication& application, const WindowOptions& options);

} // namespace portolan
