#include "views/operations/scheduledialog.h"

#include "models/list/format.h"
#include "storage/schedule/schedulespec.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

ScheduleDialog::ScheduleDialog(std::vector<ScheduleOffer> offers,
                               std::function<Result<QStringList>(const QStringList&)> kept, QWidget* parent)
    : QDialog(parent)
    , m_offers(std::move(offers))
    , m_kept(std::move(kept))
    , m_offer(new QComboBox(this))
    , m_name(new QLineEdit(this))
    , m_command(new QLineEdit(this))
    , m_when(new QLineEdit(this))
    , m_next(paragraph({}, this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Add to the schedule"));
    takeWidth(this, 170 * gridUnit);
    auto* const advice =
        paragraph(tr("A command of this program, as it would be typed. It runs while this window is open, and wherever "
                     "`portolan run-due` does; whichever looks first runs it, once. In a production store a command "
                     "that writes needs --confirm and --reason in its line."),
                  this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    m_offer->setAccessibleName(tr("Offered"));
    for (const ScheduleOffer& offer : m_offers)
        m_offer->addItem(offer.title);
    m_offer->addItem(tr("Another command"));
    m_name->setAccessibleName(tr("Name"));
    m_command->setAccessibleName(tr("Command"));
    m_command->setPlaceholderText(QStringLiteral("verify --record"));
    m_when->setAccessibleName(tr("When"));
    m_when->setPlaceholderText(QStringLiteral("15m · 1d · daily 02:00 · weekly sun 03:00 · 0 2 * * 1-5"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Choose"), m_offer);
    form->addRow(tr("Called"), m_name);
    form->addRow(QStringLiteral("portolan"), m_command);
    form->addRow(tr("At"), m_when);
    form->addRow(QString(), m_next);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Add"));
    m_add = buttons.act;
    m_add->setText(tr("Add"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Run a command at its times"), this));
    layout->addWidget(advice);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    connect(m_offer, &QComboBox::currentIndexChanged, this, &ScheduleDialog::takeOffer);
    for (const QLineEdit* field : {m_name, m_command, m_when, m_reason})
        connect(field, &QLineEdit::textChanged, this, &ScheduleDialog::showState);
    connect(m_add, &QPushButton::clicked, this, [this] {
        if (const auto entry = typed()) {
            Q_EMIT entryWanted(*entry);
            accept();
        }
    });
    takeOffer(m_offer->currentIndex());
    m_reason->setFocus();
}

/// Fills the fields from an offer; typed words stay.
void ScheduleDialog::takeOffer(int offer) {
    const bool isOffered = offer >= 0 && offer < std::ssize(m_offers);
    ScheduleOffer chosen = isOffered ? m_offers[static_cast<std::size_t>(offer)] : ScheduleOffer();
    const auto put = [](QLineEdit* field, const QString& before, const QString& text) {
        if (field->text() == before)
            field->setText(text);
    };
    put(m_name, QString::fromUtf8(m_taken.name), QString::fromUtf8(chosen.name));
    put(m_command, commandLineOf(m_taken.words), commandLineOf(chosen.words));
    put(m_when, QString::fromUtf8(m_taken.spec), QString::fromUtf8(chosen.spec));
    m_taken = std::move(chosen);
    if (!isOffered)
        m_name->setFocus();
    showState();
}

/// Error: what is wrong; without words, something has yet to be typed.
Result<NewScheduleEntry> ScheduleDialog::typed() const {
    NewScheduleEntry entry{m_name->text().trimmed().toUtf8(), QProcess::splitCommand(m_command->text()),
                           m_when->text().trimmed().toUtf8(), m_reason->text().trimmed().toUtf8()};
    if (!entry.words.isEmpty() && entry.words.front() == QLatin1String("portolan"))
        entry.words.removeFirst();
    if (entry.name.isEmpty() || entry.words.isEmpty() || entry.spec.isEmpty())
        return Error{ErrorCode::Usage, {}};
    if (m_kept) {
        Result<QStringList> kept = m_kept(entry.words);
        if (!kept) // in the words of the command line, as the command itself
            return Error{ErrorCode::Usage, tr("This command cannot be scheduled. %1").arg(kept.error().text)};
        entry.words = std::move(*kept);
    }
    const auto spec = ScheduleSpec::parse(entry.spec);
    if (!spec)
        return Error{ErrorCode::Usage, scheduleMistake(entry.spec)};
    if (!spec->next(currentTime()))
        return Error{ErrorCode::Usage, tr("That time never comes.")};
    return entry;
}

void ScheduleDialog::showState() {
    const auto entry = typed();
    const auto spec = ScheduleSpec::parse(m_when->text().trimmed().toUtf8());
    const auto next = spec ? spec->next(currentTime()) : std::nullopt;
    m_next->setText(!entry && !entry.error().text.isEmpty() ? entry.error().text
                    : next ? tr("First at %1.").arg(timeWithZone(*next, TimeDisplay::Local))
                           : QString());
    m_next->setVisible(!m_next->text().isEmpty());
    m_add->setEnabled(entry && !entry->reason.isEmpty());
    m_add->setToolTip(entry && entry->reason.isEmpty() ? tr("Say why first; it goes into the audit.") : QString());
}

} // namespace portolan
