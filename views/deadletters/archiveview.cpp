#include "views/deadletters/archiveview.h"

#include "storage/operations/operations.h"
#include "views/ask/dialogparts.h"
#include "views/ask/textprompt.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"

#include <QLayout>
#include <QPushButton>

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
    PORTOLAN_TRY(page);
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
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(makeButtons());
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
    m_restore->setAccessibleName(QStringLiteral("Restore…"));
    connect(m_restore, &QPushButton::clicked, this, &ArchiveView::restore);
    return makeButtonBar(this, {m_restore});
}

void ArchiveView::setContext(const PaneContext& context) {
    m_gate.setChannel(context.channel);
    m_desk = context.replays;
    ListPane::setContext(context);
    showButtons();
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
