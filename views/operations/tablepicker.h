#pragma once

#include "models/operations/operationscontroller.h"

#include <QWidget>

class QCheckBox;
class QListWidget;

namespace portolan {

/// `Only some tables`, and the tables with a box each. GUI thread.
class TablePicker : public QWidget {
    Q_OBJECT
public:
    explicit TablePicker(QWidget* parent = nullptr);
    /// Shows the tables that there are; before, and where there are none, nothing can be chosen.
    void setTables(const std::vector<CountedTable>& tables);
    /// Says why there are none to choose from.
    void setNote(const QString& note);
    [[nodiscard]] bool isPart() const;        ///< only some tables are wanted
    [[nodiscard]] QStringList chosen() const; ///< of them; empty: all, or none was chosen yet

Q_SIGNALS:
    void changed();

private:
    QCheckBox* m_onlySome;
    QListWidget* m_tables;
};

} // namespace portolan
