#include "views/report/reportdialog.h"

#include "storage/listing/filter.h"
#include "storage/series/series.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTimeEdit>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>
#include <array>
#include <string_view>

namespace portolan {

namespace {

using namespace std::chrono;

struct TimeChoice {
    const char* text;
    hours last; ///< 0: everything; below it: between two times
    std::optional<NamedSpan> span = std::nullopt;
};

constexpr std::array<TimeChoice, 11> times{{
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "Everything that is stored"), hours(0)},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "The last 24 hours"), hours(24)},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "The last 7 days"), days(7)},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "The last 30 days"), days(30)},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "The last 365 days"), days(365)},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "Today"), hours(0), NamedSpan::Today},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "Yesterday"), hours(0), NamedSpan::Yesterday},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "Last night, 20:00 to 08:00"), hours(0), NamedSpan::LastNight},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "This week"), hours(0), NamedSpan::ThisWeek},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "Last week"), hours(0), NamedSpan::LastWeek},
    {QT_TRANSLATE_NOOP("portolan::ReportDialog", "Between two times"), hours(-1)},
}};

constexpr std::array endings{"html", "pdf"};

QDateTimeEdit* timeEdit(const QDateTime& at, TimeDisplay display, const QString& name, QWidget* parent) {
    auto* const edit = new QDateTimeEdit(at, parent);
    edit->setTimeSpec(display == TimeDisplay::Local ? Qt::LocalTime : Qt::UTC);
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    edit->setCalendarPopup(true);
    edit->setAccessibleName(name);
    edit->setMinimumWidth(edit->sizeHint().width() + 4 * gridUnit); // which does not count the calendar's arrow
    return edit;
}

Timestamp timestampOf(const QDateTimeEdit& edit) {
    return Timestamp(milliseconds(edit.dateTime().toMSecsSinceEpoch()));
}

QDateTime dateTimeOf(Timestamp at, TimeDisplay display) {
    return QDateTime::fromMSecsSinceEpoch(duration_cast<milliseconds>(at.time_since_epoch()).count(),
                                          display == TimeDisplay::Local ? Qt::LocalTime : Qt::UTC);
}

} // namespace

ReportDialog::ReportDialog(const QString& store, const QString& folder, TimeDisplay display, QWidget* parent)
    : QDialog(parent)
    , m_store(store)
    , m_display(display)
    , m_title(new QLineEdit(tr("Pipeline report: %1").arg(store), this))
    , m_reader(new QComboBox(this))
    , m_time(new QComboBox(this))
    , m_series(new QLineEdit(this))
    , m_format(new QComboBox(this))
    , m_path(new QLineEdit(this))
    , m_open(new QCheckBox(tr("Open it when it is made"), this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Report of this store"));
    m_title->setAccessibleName(tr("Report title"));
    m_series->setAccessibleName(tr("Series filter"));
    m_series->setPlaceholderText(tr("all series; or a filter, as series~temperature"));
    m_format->setAccessibleName(tr("Report format"));
    m_format->addItem(tr("HTML: one file for a browser and for mail"));
    m_format->addItem(tr("PDF: pages of A4"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    m_reader->setAccessibleName(tr("Written for"));
    m_reader->addItem(tr("Anybody: the sections below"));
    m_reader->addItem(tr("An operator who takes over: all of it"));
    m_reader->addItem(tr("A customer: without payloads, checks and places"));
    form->addRow(tr("Written for"), m_reader);
    form->addRow(tr("Title"), m_title);
    form->addRow(tr("Time"), makeTimes());
    form->addRow(tr("Sections"), makeSections());
    form->addRow(tr("Draw"), m_series);
    form->addRow(tr("Written as"), m_format);
    form->addRow(tr("Where to"), makeFileRow(m_path, tr("Write the report to"), this));
    form->addRow(QString(), m_open);
    form->addRow(tr("Template"), makeTemplates());
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Write report"));
    m_write = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Write a report for people"), this));
    layout->addWidget(paragraph(tr("It tells what came, what died and why, and what was done about it. Messages and "
                                   "errors are in it: look at it before you hand it on."),
                                this));
    layout->addLayout(form);
    layout->addStretch(1);
    addFoot(this, buttons.bar);
    takeWidth(this, 160 * gridUnit);
    const QDate today = QDate::currentDate();
    m_path->setText(QDir(folder).filePath(QStringLiteral("report-%1").arg(today.toString(Qt::ISODate))));
    connect(m_reader, &QComboBox::currentIndexChanged, this, &ReportDialog::takeReader);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ReportDialog::takeFormat);
    connect(m_path, &QLineEdit::textChanged, this, &ReportDialog::showState);
    connect(m_series, &QLineEdit::textChanged, this, &ReportDialog::showState);
    connect(m_write, &QPushButton::clicked, this, &ReportDialog::confirm);
    takeFormat();
    m_title->setFocus();
}

ReportReader ReportDialog::reader() const {
    return static_cast<ReportReader>(m_reader->currentIndex());
}

/// The sections that such people read; a title that was typed stays.
void ReportDialog::takeReader() {
    const QStringList usual{tr("Pipeline report: %1").arg(m_store), tr("Handover: %1").arg(m_store)};
    if (usual.contains(m_title->text()))
        m_title->setText(usual[reader() == ReportReader::Operator ? 1 : 0]);
    const QStringList names = sectionsFor(reader());
    for (const auto& [name, check] : m_sections)
        check->setChecked(names.contains(name));
    showState();
}

QWidget* ReportDialog::makeTimes() {
    auto* const row = new QWidget(this);
    auto* const line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(2 * gridUnit);
    m_time->setAccessibleName(tr("Report time"));
    for (const TimeChoice& choice : times)
        m_time->addItem(tr(choice.text));
    const QDateTime now = dateTimeOf(currentTime(), m_display);
    m_since = timeEdit(now.addDays(-7), m_display, tr("From"), row);
    m_until = timeEdit(now, m_display, tr("To"), row);
    for (QDateTimeEdit* edit : {m_since, m_until})
        edit->setToolTip(m_display == TimeDisplay::Local ? tr("Local time, as the window shows it") : tr("UTC"));
    line->addWidget(m_time, 1);
    line->addWidget(m_since);
    line->addWidget(m_until);
    const auto showEdits = [this] {
        const bool isBetween = times[static_cast<std::size_t>(m_time->currentIndex())].last < hours(0);
        m_since->setVisible(isBetween);
        m_until->setVisible(isBetween);
    };
    showEdits();
    connect(m_time, &QComboBox::currentIndexChanged, this, [this, showEdits] {
        showEdits();
        showState();
    });
    for (QDateTimeEdit* edit : {m_since, m_until})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, &ReportDialog::showState);
    return row;
}

QWidget* ReportDialog::makeSections() {
    constexpr int sectionsARow = 3;
    auto* const box = new QWidget(this);
    auto* const grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    for (const QString& name : reportSectionNames()) {
        auto* const check = new QCheckBox(reportSectionTitle(name), box);
        check->setChecked(true);
        const int at = static_cast<int>(m_sections.size());
        grid->addWidget(check, at / sectionsARow, at % sectionsARow);
        m_sections.emplace_back(name, check);
        connect(check, &QCheckBox::toggled, this, &ReportDialog::showState);
    }
    return box;
}

QWidget* ReportDialog::makeTemplates() {
    auto* const row = new QWidget(this);
    auto* const column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    auto* const line = new QHBoxLayout;
    line->setSpacing(2 * gridUnit);
    m_said = paragraph(tr("Saves this choice for another time and for portolan report --template."), row);
    m_said->setForegroundRole(QPalette::PlaceholderText);
    column->addLayout(line);
    column->addWidget(m_said);
    const auto add = [&](const QString& text, QFileDialog::AcceptMode mode, void (ReportDialog::*use)(const QString&)) {
        auto* const button = new QPushButton(text, row);
        button->setAutoDefault(false);
        line->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, text, mode, use] {
            auto* const dialog =
                new QFileDialog(this, text, QFileInfo(path()).absolutePath(), tr("Templates (*.json)"));
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->setAcceptMode(mode);
            dialog->setDefaultSuffix(QStringLiteral("json"));
            connect(dialog, &QFileDialog::fileSelected, this, use);
            dialog->open();
        });
    };
    add(tr("Open template…"), QFileDialog::AcceptOpen, &ReportDialog::openTemplate);
    add(tr("Save template…"), QFileDialog::AcceptSave, &ReportDialog::saveTemplate);
    line->addStretch(1);
    return row;
}

void ReportDialog::openTemplate(const QString& path) {
    const auto read = readReportTemplate(path);
    if (read)
        take(*read);
    m_said->setText(read ? tr("Opened %1.").arg(QFileInfo(path).fileName()) : read.error().text);
}

void ReportDialog::saveTemplate(const QString& path) {
    const QByteArray text = reportTemplate(request());
    QSaveFile file(path);
    const bool saved = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    m_said->setText(saved ? tr("Saved as %1.").arg(QFileInfo(path).fileName())
                          : tr("Cannot write %1: %2.").arg(path, file.errorString()));
}

void ReportDialog::take(const ReportRequest& wish) {
    if (!wish.title.isEmpty())
        m_title->setText(wish.title);
    m_series->setText(wish.series);
    m_reader->setCurrentIndex(static_cast<int>(wish.reader));
    for (const auto& [name, check] : m_sections)
        check->setChecked(wish.sections.isEmpty() ? sectionsFor(wish.reader).contains(name)
                                                  : wish.sections.contains(name));
    const auto known = std::ranges::find_if(times, [&](const TimeChoice& choice) {
        if (wish.span || choice.span)
            return wish.span == choice.span;
        return wish.last ? *wish.last == choice.last : choice.last == hours(0);
    });
    const bool isBetween = wish.since || wish.until || known == times.end();
    m_time->setCurrentIndex(static_cast<int>(isBetween ? times.size() - 1 : std::size_t(known - times.begin())));
    const Timestamp until = wish.until.value_or(currentTime());
    const Timestamp since = wish.last ? until - *wish.last : wish.since.value_or(Timestamp());
    if (isBetween) {
        m_since->setDateTime(dateTimeOf(since, m_display));
        m_until->setDateTime(dateTimeOf(until, m_display));
    }
    showState();
}

void ReportDialog::proposeYesterday() {
    const auto yesterday = std::ranges::find(times, NamedSpan::Yesterday, &TimeChoice::span);
    m_time->setCurrentIndex(static_cast<int>(yesterday - times.begin()));
    m_format->setCurrentIndex(static_cast<int>(std::ranges::find(endings, std::string_view("pdf")) - endings.begin()));
    takeFormat();
}

QString ReportDialog::path() const {
    return QDir::cleanPath(m_path->text().trimmed());
}

/// The name follows the format.
void ReportDialog::takeFormat() {
    QString text = m_path->text().trimmed();
    for (const char* ending : endings) {
        if (text.endsWith(u'.' + QLatin1String(ending), Qt::CaseInsensitive))
            text.chop(QLatin1String(ending).size() + 1);
    }
    m_path->setText(text + u'.' + QLatin1String(endings[static_cast<std::size_t>(m_format->currentIndex())]));
    showState();
}

/// A file that is there is replaced only when the button has said so.
void ReportDialog::showState() {
    const QFileInfo file(path());
    const QLatin1String ending(endings[static_cast<std::size_t>(m_format->currentIndex())]);
    const auto series = parseFilter(m_series->text(), seriesSchema(), currentTime());
    const ReportRequest wish = request();
    const bool isNothing = std::ranges::none_of(m_sections, [](const auto& each) { return each.second->isChecked(); });
    QString why;
    if (wish.since && wish.until && *wish.until <= *wish.since)
        why = tr("The second time is not after the first.");
    else if (isNothing)
        why = tr("Choose a section.");
    else if (!series)
        why = tr("Series: %1").arg(series.error().text);
    else if (file.suffix().compare(ending, Qt::CaseInsensitive) != 0)
        why = tr("The name ends with .%1 for this format.").arg(ending);
    else if (!file.absoluteDir().exists())
        why = tr("There is no folder %1.").arg(file.absolutePath());
    else if (file.isDir())
        why = tr("%1 is a folder.").arg(path());
    m_write->setEnabled(why.isEmpty());
    m_write->setText(file.isFile() ? tr("Replace the file") : tr("Write report"));
    m_write->setToolTip(why);
    m_write->setAccessibleDescription(why);
}

ReportRequest ReportDialog::request() const {
    ReportRequest wish;
    const TimeChoice& time = times[static_cast<std::size_t>(m_time->currentIndex())];
    const hours last = time.last;
    wish.span = time.span;
    wish.reader = reader();
    wish.isLocal = m_display == TimeDisplay::Local;
    if (last > hours(0))
        wish.last = last;
    if (last < hours(0)) {
        wish.since = timestampOf(*m_since);
        wish.until = timestampOf(*m_until);
    }
    for (const auto& [name, check] : m_sections) {
        if (check->isChecked())
            wish.sections << name;
    }
    wish.series = m_series->text().trimmed();
    wish.title = m_title->text().trimmed();
    return wish;
}

void ReportDialog::confirm() {
    Q_EMIT reportWanted(request(), QFileInfo(path()).absoluteFilePath(), m_open->isChecked());
    accept();
}

} // namespace portolan
