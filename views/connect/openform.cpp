#include "views/connect/openform.h"

#include "models/list/format.h"
#include "models/window/storeopener.h"
#include "storage/config/passwordfile.h"
#include "storage/export/bundlefile.h"
#include "storage/storeprobe.h"
#include "views/ask/dialogparts.h"
#include "views/connect/keychain.h"
#include "views/style/elidedlabel.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGridLayout>
#include <QHideEvent>
#include <QIntValidator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QStandardItemModel>
#include <QUrl>
#include <QVBoxLayout>

namespace portolan {

namespace {

/// Of a value that is used where its field is empty.
QString sourceText(const ConnectionValue& value) {
    const bool isPassword = value.name == "password";
    switch (value.source) {
    case ValueSource::Typed:
        return isPassword ? QCoreApplication::translate("OpenForm", "as typed") : QString();
    case ValueSource::Service:
    case ValueSource::Environment:
    case ValueSource::PasswordFile:
        return QCoreApplication::translate("OpenForm", "from %1").arg(value.from);
    case ValueSource::Default:
        return QCoreApplication::translate("OpenForm", "default");
    case ValueSource::None:
        return value.from.isEmpty() ? QCoreApplication::translate("OpenForm", "none; the keychain is asked")
                                    : value.from;
    }
    Q_UNREACHABLE();
}

QString milliseconds(std::chrono::microseconds time) {
    return measuredFigure(static_cast<double>(time.count()) / 1000.0, time < std::chrono::milliseconds(10) ? 1 : 0);
}

} // namespace

OpenForm::OpenForm(QWidget* parent)
    : QDialog(parent)
    , m_url(new QLineEdit(this))
    , m_host(new QLineEdit(this))
    , m_port(new QLineEdit(this))
    , m_database(new QLineEdit(this))
    , m_user(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_keep(new QComboBox(this))
    , m_mode(new QComboBox(this))
    , m_result(paragraph({}, this))
    , m_test(new QPushButton(tr("Test"), this)) {
    m_rest.kind = StoreKind::Postgresql;
    setWindowTitle(tr("Open a store"));
    takeWidth(this, 160 * gridUnit);
    m_url->setAccessibleName(tr("Store"));
    m_url->setPlaceholderText(
        QStringLiteral("file:///data   ·   sqlite:///orders.db   ·   postgresql://user@host/orders"));
    m_server = makeServer();
    m_result->setAccessibleDescription(tr("What the test found"));
    m_result->hide();
    auto* label = new QLabel(tr("Store URL"), this);
    label->setBuddy(m_url);
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* folder = new QPushButton(tr("Folder…"), this);
    auto* database = new QPushButton(tr("Database…"), this);
    auto* server = new QPushButton(tr("Server…"), this);
    folder->setToolTip(tr("A folder of batch files"));
    database->setToolTip(tr("A SQLite file or an incident bundle"));
    server->setToolTip(tr("A PostgreSQL or TimescaleDB database"));
    auto* open = new QPushButton(tr("Open"), this);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    setPrimary(open);
    open->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(2 * gridUnit);
    for (QPushButton* button : {folder, database, server})
        buttons->addWidget(button);
    buttons->addStretch(1);
    for (QPushButton* button : {m_test, cancel, open})
        buttons->addWidget(button);
    for (QPushButton* button : {folder, database, server, m_test, cancel})
        button->setAutoDefault(false);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(label);
    layout->addWidget(m_url);
    layout->addWidget(m_server);
    layout->addWidget(m_result);
    addFoot(this, buttons);
    showServer(false);
    connect(m_url, &QLineEdit::textChanged, this, [this] { // also what a screen reader sets
        if (!m_isFollowing)
            takeUrl();
    });
    connect(folder, &QPushButton::clicked, this, &OpenForm::chooseFolder);
    connect(database, &QPushButton::clicked, this, &OpenForm::chooseDatabase);
    connect(server, &QPushButton::clicked, this, &OpenForm::askServer);
    connect(m_test, &QPushButton::clicked, this, &OpenForm::test);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(open, &QPushButton::clicked, this, &OpenForm::confirm);
    connect(this, &QDialog::finished, this, &OpenForm::stopTest);
}

OpenForm::~OpenForm() = default;

void OpenForm::addField(QGridLayout* grid, const QByteArray& name, const QString& label, QWidget* edit) {
    const int row = grid->rowCount();
    auto* const text = new QLabel(label, this);
    text->setBuddy(edit);
    constexpr int leastField = 50 * gridUnit;
    edit->setMinimumWidth(leastField);
    auto* const source = new ElidedLabel(this);
    source->setForegroundRole(QPalette::PlaceholderText);
    source->setObjectName(QLatin1String("source-") + QLatin1String(name));
    grid->addWidget(text, row, 0);
    grid->addWidget(edit, row, 1);
    grid->addWidget(source, row, 2);
    m_fields.push_back({name, edit, source});
}

QWidget* OpenForm::makeServer() {
    auto* const box = new QWidget(this);
    auto* const grid = new QGridLayout(box);
    grid->setContentsMargins(0, gridUnit, 0, 0);
    grid->setHorizontalSpacing(4 * gridUnit);
    grid->setVerticalSpacing(2 * gridUnit);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    m_host->setAccessibleName(tr("Server host"));
    m_port->setAccessibleName(tr("Server port"));
    m_database->setAccessibleName(tr("Database name"));
    m_user->setAccessibleName(tr("User name"));
    m_password->setAccessibleName(tr("Server password"));
    m_mode->setAccessibleName(tr("Encryption of the connection"));
    constexpr int greatestPort = 65535;
    m_port->setValidator(new QIntValidator(1, greatestPort, m_port));
    m_password->setEchoMode(QLineEdit::Password);
    m_mode->addItem(tr("as is usual"), QString());
    for (const char* mode : {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
        m_mode->addItem(QLatin1String(mode), QLatin1String(mode));
    addField(grid, "host", tr("Host"), m_host);
    addField(grid, "port", tr("Port"), m_port);
    addField(grid, "dbname", tr("Database"), m_database);
    addField(grid, "user", tr("User"), m_user);
    addField(grid, "password", tr("Password"), m_password);
    m_keep->setAccessibleName(tr("Keep the password"));
    m_keep->addItem(tr("for this session only"));
    m_keep->addItem(tr("in the keychain of the desktop"));
    m_keep->addItem(tr("as plain text, in a file that only you can read"));
    m_keep->setItemData(static_cast<int>(Keeping::File), PasswordFile::usualPath(), Qt::ToolTipRole);
    showKeychain(false);
    auto* const keepLabel = new QLabel(tr("Keep it"), this);
    keepLabel->setBuddy(m_keep);
    const int keepRow = grid->rowCount();
    grid->addWidget(keepLabel, keepRow, 0);
    grid->addWidget(m_keep, keepRow, 1, 1, 2);
    addField(grid, "sslmode", tr("Encryption"), m_mode);
    for (QLineEdit* edit : {m_host, m_port, m_database, m_user, m_password})
        connect(edit, &QLineEdit::textChanged, this, &OpenForm::takeFields);
    connect(m_mode, &QComboBox::currentIndexChanged, this, &OpenForm::takeFields);
    return box;
}

/// Offers the desktop's keychain; where there is none, says why it cannot be chosen.
void OpenForm::showKeychain(bool isThere) {
    constexpr int row = static_cast<int>(Keeping::Keychain);
    auto* const item = qobject_cast<QStandardItemModel*>(m_keep->model())->item(row);
    item->setEnabled(isThere);
    item->setText(isThere ? tr("in the keychain of the desktop") : tr("in a keychain: this desktop has none"));
    if (!isThere && m_keep->currentIndex() == row)
        m_keep->setCurrentIndex(static_cast<int>(Keeping::Session));
}

void OpenForm::ask() {
    keychain::isThere(this, [this](bool isThere) { showKeychain(isThere); });
    unsay();
    m_url->selectAll();
    show();
    raise();
    activateWindow();
    m_url->setFocus();
}

/// The fields, whatever the line said.
void OpenForm::askServer() {
    if (m_server->isHidden()) {
        const QScopedValueRollback following(m_isFollowing, true);
        m_url->setText(urlOfFields().display());
        showServer(true);
        showSources(urlOfFields());
    }
    ask();
    m_host->setFocus();
}

/// While somebody types here, another server's question waits: the password would go to the wrong one.
void OpenForm::askPassword(const StoreUrl& url, const QString& why) {
    if (isVisible()) {
        m_waiting.emplace_back(url, why);
        return;
    }
    {
        const QScopedValueRollback following(m_isFollowing, true);
        showUrl(url);
        m_password->clear();
    }
    ask();
    tell(why, true);
    m_password->setFocus();
}

void OpenForm::askNext() {
    if (isVisible() || m_waiting.empty())
        return;
    const auto [url, why] = m_waiting.front();
    m_waiting.erase(m_waiting.begin());
    askPassword(url, why);
}

void OpenForm::hideEvent(QHideEvent* event) {
    QDialog::hideEvent(event);
    if (!event->spontaneous())
        QMetaObject::invokeMethod(this, &OpenForm::askNext, Qt::QueuedConnection);
}

void OpenForm::refuse(const QString& why) {
    tell(why, true);
    show();
}

void OpenForm::showServer(bool shown) {
    m_server->setVisible(shown);
    fitHeight(this);
}

StoreUrl OpenForm::urlOfFields() const {
    StoreUrl url = m_rest;
    url.host = m_host->text().trimmed();
    url.port = m_port->text().toInt();
    url.database = m_database->text();
    url.user = m_user->text();
    url.password = m_password->text();
    std::erase_if(url.options, [](const auto& option) { return option.first == QLatin1String("sslmode"); });
    if (const QString mode = m_mode->currentData().toString(); !mode.isEmpty())
        url.options.emplace_back(QStringLiteral("sslmode"), mode);
    return url;
}

/// Returns the URL in the line, with the password of its field.
Result<StoreUrl> OpenForm::url() const {
    auto url = StoreUrl::parse(m_url->text().trimmed());
    if (url && url->kind == StoreKind::Postgresql && url->password.isEmpty())
        url->password = m_password->text();
    return url;
}

/// A password in the line moves to its field, where it is not to be read.
void OpenForm::takeUrl() {
    const QScopedValueRollback following(m_isFollowing, true);
    stopTest();
    unsay();
    const auto url = StoreUrl::parse(m_url->text().trimmed());
    const bool isServer = url && url->kind == StoreKind::Postgresql;
    if (!isServer) {
        if (url || !m_url->text().startsWith(QLatin1String("postgres")))
            showServer(false);
        return;
    }
    if (!url->password.isEmpty()) {
        m_password->setText(url->password);
        m_url->setText(url->display());
    }
    showUrl(*url);
}

/// In the fields; the password's stays as it is, and so does the line but for one that says another store.
void OpenForm::showUrl(const StoreUrl& url) {
    m_rest = url;
    m_rest.password.clear();
    m_host->setText(url.host);
    m_port->setText(url.port > 0 ? QString::number(url.port) : QString());
    m_database->setText(url.database);
    m_user->setText(url.user);
    QString mode;
    for (const auto& [name, value] : url.options) {
        if (name == QLatin1String("sslmode"))
            mode = value;
    }
    m_mode->setCurrentIndex(std::max(0, m_mode->findData(mode)));
    if (const auto said = StoreUrl::parse(m_url->text().trimmed()); !said || !(*said == m_rest))
        m_url->setText(url.display());
    showSources(urlOfFields());
    showServer(true);
}

void OpenForm::takeFields() {
    if (m_isFollowing)
        return;
    const QScopedValueRollback following(m_isFollowing, true);
    stopTest();
    unsay();
    const StoreUrl url = urlOfFields();
    m_url->setText(url.display());
    showSources(url);
}

/// Shows in each empty field what is used in its place, and beside it who says so.
void OpenForm::showSources(const StoreUrl& url) {
    for (const ConnectionValue& value : connectionValues(url)) {
        const auto field = std::ranges::find(m_fields, value.name, &Field::name);
        if (field == m_fields.end())
            continue;
        field->source->setText(sourceText(value));
        field->source->setToolTip(field->source->text());
        if (auto* const line = qobject_cast<QLineEdit*>(field->edit))
            line->setPlaceholderText(value.value);
        else
            m_mode->setItemText(0, value.source == ValueSource::Typed ? tr("as is usual") : value.value);
        field->edit->setAccessibleDescription(
            value.source == ValueSource::Typed ? field->source->text() : value.value + u' ' + field->source->text());
    }
}

void OpenForm::tell(const QString& text, bool isBad) {
    m_result->setText(text);
    m_result->setForegroundRole(isBad ? QPalette::BrightText : QPalette::WindowText);
    m_result->show();
    fitHeight(this);
}

void OpenForm::unsay() {
    m_result->hide();
    fitHeight(this);
}

void OpenForm::test() {
    const auto wanted = url();
    if (!wanted) {
        tell(wanted.error().text, true);
        return;
    }
    stopTest();
    tell(tr("Opening %1…").arg(wanted->display()), false);
    m_test->setEnabled(false);
    keychain::complete(*wanted, this, [this, wanted = *wanted](const StoreUrl& complete, const QString& problem) {
        const auto still = url();
        if (m_test->isEnabled() || !still || !(*still == wanted)) // it was given up meanwhile
            return;
        probe(complete);
        if (!problem.isEmpty())
            tell(problem, true);
    });
}

void OpenForm::probe(const StoreUrl& complete) {
    m_test->setEnabled(false);
    m_probe = std::make_unique<StoreWorker>(readingOpener(complete));
    const auto begun = std::chrono::steady_clock::now();
    m_probe->ask(
        m_asker, [begun](Store& store, const CancelToken&) { return probeStore(store, begun); }, this,
        [this](const Result<StoreProbe>& probe) {
            m_test->setEnabled(true);
            if (!probe) {
                const Error& error = probe.error();
                tell(error.details.isEmpty() ? error.text : error.text + u'\n' + error.details.simplified(), true);
                return;
            }
            QString text =
                tr("It opens: %1. Connected in %2 ms, answers in %3 ms.")
                    .arg(probe->product, groupedNumber(probe->opened.count()), milliseconds(probe->answered));
            for (const auto& lack : {probe->noPorts, probe->noReceiving}) {
                if (lack)
                    text += u'\n' + *lack;
            }
            tell(text, false);
        });
}

void OpenForm::stopTest() {
    m_asker.cancelPending();
    m_probe.reset();
    m_test->setEnabled(true);
}

void OpenForm::confirm() {
    const auto wanted = url();
    if (!wanted) {
        tell(wanted.error().text, true);
        return;
    }
    const auto keeping = static_cast<Keeping>(m_keep->currentIndex());
    if (wanted->kind != StoreKind::Postgresql || wanted->password.isEmpty() || keeping == Keeping::Session) {
        giveServer(*wanted);
    } else if (keeping == Keeping::File) {
        if (const auto kept = PasswordFile().keep(*wanted); kept)
            giveServer(*wanted);
        else
            tell(kept.error().text, true);
    } else {
        tell(tr("The keychain is being asked…"), false);
        keychain::keep(*wanted, this, [this, url = *wanted](const Result<void>& kept) {
            if (kept)
                giveServer(url);
            else
                tell(kept.error().text + u' ' + kept.error().details, true);
        });
    }
}

void OpenForm::giveServer(const StoreUrl& url) {
    stopTest();
    hide();
    const QScopedValueRollback following(m_isFollowing, true);
    m_password->clear();
    m_keep->setCurrentIndex(static_cast<int>(Keeping::Session));
    Q_EMIT storeGiven(url);
}

void OpenForm::chooseFolder() {
    auto* dialog = new QFileDialog(parentWidget(), tr("Open a folder of batch files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { give(QStringLiteral("file"), path); });
    dialog->open();
}

void OpenForm::chooseDatabase() {
    auto* dialog = new QFileDialog(parentWidget(), tr("Open a database"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {tr("SQLite databases (*.db *.sqlite *.sqlite3)"), tr("Incident bundles (*.zip)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        give(isZipFile(path) ? QStringLiteral("bundle") : QStringLiteral("sqlite"), path);
    });
    dialog->open();
}

void OpenForm::give(const QString& scheme, const QString& path) {
    const auto url =
        StoreUrl::parse(scheme + QStringLiteral("://") + QUrl::fromLocalFile(path).path(QUrl::FullyEncoded));
    if (!url) {
        refuse(url.error().text);
        return;
    }
    hide();
    Q_EMIT storeGiven(*url);
}

} // namespace portolan
