#pragma once

#include "views/list/pane.h"

#include <vector>

class QTabWidget;

namespace portolan {

class ListPane;

/// A pane of tabs, each a pane of lists with its own filter; the tab in front is what the window filters and copies.
class TabbedPane : public Pane {
    Q_OBJECT
public:
    /// `name` is what programs call the tabs.
    explicit TabbedPane(const QString& name, QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void setRefusals(const PaneRefusals& refusals) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    void focusList() override;
    bool showPart(const QString& part) override; ///< a tab's, or what the first one knows it for
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

protected:
    /// `part`: what links call it.
    void addTab(ListPane* pane, const QString& title, const QString& part);
    void bringForward(ListPane* pane);

private:
    [[nodiscard]] Pane& current() const;

    QTabWidget* m_tabs;
    std::vector<ListPane*> m_panes; ///< of the tabs, in their order
    std::vector<QString> m_parts;   ///< of the same
};

} // namespace portolan
