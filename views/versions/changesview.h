#pragma once

#include "models/inspect/inspection.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace portolan {

/// The differences of a chosen version from the one before it, or from another chosen one: in each place what was and
/// what is, numbers with how far they are apart. GUI thread.
class ChangesView : public QWidget {
    Q_OBJECT
public:
    explicit ChangesView(QWidget* parent = nullptr);

    /// Shows what the Inspector shows of a version.
    void setInspection(const Inspection& inspection);
    /// Shows a text in place of differences.
    void setNote(const QString& note);

protected:
    void changeEvent(QEvent* event) override;

private:
    void wearFonts();

    QLabel* m_title;
    QLabel* m_note;
    QTableWidget* m_table;
};

} // namespace portolan
