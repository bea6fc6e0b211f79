#include "views/list/panecontrols.h"

#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QEvent>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <algorithm>

namespace portolan {

namespace {

QString nameOf(const QAbstractButton& button) {
    return button.accessibleName().isEmpty() ? button.text() : button.accessibleName();
}

/// A button that a view, a field or a bar has of its own, or that stands in a dialog over the pane.
bool isPart(const QAbstractButton& button, const Pane& pane) {
    if (button.property(isOfListProperty).toBool())
        return true;
    for (const QWidget* above = button.parentWidget(); above && above != &pane; above = above->parentWidget()) {
        if (qobject_cast<const QAbstractItemView*>(above) || qobject_cast<const QLineEdit*>(above)
            || qobject_cast<const QComboBox*>(above) || qobject_cast<const QTabBar*>(above)
            || qobject_cast<const QScrollBar*>(above) || qobject_cast<const ErrorBar*>(above) || above->isWindow())
            return true;
    }
    return false;
}

/// It is hidden for another reason than that another tab is shown.
bool isPutAway(const QWidget& button, const QWidget& pane) {
    for (const QWidget* each = &button; each && each != &pane; each = each->parentWidget()) {
        const bool isPage = qobject_cast<const QStackedWidget*>(each->parentWidget()) != nullptr;
        if (!isPage && each->isHidden())
            return true;
    }
    return false;
}

QString objectNameOf(const QByteArray& pane, const QAbstractButton& button) {
    QString name = QString::fromLatin1(pane) + u'/';
    for (const QChar c : (button.objectName().isEmpty() ? nameOf(button) : button.objectName()).toLower())
        name += c.isLetterOrNumber() ? c : QChar(u'-');
    while (name.endsWith(u'-'))
        name.chop(1);
    return name;
}

/// Returns the one list that a button stands at; null: several, or none.
DataTable* listOf(const QWidget& button, const QWidget& pane) {
    for (const QWidget* above = button.parentWidget(); above; above = above->parentWidget()) {
        const auto tables = above->findChildren<DataTable*>();
        if (!tables.isEmpty())
            return tables.size() == 1 ? tables.front() : nullptr;
        if (above == &pane)
            break;
    }
    return nullptr;
}

} // namespace

PaneControls::PaneControls(const QByteArray& id, Pane& pane) : QObject(&pane), m_id(id), m_pane(pane) {
    collect();
}

void PaneControls::collect() {
    std::erase_if(m_controls, [this](const Control& each) {
        return !m_pane.findChildren<QAbstractButton*>().contains(each.button);
    });
    for (QAbstractButton* const each : m_pane.findChildren<QAbstractButton*>()) {
        const bool isKnown = std::ranges::find(m_controls, each, &Control::button) != m_controls.end();
        if (!isKnown && !nameOf(*each).isEmpty() && !isPart(*each, m_pane))
            add(*each);
    }
    fillMenus();
}

void PaneControls::add(QAbstractButton& button) {
    auto* const action = new QAction(&button);
    QString name = objectNameOf(m_id, button);
    for (int number = 2;
         std::ranges::any_of(m_controls, [&](const Control& each) { return each.action->objectName() == name; });
         ++number)
        name = objectNameOf(m_id, button) + u'-' + QString::number(number);
    action->setObjectName(name);
    connect(action, &QAction::triggered, this, [this, pressed = &button] { trigger(*pressed); });
    m_pane.addAction(action);
    button.installEventFilter(this);
    m_controls.push_back({&button, action});
    show(m_controls.back());
}

/// The name that scripts and screen readers know is found, too, where the button says more.
void PaneControls::show(const Control& control) const {
    const QAbstractButton& button = *control.button;
    control.action->setText(button.text().size() > 2 ? button.text() : nameOf(button));
    control.action->setProperty("words", button.accessibleName());
    control.action->setIcon(button.icon());
    control.action->setToolTip(button.toolTip());
    control.action->setEnabled(button.isEnabled());
}

QList<QAction*> PaneControls::offered() {
    collect();
    QList<QAction*> offered;
    for (const Control& each : m_controls) {
        show(each);
        if (!isPutAway(*each.button, m_pane))
            offered << each.action;
    }
    return offered;
}

QList<QAction*> PaneControls::actions() const {
    QList<QAction*> all;
    for (const Control& each : m_controls)
        all << each.action;
    return all;
}

/// Brings its tab forward first.
void PaneControls::trigger(QAbstractButton& button) {
    QWidget* below = &button;
    for (QWidget* above = button.parentWidget(); above; above = above->parentWidget()) {
        if (auto* const tabs = qobject_cast<QTabWidget*>(above)) {
            for (int tab = 0; tab < tabs->count(); ++tab) {
                if (tabs->widget(tab)->isAncestorOf(below) || tabs->widget(tab) == below)
                    tabs->setCurrentIndex(tab);
            }
        }
        if (above == &m_pane)
            break;
    }
    if (button.isEnabled() && !isPutAway(button, m_pane))
        button.click();
    else
        Q_EMIT notice(button.toolTip());
}

bool PaneControls::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ContextMenu) { // of a list: what its menu offers is called as the buttons are
        for (const Control& each : m_controls)
            show(each);
        return QObject::eventFilter(watched, event);
    }
    const bool isToolTip = event->type() == QEvent::ToolTipChange;
    if ((event->type() != QEvent::EnabledChange && !isToolTip) || m_isSetting)
        return QObject::eventFilter(watched, event);
    const auto found = std::ranges::find(m_controls, watched, &Control::button);
    if (found == m_controls.end())
        return QObject::eventFilter(watched, event);
    if (found->rests && isToolTip) {
        found->toolTip = found->button->toolTip();
        const QScopedValueRollback setting(m_isSetting, true);
        found->button->setToolTip(m_why);
    }
    if (found->rests && found->button->isEnabled()) { // the pane has shown it again meanwhile
        found->isWanted = true;
        const QScopedValueRollback setting(m_isSetting, true);
        found->button->setEnabled(false);
    }
    found->action->setEnabled(found->button->isEnabled());
    return QObject::eventFilter(watched, event);
}

void PaneControls::rest(Control& control) {
    if (control.button->isCheckable())
        return;
    const QScopedValueRollback setting(m_isSetting, true);
    if (!std::exchange(control.rests, true)) {
        control.isWanted = control.button->isEnabled();
        control.toolTip = control.button->toolTip();
    }
    control.button->setEnabled(false);
    control.button->setToolTip(m_why);
    control.action->setEnabled(false);
}

void PaneControls::wake(Control& control) {
    if (!std::exchange(control.rests, false))
        return;
    const QScopedValueRollback setting(m_isSetting, true);
    control.button->setEnabled(control.isWanted);
    control.button->setToolTip(control.toolTip);
    control.action->setEnabled(control.isWanted);
}

void PaneControls::setResting(const QString& why) {
    if (why == m_why)
        return;
    collect();
    const bool wakes = why.isEmpty();
    if (!wakes)
        m_why = why;
    for (Control& each : m_controls) {
        if (wakes)
            wake(each);
        else if (!isPutAway(*each.button, m_pane))
            rest(each);
    }
    if (wakes)
        m_why.clear();
    const ListFrame* const filtered = m_pane.filteredList();
    for (DataTable* const table : m_pane.findChildren<DataTable*>())
        table->setResting(filtered && filtered->table() == table ? why : QString());
}

void PaneControls::fillMenus() {
    for (DataTable* const table : m_pane.findChildren<DataTable*>()) {
        QList<QAction*> ofRows;
        for (const Control& each : m_controls) {
            if (!each.button->isCheckable() && listOf(*each.button, m_pane) == table)
                ofRows << each.action;
        }
        table->setRowActions(ofRows);
        table->installEventFilter(this); // again is no second time
        table->viewport()->installEventFilter(this);
    }
}

} // namespace portolan
