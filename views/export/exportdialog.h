#pragma once

#include "storage/export/rowfile.h"

#include <QDialog>
#include <vector>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

/// Asks for the rows of a list that go into a file, its format and its place. It writes nothing itself: exportWanted()
/// says what the operator has confirmed. Blocks its window alone; shown with open(). GUI thread.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    enum class Scope { Selected, Filtered, All };
    /// The list as it is shown.
    struct List {
        QString title;         ///< "Dead letters", as it is shown
        QString name;          ///< the same in English; files are proposed by it
        qint64 selected = 0;   ///< rows
        qint64 shown = 0;      ///< rows that the filter takes, as far as they are counted
        bool isCounted = true; ///< `shown` is all of them
        bool isFiltered = false;
        QString filter = {};  ///< what the field says, of the list that it filters
        bool hasJson = false; ///< it has columns of documents
    };
    struct Choice {
        std::size_t list = 0; ///< which of the given ones
        Scope scope = Scope::All;
        QString path; ///< absolute
        ExportOptions options;
    };
    /// At least one list; the first is proposed. `folder` is where files went last.
    ExportDialog(std::vector<List> lists, const QString& folder, QWidget* parent = nullptr);

Q_SIGNALS:
    void exportWanted(const portolan::ExportDialog::Choice& choice);

private:
    [[nodiscard]] QWidget* makeScopes();
    void takeList();
    void takeFormat();
    void showState();
    void confirm();
    [[nodiscard]] ExportFormat format() const;
    [[nodiscard]] QString path() const;

    [[nodiscard]] const List& list() const;

    std::vector<List> m_lists;
    QString m_folder;
    QLabel* m_title;
    QComboBox* m_list;
    QLabel* m_acts; ///< which list the filter acts on
    QButtonGroup* m_scopes;
    QComboBox* m_format;
    QLabel* m_advice;
    QCheckBox* m_flatten;
    QCheckBox* m_formulas;
    QLineEdit* m_path;
    QString m_proposed; ///< the path that nobody typed
    QPushButton* m_export;
};

} // namespace portolan
