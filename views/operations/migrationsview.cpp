#include "views/operations/migrationsview.h"

#include "views/ask/dialogparts.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/operations/migrationdialog.h"
#include "views/style/icons.h"

#include <QLayout>
#include <QPushButton>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

using State = MigrationEntry::State;

/// Those to go to: upward the last one first, downward the one before the present one.
std::vector<MigrationEntry> targetsIn(std::vector<MigrationEntry> all, bool isUp) {
    const auto isApplied = [](const MigrationEntry& each) { return each.state == State::Applied; };
    if (isUp) {
        std::erase_if(all, isApplied);
    } else {
        std::erase_if(all, [&](const MigrationEntry& each) { return !isApplied(each); });
        all.pop_back();                            // the present one
        all.insert(all.begin(), MigrationEntry()); // nothing
    }
    std::ranges::reverse(all);
    return all;
}

} // namespace

MigrationsView::MigrationsView(QWidget* parent)
    : ListPane(parent)
    , m_gate(this)
    , m_migrations(migrationListing({}))
    , m_error(new ErrorBar(this))
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Migrations"), &m_migrations,
                            {tr("No version is known."), tr("Open a database to see the versions of its schema."),
                             tr("No version matches the filter.")},
                            this))
    , m_up(new QPushButton(themedIcon(QStringLiteral("up")), tr("Migrate up…"), this))
    , m_down(new QPushButton(themedIcon(QStringLiteral("down")), tr("Migrate down…"), this)) {
    m_frame->setTitleVisible(false);
    m_frame->addBar(m_error);
    m_error->hide();
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(makeButtons());
    m_frame->table()->setOwnOrder({{}, true});
    wire(m_frame);
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_error, &ErrorBar::retryWanted, m_up, &QPushButton::click);
    connect(m_frame, &ListFrame::countChanged, this, &MigrationsView::countChanged);
    connect(m_frame->table(), &DataTable::chosen, this, &MigrationsView::chooseVersion);
    connect(&m_gate, &ProductionConfirmation::refused, this, &MigrationsView::notice);
    showButtons();
}

QWidget* MigrationsView::makeButtons() {
    m_up->setAccessibleName(QStringLiteral("Migrate up…"));
    m_down->setAccessibleName(QStringLiteral("Migrate down…"));
    connect(m_up, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("migrate its schema"), [this] { openDialog(true); }); });
    connect(m_down, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("take back a version of its schema"), [this] { openDialog(false); }); });
    return makeButtonBar(this, {m_up}, {m_down});
}

void MigrationsView::setContext(const PaneContext& context) {
    m_looking.cancelPending();
    m_isUpWanted = false;
    m_error->hide();
    m_gate.setChannel(context.channel);
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.operations;
    m_migrations.setChannel(nullptr);
    m_migrations.setListing(migrationListing(m_desk ? std::optional(m_desk->url()) : std::nullopt), {});
    ListPane::setContext(context);
    if (m_desk) {
        connect(m_desk, &OperationsController::schemaChanged, this, &MigrationsView::refreshAll);
        connect(m_desk, &OperationsController::failed, this, [this](OperationJob::Kind kind, const Error& error) {
            if (kind != OperationJob::Kind::Migrate)
                return;
            m_error->show(error);
            m_error->setVisible(true);
        });
        connect(m_desk, &OperationsController::jobsChanged, this, &MigrationsView::showButtons);
    }
    askVersions();
}

void MigrationsView::refreshAll() {
    ListPane::refreshAll();
    askVersions();
}

bool MigrationsView::isSettled() const {
    return ListPane::isSettled() && !m_isReading;
}

/// The list may be filtered: it does not know all of them.
void MigrationsView::askVersions() {
    m_reading.cancelPending();
    m_isReading = m_desk != nullptr;
    m_versions.clear();
    m_cannot.clear();
    showButtons();
    if (m_desk)
        m_desk->readVersions(m_reading, this, [this](const Result<std::vector<MigrationEntry>>& versions) {
            m_isReading = false;
            m_versions = versions ? *versions : std::vector<MigrationEntry>();
            m_cannot = versions ? QString() : versions.error().text;
            showButtons();
            goUp();
        });
}

bool MigrationsView::showPart(const QString& part) {
    m_isUpWanted = part == u"up";
    focusList();
    if (!m_isReading)
        goUp();
    return true;
}

void MigrationsView::goUp() {
    if (std::exchange(m_isUpWanted, false))
        m_up->click(); // rests, and says why, where it cannot be done
}

void MigrationsView::showButtons() {
    const auto has = [&](State state) { return std::ranges::count(m_versions, state, &MigrationEntry::state) > 0; };
    const QString whyNot = !m_cannot.isEmpty()                          ? m_cannot
                           : m_desk && m_desk->isBusy()                 ? tr("Something is being done to the store.")
                           : has(State::Changed) || has(State::Unknown) ? tr("These versions are not this program's.")
                                                                        : QString();
    const bool can = m_desk && whyNot.isEmpty();
    const bool isNew = has(State::Pending) && !has(State::Applied);
    m_up->setText(isNew ? tr("Set up this database…") : tr("Migrate up…"));
    m_up->setEnabled(can && has(State::Pending));
    m_up->setToolTip(!whyNot.isEmpty()      ? whyNot
                     : !has(State::Pending) ? tr("The schema is the newest that this program knows.")
                     : isNew                ? tr("Adds Portolan's own tables; those that are there stay as they are")
                                            : tr("Shows the statements, and runs them after a backup"));
    m_down->setEnabled(can && has(State::Applied));
    m_down->setToolTip(!whyNot.isEmpty()     ? whyNot
                       : has(State::Applied) ? tr("Shows what goes, and takes it back after a backup")
                                             : tr("There is no version to take back."));
}

void MigrationsView::chooseVersion(int row) {
    if (const MigrationEntry* entry = m_migrations.rowAt(row))
        askInspection([entry = *entry](Store&, const CancelToken&) { return Result<MigrationEntry>(entry); });
}

void MigrationsView::openDialog(bool isUp) {
    if (!m_desk || !(isUp ? m_up : m_down)->isEnabled())
        return;
    m_error->hide();
    const bool isNew = std::ranges::count(m_versions, State::Applied, &MigrationEntry::state) == 0;
    const QString title = isNew  ? tr("Set up this database")
                          : isUp ? tr("Bring the schema up to a later version")
                                 : tr("Take back versions of the schema, with what is in them");
    auto* const dialog = new MigrationDialog(title, targetsIn(m_versions, isUp), this);
    const auto look = [this, dialog](int version) {
        m_looking.cancelPending();
        if (m_desk)
            m_desk->look(m_looking, version, dialog,
                         [dialog](const Result<MigrationPlan>& plan) { dialog->setPlan(plan); });
    };
    connect(dialog, &MigrationDialog::planWanted, this, look);
    connect(dialog, &MigrationDialog::migrateWanted, this, [this](const MigrationPlan& plan, const QByteArray& reason) {
        if (m_desk)
            m_desk->migrate(plan, reason);
    });
    connect(dialog, &QDialog::finished, this, [this] { m_looking.cancelPending(); });
    dialog->open();
    look(dialog->version());
}

} // namespace portolan
