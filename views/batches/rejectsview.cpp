#include "views/batches/rejectsview.h"

#include "storage/messages/batches.h"
#include "storage/store.h"
#include "views/ask/dialogparts.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

Filter withIds(const std::vector<QByteArray>& ids) {
    QByteArray words = "id:";
    for (const QByteArray& id : ids)
        words += (words.endsWith(':') ? "" : ",") + id;
    const auto filter = parseFilter(QString::fromLatin1(words), rejectSchema(), currentTime());
    Q_ASSERT(filter);
    return *filter;
}

} // namespace

RejectsView::RejectsView(QWidget* parent)
    : QWidget(parent)
    , m_gate(this)
    , m_model(rejectListing())
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Rejected"), &m_model,
                            {tr("Nothing was rejected."),
                             tr("Messages that the store could not keep appear here, byte for byte."),
                             tr("No rejected message matches the filter.")},
                            this))
    , m_retry(new QPushButton(themedIcon(QStringLiteral("replay")), tr("Retry…"), this))
    , m_edit(new QPushButton(tr("Edit…"), this))
    , m_dismiss(new QPushButton(tr("Dismiss…"), this))
    , m_retryAll(new QPushButton(this))
    , m_dismissAll(new QPushButton(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_frame, 1);
    layout->addWidget(makeButtons());
    connect(m_frame->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &RejectsView::showButtons);
    connect(m_frame, &ListFrame::countChanged, this, &RejectsView::showButtons);
    connect(&m_gate, &ProductionConfirmation::refused, this, &RejectsView::notice);
    showButtons();
}

QWidget* RejectsView::makeButtons() {
    m_retry->setAccessibleName(QStringLiteral("Retry…"));
    m_edit->setAccessibleName(QStringLiteral("Edit…"));
    m_dismiss->setAccessibleName(QStringLiteral("Dismiss…"));
    m_retryAll->setAccessibleName(QStringLiteral("Retry all…"));
    m_dismissAll->setAccessibleName(QStringLiteral("Dismiss all…"));
    connect(m_retry, &QPushButton::clicked, this, [this] { askFor(Act::Retry, Rows::Selected); });
    connect(m_edit, &QPushButton::clicked, this, &RejectsView::askEdit);
    connect(m_dismiss, &QPushButton::clicked, this, [this] { askFor(Act::Dismiss, Rows::Selected); });
    connect(m_retryAll, &QPushButton::clicked, this, [this] { askFor(Act::Retry, Rows::All); });
    connect(m_dismissAll, &QPushButton::clicked, this, [this] { askFor(Act::Dismiss, Rows::All); });
    return makeButtonBar(this, {m_retry, m_edit, m_dismiss}, {m_retryAll, m_dismissAll});
}

void RejectsView::setContext(const PaneContext& context) {
    m_reading.cancelPending();
    m_channel = context.channel;
    m_gate.setChannel(m_channel);
    m_model.setChannel(m_channel);
    if (m_desk)
        m_desk->rejects().disconnect(this);
    m_desk = context.replays;
    if (m_desk)
        connect(&m_desk->rejects(), &RejectController::busyChanged, this, [this] {
            if (!m_desk->rejects().isBusy()) // what was asked for here is shown at once, also under a selection
                m_model.refreshAll();
            showButtons();
        });
    showButtons();
}

void RejectsView::setCannot(const QString& reason) {
    m_cannot = reason;
    showButtons();
}

int RejectsView::selected() const {
    int rows = 0;
    for (const auto& [first, last] : m_frame->table()->selectedRuns())
        rows += last - first + 1;
    return rows;
}

/// Names the rejects that an act is about, in words.
QString RejectsView::scope(Rows rows) const {
    return rows == Rows::Selected       ? tr("%1 selected").arg(groupedNumber(selected()))
           : m_model.filter().isEmpty() ? tr("all open")
                                        : tr("all open ones that match");
}

/// The buttons name what they are about; their accessible names are fixed.
void RejectsView::showButtons() {
    const bool isBusy = m_desk && m_desk->rejects().isBusy();
    const int chosen = selected();
    const QString whyNot = !m_cannot.isEmpty() ? m_cannot
                           : isBusy            ? tr("Rejected messages are being worked on.")
                                               : QString();
    const bool can = m_desk && whyNot.isEmpty() && m_model.rowCount() > 0;
    m_frame->setCountNote(chosen > 0 ? scope(Rows::Selected) : QString());
    const auto show = [&](QPushButton* button, const QString& text, bool isPossible, const QString& tip) {
        button->setText(text);
        button->setEnabled(can && isPossible);
        button->setToolTip(whyNot.isEmpty() ? tip : whyNot);
    };
    const QString choose = tr("Select the messages first");
    const auto ofSelected = [&](const QString& name) {
        return chosen > 0 ? name.arg(scope(Rows::Selected)) : QString(name).remove(QStringLiteral(" (%1)"));
    };
    show(m_retry, ofSelected(tr("Retry (%1)…")), chosen > 0, chosen > 0 ? tr("Stores them again, each once") : choose);
    show(m_dismiss, ofSelected(tr("Dismiss (%1)…")), chosen > 0, chosen > 0 ? tr("Marks them; they are kept") : choose);
    show(m_edit, tr("Edit…"), chosen == 1, tr("Stores another payload in place of the one that is selected"));
    show(m_retryAll, tr("Retry %1…").arg(scope(Rows::All)), true, tr("Stores them again, each once"));
    show(m_dismissAll, tr("Dismiss %1…").arg(scope(Rows::All)), true, tr("Marks them; they are kept"));
}

void RejectsView::askFor(Act act, Rows rows) {
    const auto gate = [this, act](const Filter& which, const QString& what) {
        m_gate.pass(act == Act::Retry ? tr("store rejected messages again") : tr("dismiss rejected messages"),
                    [this, act, which, what] { askAbout(act, which, what); });
    };
    const QString what = tr("Rejected messages: %1").arg(scope(rows));
    if (rows == Rows::All) {
        gate(m_model.filter(), what);
        return;
    }
    m_model.askIdentities(m_frame->table()->selectedRuns(), this,
                          [this, gate, what](const Result<std::vector<QByteArray>>& identities) {
                              if (identities)
                                  gate(withIds(*identities), what);
                              else
                                  Q_EMIT notice(identities.error().text);
                          });
}

void RejectsView::askAbout(Act act, const Filter& which, const QString& what) {
    auto* const dialog = new RejectDialog(act, what, {}, {}, this);
    connect(dialog, &RejectDialog::confirmed, this, [this, act, which](const QByteArray& reason) {
        if (m_desk && act == Act::Retry)
            m_desk->rejects().retry(which, reason);
        else if (m_desk)
            m_desk->rejects().dismiss(which, reason);
    });
    dialog->open();
}

/// The list has the beginning of a payload only: it is read whole first.
void RejectsView::askEdit() {
    const auto runs = m_frame->table()->selectedRuns();
    const Reject* const row = runs.empty() ? nullptr : m_model.rowAt(runs.front().first);
    if (!row || !m_channel)
        return;
    m_reading.cancelPending();
    m_channel->ask(
        m_reading, [id = row->id](Store& store, const CancelToken&) { return store.batches().reject(id); }, this,
        [this](const Result<Reject>& reject) {
            if (!reject) {
                Q_EMIT notice(reject.error().text);
                return;
            }
            m_gate.pass(tr("store a rejected message"), [this, reject = *reject] {
                auto* const dialog = new RejectDialog(Act::Edit, tr("Rejected message %1").arg(reject.id),
                                                      reject.reason, reject.payload, this);
                connect(dialog, &RejectDialog::confirmed, this,
                        [this, id = reject.id](const QByteArray& reason, const QByteArray& payload) {
                            if (m_desk)
                                m_desk->rejects().edit(id, payload, reason);
                        });
                dialog->open();
            });
        });
}

} // namespace portolan
