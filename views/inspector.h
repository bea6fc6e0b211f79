#pragma once

#include "models/format.h"
#include "models/inspection.h"
#include "storage/base/result.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedLayout;
class QTableView;
class QTabWidget;
class QTreeView;

namespace portolan {

class HexModel;

/// The chosen row, whole: its facts, its payload as text, as a JSON tree and as bytes; copy and save. Long texts are
/// shown piece by piece.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(QWidget* parent = nullptr);

    void show(const Inspection& inspection);
    void showError(const Error& error);
    void clear();
    void setTimeDisplay(TimeDisplay display);

Q_SIGNALS:
    void notice(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    void showFacts();
    void showMore();
    void wearFonts();
    void copy();
    void save();

    Inspection m_inspection;
    TimeDisplay m_timeDisplay = TimeDisplay::Utc;
    qsizetype m_shown = 0; ///< bytes of the payload that stand in the text

    QStackedLayout* m_pages;
    QLabel* m_hint;
    QLabel* m_title;
    QPushButton* m_copy;
    QPushButton* m_save;
    QFormLayout* m_facts;
    QTabWidget* m_tabs;
    QPlainTextEdit* m_text;
    QPushButton* m_more;
    QTreeView* m_tree;
    QLabel* m_noTree;
    JsonTreeModel* m_treeModel;
    QTableView* m_hex;
    HexModel* m_hexModel;
};

} // namespace portolan
