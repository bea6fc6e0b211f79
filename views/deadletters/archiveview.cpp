#include "views/deadletters/archiveview.h"

#include "storage/operations/operations.h"
#include "views/ask/textprompt.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

Result<ArchivedMessage> messageOf(Store& store, qint64 id, const CancelToken& token) {
    Operations* const operations = store.operations();
    if (!operations)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Replay).value_or(QString())};
    ListQuery query;
    query.filter = equals(archiveSchema(), "id", id);
    query.sort.column = "id";
    query.limit = 1;
    auto page = operations->archive().messages().page(query, token);
    if (!page)
        return page.error();
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, ArchiveView::tr("There is no message %1 in the archive.").arg(id)};
    return std::move(page->rows.front());
}

} // namespace

ArchiveView::ArchiveView(QWidget* parent)
    : ListPane(parent)
    , m_gate(this)
    , m_messages(archiveListing())
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Archive"), &m_messages,
                            {tr("The archive is empty."),
                             tr("Discarded dead letters appear here, and the originals of edited ones."),
                             tr("No archived message matches the filter.")},
                            this))
    , m_restore(new QPushButton(themedIcon(QStringLiteral("undo")), tr("Restore…"), this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_frame, 1);
    layout->addWidget(makeButtons());
    m_messages.setQuery({}, {{}, true});
    wire(m_frame);
    connect(m_frame, &ListFrame::countChanged, this, &ArchiveView::countChanged);
    connect(m_frame->table(), &DataTable::chosen, this, &ArchiveView::inspectMessage);
    connect(m_frame->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ArchiveView::showButtons);
    connect(&m_gate, &ProductionConfirmation::refused, this, &ArchiveView::notice);
    showButtons();
}

QWidget* ArchiveView::makeButtons() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    layout->addWidget(m_restore);
    layout->addStretch(1);
    m_restore->setAccessibleName(QStringLiteral("Restore…"));
    connect(m_restore, &QPushButton::clicked, this, &ArchiveView::restore);
    return bar;
}

void ArchiveView::setChannel(StoreWorker* channel) {
    m_inspecting.cancelPending();
    m_gate.setChannel(channel);
    m_channel = channel;
    m_messages.setChannel(nullptr);
    setFilter({});
    m_messages.setChannel(channel);
}

void ArchiveView::setReplayDesk(ReplayController* desk) {
    m_desk = desk;
    showButtons();
}

void ArchiveView::refresh() {
    m_messages.refresh();
}

void ArchiveView::refreshAll() {
    m_messages.refreshAll();
}

void ArchiveView::setPaused(bool paused) {
    m_frame->table()->setPaused(paused);
}

void ArchiveView::setTimeDisplay(TimeDisplay display) {
    m_messages.setTimeDisplay(display);
}

const ColumnSet* ArchiveView::filterSchema() const {
    return &archiveSchema();
}

void ArchiveView::setFilter(const Filter& filter) {
    m_messages.setQuery(filter, m_messages.sorting());
}

std::vector<ListFrame*> ArchiveView::lists() const {
    return {m_frame};
}

void ArchiveView::focusList() {
    m_frame->focusTable();
}

bool ArchiveView::isSettled() const {
    return m_messages.state() != PagedModel::State::Loading;
}

void ArchiveView::inspectMessage(int row) {
    if (const ArchivedMessage* message = m_messages.rowAt(row))
        askInspection(
            [id = message->id](Store& store, const CancelToken& token) { return messageOf(store, id, token); });
}

void ArchiveView::showButtons() {
    int selected = 0;
    for (const auto& [first, last] : m_frame->table()->selectedRuns())
        selected += last - first + 1;
    m_frame->setCountNote(selected > 0 ? tr("%1 selected").arg(groupedNumber(selected)) : QString());
    m_restore->setText(selected > 0 ? tr("Restore %1 selected…").arg(groupedNumber(selected)) : tr("Restore…"));
    m_restore->setEnabled(m_desk && selected > 0);
    m_restore->setToolTip(selected > 0 ? tr("Puts them back where they were, byte for byte")
                                       : tr("Select the messages that are to be put back."));
}

void ArchiveView::restore() {
    m_messages.askIdentities(m_frame->table()->selectedRuns(), this,
                             [this](const Result<std::vector<QByteArray>>& identities) {
                                 if (!identities) {
                                     Q_EMIT notice(identities.error().text);
                                     return;
                                 }
                                 std::vector<QByteArray> ids;
                                 for (const QByteArray& identity : *identities)
                                     ids.push_back(archivedMessageId(identity));
                                 m_gate.pass(tr("restore messages"), [this, ids] { askReason(ids); });
                             });
}

void ArchiveView::askReason(const std::vector<QByteArray>& ids) {
    QInputDialog* const question =
        makeLineQuestion(tr("Restore messages"),
                         tr("Messages that go back where they were: %1. Why? It goes into the audit.")
                             .arg(groupedNumber(std::ssize(ids))),
                         tr("Reason"), this);
    question->setOkButtonText(tr("Restore"));
    connect(question, &QInputDialog::textValueSelected, this, [this, ids](const QString& reason) {
        if (reason.trimmed().isEmpty())
            Q_EMIT notice(tr("Nothing was restored: it needs a reason."));
        else if (m_desk)
            m_desk->archive().restore(ids, reason.trimmed().toUtf8());
    });
    question->open();
}

} // namespace portolan
