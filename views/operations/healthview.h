#pragma once

#include "models/operations/findingmodels.h"
#include "models/operations/operationscontroller.h"
#include "models/overview/overviewpoller.h"
#include "views/list/listpane.h"

#include <QPointer>
#include <optional>

class QLabel;
class QPushButton;

namespace portolan {

/// `Health`: what ails the store, its server and its disk, the most urgent first, each with what to do; and what was
/// measured of it. It looks when it is shown and when the operator asks, not with every change. GUI thread.
class HealthView final : public ListPane {
    Q_OBJECT
public:
    explicit HealthView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override {}

protected:
    [[nodiscard]] bool waits(const ListFrame*) const override { return !isVisible(); }
    void showEvent(QShowEvent* event) override;

private:
    void chooseFinding(int row);
    void followLink();
    void measure();
    void showState();
    [[nodiscard]] PaneLink link() const; ///< of the chosen finding
    [[nodiscard]] QString figuresText() const;

    QPointer<OperationsController> m_desk;
    QPointer<OverviewPoller> m_figures;
    RequestScope m_measuring;
    bool m_isAsked = false; ///< the list has the store
    bool m_isMeasuring = false;
    std::optional<Result<std::vector<StoreStats>>> m_measured;
    FindingModel m_findings;
    ListFrame* m_frame;
    QLabel* m_state;
    QPushButton* m_link;
    QPushButton* m_measure;
};

} // namespace portolan
