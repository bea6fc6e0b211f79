#pragma once

#include "storage/operations/savedviews.h"

#include <QMenu>
#include <optional>
#include <vector>

namespace portolan {

/// A view that the window offers.
struct OfferedView {
    SavedView view;
    bool isLocal = false; ///< kept by this computer's settings, not by the store
    friend bool operator==(const OfferedView&, const OfferedView&) = default;
};

/// Its name as menus and palettes show it.
[[nodiscard]] QString offeredText(const OfferedView& offered);

/// The views of a pane: each is chosen, removed and, as long as it was the last one, put back. Shown with popup(). GUI
/// thread.
class SavedViewMenu : public QMenu {
    Q_OBJECT
public:
    explicit SavedViewMenu(QWidget* parent = nullptr);

    /// `cannotSave` says why what is shown cannot be saved, in words; empty: it can. `removed` is the last one that was
    /// taken away.
    void offer(const std::vector<OfferedView>& views, const QString& cannotSave,
               const std::optional<OfferedView>& removed);

Q_SIGNALS:
    void chosen(const portolan::OfferedView& offered);
    void removeWanted(const portolan::OfferedView& offered);
    void putBackWanted();
    void saveWanted();
};

} // namespace portolan
