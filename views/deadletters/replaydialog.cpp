#include "views/deadletters/replaydialog.h"

#include "storage/json/jsondifference.h"
#include "views/ask/dialogparts.h"
#include "views/list/errorbar.h"
#include "views/style/plainlabel.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTableWidget>
#include <algorithm>

namespace portolan {

namespace {

constexpr int mostPerSecond = 100'000;
constexpr int typingPause = 400; // milliseconds
constexpr qsizetype sampleCharacters = 120;
constexpr int widestCell = 60 * gridUnit;

QLabel* selectableLabel(QWidget* parent, QPalette::ColorRole color = QPalette::WindowText) {
    auto* label = plainLabel(parent, color);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setFocusPolicy(Qt::NoFocus);
    return label;
}

/// "2025-10-16 14:56:05 UTC · 3 h ago".
QString momentText(const std::optional<Timestamp>& time, TimeDisplay display) {
    return time ? timeWithZone(*time, display) + QStringLiteral(" · ") + agoText(*time, currentTime())
                : ReplayDialog::tr("not known");
}

} // namespace

ReplayDialog::ReplayDialog(ReplayController& desk, ReplayRequest request, const QString& what, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_request(std::move(request))
    , m_error(new ErrorBar(this)) {
    setWindowTitle(tr("Replay dead letters"));
    takeWidth(this, 150 * gridUnit);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(makeFacts(what));
    layout->addWidget(m_error);
    layout->addWidget(makeSample());
    layout->addWidget(makeChoices());
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Replay"));
    m_replay = buttons.act;
    addFoot(this, buttons.bar);
    connect(m_replay, &QPushButton::clicked, this, &ReplayDialog::confirm);
    m_error->hide();
    connect(m_error, &ErrorBar::retryWanted, this, &ReplayDialog::look);
    connect(&m_desk, &QObject::destroyed, this, &QDialog::reject);
}

ReplayDialog::~ReplayDialog() = default;

QWidget* ReplayDialog::makeFacts(const QString& what) {
    auto* facts = new QWidget(this);
    auto* layout = new QGridLayout(facts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(4 * gridUnit);
    layout->setVerticalSpacing(gridUnit);
    layout->setColumnStretch(1, 1);
    auto* title = dialogTitle(what, facts);
    title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    title->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(title, 0, 0, 1, 2);
    layout->setRowMinimumHeight(1, gridUnit);
    int row = 2;
    const auto fact = [&](const QString& name) {
        auto* label = selectableLabel(facts, QPalette::PlaceholderText);
        label->setText(name);
        auto* value = selectableLabel(facts);
        layout->addWidget(label, row, 0);
        layout->addWidget(value, row++, 1);
        return value;
    };
    m_count = fact(tr("Dead letters"));
    m_oldest = fact(tr("Oldest"));
    m_newest = fact(tr("Newest"));
    m_warning = new WrappedLabel(facts, QPalette::BrightText);
    layout->addWidget(m_warning, row, 0, 1, 2);
    return facts;
}

/// The first few of the letters, so that an operator sees what goes back.
QWidget* ReplayDialog::makeSample() {
    m_sample = new QTableWidget(0, 4, this);
    m_sample->setAccessibleName(tr("The first of them"));
    m_sample->setHorizontalHeaderLabels({tr("Died"), tr("Port"), tr("Error"), tr("Document")});
    m_sample->horizontalHeader()->setStretchLastSection(true);
    m_sample->horizontalHeader()->setHighlightSections(false);
    m_sample->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_sample->verticalHeader()->hide();
    m_sample->verticalHeader()->setMinimumSectionSize(gridUnit);
    m_sample->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 2 * gridUnit);
    m_sample->setShowGrid(false);
    m_sample->setWordWrap(false);
    m_sample->setTabKeyNavigation(false);
    m_sample->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_sample->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_sample->hide();
    return m_sample;
}

void ReplayDialog::askSample() {
    m_sampling.cancelPending();
    m_desk.sample(m_sampling, *m_preview, this, [this](const Result<std::vector<PortMessage>>& letters) {
        if (letters)
            showSample(*letters);
        else // the figures stand without them
            m_sample->hide();
    });
}

void ReplayDialog::showSample(const std::vector<PortMessage>& letters) {
    m_sample->setRowCount(static_cast<int>(letters.size()));
    for (int row = 0; row < m_sample->rowCount(); ++row) {
        const PortMessage& letter = letters[static_cast<std::size_t>(row)];
        const QStringList cells{letter.diedAt() ? timeText(*letter.diedAt(), m_display) : QString(),
                                visibleText(letter.portName, sampleCharacters),
                                visibleText(letter.errorMessage.value_or(QByteArray()), sampleCharacters),
                                visibleText(letter.messageData, sampleCharacters)};
        for (int column = 0; column < m_sample->columnCount(); ++column) {
            auto* cell = new QTableWidgetItem(cells[column]);
            cell->setToolTip(cells[column]);
            m_sample->setItem(row, column, cell);
        }
    }
    m_sample->resizeColumnsToContents();
    for (int column = 0; column < m_sample->columnCount(); ++column)
        m_sample->setColumnWidth(column, std::min(m_sample->columnWidth(column), widestCell));
    const int rows = m_sample->rowCount() * m_sample->verticalHeader()->defaultSectionSize();
    m_sample->setFixedHeight(m_sample->horizontalHeader()->sizeHint().height() + rows + 2 * m_sample->frameWidth()
                             + m_sample->horizontalScrollBar()->sizeHint().height());
    m_sample->setVisible(m_sample->rowCount() > 0);
}

void ReplayDialog::setCanary(bool canary) {
    m_canary->setChecked(canary);
}

QWidget* ReplayDialog::makeChoices() {
    auto* choices = new QWidget(this);
    auto* form = new QFormLayout(choices);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_place = new QComboBox(choices);
    m_place->setAccessibleName(tr("Where to"));
    m_place->addItems({tr("Back to where they died"), tr("To a Redis stream, list or channel…")});
    m_target = new QLineEdit(choices);
    m_target->setAccessibleName(tr("Target"));
    m_target->setPlaceholderText(QStringLiteral("redis://host:6379/0?stream=NAME"));
    m_rate = new QSpinBox(choices);
    m_rate->setAccessibleName(tr("Dead letters a second"));
    m_rate->setRange(0, mostPerSecond);
    m_rate->setSpecialValueText(tr("as fast as it goes"));
    m_rate->setSuffix(tr(" a second"));
    m_canary = new QCheckBox(tr("Canary: 1, 5, 25, … at a time; pause when more than a tenth dies again"), choices);
    m_canary->setAccessibleName(tr("Canary"));
    m_reason = addReason(form, choices);
    m_reason->setToolTip(tr("It goes into the audit"));
    form->addRow(tr("Where to"), m_place);
    form->addRow(tr("Target"), m_target);
    form->addRow(tr("Rate"), m_rate);
    form->addRow(QString(), m_canary);
    form->setRowVisible(m_target, false);
    connect(m_reason, &QLineEdit::textChanged, this, &ReplayDialog::showButton);
    connect(m_place, &QComboBox::currentIndexChanged, this, [this, form](int place) {
        form->setRowVisible(m_target, place == 1);
        changeTarget();
    });
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPause);
    connect(&m_typing, &QTimer::timeout, this, [this] {
        if (SourceUrl::parse(m_target->text().trimmed())) // half of one is no mistake yet
            changeTarget();
    });
    connect(m_target, &QLineEdit::textChanged, this, &ReplayDialog::typeTarget);
    connect(m_target, &QLineEdit::editingFinished, this, &ReplayDialog::changeTarget);
    return choices;
}

void ReplayDialog::open() {
    QDialog::open();
    m_reason->setFocus();
    look();
}

void ReplayDialog::look() {
    drop();
    m_error->hide();
    m_isLooking = true;
    showPreview();
    m_desk.look(m_looking, m_request, this, [this](const Result<ReplayPreview>& preview) { adopt(preview); });
}

void ReplayDialog::adopt(const Result<ReplayPreview>& preview) {
    m_isLooking = false;
    if (preview) {
        m_preview = *preview;
        askSample();
    } else {
        m_error->show(preview.error());
        m_error->setVisible(true);
    }
    showPreview();
}

/// Drops what was seen: it is not wanted any more.
void ReplayDialog::drop() {
    m_looking.cancelPending();
    m_sampling.cancelPending();
    m_isLooking = false;
    m_preview.reset();
    m_sample->hide();
}

/// In place of what is not seen: why not.
QString ReplayDialog::waitingText() const {
    if (m_isLooking)
        return tr("being looked at…");
    return m_error->isVisibleTo(this) ? QStringLiteral("–") : tr("seen once the target is named");
}

void ReplayDialog::showPreview() {
    showButton();
    if (!m_preview) {
        m_count->setText(waitingText());
        for (QLabel* value : {m_oldest, m_newest})
            value->setText(m_isLooking ? waitingText() : QStringLiteral("–"));
        m_warning->hide();
        return;
    }
    const ReplayPreview& preview = *m_preview;
    m_count->setText(groupedNumber(preview.run.frozen));
    m_oldest->setText(momentText(preview.oldest, m_display));
    m_newest->setText(momentText(preview.newest, m_display));
    const QString warnings = warningsOf(preview).join(QLatin1Char('\n'));
    m_warning->setVisible(!warnings.isEmpty());
    m_warning->setText(warnings);
}

/// Returns what an operator should know before the replay.
QStringList ReplayDialog::warningsOf(const ReplayPreview& preview) {
    QStringList warnings;
    if (preview.alreadyProcessed > 0)
        warnings << tr("▲ %1 of them stand in processed_events already and would be taken for duplicates.")
                        .arg(groupedNumber(preview.alreadyProcessed));
    if (preview.overtaken > 0) {
        QStringList keys;
        for (const QByteArray& key : preview.overtakenKeys)
            keys << visibleText(key, 40);
        warnings << tr("▲ %1%2 of them come too late: a later message of the same key has completed (%3).")
                        .arg(preview.overtakenAtLeast ? QStringLiteral("≥ ") : QString(),
                             groupedNumber(preview.overtaken), keys.join(QStringLiteral(", ")));
    }
    if (preview.notEditable > 0)
        warnings << tr("▲ The edit does not apply to %1 of them: %2")
                        .arg(groupedNumber(preview.notEditable), preview.whyNotEditable);
    for (const ReplayPreview::Edited& edited : preview.edits) {
        for (const JsonDifference& change : edited.changes)
            warnings << visibleText(differenceText(change), 160);
    }
    return warnings;
}

/// The button says what it will do. Its name is fixed; the figure stands in its description, too.
void ReplayDialog::showButton() {
    const qint64 letters = m_preview ? m_preview->run.frozen : 0;
    const bool can = letters > 0 && !m_reason->text().trimmed().isEmpty();
    const QString nothing = m_preview ? tr("Nothing to replay") : tr("Replay");
    m_replay->setText(letters == 1  ? tr("Replay 1 dead letter")
                      : letters > 1 ? tr("Replay %1 dead letters").arg(groupedNumber(letters))
                                    : nothing);
    m_replay->setAccessibleDescription(letters > 1 ? tr("Replay %1 dead letters").arg(letters) : m_replay->text());
    m_replay->setEnabled(can);
    m_replay->setToolTip(letters > 0 && !can ? tr("Say why first; it goes into the audit.") : QString());
}

/// Drops what was seen, which is of another target: nothing is replayed until the one in the field was looked at.
void ReplayDialog::typeTarget() {
    drop();
    m_error->hide();
    m_typing.start();
    showPreview();
}

void ReplayDialog::changeTarget() {
    m_typing.stop();
    std::optional<SourceUrl> to;
    if (m_place->currentIndex() == 1) {
        const QString text = m_target->text().trimmed();
        if (text.isEmpty()) {
            drop();
            m_error->hide();
            showPreview();
            return;
        }
        const auto url = SourceUrl::parse(text);
        if (!url) {
            drop();
            adopt(url.error());
            return;
        }
        to = *url;
    }
    const auto same = [](const std::optional<SourceUrl>& a, const std::optional<SourceUrl>& b) {
        return a && b ? a->display() == b->display() : !a && !b;
    };
    if (same(to, m_request.to) && (m_preview || m_isLooking))
        return;
    m_request.to = to;
    look();
}

void ReplayDialog::confirm() {
    if (!m_preview || !m_replay->isEnabled())
        return;
    ReplayPace pace;
    pace.perSecond = m_rate->value();
    pace.canary = m_canary->isChecked();
    m_desk.begin(*m_preview, m_reason->text().trimmed().toUtf8(), pace, m_request.to);
    accept();
}

} // namespace portolan
