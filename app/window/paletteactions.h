#pragma once

#include <QList>
#include <QObject>
#include <functional>
#include <memory>
#include <vector>

class QAction;

namespace portolan {

class Navigator;
class PaneStack;
class Settings;
class StoreOpening;

/// The entries of the palette besides the window's own actions: actions of other panes, recent stores, and for a typed
/// text the row of that id and a search of everything. GUI thread.
class PaletteActions : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it.
    struct Parts {
        Settings& settings;
        StoreOpening& opening;
        Navigator& navigating;
        PaneStack& panes;
    };
    PaletteActions(const Parts& parts, QWidget* window);

    /// Returns what can be chosen by its name; `isOpen`: a store is shown. They live until the next call.
    [[nodiscard]] QList<QAction*> actions(bool isOpen);
    /// Returns what this text leads to; they live until the next call.
    [[nodiscard]] QList<QAction*> madeOf(const QString& typed);

Q_SIGNALS:
    void searchWanted(const QString& text);
    void notice(const QString& text);

private:
    using Made = std::vector<std::unique_ptr<QAction>>;
    QAction* add(Made& made, const char* icon, const QString& text, const std::function<void()>& act);
    void goToPart(const QString& place);
    void goToDeed(const QString& place, const QString& name);

    Parts m_parts;
    QWidget* m_window;
    Made m_named;
    Made m_typed;
};

} // namespace portolan
