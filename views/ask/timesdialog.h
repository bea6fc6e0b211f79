#pragma once

#include "models/list/format.h"
#include "storage/series/series.h"

#include <QDialog>

class QDateTimeEdit;
class QPushButton;

namespace portolan {

/// The dialog that asks for two times, in the zone that the window shows, from charts and for every pane. Shown with
/// open(). GUI thread.
class TimesDialog final : public QDialog {
    Q_OBJECT
public:
    TimesDialog(TimeRange range, TimeDisplay display, QWidget* parent = nullptr);

Q_SIGNALS:
    void timesWanted(portolan::TimeRange range);

private:
    [[nodiscard]] TimeRange range() const;

    QDateTimeEdit* m_begin;
    QDateTimeEdit* m_end;
    QPushButton* m_show;
};

} // namespace portolan
