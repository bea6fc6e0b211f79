#include "views/window/settingsdialog.h"

#include "storage/config/passwordfile.h"
#include "views/ask/dialogparts.h"
#include "views/guide/keyboardpage.h"

#include <QComboBox>
#include <QFormLayout>
#include <QListWidget>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>
#include <array>
#include <utility>

namespace portolan {

namespace {

constexpr std::array zooms{70, 80, 90, 100, 110, 125, 150, 175, 200};

QVBoxLayout* makePage(QWidget* page) {
    auto* const layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 4 * gridUnit, 0, 0);
    layout->setSpacing(3 * gridUnit);
    return layout;
}

/// Chooses what has this value, adding it where the list does not know it.
void chooseZoom(QComboBox* box, int percent) {
    if (box->findData(percent) < 0)
        box->addItem(QStringLiteral("%1 %").arg(percent), percent);
    box->setCurrentIndex(box->findData(percent));
}

} // namespace

SettingsDialog::SettingsDialog(const Preferences& preferences, KeyBindings& bindings, QWidget* parent)
    : QDialog(parent)
    , m_preferences(preferences)
    , m_pages(new QTabWidget(this))
    , m_keyboard(new KeyboardPage(bindings, this))
    , m_theme(new QComboBox(this))
    , m_zoom(new QComboBox(this))
    , m_times(new QComboBox(this))
    , m_language(new QComboBox(this))
    , m_restart(paragraph(tr("The language changes with the next start."), this))
    , m_passwords(new QListWidget(this))
    , m_passwordNote(paragraph({}, this))
    , m_forget(new QPushButton(tr("Forget the password"), this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Settings"));
    QTabWidget* const pages = m_pages;
    pages->setDocumentMode(true);
    pages->setAccessibleName(tr("Settings"));
    pages->addTab(makeLook(), tr("Look"));
    pages->addTab(m_keyboard, tr("Keyboard"));
    pages->addTab(makePasswords(), tr("Passwords"));
    auto* const close = new QPushButton(tr("Close"), this);
    close->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(pages, 1);
    auto* const foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(close);
    addFoot(this, foot);
    QWidget* before = pages; // the fields are older than it
    for (QWidget* const field :
         std::initializer_list<QWidget*>{m_theme, m_zoom, m_times, m_language, m_passwords, m_forget})
        setTabOrder(std::exchange(before, field), field);
    m_theme->setFocus();
    takeSize(this, QSize(170 * gridUnit, 140 * gridUnit));
}

void SettingsDialog::showKeysOf(const QAction* action) {
    m_pages->setCurrentWidget(m_keyboard);
    m_keyboard->chooseAction(action);
}

void SettingsDialog::showLanguage() {
    m_pages->setCurrentIndex(0);
    m_language->setFocus();
}

QWidget* SettingsDialog::makeLook() {
    auto* const page = new QWidget(this);
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    m_theme->setAccessibleName(tr("Theme"));
    m_theme->addItem(tr("As the desktop"), static_cast<int>(ThemeChoice::System));
    m_theme->addItem(tr("Light"), static_cast<int>(ThemeChoice::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(ThemeChoice::Dark));
    m_theme->setCurrentIndex(m_theme->findData(static_cast<int>(m_preferences.theme)));
    m_zoom->setAccessibleName(tr("Text size"));
    for (const int percent : zooms)
        m_zoom->addItem(QStringLiteral("%1 %").arg(percent), percent);
    chooseZoom(m_zoom, m_preferences.zoom);
    m_times->setAccessibleName(tr("Times"));
    m_times->addItem(tr("UTC"), static_cast<int>(TimeDisplay::Utc));
    m_times->addItem(tr("Local time"), static_cast<int>(TimeDisplay::Local));
    m_times->setCurrentIndex(m_times->findData(static_cast<int>(m_preferences.times)));
    m_language->setAccessibleName(tr("Language"));
    m_language->addItem(tr("As the system"), QStringLiteral("system"));
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("Deutsch"), QStringLiteral("de"));
    m_language->setCurrentIndex(std::max(0, m_language->findData(m_preferences.language)));
    form->addRow(tr("Colours"), m_theme);
    form->addRow(tr("Text size"), m_zoom);
    form->addRow(tr("Times in"), m_times);
    form->addRow(tr("Language"), m_language);
    form->addRow(QString(), m_restart);
    m_restart->hide();
    QVBoxLayout* const layout = makePage(page);
    layout->addLayout(form);
    layout->addStretch(1);
    for (QComboBox* box : {m_theme, m_zoom, m_times, m_language}) {
        box->setMinimumWidth(45 * gridUnit);
        connect(box, &QComboBox::activated, this, &SettingsDialog::takeLook);
    }
    return page;
}

void SettingsDialog::takeLook() {
    Preferences chosen;
    chosen.theme = static_cast<ThemeChoice>(m_theme->currentData().toInt());
    chosen.zoom = m_zoom->currentData().toInt();
    chosen.times = static_cast<TimeDisplay>(m_times->currentData().toInt());
    chosen.language = m_language->currentData().toString();
    if (chosen == m_preferences)
        return;
    m_restart->setVisible(!m_restart->isHidden() || chosen.language != m_preferences.language);
    m_preferences = chosen;
    Q_EMIT preferred(chosen);
}

QWidget* SettingsDialog::makePasswords() {
    auto* const page = new QWidget(this);
    QVBoxLayout* const layout = makePage(page);
    layout->addWidget(paragraph(tr("A password is looked for in the variable PORTOLAN_PASSWORD, in the keychain of the "
                                   "desktop, in the file below, and where libpq looks (service file, PGPASSWORD, "
                                   ".pgpass). Else it is asked for. Those in the keychain are managed there, under the "
                                   "name “portolan”."),
                                this));
    m_passwords->setAccessibleName(tr("Passwords in the file"));
    layout->addWidget(m_passwords, 1);
    m_passwordNote->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_passwordNote);
    m_forget->setAutoDefault(false);
    layout->addWidget(m_forget, 0, Qt::AlignLeft);
    connect(m_forget, &QPushButton::clicked, this, &SettingsDialog::forgetPassword);
    connect(m_passwords, &QListWidget::itemSelectionChanged, this,
            [this] { m_forget->setEnabled(!m_passwords->selectedItems().isEmpty()); });
    showPasswords();
    return page;
}

void SettingsDialog::showPasswords() {
    m_passwords->clear();
    const PasswordFile file;
    const auto names = file.names();
    if (names)
        m_passwords->addItems(*names);
    m_passwordNote->setText(!names ? names.error().text
                            : names->isEmpty()
                                ? tr("No password is kept in %1.").arg(file.path())
                                : tr("Kept as plain text in %1, which only you can read.").arg(file.path()));
    m_forget->setEnabled(false);
}

void SettingsDialog::forgetPassword() {
    for (const QListWidgetItem* const item : m_passwords->selectedItems()) {
        const auto url = StoreUrl::parse(item->text());
        const auto done = url ? PasswordFile().keep(*url) : Result<void>(url.error());
        if (!done) {
            m_passwordNote->setText(done.error().text);
            return;
        }
    }
    showPasswords();
}

} // namespace portolan
