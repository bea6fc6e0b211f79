#pragma once

#include "models/overview/overviewpoller.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QTableWidget;

namespace portolan {

/// The ports that a component reads from and writes to, with how much goes through them and what died there; an opened
/// one leads to its messages. GUI thread.
class ComponentPorts : public QWidget {
    Q_OBJECT
public:
    explicit ComponentPorts(QWidget* parent = nullptr);

    void setDesk(OverviewPoller* desk); ///< borrowed; null: no store
    void setComponent(const QByteArray& name);
    void setPaused(bool paused);

Q_SIGNALS:
    /// As Pane::paneWanted().
    void paneWanted(const QString& place, const QString& filter);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void watch();
    void showPorts();
    void showRows(const Topology& topology, int component);
    void openRow(int row);

    QPointer<OverviewPoller> m_desk;
    QByteArray m_name; ///< of the component; empty: none is chosen
    bool m_isPaused = false;
    QLabel* m_note;
    QTableWidget* m_table;
    QStringList m_filters; ///< of each row
};

} // namespace portolan
