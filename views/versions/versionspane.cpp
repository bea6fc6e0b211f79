#include "views/versions/versionspane.h"

#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/store.h"
#include "views/ask/dialogparts.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/scrollframe.h"
#include "views/style/theme.h"
#include "views/versions/changesview.h"
#include "views/versions/checkpointactions.h"
#include "views/versions/comparisonview.h"

#include <QDialog>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr std::size_t mostCompared = 4;
constexpr int besideEachOther = 150 * gridUnit;
constexpr int leastNames = 24 * gridUnit;
constexpr int leastVersions = 48 * gridUnit;

QByteArray nameOf(Versioned kind, PipelineTable table, const PipelineRow& row) {
    const Value value = pipelineCell(table, row, versionedTable(kind).name);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

qint64 sizeOf(PipelineTable table, const PipelineRow& row) {
    const Value size = pipelineCell(table, row, "size");
    const auto* const bytes = std::get_if<qint64>(&size);
    return bytes ? *bytes : 0;
}

std::optional<qint64> versionOf(PipelineTable table, const PipelineRow& row) {
    const Value value = pipelineCell(table, row, "version");
    const auto* const number = std::get_if<qint64>(&value);
    return number ? std::optional(*number) : std::nullopt;
}

ListFrame* nameFrame(Versioned kind, PagedModel* model, QWidget* parent) {
    if (kind == Versioned::Checkpoint)
        return new ListFrame(
            QT_TRANSLATE_NOOP("Lists", "Checkpoints"), model,
            {VersionsPane::tr("No checkpoints yet."),
             VersionsPane::tr("Checkpoints appear here: the state from which components resume their work."),
             VersionsPane::tr("No checkpoint matches.")},
            parent);
    return new ListFrame(QT_TRANSLATE_NOOP("Lists", "Components"), model,
                         {VersionsPane::tr("No components yet."),
                          VersionsPane::tr("A component is there as soon as it has stored its state."),
                          VersionsPane::tr("No component matches.")},
                         parent);
}

ListFrame* versionFrame(Versioned kind, PagedModel* model, QWidget* parent) {
    return new ListFrame(kind == Versioned::Checkpoint ? QT_TRANSLATE_NOOP("Lists", "Checkpoint versions")
                                                       : QT_TRANSLATE_NOOP("Lists", "Component versions"),
                         model,
                         {VersionsPane::tr("No versions yet."),
                          VersionsPane::tr("Every version appears here, with its changes since the one before it."),
                          VersionsPane::tr("No version matches the filter."), true},
                         parent);
}

} // namespace

VersionsPane::VersionsPane(Versioned kind, QWidget* parent)
    : ListPane(parent)
    , m_kind(kind)
    , m_grouped(kind == Versioned::Component ? std::make_shared<ComponentNameListing>() : nullptr)
    , m_names(m_grouped ? m_grouped : checkpointNameListing())
    , m_versions(versionListing(kind))
    , m_nameFrame(nameFrame(kind, &m_names, this))
    , m_versionFrame(versionFrame(kind, &m_versions, this))
    , m_differences(new ChangesView(this))
    , m_detail(new ScrollFrame(this))
    , m_details(kind == Versioned::Component ? new QTabWidget(this) : nullptr)
    , m_compare(new QPushButton(tr("Compare"), this))
    , m_allNames(new QPushButton(themedIcon(QStringLiteral("clear")), QString(), this))
    , m_actions(kind == Versioned::Checkpoint ? new CheckpointActions(this) : nullptr) {
    m_compare->setAccessibleName(QStringLiteral("Compare"));
    m_compare->setToolTip(tr("Compare up to four chosen versions, or the chosen one with the one that counts (that one "
                             "with the one before it)"));
    m_compare->setEnabled(false);
    const QString all = kind == Versioned::Checkpoint ? tr("Show the versions of all checkpoints")
                                                      : tr("Show the states of all components");
    m_allNames->setAccessibleName(all);
    m_allNames->setToolTip(all);
    m_allNames->hide();
    m_versionFrame->addBar(makeButtons());
    addPart(m_nameFrame, 2);
    addPart(makeDetail(), 3);
    m_splitter->setSizes({430, 570}); // shares
    arrange();
    if (m_actions) {
        layout()->addWidget(m_actions->doneBar());
        connect(m_actions, &CheckpointActions::notice, this, &Pane::notice);
        connect(m_actions, &CheckpointActions::changed, this, [this] {
            refresh();
            inspectAgain();
        });
    }
    m_versionFrame->addToTitle(m_allNames);
    m_nameFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_nameFrame->table()->setOwnOrder({{}, !m_grouped});
    m_versionFrame->table()->setOwnOrder({{}, true});
    for (ListFrame* frame : {m_versionFrame, m_nameFrame})
        wire(frame, [this] { showAll(); });
    connect(m_nameFrame->table(), &DataTable::chosen, this, &VersionsPane::chooseName);
    connect(m_nameFrame->table(), &DataTable::toggleWanted, this, &VersionsPane::toggleGroup);
    connect(&m_names, &PagedModel::stateChanged, this, &VersionsPane::chooseAgain);
    if (m_grouped) {
        connect(&m_names, &PagedModel::stateChanged, this, &VersionsPane::countNames);
        connect(&m_names, &PagedModel::dataChanged, this, &VersionsPane::countNames);
    }
    connect(m_versionFrame->table(), &DataTable::chosen, this, &VersionsPane::chooseVersions);
    connect(m_allNames, &QPushButton::clicked, this, &VersionsPane::showAll);
    connect(m_compare, &QPushButton::clicked, this, &VersionsPane::compare);
    connect(this, &Pane::inspected, this, &VersionsPane::showDifferences);
    connect(this, &Pane::nothingInspected, m_differences,
            [this] { m_differences->setNote(tr("Choose a version, or two to see what is between them.")); });
    connect(this, &Pane::inspectionFailed, m_differences,
            [this](const Error& error) { m_differences->setNote(error.text); });
}

/// The buttons of a version, which are wider than a small window.
QWidget* VersionsPane::makeButtons() {
    auto* frame = new ScrollFrame(m_versionFrame);
    frame->setContent(m_actions
                          ? makeButtonBar(frame, {m_compare, m_actions->promoteButton(), m_actions->expiryButton()})
                          : makeButtonBar(frame, {m_compare}));
    frame->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    frame->setFixedHeight(frame->widget()->sizeHint().height() + frame->horizontalScrollBar()->sizeHint().height() / 2);
    return frame;
}

/// The versions and the differences under them, which scroll together where the pane is small; of a component in a tab.
QWidget* VersionsPane::makeDetail() {
    auto* content = new QSplitter(Qt::Vertical, this);
    content->setChildrenCollapsible(false);
    m_versionFrame->setMinimumHeight(leastVersions);
    m_nameFrame->setMinimumHeight(leastNames);
    content->addWidget(m_versionFrame);
    content->addWidget(m_differences);
    content->setStretchFactor(0, 3);
    content->setStretchFactor(1, 2);
    content->setSizes({550, 450}); // shares
    m_detail->setContent(content);
    if (!m_details)
        return m_detail;
    m_details->setDocumentMode(true);
    m_details->setAccessibleName(tr("About the component"));
    m_details->addTab(m_detail, tr("Versions"));
    return m_details;
}

/// Puts the names beside the versions where there is room for both, else above them.
void VersionsPane::arrange() {
    m_splitter->setOrientation(width() >= besideEachOther ? Qt::Horizontal : Qt::Vertical);
}

void VersionsPane::resizeEvent(QResizeEvent* event) {
    ListPane::resizeEvent(event);
    arrange();
}

void VersionsPane::restoreLayout(const QByteArray& layout) {
    ListPane::restoreLayout(layout);
    arrange();
}

void VersionsPane::showDifferences(const Inspection& inspection) {
    m_differences->setInspection(inspection);
}

void VersionsPane::setContext(const PaneContext& context) {
    if (m_actions)
        m_actions->setContext(context);
    ListPane::setContext(context);
}

void VersionsPane::forget() {
    m_filter = {};
    showAll();
}

void VersionsPane::setTimeDisplay(TimeDisplay display) {
    if (m_actions)
        m_actions->setTimeDisplay(display);
    ListPane::setTimeDisplay(display);
}

void VersionsPane::setFilter(const Filter& filter) {
    m_filter = filter;
    askVersions();
}

void VersionsPane::askVersions() {
    const Filter named = m_name.isEmpty() ? Filter() : equals(*filterSchema(), versionedTable(m_kind).name, m_name);
    m_versions.setQuery(both(named, m_filter), m_versions.sorting());
}

void VersionsPane::chooseName(int row) {
    if (m_names.state() == PagedModel::State::Loading)
        return; // newly sorted: the same one is chosen again
    const PipelineRow* chosen = m_names.rowAt(row);
    const bool isGone = !m_nameRow.isValid(); // else the operator has dropped it
    m_nameRow = chosen ? QPersistentModelIndex(m_names.index(row, 0)) : QPersistentModelIndex();
    if (chosen && ComponentNameListing::isGroup(*chosen))
        chosen = nullptr;                              // of a type all are shown
    else if (!chosen && !m_name.isEmpty() && isGone) { // another version counts now: the name stays, in another row
        QMetaObject::invokeMethod(this, &VersionsPane::chooseAgain, Qt::QueuedConnection);
        return;
    }
    const QByteArray name = chosen ? nameOf(m_kind, versionedTable(m_kind).names, *chosen) : QByteArray();
    if (name == m_name)
        return;
    m_name = name;
    showNameAndVersions();
    const auto version = chosen ? versionOf(versionedTable(m_kind).names, *chosen) : std::nullopt;
    if (version)
        inspectVersion({m_name, *version}, std::nullopt, sizeOf(versionedTable(m_kind).names, *chosen));
    else
        inspectNothing();
    Q_EMIT nameChosen(m_name, version.has_value());
}

/// A name may only have moved to another row, which chooseName() knows.
void VersionsPane::rowLetGo(const ListFrame* frame) {
    if (frame != m_nameFrame)
        inspectNothing();
}

void VersionsPane::showNameAndVersions() {
    m_allNames->setVisible(!m_name.isEmpty());
    m_allNames->setText(namesInShort(std::span(&m_name, m_name.isEmpty() ? 0 : 1)));
    askVersions();
}

void VersionsPane::showName(const QByteArray& name) {
    if (name == m_name)
        return;
    m_name = name;
    m_nameRow = QPersistentModelIndex();
    m_nameFrame->table()->clearSelection();
    showNameAndVersions();
    Q_EMIT nameChosen(m_name, true);
    QMetaObject::invokeMethod(this, &VersionsPane::chooseAgain, Qt::QueuedConnection);
}

void VersionsPane::toggleGroup(int row, bool open) {
    const PipelineRow* const group = m_names.rowAt(row);
    if (!group || !m_grouped)
        return;
    m_grouped->setClosed(ComponentNameListing::typeOf(*group), !open);
    m_names.refresh();
}

/// Groups stand for themselves in the list, not in its count.
void VersionsPane::countNames() {
    qint64 counted = 0;
    for (int row = 0; row < m_names.rowCount(); ++row) {
        const auto place = m_names.index(row, 0).data(PagedModel::OutlineRole).value<OutlinePlace>();
        counted += place.isGroup ? place.count : place.isMember ? 0 : 1;
    }
    m_nameFrame->setCounted(counted);
}

void VersionsPane::chooseAgain() {
    DataTable& table = *m_nameFrame->table();
    if (m_names.state() != PagedModel::State::Data || m_name.isEmpty() || table.selectionModel()->hasSelection())
        return;
    for (int row = 0; row < m_names.rowCount(); ++row) {
        const PipelineRow* const each = m_names.rowAt(row);
        if (each && !ComponentNameListing::isGroup(*each)
            && nameOf(m_kind, versionedTable(m_kind).names, *each) == m_name)
            table.selectRow(row);
    }
}

void VersionsPane::showAll() {
    m_name.clear();
    m_nameFrame->table()->chooseNothing();
    m_allNames->hide();
    askVersions();
    Q_EMIT nameChosen({}, false);
}

std::vector<VersionsPane::Named> VersionsPane::chosenVersions() const {
    constexpr std::size_t most = mostCompared + 1; // too many already
    const PipelineTable table = versionedTable(m_kind).versions;
    std::vector<Named> chosen;
    for (const auto& [first, last] : m_versionFrame->table()->selectedRuns()) {
        for (int row = first; row <= last && chosen.size() < most; ++row) {
            const PipelineRow* const each = m_versions.rowAt(row);
            const std::optional<qint64> version = each ? versionOf(table, *each) : std::nullopt;
            if (version)
                chosen.push_back({nameOf(m_kind, table, *each), *version});
        }
    }
    return chosen;
}

std::optional<CheckpointActions::Chosen> VersionsPane::chosenForActions() const {
    const PipelineTable table = versionedTable(m_kind).versions;
    const auto runs = m_versionFrame->table()->selectedRuns();
    const PipelineRow* const row = runs.empty() ? nullptr : m_versions.rowAt(runs.front().first);
    const std::optional<qint64> version = row ? versionOf(table, *row) : std::nullopt;
    if (!version)
        return std::nullopt;
    const Value expires = pipelineCell(table, *row, "expires_at");
    const auto* const time = std::get_if<Timestamp>(&expires);
    return CheckpointActions::Chosen{nameOf(m_kind, table, *row), *version, time ? std::optional(*time) : std::nullopt};
}

/// Shows of one version what changed since the one before it, of two what changed from the lower to the higher.
void VersionsPane::chooseVersions() {
    std::vector<Named> chosen = chosenVersions();
    const bool areOfOne =
        std::ranges::all_of(chosen, [&](const Named& each) { return each.name == chosen.front().name; });
    m_compare->setEnabled(!chosen.empty() && chosen.size() <= mostCompared && areOfOne);
    if (m_actions)
        m_actions->choose(chosen.size() == 1 ? chosenForActions() : std::nullopt);
    if (chosen.size() > 2)
        inspectNothing();
    if (chosen.empty() || chosen.size() > 2)
        return;
    std::ranges::sort(chosen, {}, &Named::version);
    qint64 size = 0; // of the first chosen one: they are of one name
    const PipelineRow* const row = m_versions.rowAt(m_versionFrame->table()->selectedRuns().front().first);
    if (row)
        size = sizeOf(versionedTable(m_kind).versions, *row);
    inspectVersion(chosen.back(), chosen.size() == 2 ? std::optional(chosen.front()) : std::nullopt, size);
}

/// Of a large document its text comes first: its tree, and what changed in it, take longer.
void VersionsPane::inspectVersion(const Named& version, const std::optional<Named>& other, qint64 size) {
    constexpr qint64 large = 4 * 1024 * 1024;
    if (size < large) {
        inspectWhole(version, other);
        return;
    }
    m_inspecting.cancelPending();
    m_question = nullptr;
    m_channel->ask(
        m_inspecting,
        [kind = m_kind, version](Store& store, const CancelToken& token) -> Result<Inspection> {
            Result<PipelineRow> row = findVersion(store, kind, version.name, version.version, token);
            return row ? Result<Inspection>(inspect({kind, std::move(*row), std::nullopt, std::nullopt, true}))
                       : row.error();
        },
        this,
        [this, version, other](const Result<Inspection>& inspection) {
            if (!inspection) {
                Q_EMIT inspectionFailed(inspection.error());
                return;
            }
            Q_EMIT inspected(*inspection);
            inspectWhole(version, other);
        });
}

void VersionsPane::inspectWhole(const Named& version, const std::optional<Named>& other) {
    askInspection([kind = m_kind, version, other](Store& store, const CancelToken& token) -> Result<InspectedVersion> {
        Result<PipelineRow> row = findVersion(store, kind, version.name, version.version, token);
        PORTOLAN_TRY(row);
        InspectedVersion inspected{kind, std::move(*row), std::nullopt, store.hiddenMetadata(), false};
        if (other) {
            Result<PipelineRow> found = findVersion(store, kind, other->name, other->version, token);
            PORTOLAN_TRY(found);
            inspected.other = std::move(*found);
        } else {
            Result<std::optional<PipelineRow>> before =
                findVersionBefore(store, kind, version.name, version.version, token);
            PORTOLAN_TRY(before);
            inspected.other = std::move(*before);
        }
        return inspected;
    });
}

void VersionsPane::compare() {
    std::vector<Named> chosen = chosenVersions();
    if (chosen.empty() || chosen.size() > mostCompared)
        return;
    if (chosen.size() == 1)
        inspectAgainstTheOneThatCounts(chosen.front());
    std::vector<qint64> versions;
    for (const Named& each : chosen)
        versions.push_back(each.version);
    openComparison(chosen.front().name, std::move(versions));
}

void VersionsPane::inspectAgainstTheOneThatCounts(const Named& version) {
    askInspection([kind = m_kind, version](Store& store, const CancelToken& token) -> Result<InspectedVersion> {
        Result<PipelineRow> counts = findVersion(store, kind, version.name, std::nullopt, token);
        PORTOLAN_TRY(counts);
        Result<PipelineRow> row = findVersion(store, kind, version.name, version.version, token);
        PORTOLAN_TRY(row);
        if (pipelineCell(versionedTable(kind).table, *counts, "version")
            != pipelineCell(versionedTable(kind).table, *row, "version"))
            return InspectedVersion{kind, std::move(*counts), std::move(*row), store.hiddenMetadata(), false};
        Result<std::optional<PipelineRow>> before =
            findVersionBefore(store, kind, version.name, version.version, token);
        PORTOLAN_TRY(before);
        return InspectedVersion{kind, std::move(*counts), std::move(*before), store.hiddenMetadata(), false};
    });
}

/// In a window of its own, beside which the operator goes on.
void VersionsPane::openComparison(const QByteArray& name, std::vector<qint64> versions) {
    auto* window = new QDialog(this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->setWindowTitle(tr("Versions of “%1” compared").arg(visibleText(name, 60)));
    auto* view = new ComparisonView(window);
    view->setNote(tr("The versions are being compared…"));
    auto* layout = new QVBoxLayout(window);
    layout->setContentsMargins(4 * gridUnit, 3 * gridUnit, 4 * gridUnit, 4 * gridUnit);
    layout->addWidget(view);
    window->resize(220 * gridUnit, 140 * gridUnit);
    connect(window, &QDialog::finished, this, [this] { m_comparing.cancelPending(); });
    m_comparing.cancelPending();
    m_channel->ask(
        m_comparing,
        [kind = m_kind, name, versions = std::move(versions)](Store& store, const CancelToken& token) {
            return versions.size() == 1 ? compareWithTheOneThatCounts(store, kind, name, versions.front(), token)
                                        : compareVersions(store, kind, name, versions, token);
        },
        view,
        [view](const Result<DocumentComparison>& comparison) {
            if (comparison)
                view->setComparison(*comparison);
            else
                view->setNote(comparison.error().text);
        });
    window->show();
}

void VersionsPane::focusList() {
    m_nameFrame->focusTable();
}

bool VersionsPane::showPart(const QString&) {
    showAll();
    m_versionFrame->focusTable();
    return true;
}

} // namespace portolan
