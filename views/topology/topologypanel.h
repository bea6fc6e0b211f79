#pragma once

#include "models/overview/overviewpoller.h"
#include "views/topology/topologyview.h"

#include <QPointer>

namespace portolan {

/// The topology of a store, as its desk keeps it up to date while it is to be seen. An opened component or flow leads
/// to rows.
class TopologyPanel final : public QWidget {
    Q_OBJECT
public:
    explicit TopologyPanel(QWidget* parent = nullptr);

    void setDesk(OverviewPoller* desk); ///< borrowed; null: no store
    void refresh();
    void setPaused(bool paused);
    [[nodiscard]] TopologyView* view() const { return m_view; }
    [[nodiscard]] bool isSettled() const { return m_desk && m_desk->topology(); } ///< the first answer is there

Q_SIGNALS:
    void componentChosen(const QByteArray& name);
    /// As Pane::paneWanted().
    void paneWanted(const QString& id, const QString& filter);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void watch();
    void showTopology();
    void openEdge(const Topology::Edge& edge);

    QPointer<OverviewPoller> m_desk;
    bool m_paused = false;
    TopologyView* m_view;
};

} // namespace portolan
