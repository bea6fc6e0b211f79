#include "views/versions/componentports.h"

#include "models/list/format.h"
#include "storage/checks/checks.h"
#include "views/style/rowheights.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>
#include <array>

namespace portolan {

namespace {

enum PortColumn { wayColumn, portColumn, rateColumn, deadColumn, othersColumn, portColumnCount };

QString namesOf(const std::vector<QByteArray>& names) {
    QStringList texts;
    for (const QByteArray& name : names)
        texts << visibleText(name, 60);
    return texts.join(QStringLiteral(", "));
}

} // namespace

ComponentPorts::ComponentPorts(QWidget* parent)
    : QWidget(parent)
    , m_note(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_table(new QTableWidget(0, portColumnCount, this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_table->setAccessibleName(tr("Ports of the component"));
    m_table->setHorizontalHeaderLabels({tr("Way"), tr("Port"), tr("Rate"), tr("Dead letters"), tr("Component")});
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_note->setContentsMargins(3 * gridUnit, 3 * gridUnit, 3 * gridUnit, 3 * gridUnit);
    m_note->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_note, 1);
    connect(m_table, &QTableWidget::cellActivated, this, [this](int row) { openRow(row); });
    showPorts();
}

void ComponentPorts::setDesk(OverviewPoller* desk) {
    if (m_desk) {
        m_desk->disconnect(this);
        m_desk->watchTopology(this, false);
    }
    m_desk = desk;
    m_name.clear();
    if (desk)
        connect(desk, &OverviewPoller::topologyChanged, this, &ComponentPorts::showPorts);
    showPorts();
    watch();
}

void ComponentPorts::setComponent(const QByteArray& name) {
    m_name = name;
    showPorts();
}

void ComponentPorts::setPaused(bool paused) {
    m_isPaused = paused;
    watch();
}

void ComponentPorts::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showPorts();
    watch();
}

void ComponentPorts::hideEvent(QHideEvent* event) {
    watch();
    QWidget::hideEvent(event);
}

void ComponentPorts::watch() {
    if (m_desk)
        m_desk->watchTopology(this, isVisible() && !m_isPaused);
}

void ComponentPorts::showPorts() {
    const auto say = [this](const QString& note) {
        m_note->setText(note);
        m_note->show();
        m_table->hide();
    };
    if (m_name.isEmpty())
        return say(tr("Choose a component."));
    if (!m_desk || !m_desk->topology())
        return say(m_desk ? tr("Loading…") : QString());
    const Result<Topology>& topology = *m_desk->topology();
    if (!topology)
        return say(topology.error().text);
    const std::optional<int> component = topology->find(false, m_name);
    if (!component)
        return say(tr("No message has gone through a port of it yet."));
    showRows(*topology, *component);
    m_note->hide();
    m_table->show();
}

/// In the order of the picture; what it reads from comes first.
void ComponentPorts::showRows(const Topology& topology, int component) {
    const int chosen = m_table->currentRow();
    std::vector<std::array<QString, portColumnCount>> rows;
    m_filters.clear();
    for (const bool reads : {true, false}) {
        for (std::size_t at = 0; at < topology.edges.size(); ++at) {
            const auto& [from, to] = topology.graph.edges[at];
            if ((reads ? to : from) != component)
                continue;
            const Topology::Edge& edge = topology.edges[at];
            const std::vector<QByteArray>& others = reads ? edge.sources : edge.targets;
            rows.push_back({reads ? tr("→ reads") : tr("writes →"), visibleText(edge.port, 120),
                            rateText(edge.perMinute), deadLetterText(edge.deadLetters, edge.exact), namesOf(others)});
            m_filters << QString::fromUtf8(
                filterOf("port_name", std::array{edge.port}) + ' '
                + filterOf(reads ? "target_component" : "source_component", std::array{m_name}));
        }
    }
    m_table->setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        for (int column = 0; column < portColumnCount; ++column) {
            const QString& text = rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
            auto* const item = new QTableWidgetItem(text);
            item->setToolTip(text);
            if (column == rateColumn || column == deadColumn)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
    }
    const QFont face = dataFont(font());
    m_table->setFont(face);
    const QFontMetrics metrics(face);
    setRowHeights(*m_table, metrics.height() + 2 * gridUnit);
    const int widths[] = {10, 18, 11, 13};
    for (int column = wayColumn; column < othersColumn; ++column)
        m_table->setColumnWidth(column, widths[column] * metrics.horizontalAdvance(u'0'));
    if (chosen >= 0 && chosen < m_table->rowCount())
        m_table->setCurrentCell(chosen, 0);
}

void ComponentPorts::openRow(int row) {
    if (row >= 0 && row < m_filters.size())
        Q_EMIT paneWanted(QStringLiteral("ports"), m_filters.at(row));
}

} // namespace portolan
