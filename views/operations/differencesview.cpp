#include "views/operations/differencesview.h"

#include "views/ask/dialogparts.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"
#include "views/versions/comparisonview.h"

#include <QLabel>
#include <QLayout>
#include <QPushButton>

namespace portolan {

DifferencesView::DifferencesView(QWidget* parent)
    : ListPane(parent)
    , m_differences(differenceListing({}))
    , m_error(new ErrorBar(this))
    , m_frame(
          new ListFrame(QT_TRANSLATE_NOOP("Lists", "Differences"), &m_differences,
                        {tr("No backup was compared yet, or nothing differs."),
                         tr("Choose one under Backups and press Compare: it is restored aside and compared with the "
                            "store, row by row."),
                         tr("No difference matches the filter.")},
                        this))
    , m_summary(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_rows(new ComparisonView(this))
    , m_go(new QPushButton(themedIcon(QStringLiteral("forward")), tr("Go to the row"), this))
    , m_inBackup(new QPushButton(themedIcon(QStringLiteral("open")), tr("Open it in the backup"), this))
    , m_again(new QPushButton(themedIcon(QStringLiteral("refresh")), tr("Compare again"), this)) {
    m_frame->setTitleVisible(false);
    m_summary->setAccessibleDescription(tr("Outcome"));
    m_summary->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, gridUnit);
    m_frame->addBar(m_error);
    m_error->hide();
    m_frame->addBar(m_summary);
    m_rows->setContentsMargins(3 * gridUnit, gridUnit, 3 * gridUnit, 0);
    m_go->setAccessibleName(QStringLiteral("Go to the row"));
    m_inBackup->setAccessibleName(QStringLiteral("Open it in the backup"));
    m_again->setAccessibleName(QStringLiteral("Compare again"));
    addPart(m_frame, 3);
    addPart(m_rows, 2);
    layout()->setSpacing(0);
    layout()->addWidget(makeButtonBar(this, {m_go, m_inBackup}, {m_again}));
    wire(m_frame);
    m_frame->table()->setOwnOrder({QByteArrayLiteral("number"), false});
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_frame, &ListFrame::countChanged, this,
            [this](const QString& count) { Q_EMIT countChanged(m_comparison ? count : QString()); });
    connect(m_frame->table(), &DataTable::chosen, this, &DifferencesView::chooseDifference);
    connect(m_go, &QPushButton::clicked, this, &DifferencesView::goToRow);
    connect(m_inBackup, &QPushButton::clicked, this, &DifferencesView::openInBackup);
    connect(m_error, &ErrorBar::retryWanted, m_again, &QPushButton::click);
    connect(m_again, &QPushButton::clicked, this, [this] {
        m_error->hide();
        if (m_desk && m_comparison)
            m_desk->compare(m_comparison->backup);
    });
    showComparison();
}

void DifferencesView::setContext(const PaneContext& context) {
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.operations;
    ListPane::setContext(context);
    if (m_desk) {
        connect(m_desk, &OperationsController::compared, this, &DifferencesView::showComparison);
        connect(m_desk, &OperationsController::jobsChanged, this, &DifferencesView::showButtons);
        connect(m_desk, &OperationsController::failed, this, [this](OperationJob::Kind kind, const Error& error) {
            if (kind != OperationJob::Kind::Compare)
                return;
            m_error->show(error);
            m_error->setVisible(true);
        });
    }
    showComparison();
}

void DifferencesView::showComparison() {
    m_comparing.cancelPending();
    m_error->hide();
    m_comparison = m_desk ? m_desk->comparison() : nullptr;
    m_summary->setText(m_comparison ? comparisonSummary(*m_comparison) : QString());
    m_summary->setAccessibleName(m_summary->text());
    m_summary->setVisible(m_comparison != nullptr);
    m_rows->setVisible(m_comparison && !m_comparison->rows.empty());
    m_differences.setListing(differenceListing(m_comparison), m_differences.filter());
    chooseDifference(-1);
}

const ListedDifference* DifferencesView::chosen() const {
    const ListedDifference* const listed = m_differences.rowAt(m_frame->table()->currentRow());
    if (!listed || !m_comparison || listed->number > std::ssize(m_comparison->rows))
        return nullptr;
    return &m_comparison->rows[static_cast<std::size_t>(listed->number - 1)];
}

void DifferencesView::chooseDifference(int /*row*/) {
    m_comparing.cancelPending();
    showButtons();
    const ListedDifference* const difference = chosen();
    if (!difference || !m_channel) {
        m_rows->setNote(tr("Choose a row to see it as it is in the backup and in the store."));
        return;
    }
    askInspection([listed = *difference](Store&, const CancelToken&) { return Result<ListedDifference>(listed); });
    m_rows->setNote(tr("The two are being compared…"));
    m_channel->ask(
        m_comparing,
        [row = difference->row](Store&, const CancelToken& token) -> Result<DocumentComparison> {
            return rowsSideBySide(row, token);
        },
        this,
        [this](const Result<DocumentComparison>& rows) {
            if (!rows)
                m_rows->setNote(rows.error().text);
            else if (!rows->outline)
                m_rows->setNote(tr("So many rows differ that this one was not kept. Go to it, or compare again once "
                                   "there are fewer."));
            else
                m_rows->setComparison(*rows);
        });
}

bool DifferencesView::isOpenedElsewhere() const {
    return m_comparison && m_comparison->kind != StoreKind::Postgresql;
}

void DifferencesView::showButtons() {
    const ListedDifference* const difference = chosen();
    const bool isInStore = difference && difference->row.kind != RowDifference::Kind::Missing;
    const bool isInBackup = difference && difference->row.kind != RowDifference::Kind::Extra;
    m_go->setEnabled(isInStore);
    m_go->setToolTip(isInStore    ? tr("Shows the row as it is in the store")
                     : difference ? tr("The store does not have this row; the backup has it")
                                  : tr("Choose a row"));
    m_inBackup->setEnabled(isInBackup && isOpenedElsewhere());
    m_inBackup->setToolTip(!difference            ? tr("Choose a row")
                           : !isInBackup          ? tr("The backup does not have this row; the store has it")
                           : !isOpenedElsewhere() ? tr("A server's backup is opened by restoring it")
                                                  : tr("Opens the backup as a store that is only read, at this row"));
    const bool isBusy = m_desk && m_desk->isBusy();
    m_again->setEnabled(m_desk && m_comparison && !isBusy);
    m_again->setToolTip(isBusy          ? tr("Something is being done to the store.")
                        : !m_comparison ? tr("No backup was compared yet")
                                        : tr("Compares the same backup with the store as it is now"));
}

void DifferencesView::goToRow() {
    if (const ListedDifference* const difference = chosen(); difference && m_go->isEnabled()) {
        const PaneLink to = linkOfDifference(difference->row, m_comparison->kind);
        Q_EMIT paneWanted(to.place, to.filter);
    }
}

void DifferencesView::openInBackup() {
    if (const ListedDifference* const difference = chosen(); difference && m_inBackup->isEnabled()) {
        const PaneLink to = linkOfDifference(difference->row, m_comparison->kind);
        Q_EMIT storeWanted(m_comparison->backup.file, to.place, to.filter);
    }
}

} // namespace portolan
