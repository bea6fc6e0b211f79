#include "views/deadletters/deadletterspane.h"

#include "views/deadletters/archiveview.h"
#include "views/deadletters/deadletterlist.h"
#include "views/deadletters/runsview.h"

#include <QDataStream>
#include <QIODevice>
#include <QTabWidget>
#include <QVBoxLayout>

namespace portolan {

DeadLettersPane::DeadLettersPane(QWidget* parent)
    : Pane(parent)
    , m_tabs(new QTabWidget(this))
    , m_runs(new RunsView(this)) {
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Dead letters and replays"));
    addTab(new DeadLetterList(this), tr("Dead letters"));
    addTab(m_runs, tr("Replays"));
    addTab(new ArchiveView(this), tr("Archive"));
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

void DeadLettersPane::addTab(ListPane* pane, const QString& title) {
    m_panes.push_back(pane);
    const int tab = m_tabs->addTab(pane, title);
    connect(pane, &ListPane::countChanged, this, [this, tab, title](const QString& count) {
        m_tabs->setTabText(tab, count.isEmpty() ? title : title + QStringLiteral("  ") + count);
    });
    connect(pane, &Pane::inspected, this, &Pane::inspected);
    connect(pane, &Pane::inspectionFailed, this, &Pane::inspectionFailed);
    connect(pane, &Pane::nothingInspected, this, &Pane::nothingInspected);
    connect(pane, &Pane::clearFilterWanted, this, &Pane::clearFilterWanted);
    connect(pane, &Pane::pauseWanted, this, &Pane::pauseWanted);
    connect(pane, &Pane::bundleWanted, this, &Pane::bundleWanted);
    connect(pane, &Pane::notice, this, &Pane::notice);
}

Pane& DeadLettersPane::current() const {
    return *m_panes[static_cast<std::size_t>(m_tabs->currentIndex())];
}

void DeadLettersPane::setContext(const PaneContext& context) {
    for (ListPane* pane : m_panes)
        pane->setContext(context);
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.replays;
    if (m_desk) // what was confirmed is watched
        connect(m_desk, &ReplayController::began, this, [this](const QByteArray& run) {
            m_tabs->setCurrentWidget(m_runs);
            m_runs->choose(run);
        });
}

void DeadLettersPane::setRefusals(const PaneRefusals& refusals) {
    for (ListPane* pane : m_panes)
        pane->setRefusals(refusals);
}

void DeadLettersPane::refresh() {
    for (ListPane* pane : m_panes)
        pane->refresh();
}

void DeadLettersPane::refreshAll() {
    for (ListPane* pane : m_panes)
        pane->refreshAll();
}

void DeadLettersPane::setPaused(bool paused) {
    for (ListPane* pane : m_panes)
        pane->setPaused(paused);
}

void DeadLettersPane::setTimeDisplay(TimeDisplay display) {
    for (ListPane* pane : m_panes)
        pane->setTimeDisplay(display);
}

const ColumnSet* DeadLettersPane::filterSchema() const {
    return current().filterSchema();
}

void DeadLettersPane::setFilter(const Filter& filter) {
    current().setFilter(filter);
}

std::vector<ListFrame*> DeadLettersPane::lists() const {
    return current().lists();
}

void DeadLettersPane::focusList() {
    current().focusList();
}

bool DeadLettersPane::showPart(const QString& part) {
    const auto tab = part == QLatin1String("replays") ? 1 : part == QLatin1String("archive") ? 2 : 0;
    m_tabs->setCurrentIndex(tab);
    return current().showPart(tab == 0 ? part : QString());
}

bool DeadLettersPane::isSettled() const {
    return current().isSettled();
}

int DeadLettersPane::rowsShown() const {
    return current().rowsShown();
}

QByteArray DeadLettersPane::saveLayout() const {
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    for (const ListPane* pane : m_panes)
        stream << pane->saveLayout();
    return layout;
}

void DeadLettersPane::restoreLayout(const QByteArray& layout) {
    QDataStream stream(layout);
    for (ListPane* pane : m_panes) {
        QByteArray part;
        stream >> part;
        if (stream.status() == QDataStream::Ok && !part.isEmpty())
            pane->restoreLayout(part);
    }
}

} // namespace portolan
