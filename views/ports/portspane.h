#pragma once

#include "models/ports/portmodels.h"
#include "views/list/listpane.h"

#include <array>

class QPushButton;

namespace portolan {

/// `Ports` above `Port messages`: those of the chosen ports (none: of all) in the states that are switched on (none:
/// in all) for which the filter holds, newest or oldest first.
class PortsPane final : public ListPane {
    Q_OBJECT
public:
    explicit PortsPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override;
    void refreshAll() override;
    void setFilter(const Filter& filter) override;
    bool showPart(const QString& part) override;

protected:
    void forget() override;

private:
    QWidget* makeBar();
    void choosePorts();
    void chooseAgain();
    void forgetChoices();
    void inspectMessage(int row);
    void setOldestFirst(bool oldestFirst);
    void askMessages();

    PortModel m_ports;
    PortMessageModel m_messages;
    PortCounter m_counter;
    Filter m_filter;
    std::vector<QByteArray> m_chosen; ///< ports, by name

    ListFrame* m_portFrame;
    ListFrame* m_messageFrame;
    std::array<QPushButton*, 5> m_states{}; ///< in the order of PortStatus
    QPushButton* m_order;
    QPushButton* m_allPorts;
};

} // namespace portolan
