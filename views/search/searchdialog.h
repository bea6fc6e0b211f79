#pragma once

#include "models/search/searchmodel.h"
#include "views/search/fieldoverlist.h"

#include <QTimer>

class QLabel;
class QListView;

namespace portolan {

/// Ctrl+Shift+F: a text, and everything in the store that has it, while it is typed.
class SearchDialog : public FieldOverList {
    Q_OBJECT
public:
    explicit SearchDialog(QWidget* parent);

    void setOpener(StoreWorker::Opener opener) { m_model.setOpener(std::move(opener)); }
    void setTimeDisplay(TimeDisplay display) { m_model.setTimeDisplay(display); }
    void ask(const QString& text = {}); ///< empty: what was searched for last

Q_SIGNALS:
    void paneWanted(const QString& place, const QString& filter);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void show(const QModelIndex& index);
    void showNote();

    SearchModel m_model;
    QTimer m_typing; ///< until the text counts as typed
    QListView* m_list;
    QLabel* m_note;
    int m_tall = 0; ///< height with a list
};

} // namespace portolan
