#include "views/versions/checkpointactions.h"

#include "models/versions/versionmodels.h"
#include "storage/store.h"
#include "views/list/panecontext.h"
#include "views/style/icons.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"
#include "views/versions/expirydialog.h"
#include "views/versions/promotedialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace portolan {

namespace {

QByteArray undoing(const QByteArray& reason) {
    return CheckpointActions::tr("undone: %1").arg(QString::fromUtf8(reason)).toUtf8();
}

} // namespace

CheckpointActions::CheckpointActions(QWidget* pane)
    : QObject(pane)
    , m_pane(pane)
    , m_gate(pane)
    , m_promote(new QPushButton(tr("Promote…"), pane))
    , m_expiry(new QPushButton(tr("Expiry…"), pane))
    , m_done(new QWidget(pane))
    , m_doneText(new WrappedLabel(m_done))
    , m_undoButton(new QPushButton(themedIcon(QStringLiteral("undo")), tr("Undo"), m_done)) {
    m_promote->setAccessibleName(QStringLiteral("Promote…"));
    m_promote->setShortcut(QKeySequence(QStringLiteral("Ctrl+P")));
    m_expiry->setAccessibleName(QStringLiteral("Expiry…"));
    m_undoButton->setAccessibleName(tr("Undo"));
    auto* dismiss = new QPushButton(themedIcon(QStringLiteral("clear")), QString(), m_done);
    dismiss->setAccessibleName(tr("Dismiss"));
    dismiss->setToolTip(tr("Dismiss"));
    auto* layout = new QHBoxLayout(m_done);
    layout->setContentsMargins(3 * gridUnit, gridUnit, 3 * gridUnit, gridUnit);
    layout->addWidget(m_doneText, 1);
    layout->addWidget(m_undoButton);
    layout->addWidget(dismiss);
    m_done->hide();
    connect(&m_gate, &ProductionConfirmation::refused, this, &CheckpointActions::notice);
    connect(m_promote, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("promote a checkpoint"), [this] { openPromotion(); }); });
    connect(m_expiry, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("set the expiry of a checkpoint"), [this] { openExpiry(); }); });
    connect(m_undoButton, &QPushButton::clicked, this, [this] {
        m_done->hide();
        if (const auto undo = std::exchange(m_undo, {}))
            m_gate.pass(tr("undo it"), undo);
    });
    connect(dismiss, &QPushButton::clicked, m_done, &QWidget::hide);
    showButtons();
}

void CheckpointActions::setContext(const PaneContext& context) {
    m_comparing.cancelPending();
    m_gate.setChannel(context.channel);
    m_channel = context.channel;
    m_desk = context.changes;
    m_undo = {};
    m_done->hide();
    choose(std::nullopt);
}

void CheckpointActions::choose(const std::optional<Chosen>& chosen) {
    m_chosen = chosen;
    showButtons();
}

void CheckpointActions::showButtons() {
    const bool can = m_desk && m_chosen;
    const QString why = m_desk ? tr("Choose one version.") : QString();
    m_promote->setEnabled(can);
    m_promote->setToolTip(can ? tr("Make the chosen version the latest of its name") : why);
    m_expiry->setEnabled(can);
    m_expiry->setToolTip(can ? tr("Say when the chosen version may be deleted") : why);
}

void CheckpointActions::openPromotion() {
    if (!m_chosen || !m_desk || !m_channel)
        return;
    const StoreController::Version version{m_chosen->name, m_chosen->version};
    auto* dialog = new PromoteDialog(version.name, version.number, m_pane);
    connect(dialog, &PromoteDialog::promoteWanted, this,
            [this, version](const QByteArray& reason, qint64 latest) { promote(version, latest, reason); });
    connect(dialog, &QDialog::finished, this, [this] { m_comparing.cancelPending(); });
    m_comparing.cancelPending();
    m_channel->ask(
        m_comparing,
        [version](Store& store, const CancelToken& token) {
            return previewPromotion(store, version.name, version.number, token);
        },
        dialog, [dialog](const Result<PromotionPreview>& preview) { dialog->setPreview(preview); });
    dialog->open();
}

void CheckpointActions::promote(const StoreController::Version& version, qint64 latest, const QByteArray& reason) {
    if (!m_desk)
        return;
    m_desk->promote(version, latest, reason, this, [this, version, reason](const Result<Promotion>& done) {
        if (!done) {
            say(done.error().text, {});
            return;
        }
        const QString name = visibleText(version.name, 60);
        std::function<void()> undo;
        if (done->previous && done->previous != version.number)
            undo = [this, before = StoreController::Version{version.name, *done->previous}, mine = version.number,
                    reason] { promote(before, mine, undoing(reason)); };
        say(tr("Version %1 of “%2” is the latest now.").arg(QString::number(version.number), name), undo);
        Q_EMIT changed();
    });
}

void CheckpointActions::openExpiry() {
    if (!m_chosen || !m_desk)
        return;
    const Chosen chosen = *m_chosen;
    auto* dialog = new ExpiryDialog(chosen.name, chosen.version, chosen.expires, m_display, m_pane);
    connect(dialog, &ExpiryDialog::expiryWanted, this,
            [this, chosen](std::optional<Timestamp> expires, const QByteArray& reason) {
                setExpiry({chosen.name, chosen.version}, expires, chosen.expires, std::nullopt, reason);
            });
    dialog->open();
}

void CheckpointActions::setExpiry(const StoreController::Version& version, Expiry expires, Expiry before,
                                  const std::optional<Expiry>& expected, const QByteArray& reason) {
    if (!m_desk)
        return;
    m_desk->setExpiry(version, expires, expected, reason, this, [=, this](const Result<void>& done) {
        if (!done) {
            say(done.error().text, {});
            return;
        }
        const QString name = visibleText(version.name, 60);
        const QString number = QString::number(version.number);
        std::function<void()> undo;
        if (before != expires)
            undo = [=, this] { setExpiry(version, before, expires, Expiry(expires), undoing(reason)); };
        say(expires ? tr("Version %1 of “%2” expires at %3.").arg(number, name, timeWithZone(*expires, m_display))
                    : tr("Version %1 of “%2” never expires.").arg(number, name),
            undo);
        Q_EMIT changed();
    });
}

void CheckpointActions::say(const QString& text, const std::function<void()>& undo) {
    m_undo = undo;
    m_doneText->setText(text);
    m_doneText->setAccessibleName(text);
    m_undoButton->setVisible(static_cast<bool>(undo));
    m_done->show();
    Q_EMIT notice(text);
}

} // namespace portolan
