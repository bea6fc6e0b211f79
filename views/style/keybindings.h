#pragma once

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <QStringList>
#include <functional>
#include <vector>

namespace portolan {

/// The keys of the actions: the usual ones of each action, unless its operator has chosen others. An action is known by
/// its object name. GUI thread.
class KeyBindings : public QObject {
    Q_OBJECT
public:
    /// The keys chosen for a name: portable text, which is empty for no key at all; null: nothing was chosen.
    using Chosen = std::function<QString(const QString& name)>;

    explicit KeyBindings(Chosen chosen, QObject* parent = nullptr);

    /// From now on the keys of these are the ones here; borrowed. Those without a name are left alone.
    void add(const QList<QAction*>& actions);

    [[nodiscard]] const std::vector<QAction*>& actions() const { return m_actions; }
    [[nodiscard]] QKeySequence keys(const QAction* action) const { return action->shortcut(); }
    [[nodiscard]] QKeySequence usualKeys(const QAction* action) const;
    [[nodiscard]] bool isUsual(const QAction* action) const { return keys(action) == usualKeys(action); }
    /// The others that have these keys, or begin with them, or that these begin with: one of the two would never be
    /// heard.
    [[nodiscard]] QList<QAction*> conflicts(const QAction* action, const QKeySequence& keys) const;

    /// Gives an action these keys, and takes them away from the actions that have them. Empty: no key.
    void bind(QAction* action, const QKeySequence& keys);
    void resetAll();

Q_SIGNALS:
    void bound(const QString& name, const QKeySequence& keys);
    void released(const QString& name); ///< the usual keys again

private:
    void set(QAction* action, const QKeySequence& keys);

    Chosen m_chosen;
    std::vector<QAction*> m_actions;
    QHash<const QAction*, QList<QKeySequence>> m_usual;
};

} // namespace portolan
