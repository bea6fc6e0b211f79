#include "views/export/exportdialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDate>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>
#include <array>

namespace portolan {

namespace {

struct FormatChoice {
    ExportFormat format;
    const char* text;
    const char* suffix;
    const char* advice;
};

constexpr std::array<FormatChoice, 4> formats{{
    {ExportFormat::Csv, QT_TRANSLATE_NOOP("portolan::ExportDialog", "CSV"), "csv",
     QT_TRANSLATE_NOOP(
         "portolan::ExportDialog",
         "For spreadsheets and scripts: UTF-8, times as ISO 8601 in UTC. An empty field is NULL, \"\" an empty text.")},
    {ExportFormat::Xlsx, QT_TRANSLATE_NOOP("portolan::ExportDialog", "Excel workbook (XLSX)"), "xlsx",
     QT_TRANSLATE_NOOP("portolan::ExportDialog",
                       "Numbers and times as such, the header frozen, a further sheet every 1,048,575 rows.")},
    {ExportFormat::Jsonl, QT_TRANSLATE_NOOP("portolan::ExportDialog", "JSON lines"), "jsonl",
     QT_TRANSLATE_NOOP("portolan::ExportDialog",
                       "An object a line. Nothing is lost: bytes that are no UTF-8 are in it as base64.")},
    {ExportFormat::Json, QT_TRANSLATE_NOOP("portolan::ExportDialog", "JSON"), "json",
     QT_TRANSLATE_NOOP("portolan::ExportDialog", "One array of objects.")},
}};

/// "Dead letters" → "dead-letters".
QString fileName(const QString& listName) {
    QString name;
    for (const QChar c : listName.toLower())
        name += c.isLetterOrNumber() ? c : QChar(u'-');
    return name + QStringLiteral("-") + QDate::currentDate().toString(Qt::ISODate);
}

} // namespace

ExportDialog::ExportDialog(std::vector<List> lists, const QString& folder, QWidget* parent)
    : QDialog(parent)
    , m_lists(std::move(lists))
    , m_folder(folder)
    , m_title(dialogTitle({}, this))
    , m_list(new QComboBox(this))
    , m_acts(paragraph({}, this))
    , m_scopes(new QButtonGroup(this))
    , m_format(new QComboBox(this))
    , m_advice(paragraph({}, this))
    , m_flatten(new QCheckBox(tr("Members of JSON documents as columns of their own"), this))
    , m_formulas(new QCheckBox(tr("Leave formulas as they are: a spreadsheet will run them"), this))
    , m_path(new QLineEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Write rows to a file"));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    for (const List& each : m_lists)
        m_list->addItem(each.title);
    m_list->setAccessibleName(tr("List"));
    form->addRow(tr("What"), m_list);
    m_acts->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(QString(), m_acts);
    form->addRow(tr("Rows"), makeScopes());
    for (const FormatChoice& choice : formats)
        m_format->addItem(tr(choice.text));
    m_format->setAccessibleName(tr("Format"));
    form->addRow(tr("Written as"), m_format);
    m_advice->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(QString(), m_advice);
    form->addRow(QString(), m_flatten);
    form->addRow(QString(), m_formulas);
    form->addRow(tr("Where to"), makeFileRow(m_path, tr("Export to"), this));

    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Export"));
    m_export = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(m_title);
    layout->addLayout(form);
    layout->addStretch(1);
    addFoot(this, buttons.bar);
    takeWidth(this, 160 * gridUnit);
    connect(m_list, &QComboBox::currentIndexChanged, this, &ExportDialog::takeList);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::takeFormat);
    connect(m_path, &QLineEdit::textChanged, this, &ExportDialog::showState);
    connect(m_path, &QLineEdit::textEdited, this, [this](const QString& typed) { // an ending that was typed is a choice
        const QString suffix = QFileInfo(typed.trimmed()).suffix();
        for (std::size_t i = 0; i < formats.size(); ++i) {
            if (suffix.compare(QLatin1String(formats[i].suffix), Qt::CaseInsensitive) == 0)
                m_format->setCurrentIndex(static_cast<int>(i));
        }
    });
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::confirm);
    takeList();
    m_path->setFocus();
}

QWidget* ExportDialog::makeScopes() {
    auto* const scopes = new QWidget(this);
    auto* const column = new QVBoxLayout(scopes);
    column->setContentsMargins(0, 0, 0, 0);
    constexpr std::array names{"Selected rows", "Filtered rows", "All rows"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto* const button = new QRadioButton(scopes);
        button->setAccessibleName(QString::fromLatin1(names[i]));
        m_scopes->addButton(button, static_cast<int>(i));
        column->addWidget(button);
    }
    return scopes;
}

const ExportDialog::List& ExportDialog::list() const {
    return m_lists[static_cast<std::size_t>(std::max(0, m_list->currentIndex()))];
}

/// Proposes what the operator has narrowed the list to.
void ExportDialog::takeList() {
    const List& chosen = list();
    m_title->setText(tr("Export rows of “%1”").arg(chosen.title));
    const auto filtered = std::ranges::find_if(m_lists, [](const List& each) { return !each.filter.isEmpty(); });
    m_acts->setVisible(filtered != m_lists.end());
    if (filtered != m_lists.end())
        m_acts->setText(
            &*filtered == &chosen
                ? tr("The filter “%1” acts on this list.").arg(filtered->filter)
                : tr("The filter “%1” acts on “%2”, not on this list.").arg(filtered->filter, filtered->title));
    const QString about = chosen.isCounted ? QString() : tr("at least ");
    const QString shown = about + groupedNumber(chosen.shown);
    const auto set = [this](Scope scope, const QString& text, bool isThere) {
        QAbstractButton* const button = m_scopes->button(static_cast<int>(scope));
        button->setText(text);
        button->setVisible(isThere);
    };
    set(Scope::Selected, tr("Selected: %1").arg(groupedNumber(chosen.selected)), chosen.selected > 0);
    set(Scope::Filtered, tr("What the filter takes: %1").arg(shown), chosen.isFiltered);
    set(Scope::All, chosen.isFiltered ? tr("All, without the filter") : tr("All: %1").arg(shown), true);
    const Scope proposed = chosen.selected > 1 ? Scope::Selected : chosen.isFiltered ? Scope::Filtered : Scope::All;
    m_scopes->button(static_cast<int>(proposed))->setChecked(true);
    if (m_path->text() == m_proposed) { // another name that was typed stays
        m_proposed = QDir(m_folder).filePath(fileName(chosen.name));
        m_path->setText(m_proposed);
    }
    takeFormat();
}

ExportFormat ExportDialog::format() const {
    return formats[static_cast<std::size_t>(std::max(0, m_format->currentIndex()))].format;
}

QString ExportDialog::path() const {
    return QDir::cleanPath(m_path->text().trimmed());
}

/// The name follows the format, unless its ending says something else already.
void ExportDialog::takeFormat() {
    const FormatChoice& chosen = formats[static_cast<std::size_t>(std::max(0, m_format->currentIndex()))];
    QString text = m_path->text().trimmed();
    for (const FormatChoice& each : formats) {
        const QString ending = u'.' + QLatin1String(each.suffix);
        if (text.endsWith(ending, Qt::CaseInsensitive)) {
            text.chop(ending.size());
            break;
        }
    }
    const bool isProposed = m_path->text() == m_proposed;
    m_path->setText(text + u'.' + QLatin1String(chosen.suffix));
    if (isProposed)
        m_proposed = m_path->text();
    m_advice->setText(tr(chosen.advice));
    const bool isTable = chosen.format == ExportFormat::Csv || chosen.format == ExportFormat::Xlsx;
    m_flatten->setVisible(isTable && list().hasJson);
    m_formulas->setVisible(chosen.format == ExportFormat::Csv);
    showState();
}

/// A file that is there is replaced only when the button has said so.
void ExportDialog::showState() {
    const QFileInfo file(path());
    const Result<ExportFormat> ending = exportFormatOf(path());
    QString why;
    if (m_path->text().trimmed().isEmpty())
        why = tr("Say where to.");
    else if (!ending || *ending != format())
        why = tr("The name ends with .%1 for this format.")
                  .arg(QLatin1String(formats[static_cast<std::size_t>(m_format->currentIndex())].suffix));
    else if (!file.absoluteDir().exists())
        why = tr("There is no folder %1.").arg(file.absolutePath());
    else if (file.isDir())
        why = tr("%1 is a folder.").arg(path());
    m_export->setEnabled(why.isEmpty());
    m_export->setText(file.isFile() ? tr("Replace the file") : tr("Export"));
    m_export->setToolTip(why);
    m_export->setAccessibleDescription(why);
}

void ExportDialog::confirm() {
    ExportOptions options;
    options.format = format();
    options.csv.guards = !m_formulas->isChecked();
    options.flattens = m_flatten->isVisibleTo(this) && m_flatten->isChecked();
    Q_EMIT exportWanted({static_cast<std::size_t>(std::max(0, m_list->currentIndex())),
                         static_cast<Scope>(m_scopes->checkedId()), QFileInfo(path()).absoluteFilePath(), options});
    accept();
}

} // namespace portolan
