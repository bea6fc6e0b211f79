#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>
#include <vector>

class QAbstractButton;
class QAction;

namespace portolan {

class Pane;

/// The property of a button that is a list's own, and none of the pane's actions.
inline constexpr auto isOfListProperty = "isOfList";

/// The buttons of a pane, each as an action: the palette offers it, keys can be bound to it while the pane is shown,
/// and the menu of the list that it stands at has it. They rest while the list is not what the filter says. GUI thread.
class PaneControls : public QObject {
    Q_OBJECT
public:
    /// `id` is the pane's, with which the names of the actions begin. The pane owns this.
    PaneControls(const QByteArray& id, Pane& pane);

    void collect(); ///< takes those that were made since
    /// Returns those that can be seen, also in other tabs, as they are called now.
    [[nodiscard]] QList<QAction*> offered();
    [[nodiscard]] QList<QAction*> actions() const; ///< all of them
    /// Lets what acts on rows rest, for the reason that its tooltip gives then, and dims the filtered list. Empty: no
    /// longer. A switch, which only narrows, stays.
    void setResting(const QString& why);

Q_SIGNALS:
    void notice(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Control {
        QAbstractButton* button = nullptr;
        QAction* action = nullptr;
        bool rests = false;
        bool isWanted = false; ///< what the pane would have it be, while it rests
        QString toolTip = {};  ///< of the time before
    };
    void add(QAbstractButton& button);
    void show(const Control& control) const;
    void trigger(QAbstractButton& button);
    void rest(Control& control);
    void wake(Control& control);
    void fillMenus();

    QByteArray m_id;
    Pane& m_pane;
    std::vector<Control> m_controls;
    QString m_why;
    bool m_isSetting = false; ///< this changes a button, not the pane
};

} // namespace portolan
