#include "views/window/savedviewmenu.h"

#include "models/list/format.h"
#include "views/style/icons.h"

#include <QAction>

namespace portolan {

namespace {

constexpr qsizetype longestEntry = 60;

/// A name as a menu shows it: its ampersands lead to no key.
QString inMenu(const QString& text) {
    return QString(text).replace(u'&', QLatin1String("&&"));
}

} // namespace

QString offeredText(const OfferedView& offered) {
    const QString name = visibleText(offered.view.name, longestEntry);
    return offered.isLocal ? SavedViewMenu::tr("%1 – on this computer").arg(name) : name;
}

SavedViewMenu::SavedViewMenu(QWidget* parent) : QMenu(parent) {
    setAccessibleName(tr("Saved views of this pane"));
}

void SavedViewMenu::offer(const std::vector<OfferedView>& views, const QString& cannotSave,
                          const std::optional<OfferedView>& removed) {
    clear();
    for (QMenu* old : findChildren<QMenu*>(Qt::FindDirectChildrenOnly))
        old->deleteLater();
    for (const OfferedView& each : views)
        addAction(inMenu(offeredText(each)), this, [this, each] { Q_EMIT chosen(each); });
    if (views.empty())
        addAction(tr("No view of this pane is saved yet"))->setEnabled(false);
    addSeparator();
    QAction* const save =
        addAction(themedIcon(QStringLiteral("bookmark")), tr("Save this view…"), this, &SavedViewMenu::saveWanted);
    save->setEnabled(cannotSave.isEmpty());
    if (!cannotSave.isEmpty())
        addAction(inMenu(cannotSave))->setEnabled(false);
    if (!views.empty()) {
        QMenu* const removals = addMenu(themedIcon(QStringLiteral("clear")), tr("Remove"));
        removals->setAccessibleName(tr("Remove a view"));
        for (const OfferedView& each : views)
            removals->addAction(tr("Remove “%1”").arg(inMenu(offeredText(each))), this,
                                [this, each] { Q_EMIT removeWanted(each); });
    }
    if (removed)
        addAction(themedIcon(QStringLiteral("undo")), tr("Put “%1” back").arg(inMenu(offeredText(*removed))), this,
                  &SavedViewMenu::putBackWanted);
}

} // namespace portolan
