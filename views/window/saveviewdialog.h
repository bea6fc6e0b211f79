#pragma once

#include "storage/operations/savedviews.h"

#include <QDialog>
#include <vector>

class QLineEdit;
class QPushButton;

namespace portolan {

/// Asks under which name a view is saved, and says where it is kept. It saves nothing itself. Blocks its window alone;
/// shown with open(). GUI thread.
class SaveViewDialog : public QDialog {
    Q_OBJECT
public:
    /// `view` has everything but its name; what stands in it is proposed. `pane` is the pane's name, `there` are the
    /// pane's views where it is kept. `whyLocal` says why that is not the store, in words; empty: it is.
    SaveViewDialog(const SavedView& view, const QString& pane, std::vector<SavedView> there, const QString& whyLocal,
                   QWidget* parent = nullptr);

Q_SIGNALS:
    /// `instead` is the one whose place it takes.
    void saveWanted(const portolan::SavedView& view, const std::optional<portolan::SavedView>& instead);

private:
    void showButton();
    void confirm();
    [[nodiscard]] QByteArray name() const;
    [[nodiscard]] const SavedView* inTheWay() const;

    SavedView m_view;
    std::vector<SavedView> m_there;
    QLineEdit* m_name;
    QPushButton* m_save = nullptr;
};

} // namespace portolan
