#pragma once

#include "views/search/fieldoverlist.h"

#include <QPointer>
#include <vector>

class QAction;
class QListWidget;

namespace portolan {

/// Ctrl+K: every action by its name, typed in part. Those that cannot be done now are shown with the reason.
class CommandPalette : public FieldOverList {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* parent);
    void choose(const QList<QAction*>& actions);

private:
    void fill();
    void run();

    std::vector<QPointer<QAction>> m_actions;
    std::vector<QPointer<QAction>> m_shown;
    QListWidget* m_list;
};

} // namespace portolan
