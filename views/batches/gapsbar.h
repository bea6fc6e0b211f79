#pragma once

#include "models/integrity/checkcontroller.h"
#include "models/overview/overviewpoller.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QPushButton;

namespace portolan {

class WrappedLabel;

/// Says beside the gaps that receivers noted whether the numbers of what is stored were looked at, when, and with what
/// outcome; offers to look. GUI thread.
class GapsBar final : public QWidget {
    Q_OBJECT
public:
    explicit GapsBar(QWidget* parent = nullptr);

    /// Both are borrowed and may be null.
    void setControllers(CheckController* checks, OverviewPoller* recorded);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void integrityWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void showOutcome();

    QPointer<CheckController> m_checks;
    QPointer<OverviewPoller> m_recorded;
    QTimer m_clock; ///< ages grow
    WrappedLabel* m_text;
    QPushButton* m_look;
    QPushButton* m_show;
};

} // namespace portolan
