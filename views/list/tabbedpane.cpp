#include "views/list/tabbedpane.h"

#include "views/list/listpane.h"

#include <QDataStream>
#include <QIODevice>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

TabbedPane::TabbedPane(const QString& name, QWidget* parent) : Pane(parent), m_tabs(new QTabWidget(this)) {
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(name);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { // the columns differ, and so the filters
        for (ListPane* pane : m_panes)
            pane->setFilter({});
        Q_EMIT nothingInspected();
        Q_EMIT filterSchemaChanged();
    });
}

void TabbedPane::addTab(ListPane* pane, const QString& title, const QString& part) {
    m_panes.push_back(pane);
    m_parts.push_back(part);
    const int tab = m_tabs->addTab(pane, title);
    connect(pane, &ListPane::countChanged, this, [this, tab, title](const QString& count) {
        m_tabs->setTabText(tab, count.isEmpty() ? title : title + QStringLiteral("  ") + count);
    });
    const auto ofShown = [this, pane](auto signal) { // else the Inspector is another tab's
        return [this, pane, signal](const auto&... values) {
            if (&current() == pane)
                (this->*signal)(values...);
        };
    };
    connect(pane, &Pane::inspected, this, ofShown(&Pane::inspected));
    connect(pane, &Pane::inspectionFailed, this, ofShown(&Pane::inspectionFailed));
    connect(pane, &Pane::nothingInspected, this, ofShown(&Pane::nothingInspected));
    connect(pane, &Pane::peekWanted, this, &Pane::peekWanted);
    connect(pane, &Pane::narrowWanted, this, &Pane::narrowWanted);
    connect(pane, &Pane::clearFilterWanted, this, &Pane::clearFilterWanted);
    connect(pane, &Pane::pauseWanted, this, &Pane::pauseWanted);
    connect(pane, &Pane::paneWanted, this, &Pane::paneWanted);
    connect(pane, &Pane::storeWanted, this, &Pane::storeWanted);
    connect(pane, &Pane::bundleWanted, this, &Pane::bundleWanted);
    connect(pane, &Pane::receiveWanted, this, &Pane::receiveWanted);
    connect(pane, &Pane::notice, this, &Pane::notice);
}

void TabbedPane::bringForward(ListPane* pane) {
    m_tabs->setCurrentWidget(pane);
}

Pane& TabbedPane::current() const {
    return *m_panes[static_cast<std::size_t>(m_tabs->currentIndex())];
}

void TabbedPane::setContext(const PaneContext& context) {
    for (ListPane* pane : m_panes)
        pane->setContext(context);
}

void TabbedPane::setRefusals(const PaneRefusals& refusals) {
    for (ListPane* pane : m_panes)
        pane->setRefusals(refusals);
}

void TabbedPane::refresh() {
    for (ListPane* pane : m_panes)
        pane->refresh();
}

void TabbedPane::refreshAll() {
    for (ListPane* pane : m_panes)
        pane->refreshAll();
}

void TabbedPane::setPaused(bool paused) {
    for (ListPane* pane : m_panes)
        pane->setPaused(paused);
}

void TabbedPane::setTimeDisplay(TimeDisplay display) {
    for (ListPane* pane : m_panes)
        pane->setTimeDisplay(display);
}

const ColumnSet* TabbedPane::filterSchema() const {
    return current().filterSchema();
}

void TabbedPane::setFilter(const Filter& filter) {
    current().setFilter(filter);
}

std::vector<ListFrame*> TabbedPane::lists() const {
    return current().lists();
}

void TabbedPane::focusList() {
    current().focusList();
}

bool TabbedPane::showPart(const QString& part) {
    const qsizetype slash = part.indexOf(u'/');
    const auto found = std::ranges::find(m_parts, slash < 0 ? part : part.first(slash));
    const bool isTab = found != m_parts.end() && !part.isEmpty();
    m_tabs->setCurrentIndex(isTab ? static_cast<int>(found - m_parts.begin()) : 0);
    return current().showPart(!isTab ? part : slash < 0 ? QString() : part.sliced(slash + 1));
}

bool TabbedPane::isSettled() const {
    return current().isSettled();
}

int TabbedPane::rowsShown() const {
    return current().rowsShown();
}

QByteArray TabbedPane::saveLayout() const {
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    for (const ListPane* pane : m_panes)
        stream << pane->saveLayout();
    return layout;
}

void TabbedPane::restoreLayout(const QByteArray& layout) {
    QDataStream stream(layout);
    for (ListPane* pane : m_panes) {
        QByteArray part;
        stream >> part;
        if (stream.status() == QDataStream::Ok && !part.isEmpty())
            pane->restoreLayout(part);
    }
}

} // namespace portolan
