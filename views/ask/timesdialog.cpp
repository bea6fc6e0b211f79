#include "views/ask/timesdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QDateTimeEdit>
#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

using std::chrono::milliseconds;

Timestamp timeOf(const QDateTimeEdit& edit) {
    return Timestamp(milliseconds(edit.dateTime().toMSecsSinceEpoch()));
}

} // namespace

TimesDialog::TimesDialog(TimeRange range, TimeDisplay display, QWidget* parent)
    : QDialog(parent)
    , m_begin(new QDateTimeEdit(this))
    , m_end(new QDateTimeEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Times"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    const Qt::TimeSpec zone = display == TimeDisplay::Local ? Qt::LocalTime : Qt::UTC;
    const auto add = [&](QDateTimeEdit* edit, const QString& name, Timestamp at) {
        edit->setTimeSpec(zone);
        edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
        edit->setCalendarPopup(true);
        edit->setAccessibleName(name);
        edit->setDateTime(
            QDateTime::fromMSecsSinceEpoch(std::chrono::floor<milliseconds>(at).time_since_epoch().count(), zone));
        form->addRow(name, edit);
    };
    add(m_begin, tr("From"), range.begin);
    add(m_end, tr("To"), range.end);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Show these times"));
    m_show = buttons.act;
    m_show->setText(tr("Show these times"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Show the time between"), this));
    layout->addWidget(paragraph(display == TimeDisplay::Local ? tr("Local time, as the window shows it.")
                                                              : tr("UTC, as the window shows it."),
                                this));
    layout->addLayout(form);
    layout->addStretch(1);
    addFoot(this, buttons.bar);
    const auto showState = [this] {
        const QString why = this->range().isEmpty() ? tr("The second time is not after the first.") : QString();
        m_show->setEnabled(why.isEmpty());
        m_show->setToolTip(why);
        m_show->setAccessibleDescription(why);
    };
    for (QDateTimeEdit* edit : {m_begin, m_end})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, showState);
    showState();
    connect(m_show, &QPushButton::clicked, this, [this] {
        Q_EMIT timesWanted(this->range());
        accept();
    });
    m_begin->setFocus();
}

TimeRange TimesDialog::range() const {
    return {timeOf(*m_begin), timeOf(*m_end)};
}

} // namespace portolan
