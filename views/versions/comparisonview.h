#pragma once

#include "models/versions/comparisonmodels.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QTableView;
class QTabWidget;
class QTreeView;

namespace portolan {

/// Documents compared: as a tree of what came, went and changed, and as texts side by side. GUI thread.
class ComparisonView : public QWidget {
    Q_OBJECT
public:
    explicit ComparisonView(QWidget* parent = nullptr);
    void setComparison(const DocumentComparison& comparison);
    /// In place of a comparison: that it is being made, or why there is none.
    void setNote(const QString& note);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showTree();
    void wearFonts();

    DocumentComparison m_comparison;
    ComparisonTreeModel m_treeModel;
    SideBySideModel m_textModel;
    QLabel* m_summary;
    QCheckBox* m_onlyChanges;
    QTabWidget* m_tabs;
    QTreeView* m_tree;
    QTableView* m_text;
};

} // namespace portolan
