#pragma once

#include "storage/channel.h"
#include "views/topologyview.h"

namespace portolan {

/// The topology of a store, kept up to date while it is to be seen: one question at a time. What is opened in it leads
/// to rows.
class TopologyPanel final : public QWidget {
    Q_OBJECT
public:
    explicit TopologyPanel(QWidget* parent = nullptr);

    void setChannel(Channel* channel); ///< borrowed; null: no store
    void refresh();
    [[nodiscard]] TopologyView* view() const { return m_view; }
    [[nodiscard]] bool isSettled() const { return m_settled; } ///< the first answer is there

Q_SIGNALS:
    void componentChosen(const QByteArray& name);
    /// As Pane::paneWanted().
    void paneWanted(const QString& id, const QString& filter);
    void answered();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void ask();
    void adopt(Result<Topology> topology);

    Channel* m_channel = nullptr;
    Asker m_asker;
    bool m_asked = false;
    bool m_stale = false;
    bool m_settled = false;
    TopologyView* m_view;
};

} // namespace portolan
