#include "views/integrity/integritypane.h"

#include "models/integrity/checklisting.h"
#include "models/window/storecontroller.h"
#include "storage/store.h"
#include "views/ask/dialogparts.h"
#include "views/integrity/checkresultsview.h"
#include "views/list/errorbar.h"
#include "views/style/icons.h"
#include "views/style/plainlabel.h"
#include "views/style/progressstrip.h"
#include "views/style/style.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"
#include "views/versions/healdialog.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>

namespace portolan {

namespace {

QLabel* textLabel(const QString& text, QPalette::ColorRole color, QWidget* parent) {
    auto* label = plainLabel(parent, color);
    label->setText(text);
    return label;
}

} // namespace

IntegrityPane::IntegrityPane(QWidget* parent)
    : Pane(parent)
    , m_gate(this)
    , m_error(new ErrorBar(this))
    , m_summary(textLabel({}, QPalette::PlaceholderText, this))
    , m_progress(new ProgressStrip(this))
    , m_body(new QStackedLayout)
    , m_emptyTitle(textLabel({}, QPalette::WindowText, this))
    , m_table(new CheckTable(&m_model, this))
    , m_run(new QPushButton(themedIcon(QStringLiteral("play")), tr("Run checks"), this))
    , m_cancel(new QPushButton(themedIcon(QStringLiteral("stop")), tr("Cancel"), this))
    , m_showRows(new QPushButton(themedIcon(QStringLiteral("filter")), tr("Show the rows"), this))
    , m_heal(new QPushButton(tr("Heal…"), this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFocusPolicy(Qt::ClickFocus);
    m_run->setAccessibleName(QStringLiteral("Run checks"));
    m_run->setToolTip(tr("Looks at everything in the store once; nothing is changed"));
    m_cancel->setAccessibleName(tr("Cancel the checks"));
    m_cancel->setToolTip(tr("Keeps what is known so far"));
    m_showRows->setAccessibleName(tr("Show the rows"));
    m_heal->setAccessibleName(QStringLiteral("Heal…"));
    setPrimary(m_run);
    m_progress->setAccessibleName(tr("Checks done"));
    m_body->addWidget(m_table);
    m_body->addWidget(makeEmpty());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTitle());
    layout->addWidget(m_error);
    layout->addLayout(m_body, 1);
    layout->addWidget(makeButtonBar(this, {m_run, m_cancel, m_showRows, m_heal}));

    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_desk)
            m_desk->run();
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_desk)
            m_desk->cancel();
    });
    connect(m_error, &ErrorBar::retryWanted, m_run, &QPushButton::click);
    connect(m_showRows, &QPushButton::clicked, this, &IntegrityPane::showRows);
    connect(&m_gate, &ProductionConfirmation::refused, this, &IntegrityPane::notice);
    connect(m_heal, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("mend user-defined tables"), [this] { openHealing(); }); });
    connect(m_table, &CheckTable::chosen, this, &IntegrityPane::inspectRow);
    connect(m_table, &CheckTable::opened, this, &IntegrityPane::showRows);
    // The chosen finding may be known better by now.
    connect(&m_model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& from, const QModelIndex& to) {
        const int row = m_table->chosenRow();
        if (row >= from.row() && row <= to.row())
            inspectRow();
    });
    showState();
}

QWidget* IntegrityPane::makeTitle() {
    auto* row = new QWidget(this);
    auto* title = textLabel(tr("Checks"), QPalette::WindowText, row);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(title);
    layout->addStretch(1);
    layout->addWidget(m_progress);
    layout->addWidget(m_summary);
    return row;
}

QWidget* IntegrityPane::makeEmpty() {
    auto* page = new QWidget(this);
    auto* picture = new QLabel(page);
    picture->setPixmap(themedIcon(QStringLiteral("integrity")).pixmap(QSize(32, 32), QIcon::Disabled));
    picture->setAccessibleName(tr("Nothing here"));
    auto* advice = new WrappedLabel(page, QPalette::PlaceholderText);
    advice->setText(tr("Run checks looks for gaps and duplicates, orphans, states that are not allowed, "
                       "broken documents and damage of the store itself. It only reads."));
    advice->setAlignment(Qt::AlignCenter);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(8 * gridUnit, 0, 8 * gridUnit, 0);
    layout->setSpacing(2 * gridUnit);
    layout->addStretch(2);
    layout->addWidget(picture, 0, Qt::AlignHCenter);
    layout->addWidget(m_emptyTitle, 0, Qt::AlignHCenter);
    layout->addWidget(advice);
    layout->addStretch(3);
    return page;
}

void IntegrityPane::setContext(const PaneContext& context) {
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.checks;
    m_model.setDesk(m_desk);
    if (m_desk) {
        connect(m_desk, &CheckController::changed, this, &IntegrityPane::showState);
        connect(m_desk, &CheckController::reset, this, &IntegrityPane::showState);
    }
    m_changes = context.changes;
    m_comparing.cancelPending();
    m_channel = context.channel;
    m_gate.setChannel(m_channel);
    m_recorded.reset();
    askRecorded();
    showState();
    Q_EMIT nothingInspected();
}

void IntegrityPane::refresh() {
    askRecorded();
}

void IntegrityPane::askRecorded() {
    m_remembering.cancelPending();
    if (!m_channel)
        return;
    m_channel->ask(m_remembering, &lastVerification, this, [this](Result<std::optional<Verification>> last) {
        m_recorded = last ? std::move(*last) : std::nullopt; // who cannot keep one has none
        showState();
    });
}

QString IntegrityPane::recordedText() const {
    const QString when = tr("Last verified %1 by %2")
                             .arg(agoText(m_recorded->endedAt, currentTime()), visibleText(m_recorded->actor, 60));
    if (m_recorded->findings.empty())
        return when + QStringLiteral(": ") + tr("● nothing found by %1 checks.").arg(m_recorded->checks);
    std::vector<QByteArray> names;
    for (const Verification::Finding& finding : m_recorded->findings)
        names.push_back(finding.check);
    return when + QStringLiteral(": ")
           + tr("✖ %1 of %2 found something: %3.").arg(names.size()).arg(m_recorded->checks).arg(namesInShort(names));
}

QString IntegrityPane::summary() const {
    if (!m_desk || m_desk->entries().empty())
        return {};
    const int all = static_cast<int>(m_desk->entries().size());
    const int done = m_desk->done();
    const int found = m_desk->found();
    if (m_desk->isRunning() || done < all)
        return found > 0 ? tr("%1 of %2, %3 found something").arg(done).arg(all).arg(found)
                         : tr("%1 of %2").arg(done).arg(all);
    const QString when = m_desk->endedAt()
                             ? tr("%1, took %2 s")
                                   .arg(timeText(*m_desk->endedAt(), m_display).section(u'.', 0, 0))
                                   .arg(measuredFigure(static_cast<double>(m_desk->milliseconds()) / 1000, 1))
                             : QString();
    return (found > 0 ? tr("✖ %1 of %2 found something").arg(found).arg(all) : tr("● all %1 ok").arg(all))
           + QStringLiteral(" · ") + when;
}

void IntegrityPane::showState() {
    const bool isRunning = m_desk && m_desk->isRunning();
    const bool isEmpty = !m_desk || m_desk->entries().empty();
    const bool hasError = m_desk && m_desk->error();
    m_error->setVisible(hasError);
    if (hasError)
        m_error->show(*m_desk->error());
    m_run->setEnabled(m_desk && !isRunning);
    m_cancel->setVisible(isRunning);
    m_progress->setVisible(isRunning && !isEmpty);
    if (m_desk && !isEmpty) {
        m_progress->setRange(0, static_cast<int>(m_desk->entries().size()));
        m_progress->setValue(m_desk->done());
    }
    m_summary->setText(summary());
    m_emptyTitle->setText(isRunning    ? tr("Opening the store…")
                          : hasError   ? tr("The store could not be verified.")
                          : m_recorded ? recordedText()
                                       : tr("Nothing was checked yet."));
    m_body->setCurrentIndex(isEmpty ? 1 : 0);
    showButtons();
}

void IntegrityPane::showButtons() {
    const int row = m_table->chosenRow();
    const CheckController::Entry* const entry = m_model.entryAt(row);
    m_showRows->setEnabled(m_model.linkFrom(row).has_value());
    const bool canHeal = entry && entry->outcome == CheckController::Outcome::Found && entry->result.canHeal;
    m_heal->setEnabled(canHeal && m_changes && m_channel);
    m_heal->setToolTip(canHeal ? tr("Shows the statements that lose nothing, and runs them")
                               : tr("Choose a finding about object models"));
}

void IntegrityPane::inspectRow() {
    showButtons();
    if (const CheckController::Entry* entry = m_model.entryAt(m_table->chosenRow()))
        Q_EMIT inspected(inspect(*entry));
    else
        Q_EMIT nothingInspected();
}

void IntegrityPane::showRows() {
    const int row = m_table->chosenRow();
    if (const auto link = m_model.linkFrom(row))
        Q_EMIT paneWanted(link->place, link->filter);
    else if (const CheckController::Entry* entry = m_model.entryAt(row))
        Q_EMIT notice(entry->outcome == CheckController::Outcome::Found
                          ? tr("No pane shows these rows; the Inspector names the first of them.")
                          : tr("There is nothing to be shown: nothing was found."));
}

void IntegrityPane::openHealing() {
    if (!m_channel || !m_changes)
        return;
    using Differences = Result<std::vector<ModelDifference>>;
    auto* dialog = new HealDialog(this);
    connect(dialog, &HealDialog::healWanted, this, &IntegrityPane::heal);
    connect(dialog, &QDialog::finished, this, [this] { m_comparing.cancelPending(); });
    m_comparing.cancelPending();
    m_channel->ask(
        m_comparing,
        [](Store& store, const CancelToken& token) -> Differences {
            ObjectModels* const models = store.objectModels();
            return models ? models->differences(token) : Differences(std::vector<ModelDifference>());
        },
        dialog, [dialog](const Differences& differences) { dialog->setDifferences(differences); });
    dialog->open();
}

void IntegrityPane::heal(const std::vector<QByteArray>& statements, const QByteArray& reason) {
    if (!m_changes)
        return;
    m_changes->heal(statements, reason, this, [this, count = statements.size()](const Result<void>& done) {
        Q_EMIT notice(done ? tr("Statements run: %1").arg(count) : done.error().text);
        if (m_desk)
            m_desk->run();
    });
}

void IntegrityPane::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    m_model.setTimeDisplay(display);
    showState();
}

std::optional<FixedList> IntegrityPane::fixedList() const {
    std::vector<CheckController::Entry> entries;
    for (int row = 0; row < m_model.rowCount(); ++row)
        entries.push_back(*m_model.entryAt(row));
    if (entries.empty())
        return std::nullopt;
    FixedList list{tr("Checks"), QStringLiteral("Checks"), {}, m_model.rowCount(), {}};
    if (const int chosen = m_table->chosenRow(); chosen >= 0)
        list.chosen = checkListing({entries[static_cast<std::size_t>(chosen)]});
    list.rows = checkListing(std::move(entries));
    return list;
}

void IntegrityPane::copyRows(bool withHeader) {
    std::vector<int> rows;
    if (m_table->chosenRow() >= 0)
        rows.push_back(m_table->chosenRow());
    if (rows.empty())
        return;
    QGuiApplication::clipboard()->setText(m_model.rowsText(rows, withHeader));
    Q_EMIT notice(tr("Rows copied: %1").arg(rows.size()));
}

void IntegrityPane::focusList() {
    if (m_body->currentIndex() == 0)
        m_table->setFocus();
    else
        m_run->setFocus();
}

bool IntegrityPane::isSettled() const {
    return !m_desk || !m_desk->isRunning();
}

int IntegrityPane::rowsShown() const {
    return m_model.rowCount();
}

} // namespace portolan
