#include "views/operations/healthview.h"

#include "views/ask/dialogparts.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QLabel>
#include <QLayout>
#include <QPushButton>

namespace portolan {

HealthView::HealthView(QWidget* parent)
    : ListPane(parent)
    , m_findings(findingListing())
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Health"), &m_findings,
                            {tr("Nothing is to be mended."),
                             tr("Looked at were the store, what is left over in it, its backups, its server and its "
                                "disk. F5 looks again."),
                             tr("No finding matches the filter.")},
                            this))
    , m_state(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_link(new QPushButton(themedIcon(QStringLiteral("forward")), tr("Go to it"), this))
    , m_measure(new QPushButton(themedIcon(QStringLiteral("metrics")), tr("Measure"), this)) {
    m_frame->setTitleVisible(false);
    m_state->setAccessibleDescription(tr("Figures"));
    m_state->setContentsMargins(3 * gridUnit, gridUnit, 3 * gridUnit, 0);
    m_link->setAccessibleName(QStringLiteral("Go to it"));
    m_measure->setAccessibleName(QStringLiteral("Measure"));
    m_measure->setToolTip(tr("Asks each table for some dozens of pages, which takes seconds; nothing is changed"));
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(m_state);
    layout()->addWidget(makeButtonBar(this, {m_link}, {m_measure}));
    wire(m_frame);
    m_frame->table()->setOwnOrder({});
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_frame, &ListFrame::countChanged, this, [this](const QString& count) {
        Q_EMIT countChanged(m_isAsked ? count : QString()); // none were looked for yet
    });
    connect(m_frame->table(), &DataTable::chosen, this, &HealthView::chooseFinding);
    connect(m_link, &QPushButton::clicked, this, &HealthView::followLink);
    connect(m_measure, &QPushButton::clicked, this, &HealthView::measure);
    showState();
}

void HealthView::setContext(const PaneContext& context) {
    m_measuring.cancelPending();
    m_isMeasuring = false;
    m_measured.reset();
    for (QObject* desk : std::initializer_list<QObject*>{m_desk, m_figures}) {
        if (desk)
            desk->disconnect(this);
    }
    m_desk = context.operations;
    m_figures = context.overview;
    m_isAsked = isVisible();
    ListPane::setContext(context);
    if (m_figures)
        connect(m_figures, &OverviewPoller::changed, this, &HealthView::showState);
    if (m_desk) {
        for (const auto signal : {&OperationsController::backupsChanged, &OperationsController::schemaChanged})
            connect(m_desk, signal, this, [this] {
                if (m_isAsked)
                    m_findings.refreshAll();
            });
    }
    showState();
}

void HealthView::showEvent(QShowEvent* event) {
    ListPane::showEvent(event);
    if (std::exchange(m_isAsked, true))
        m_findings.refresh();
    else
        m_findings.setChannel(m_channel);
}

void HealthView::chooseFinding(int row) {
    showState();
    if (const HealthFinding* const finding = m_findings.rowAt(row))
        askInspection([found = *finding](Store&, const CancelToken&) { return Result<HealthFinding>(found); });
}

PaneLink HealthView::link() const {
    const HealthFinding* const finding = m_findings.rowAt(m_frame->table()->currentRow());
    return finding ? linkOfFinding(finding->name) : PaneLink();
}

void HealthView::followLink() {
    if (const PaneLink to = link(); !to.place.isEmpty())
        Q_EMIT paneWanted(to.place, to.filter);
}

void HealthView::measure() {
    if (!m_desk)
        return;
    m_isMeasuring = true;
    m_desk->measure(m_measuring, this, [this](const Result<std::vector<StoreStats>>& measured) {
        m_isMeasuring = false;
        m_measured = measured;
        showState();
    });
    showState();
}

QString HealthView::figuresText() const {
    QString text;
    if (m_isMeasuring)
        text = tr("The store is being measured…");
    else if (m_measured)
        text = *m_measured ? figuresOfStore(**m_measured) : m_measured->error().text;
    else if (m_figures)
        text = figuresOfStore(m_figures->sizes());
    const QuestionLog* const questions = m_channel ? m_channel->questions() : nullptr;
    const QString asked =
        questions ? figuresOfQuestions(questions->since(currentTime() - std::chrono::hours(1))) : QString();
    return text.isEmpty() || asked.isEmpty() ? text + asked : text + u'\n' + asked;
}

void HealthView::showState() {
    const bool hasFinding = m_findings.rowAt(m_frame->table()->currentRow()) != nullptr;
    const bool isLinked = !link().place.isEmpty();
    m_state->setText(figuresText());
    m_state->setAccessibleName(m_state->text());
    m_state->setVisible(!m_state->text().isEmpty());
    m_link->setEnabled(isLinked);
    m_link->setToolTip(isLinked     ? tr("Shows its rows, or where it is mended")
                       : hasFinding ? tr("It is mended outside of this window; the row says how")
                                    : tr("Choose a finding"));
    m_measure->setEnabled(m_desk && !m_isMeasuring);
}

} // namespace portolan
