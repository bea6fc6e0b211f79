#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;
class QStackedWidget;
class QTabBar;
class QTabWidget;
class QTreeView;

namespace portolan {

class HexModel;
class InspectionTable;

/// The page of the Inspector for a row. Long texts are shown piece by piece. Of the next row the same part is shown, if
/// it has one. GUI thread.
class InspectorPage : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPage(QWidget* parent = nullptr);

    void show(const Inspection& inspection);
    void clear();
    void setTimeDisplay(TimeDisplay display);

Q_SIGNALS:
    void notice(const QString& text);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeViews();
    QWidget* makeTable();
    [[nodiscard]] const InspectedDocument& document() const; ///< the one that is shown
    void showParts();
    void showPart(int part);
    void showDocument();
    void layOutTable();
    void showFacts();
    void showMore();
    void wearFonts();
    void copy();
    void save();

    Inspection m_inspection;
    int m_document = 0;
    QString m_part; ///< the name of the part that was chosen last
    TimeDisplay m_timeDisplay = TimeDisplay::Utc;
    qsizetype m_shown = 0; ///< bytes of the payload that stand in the text

    QLabel* m_title;
    QPushButton* m_copy;
    QPushButton* m_save;
    QFormLayout* m_facts;
    QTabBar* m_parts; ///< documents, then tables
    QStackedWidget* m_views;
    QTabWidget* m_tabs;
    QPlainTextEdit* m_text;
    QPushButton* m_more;
    QTreeView* m_tree;
    QLabel* m_noTree;
    JsonTreeModel* m_treeModel;
    QTableView* m_hex;
    HexModel* m_hexModel;
    QStackedWidget* m_tablePages;
    QTableView* m_table;
    QLabel* m_noRows;
    InspectionTable* m_tableModel;
};

} // namespace portolan
