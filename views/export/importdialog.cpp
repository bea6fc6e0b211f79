#include "views/export/importdialog.h"

#include "models/export/importcontroller.h"
#include "models/list/format.h"
#include "storage/ingest/kinds.h"
#include "views/ask/dialogparts.h"
#include "views/style/plainlabel.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr qsizetype shownOfRow = 500; ///< characters of a row that are shown
constexpr char commentMarks[] = {'#', ';', '%', '!', '*', '/', '~', '@', '$', '&'};

/// Says in words what port messages of a listing keep; empty: none brings its state.
QString keptText(const ImportPreview& preview) {
    const ImportTally& tally = preview.tally;
    if (tally.states.empty())
        return {};
    QStringList parts;
    for (const auto& [state, count] : tally.states)
        parts << QStringLiteral("%1 %2").arg(groupedNumber(count), visibleText(state));
    const QString all =
        preview.isWhole ? groupedNumber(tally.all()) : ImportDialog::tr("%1 and more").arg(groupedNumber(tally.all()));
    return ImportDialog::tr("Port messages keep their state and times: %1 (%2). Finished, and they stay finished: %3")
        .arg(all, parts.join(QStringLiteral(", ")), groupedNumber(tally.finished()));
}

QString timesText(TimeForm form) {
    switch (form) {
    case TimeForm::Plain:
        return ImportDialog::tr("ISO 8601, Unix time");
    case TimeForm::Seconds:
        return ImportDialog::tr("Unix seconds");
    case TimeForm::Milliseconds:
        return ImportDialog::tr("Unix milliseconds");
    case TimeForm::Microseconds:
        return ImportDialog::tr("Unix microseconds");
    case TimeForm::Nanoseconds:
        return ImportDialog::tr("Unix nanoseconds");
    case TimeForm::WebKit:
        return ImportDialog::tr("microseconds since 1601 (WebKit)");
    case TimeForm::FileTime:
        return ImportDialog::tr("Windows file times");
    case TimeForm::MacSeconds:
        return ImportDialog::tr("seconds since 2001 (macOS)");
    case TimeForm::Ticks:
        return ImportDialog::tr(".NET ticks");
    case TimeForm::JulianDays:
        return ImportDialog::tr("Julian days");
    case TimeForm::ExcelDays:
        return ImportDialog::tr("Excel's serial days");
    case TimeForm::Compact:
        return ImportDialog::tr("compact, 20260131T1011");
    case TimeForm::Year:
        return ImportDialog::tr("years, 2026");
    case TimeForm::YearFirst:
        return ImportDialog::tr("year first, 2026/01/31");
    case TimeForm::DayFirst:
        return ImportDialog::tr("day first, 31.01.2026");
    case TimeForm::MonthFirst:
        return ImportDialog::tr("month first, 01/31/2026");
    case TimeForm::MonthNamed:
        return ImportDialog::tr("named months, Jan 31 2026");
    }
    Q_UNREACHABLE();
}

/// Says what was understood besides the choices, in a sentence a line; empty: nothing is unusual.
QString readText(const ImportReading& reading) {
    const QString more = ImportDialog::tr("(and %1 more)");
    const auto named = [&](const QByteArrayList& names) { return visibleText(namesText(names, more).toUtf8()); };
    QStringList lines;
    QStringList forms;
    if (reading.isInflux)
        forms << ImportDialog::tr("annotated CSV of InfluxDB");
    if (reading.isPacked)
        forms << QStringLiteral("gzip");
    if (reading.encoding != TextEncoding::Utf8)
        forms << QLatin1String(encodingName(reading.encoding));
    if (reading.comment)
        forms << ImportDialog::tr("lines with %1 are comments").arg(QLatin1Char(*reading.comment));
    if (!forms.isEmpty())
        lines << ImportDialog::tr("The file is: %1.").arg(forms.join(QStringLiteral(", ")));
    if (!reading.number.isEmpty())
        lines << ImportDialog::tr("%1 is the number %2.")
                     .arg(visibleText(reading.number), visibleText(reading.numberMeant));
    if (reading.values.size() > 1)
        lines << ImportDialog::tr("Each of %1 columns becomes a series.").arg(reading.values.size());
    if (!reading.sensor.isEmpty())
        lines << ImportDialog::tr("The column %1 names the sensors.").arg(visibleText(reading.sensor));
    if (!reading.leftOut.isEmpty())
        lines << ImportDialog::tr("Left out: %1.").arg(named(reading.leftOut));
    return lines.join(u'\n');
}

} // namespace

ImportDialog::ImportDialog(const QString& store, ImportController* desk, const QString& path, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_form(new QFormLayout)
    , m_path(new QLineEdit(this))
    , m_kind(new QComboBox(this))
    , m_columns(new QLineEdit(this))
    , m_sensor(new QLineEdit(this))
    , m_separator(new QComboBox(this))
    , m_decimal(new QComboBox(this))
    , m_times(new QComboBox(this))
    , m_names(new QComboBox(this))
    , m_comment(new QComboBox(this))
    , m_encoding(new QComboBox(this))
    , m_wishes(makeWishes())
    , m_state(paragraph({}, this))
    , m_preview(new QPlainTextEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Import a file"));
    m_kind->setAccessibleName(tr("Kind of rows"));
    m_kind->addItem(tr("What their columns or fields tell"));
    for (const Kind& kind : kinds())
        m_kind->addItem(QLatin1String(kind.name), static_cast<int>(kind.kind));
    m_columns->setAccessibleName(tr("Columns"));
    m_columns->setPlaceholderText(tr("as they are named; or time=A,value=B, by name or number from 1"));
    m_sensor->setAccessibleName(tr("Sensor"));
    m_sensor->setPlaceholderText(tr("whose samples a time and a number are: the file's base name"));
    m_preview->setReadOnly(true);
    m_preview->setAccessibleName(tr("Preview"));
    m_preview->setFont(dataFont(font()));
    m_preview->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_preview->setTabChangesFocus(true);
    m_form->setHorizontalSpacing(4 * gridUnit);
    m_form->setVerticalSpacing(2 * gridUnit);
    m_form->addRow(tr("From"), makeFileRow(m_path, tr("Import a file"), this, FileUse::Read));
    m_form->addRow(tr("Rows are"), m_kind);
    m_form->addRow(tr("Fields"), m_columns);
    m_form->addRow(tr("Samples of"), m_sensor);
    m_form->addRow(tr("Written as"), m_wishes);
    m_reason = addReason(m_form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Import"));
    m_import = buttons.act;
    m_import->setText(tr("Import into %1").arg(store));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Put a file into %1").arg(store), this));
    layout->addWidget(
        paragraph(tr("Rows of CSV, TSV, JSON or XLSX are stored as if they had been received: what cannot be "
                     "stored is kept among the rejects, and a file that is imported twice is stored once. "
                     "Rows that were exported are what they were, with their state and times. "
                     "An incident bundle brings its messages in the state they were in, with their audit."),
                  this));
    layout->addLayout(m_form);
    layout->addWidget(m_state);
    layout->addWidget(m_preview, 1);
    addFoot(this, buttons.bar);
    takeSize(this, QSize(190 * gridUnit, 130 * gridUnit)); // so that each choice is read whole
    m_form->setRowVisible(m_reason, false);
    m_path->setText(QFileInfo(path).isDir() ? QDir(path).filePath(QString()) : path);
    connect(m_path, &QLineEdit::textChanged, this, &ImportDialog::look);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &ImportDialog::look);
    connect(m_columns, &QLineEdit::textChanged, this, &ImportDialog::look);
    connect(m_sensor, &QLineEdit::textChanged, this, &ImportDialog::look);
    for (QComboBox* wish : wishes())
        connect(wish, &QComboBox::currentIndexChanged, this, &ImportDialog::look);
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::confirm);
    look();
    m_path->setFocus();
}

Result<ImportOptions> ImportDialog::options() const {
    ImportOptions options;
    options.file = QFileInfo(QDir::cleanPath(m_path->text().trimmed())).absoluteFilePath();
    if (m_kind->currentIndex() > 0)
        options.kind = static_cast<MessageKind>(m_kind->currentData().toInt());
    if (const QString columns = m_columns->text().trimmed(); !columns.isEmpty()) {
        auto parsed = parseImportColumns(columns);
        PORTOLAN_TRY(parsed);
        options.columns = std::move(*parsed);
    }
    options.sensor = m_sensor->text().trimmed().toUtf8();
    const auto wish = [](const QComboBox* box) {
        return box->currentIndex() > 0 ? std::optional(box->currentData().toInt()) : std::nullopt;
    };
    if (const auto separator = wish(m_separator))
        options.wishes.separator = static_cast<char>(*separator);
    if (const auto decimal = wish(m_decimal))
        options.wishes.decimal = static_cast<char>(*decimal);
    if (const auto times = wish(m_times))
        options.wishes.times = static_cast<TimeForm>(*times);
    if (const auto names = wish(m_names))
        options.wishes.hasNames = *names != 0;
    if (const auto comment = wish(m_comment))
        options.wishes.comment = static_cast<char>(*comment);
    if (const auto encoding = wish(m_encoding))
        options.wishes.encoding = static_cast<TextEncoding>(*encoding);
    return options;
}

QWidget* ImportDialog::makeWishes() {
    const auto fill = [](QComboBox* box, const QString& name, std::initializer_list<std::pair<QString, int>> entries) {
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->addItem(ImportDialog::tr("as found"));
        for (const auto& [text, number] : entries)
            box->addItem(text, number);
    };
    fill(m_separator, tr("Separator"),
         {{tr("comma ,"), ','}, {tr("semicolon ;"), ';'}, {tr("tab"), '\t'}, {tr("bar |"), '|'}});
    fill(m_decimal, tr("Decimal mark"), {{tr("point 0.5"), '.'}, {tr("comma 0,5"), ','}});
    fill(m_times, tr("Times"), {});
    for (const QString& name : timesNames()) {
        const TimeForm form = *timesNamed(name);
        m_times->addItem(timesText(form), static_cast<int>(form));
    }
    fill(m_names, tr("First row"), {{tr("names of columns"), 1}, {tr("data"), 0}});
    fill(m_comment, tr("Comment lines"), {});
    for (const char mark : commentMarks)
        m_comment->addItem(tr("begin with %1").arg(QLatin1Char(mark)), mark);
    fill(m_encoding, tr("Encoding"), {});
    for (const TextEncoding encoding :
         {TextEncoding::Utf8, TextEncoding::Utf16Little, TextEncoding::Utf16Big, TextEncoding::Windows1252})
        m_encoding->addItem(QLatin1String(encodingName(encoding)), static_cast<int>(encoding));
    auto* const field = new QWidget(this);
    auto* const grid = new QGridLayout(field);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(2 * gridUnit);
    grid->setVerticalSpacing(gridUnit / 2);
    constexpr int inARow = 3;
    int place = 0;
    for (QComboBox* box : wishes()) {
        auto* const caption = plainLabel(field, QPalette::PlaceholderText);
        caption->setText(box->accessibleName());
        caption->setBuddy(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
        caption->setContentsMargins(0, place < inARow ? 0 : gridUnit, 0, 0); // it belongs to what stands below it
        grid->addWidget(caption, 2 * (place / inARow), place % inARow);
        grid->addWidget(box, 2 * (place / inARow) + 1, place % inARow);
        grid->setColumnStretch(place % inARow, 1);
        ++place;
    }
    return field;
}

/// In the order in which they are read.
std::array<QComboBox*, 6> ImportDialog::wishes() const {
    return {m_separator, m_decimal, m_times, m_names, m_comment, m_encoding};
}

/// Says what was found in the first entry of each choice, and which columns are what in the field for them.
void ImportDialog::showReading(const ImportReading& reading) {
    const auto found = [](QComboBox* box, const QString& what) {
        box->setItemText(0, what.isEmpty() ? tr("as found") : tr("found: %1").arg(what));
    };
    const bool isCsv = reading.separator.has_value();
    const QString separator = !isCsv                       ? QString()
                              : *reading.separator == '\t' ? tr("tab")
                                                           : QString(QLatin1Char(*reading.separator));
    found(m_separator, separator);
    found(m_decimal, !reading.decimal ? QString() : *reading.decimal == ',' ? tr("comma 0,5") : tr("point 0.5"));
    found(m_times, reading.times ? timesText(*reading.times) : QString());
    found(m_names, !isCsv ? QString() : reading.hasNames ? tr("names of columns") : tr("data"));
    found(m_comment, !isCsv            ? QString()
                     : reading.comment ? tr("begin with %1").arg(QLatin1Char(*reading.comment))
                                       : tr("none"));
    found(m_encoding, reading.isText ? QLatin1String(encodingName(reading.encoding)) : QString());
    m_encoding->setEnabled(reading.isText);
    m_comment->setEnabled(isCsv);
    m_separator->setEnabled(isCsv);
    m_names->setEnabled(isCsv);
    const QString more = tr("(and %1 more)");
    m_columns->setPlaceholderText(reading.isSeries()
                                      ? tr("found: time %1; values %2")
                                            .arg(visibleText(namesText(reading.timeColumns, more).toUtf8()),
                                                 visibleText(namesText(reading.values, more).toUtf8()))
                                      : tr("as they are named; or time=A,value=B, by name or number from 1"));
}

/// Looks at the file. An answer about another file, or other choices, is not wanted any more.
void ImportDialog::look() {
    m_asker.cancelPending();
    const QFileInfo file(m_path->text().trimmed());
    const auto wanted = options();
    if (m_path->text().trimmed().isEmpty() || file.isDir()) {
        say(tr("Choose a file."), tr("Choose a file."));
    } else if (!wanted) {
        say(wanted.error().text, wanted.error().text);
    } else if (m_desk) {
        say(tr("Looking at the file…"), tr("It is being looked at."));
        m_desk->look(m_asker, *wanted, this, [this](const Result<ImportPreview>& preview) { show(preview); });
    }
}

void ImportDialog::show(const Result<ImportPreview>& preview) {
    m_isBundle = preview && preview->bundle;
    for (QWidget* field : std::initializer_list<QWidget*>{m_kind, m_columns, m_sensor, m_wishes})
        m_form->setRowVisible(field, !m_isBundle);
    m_form->setRowVisible(m_reason, m_isBundle);
    if (!preview) {
        say(preview.error().text, preview.error().text);
        return;
    }
    QStringList lines;
    if (const auto& bundle = preview->bundle) {
        const QString filter = visibleText(bundle->filter);
        m_proposed = QStringLiteral("bundle of %1: %2").arg(visibleText(bundle->made), filter);
        m_reason->setPlaceholderText(m_proposed);
        lines << tr("Taken: %1").arg(visibleText(bundle->made)) << tr("By: %1").arg(visibleText(bundle->by))
              << tr("From: %1").arg(visibleText(bundle->store)) << tr("What: %1").arg(visibleText(bundle->of))
              << tr("Filter: %1").arg(filter.isEmpty() ? tr("all") : filter)
              << tr("Lines of audit: %1").arg(groupedNumber(bundle->audit));
        say(tr("An incident bundle of %1 messages; every checksum is right.").arg(groupedNumber(bundle->messages)), {});
    } else {
        for (const QString& mistake : preview->mistakes)
            lines << QStringLiteral("✖ ") + mistake;
        for (const QByteArray& row : preview->rows)
            lines << visibleText(row.left(shownOfRow));
        showReading(preview->tally.reading);
        const QString read = readText(preview->tally.reading);
        const QString kept = keptText(*preview);
        const QString first = preview->rows.isEmpty() ? tr("None of its first rows can be read: they would be rejects.")
                                                      : tr("Its first rows, as they are stored:");
        QStringList paragraphs{read, kept, first};
        paragraphs.removeAll(QString());
        say(paragraphs.join(QStringLiteral("\n\n")), {});
    }
    m_preview->setPlainText(lines.join(u'\n'));
}

/// `whyNot`: nothing can be imported now.
void ImportDialog::say(const QString& state, const QString& whyNot) {
    m_state->setText(state);
    if (!whyNot.isEmpty())
        m_preview->clear();
    m_import->setEnabled(whyNot.isEmpty());
    m_import->setToolTip(whyNot);
    m_import->setAccessibleDescription(whyNot);
}

void ImportDialog::confirm() {
    const auto wanted = options();
    if (!wanted)
        return;
    const QString reason = m_reason->text().trimmed();
    const QByteArray why = m_isBundle ? (reason.isEmpty() ? m_proposed : reason).toUtf8() : QByteArray();
    accept();
    Q_EMIT importWanted(*wanted, why);
}

} // namespace portolan
