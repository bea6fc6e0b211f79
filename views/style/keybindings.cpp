#include "views/style/keybindings.h"

namespace portolan {

KeyBindings::KeyBindings(Chosen chosen, QObject* parent) : QObject(parent), m_chosen(std::move(chosen)) {}

void KeyBindings::add(const QList<QAction*>& actions) {
    for (QAction* const action : actions) {
        if (action->objectName().isEmpty() || m_usual.contains(action))
            continue;
        m_usual.insert(action, action->shortcuts());
        m_actions.push_back(action);
        connect(action, &QObject::destroyed, this, [this, action] { // that of a button may go with it
            std::erase(m_actions, action);
            m_usual.remove(action);
        });
        const QString chosen = m_chosen(action->objectName());
        if (!chosen.isNull())
            action->setShortcut(QKeySequence(chosen, QKeySequence::PortableText));
    }
}

QKeySequence KeyBindings::usualKeys(const QAction* action) const {
    return m_usual.value(action).value(0);
}

QList<QAction*> KeyBindings::conflicts(const QAction* action, const QKeySequence& keys) const {
    QList<QAction*> found;
    for (QAction* const other : m_actions) {
        if (other == action || keys.isEmpty())
            continue;
        for (const QKeySequence& theirs : other->shortcuts()) {
            if (theirs.isEmpty() || found.contains(other))
                continue;
            if (theirs.matches(keys) != QKeySequence::NoMatch || keys.matches(theirs) != QKeySequence::NoMatch)
                found << other;
        }
    }
    return found;
}

/// The usual ones bring their second keys with them.
void KeyBindings::set(QAction* action, const QKeySequence& keys) {
    const bool areUsual = keys == usualKeys(action);
    action->setShortcuts(areUsual ? m_usual.value(action) : QList{keys});
    if (areUsual)
        Q_EMIT released(action->objectName());
    else
        Q_EMIT bound(action->objectName(), keys);
}

void KeyBindings::bind(QAction* action, const QKeySequence& keys) {
    for (QAction* const other : conflicts(action, keys))
        set(other, {});
    set(action, keys);
}

void KeyBindings::resetAll() {
    for (QAction* const action : m_actions) {
        if (action->shortcuts() != m_usual.value(action))
            set(action, usualKeys(action));
    }
}

} // namespace portolan
