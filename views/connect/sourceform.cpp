#include "views/connect/sourceform.h"

#include "views/ask/dialogparts.h"
#include "views/connect/keychain.h"
#include "views/connect/sourceparts.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHideEvent>
#include <QIntValidator>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int redisPort = 6379;
constexpr int sentinelPort = 26379;
constexpr int kafkaPort = 9092;
const QString usualSocket = QStringLiteral("/run/redis.sock");
const QString usualGroup = QStringLiteral("portolan");

const QString kafkaProtocol = QStringLiteral("security.protocol");
const QString kafkaAuthority = QStringLiteral("ssl.ca.location");
const QString kafkaCertificate = QStringLiteral("ssl.certificate.location");
const QString kafkaKey = QStringLiteral("ssl.key.location");

} // namespace

SourceForm::SourceForm(QWidget* parent)
    : QDialog(parent)
    , m_url(line(QStringLiteral("Source"), tr("redis://host:6379/0?stream=NAME   ·   …?list=NAME   ·   …?channel=NAME "
                                              "  ·   demo:?rate=50")))
    , m_recent(new QPushButton(tr("Recent"), this))
    , m_recentMenu(new QMenu(this))
    , m_kind(
          choice(tr("Kind of source"), {{tr("Redis stream"), static_cast<int>(SourceKind::RedisStream)},
                                        {tr("Redis list"), static_cast<int>(SourceKind::RedisList)},
                                        {tr("Redis channel"), static_cast<int>(SourceKind::RedisChannel)},
                                        {tr("Redis channels by a pattern"), static_cast<int>(SourceKind::RedisPattern)},
                                        {tr("Kafka topic"), static_cast<int>(SourceKind::Kafka)},
                                        {tr("Built-in sample"), static_cast<int>(SourceKind::Demo)}}))
    , m_way(choice(tr("Way to the server"),
                   {{tr("by its address (also a node of a cluster)"), static_cast<int>(Way::Host)},
                    {tr("by sentinels"), static_cast<int>(Way::Sentinels)},
                    {tr("by a Unix socket"), static_cast<int>(Way::Socket)}}))
    , m_hosts(line(tr("Source server")))
    , m_socket(line(tr("Path of the socket"), usualSocket))
    , m_master(line(tr("Master's name"), QStringLiteral("mymaster")))
    , m_database(line(tr("Number of the database"), QStringLiteral("0")))
    , m_name(line(tr("Name to read from")))
    , m_group(line(tr("Group"), usualGroup))
    , m_consumer(line(tr("Consumer"), tr("this machine's name")))
    , m_side(choice(tr("Side of the list"),
                    {{tr("from the left: producers RPUSH"), 0}, {tr("from the right: producers LPUSH"), 1}}))
    , m_user(line(tr("Source user")))
    , m_password(line(QStringLiteral("Source password"), tr("if it wants one")))
    , m_sentinelPassword(line(tr("Password of the sentinels"), tr("if they have one")))
    , m_keep(new QCheckBox(tr("Keep in the keychain"), this))
    , m_encryption(choice(tr("Encryption of the source"), {}))
    , m_authority(line(tr("File of the authority"), tr("the system's authorities")))
    , m_certificate(line(tr("File of our certificate"), tr("none")))
    , m_key(line(tr("File of its key"), tr("in the same file")))
    , m_number(line(tr("Pattern of a text's number"), QStringLiteral("order-(\\d+)")))
    , m_rate(line(tr("Messages a second"), QStringLiteral("50")))
    , m_result(paragraph({}, this))
    , m_test(new QPushButton(tr("Test"), this)) {
    setWindowTitle(tr("Receive"));
    takeWidth(this, 160 * gridUnit);
    m_result->setAccessibleDescription(tr("What the test found"));
    m_result->hide();
    auto* const start = new QPushButton(tr("Start"), this);
    auto* const cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAccessibleName(tr("Cancel receiving"));
    setPrimary(start);
    start->setDefault(true);
    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(2 * gridUnit);
    buttons->addWidget(m_test);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(start);
    for (QPushButton* button : {m_test, cancel, m_recent})
        button->setAutoDefault(false);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(makeHead());
    m_fields = makeFields();
    layout->addWidget(m_fields);
    layout->addWidget(m_result);
    addFoot(this, buttons);
    setRecent({});
    showUrl(m_rest);
    connect(m_url, &QLineEdit::textChanged, this, [this] { // also what a screen reader sets
        if (!m_isFollowing)
            takeUrl();
    });
    connect(m_test, &QPushButton::clicked, this, &SourceForm::test);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(start, &QPushButton::clicked, this, &SourceForm::give);
}

QLineEdit* SourceForm::line(const QString& name, const QString& placeholder) {
    auto* const edit = new QLineEdit(this);
    edit->setAccessibleName(name);
    edit->setPlaceholderText(placeholder);
    return edit;
}

QComboBox* SourceForm::choice(const QString& name, const std::vector<std::pair<QString, int>>& items) {
    auto* const box = new QComboBox(this);
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const auto& [text, value] : items)
        box->addItem(text, value);
    return box;
}

QWidget* SourceForm::makeHead() {
    auto* const head = new QWidget(this);
    auto* const label = new QLabel(tr("Source URL"), head);
    label->setBuddy(m_url);
    m_recent->setMenu(m_recentMenu);
    m_recent->setAccessibleName(tr("Recent sources"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(2 * gridUnit);
    row->addWidget(m_url, 1);
    row->addWidget(m_recent);
    auto* const layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(label);
    layout->addLayout(row);
    return head;
}

void SourceForm::addRow(QGridLayout* grid, const QString& label, QWidget* field, IsShown isShown) {
    auto* const text = new QLabel(label, this);
    QWidget* const edit = field->focusProxy() ? field->focusProxy() : field;
    text->setBuddy(edit);
    const int row = grid->rowCount();
    grid->addWidget(text, row, 0);
    grid->addWidget(field, row, 1);
    m_rows.push_back({text, field, isShown});
    auto* const line = qobject_cast<QLineEdit*>(edit);
    if (line && line->echoMode() == QLineEdit::Password)
        connect(line, &QLineEdit::textChanged, this, [this] { // is no part of what the line shows
            if (!m_isFollowing) {
                stopTest();
                unsay();
            }
        });
    else if (line)
        connect(line, &QLineEdit::textChanged, this, &SourceForm::takeFields);
    else if (auto* const box = qobject_cast<QComboBox*>(edit))
        connect(box, &QComboBox::currentIndexChanged, this, &SourceForm::takeFields);
}

QWidget* SourceForm::fileRow(QLineEdit* path, const QString& title, const QString& browse) {
    auto* const place = new QWidget(this);
    auto* const row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * gridUnit);
    auto* const choose = new QPushButton(tr("Browse…"), place);
    choose->setAccessibleName(browse);
    choose->setAutoDefault(false);
    row->addWidget(path, 1);
    row->addWidget(choose);
    place->setFocusProxy(path);
    connect(choose, &QPushButton::clicked, this, [this, path, title] {
        auto* const dialog = new QFileDialog(this, title, path->text().trimmed());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, path, &QLineEdit::setText);
        dialog->open();
    });
    return place;
}

QWidget* SourceForm::makeFields() {
    auto* const box = new QWidget(this);
    auto* const grid = new QGridLayout(box);
    grid->setContentsMargins(0, gridUnit, 0, 0);
    grid->setHorizontalSpacing(4 * gridUnit);
    grid->setVerticalSpacing(2 * gridUnit);
    grid->setColumnStretch(1, 1);
    m_password->setEchoMode(QLineEdit::Password);
    m_sentinelPassword->setEchoMode(QLineEdit::Password);
    m_database->setValidator(new QIntValidator(0, 65'535, m_database));
    m_rate->setValidator(new QIntValidator(0, 10'000'000, m_rate));
    const IsShown always = [](SourceKind, Way) { return true; };
    const IsShown ofRedis = [](SourceKind kind, Way) { return isRedis(kind); };
    const IsShown ofServer = [](SourceKind kind, Way) { return kind != SourceKind::Demo; };
    const IsShown ofSocket = [](SourceKind kind, Way way) { return isRedis(kind) && way == Way::Socket; };
    const IsShown ofHosts = [](SourceKind kind, Way way) {
        return kind != SourceKind::Demo && (!isRedis(kind) || way != Way::Socket);
    };
    const IsShown ofSentinels = [](SourceKind kind, Way way) { return isRedis(kind) && way == Way::Sentinels; };
    const IsShown ofStream = [](SourceKind kind, Way) {
        return kind == SourceKind::RedisStream || kind == SourceKind::Kafka;
    };
    const IsShown ofConsumer = [](SourceKind kind, Way) {
        return kind == SourceKind::RedisStream || kind == SourceKind::RedisList;
    };
    const IsShown ofList = [](SourceKind kind, Way) { return kind == SourceKind::RedisList; };
    const IsShown ofNetwork = [](SourceKind kind, Way way) {
        return kind == SourceKind::Kafka || (isRedis(kind) && way != Way::Socket);
    };
    const IsShown ofSample = [](SourceKind kind, Way) { return kind == SourceKind::Demo; };
    addRow(grid, tr("Kind"), m_kind, always);
    addRow(grid, tr("Reached"), m_way, ofRedis);
    addRow(grid, tr("Server"), m_hosts, ofHosts);
    m_hostsLabel = m_rows.back().label;
    addRow(grid, tr("Socket"), m_socket, ofSocket);
    addRow(grid, tr("Master"), m_master, ofSentinels);
    addRow(grid, tr("Database"), m_database, ofRedis);
    addRow(grid, tr("Stream"), m_name, ofServer);
    m_nameLabel = m_rows.back().label;
    addRow(grid, tr("Group"), m_group, ofStream);
    addRow(grid, tr("Consumer"), m_consumer, ofConsumer);
    addRow(grid, tr("Taken"), m_side, ofList);
    addRow(grid, tr("User"), m_user, ofServer);
    addRow(grid, tr("Password"), m_password, ofServer);
    addRow(grid, tr("Sentinels' password"), m_sentinelPassword, ofSentinels);
    addRow(grid, QString(), m_keep, ofServer);
    addRow(grid, tr("Encryption"), m_encryption, ofNetwork);
    const IsShown ofFiles = ofNetwork;
    addRow(
        grid, tr("Authority"),
        fileRow(m_authority, tr("The authority that signed the server's certificate"), tr("Browse for the authority")),
        ofFiles);
    addRow(grid, tr("Our certificate"),
           fileRow(m_certificate, tr("The certificate that the server wants of its clients"),
                   tr("Browse for our certificate")),
           ofFiles);
    addRow(grid, tr("Its key"), fileRow(m_key, tr("The key of our certificate"), tr("Browse for its key")), ofFiles);
    addRow(grid, tr("Number by"), m_number, ofServer);
    addRow(grid, tr("Messages a second"), m_rate, ofSample);
    m_number->setToolTip(tr("A regular expression that finds the number of a text. Without it: after #, N°, No. or "
                            "the word number"));
    return box;
}

SourceKind SourceForm::kind() const {
    return static_cast<SourceKind>(m_kind->currentData().toInt());
}

SourceForm::Way SourceForm::way() const {
    return static_cast<Way>(m_way->currentData().toInt());
}

void SourceForm::setRecent(const QStringList& urls) {
    m_recentMenu->clear();
    constexpr int longest = 120 * gridUnit;
    for (const QString& url : urls) {
        QString shown = fontMetrics().elidedText(url, Qt::ElideMiddle, longest);
        QAction* const action = m_recentMenu->addAction(shown.replace(u'&', QLatin1String("&&")));
        action->setToolTip(url);
        connect(action, &QAction::triggered, this, [this, url] { m_url->setText(url); });
    }
    m_recent->setEnabled(!urls.isEmpty());
    m_recent->setToolTip(urls.isEmpty() ? tr("Nothing was received here yet.") : QString());
}

void SourceForm::ask(const QString& proposal) {
    keychain::isThere(this, [this](bool isThere) {
        m_keep->setEnabled(isThere);
        m_keep->setToolTip(isThere ? QString() : tr("This desktop has no keychain: it is kept for this session only."));
    });
    unsay();
    if (m_url->text() == m_offered) {
        m_url->setText(proposal);
        m_offered = proposal;
        m_url->selectAll();
    }
    show();
    raise();
    activateWindow();
    m_url->setFocus();
}

void SourceForm::refuse(const QString& why) {
    tell(why, true);
    show();
    m_url->setFocus();
}

void SourceForm::accepted() {
    stopTest();
    m_offered = m_url->text();
    const QScopedValueRollback following(m_isFollowing, true);
    m_password->clear();
    m_sentinelPassword->clear();
    m_keep->setChecked(false);
    hide();
}

bool SourceForm::isTyped() const {
    return isVisible() && m_url->text() != m_offered;
}

void SourceForm::hideEvent(QHideEvent* event) {
    QDialog::hideEvent(event);
    if (event->spontaneous())
        return;
    stopTest();
    m_offered = m_url->text(); // it may be replaced
}

/// Returns the URL in the line, with the passwords of their fields.
Result<SourceUrl> SourceForm::url() const {
    auto url = SourceUrl::parse(m_url->text().trimmed());
    if (!url || url->kind == SourceKind::Demo || url->kind == SourceKind::Rejects)
        return url;
    if (url->password.isEmpty())
        url->password = m_password->text();
    if (!url->sentinels.empty() && url->sentinelPassword.isEmpty())
        url->sentinelPassword = m_sentinelPassword->text();
    return url;
}

void SourceForm::addPlace(SourceUrl& url) const {
    url.host.clear();
    url.port = 0;
    url.socketPath.clear();
    url.sentinels.clear();
    url.brokers.clear();
    url.master.clear();
    url.database = isRedis(url.kind) ? m_database->text().toInt() : 0;
    if (url.kind == SourceKind::Demo)
        return;
    if (url.kind == SourceKind::Kafka) {
        url.brokers = hostsIn(m_hosts->text(), kafkaPort);
        std::tie(url.host, url.port) = url.brokers.front();
        return;
    }
    switch (way()) {
    case Way::Host:
        std::tie(url.host, url.port) = hostsIn(m_hosts->text(), redisPort).front();
        return;
    case Way::Sentinels:
        url.sentinels = hostsIn(m_hosts->text(), sentinelPort);
        std::tie(url.host, url.port) = url.sentinels.front();
        url.master = m_master->text().trimmed();
        return;
    case Way::Socket:
        url.socketPath = m_socket->text().isEmpty() ? usualSocket : m_socket->text().trimmed();
        return;
    }
}

void SourceForm::addEncryption(SourceUrl& url) const {
    const QString encryption = m_encryption->currentData().toString();
    const bool isKafka = url.kind == SourceKind::Kafka;
    const bool hasFiles =
        isKafka ? encryption.contains(QLatin1String("ssl")) || (encryption.isEmpty() && !url.user.isEmpty())
                : encryption == QLatin1String("tls");
    const auto fileIn = [hasFiles](const QLineEdit* edit) { return hasFiles ? edit->text().trimmed() : QString(); };
    url.tls = !isKafka && encryption == QLatin1String("tls");
    url.caFile = isKafka ? QString() : fileIn(m_authority);
    url.certFile = isKafka ? QString() : fileIn(m_certificate);
    url.keyFile = isKafka ? QString() : fileIn(m_key);
    if (!isKafka) {
        url.options.clear();
        return;
    }
    setOption(url, kafkaProtocol, encryption);
    setOption(url, kafkaAuthority, fileIn(m_authority));
    setOption(url, kafkaCertificate, fileIn(m_certificate));
    setOption(url, kafkaKey, fileIn(m_key));
}

SourceUrl SourceForm::urlOfFields() const {
    SourceUrl url = m_rest;
    url.kind = kind();
    url.store.reset();
    addPlace(url);
    const bool hasGroup = url.kind == SourceKind::RedisStream || url.kind == SourceKind::Kafka;
    const bool hasConsumer = hasGroup || url.kind == SourceKind::RedisList;
    url.name = m_name->text().toUtf8();
    url.group = hasGroup && !m_group->text().trimmed().isEmpty() ? m_group->text().trimmed() : usualGroup;
    url.consumer = hasConsumer ? m_consumer->text().trimmed() : QString();
    url.isTakenRight = url.kind == SourceKind::RedisList && m_side->currentIndex() == 1;
    url.user = url.kind == SourceKind::Demo ? QString() : m_user->text();
    url.numberPattern = url.kind == SourceKind::Demo ? QString() : m_number->text();
    addEncryption(url);
    if (url.kind == SourceKind::Demo)
        url.rate = m_rate->text().isEmpty() ? SourceUrl().rate : m_rate->text().toInt();
    return url;
}

/// Passwords in the line move to their fields, where they are not to be read.
void SourceForm::takeUrl() {
    const QScopedValueRollback following(m_isFollowing, true);
    stopTest();
    unsay();
    const auto url = SourceUrl::parse(m_url->text().trimmed());
    if (!url)
        return;
    if (!url->password.isEmpty())
        m_password->setText(url->password);
    if (!url->sentinelPassword.isEmpty())
        m_sentinelPassword->setText(url->sentinelPassword);
    if (!url->password.isEmpty() || !url->sentinelPassword.isEmpty())
        m_url->setText(url->display());
    m_fields->setVisible(url->kind != SourceKind::Rejects); // a store's own URL has its own form
    if (url->kind != SourceKind::Rejects)
        showUrl(*url);
    fitHeight(this);
}

/// In the fields; the passwords' stay as they are.
void SourceForm::showUrl(const SourceUrl& url) {
    const QScopedValueRollback following(m_isFollowing, true);
    m_rest = url;
    m_rest.password.clear();
    m_rest.sentinelPassword.clear();
    const bool isKafka = url.kind == SourceKind::Kafka;
    const Way way = !url.socketPath.isEmpty() ? Way::Socket : !url.sentinels.empty() ? Way::Sentinels : Way::Host;
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(url.kind)));
    if (isRedis(url.kind))
        m_way->setCurrentIndex(m_way->findData(static_cast<int>(way)));
    if (isKafka)
        m_hosts->setText(hostsText(url.brokers, kafkaPort));
    else if (isRedis(url.kind) && way != Way::Socket)
        m_hosts->setText(way == Way::Sentinels ? hostsText(url.sentinels, sentinelPort)
                         : url.host.isEmpty()  ? QString()
                                               : hostsText({{url.host, url.port}}, redisPort));
    if (way == Way::Socket)
        m_socket->setText(url.socketPath);
    m_master->setText(url.master);
    m_database->setText(url.database > 0 ? QString::number(url.database) : QString());
    m_name->setText(QString::fromUtf8(url.name));
    m_group->setText(url.group == usualGroup ? QString() : url.group);
    m_consumer->setText(url.consumer);
    m_side->setCurrentIndex(url.isTakenRight ? 1 : 0);
    m_user->setText(url.user);
    m_number->setText(url.numberPattern);
    m_rate->setText(url.rate == SourceUrl().rate ? QString() : QString::number(url.rate));
    showEncryptions(url.kind);
    const QString encryption = isKafka   ? optionOf(url, kafkaProtocol).toLower()
                               : url.tls ? QStringLiteral("tls")
                                         : QString();
    m_encryption->setCurrentIndex(std::max(0, m_encryption->findData(encryption)));
    m_authority->setText(isKafka ? optionOf(url, kafkaAuthority) : url.caFile);
    m_certificate->setText(isKafka ? optionOf(url, kafkaCertificate) : url.certFile);
    m_key->setText(isKafka ? optionOf(url, kafkaKey) : url.keyFile);
    showRows();
}

void SourceForm::showEncryptions(SourceKind kind) {
    const bool isKafka = kind == SourceKind::Kafka;
    if (m_encryption->count() > 0 && (m_encryption->findData(QStringLiteral("ssl")) >= 0) == isKafka)
        return;
    m_encryption->clear();
    if (isKafka) {
        m_encryption->addItem(tr("as is usual: with a user TLS, else none"), QString());
        for (const char* protocol : {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"})
            m_encryption->addItem(QLatin1String(protocol), QLatin1String(protocol));
    } else {
        m_encryption->addItem(tr("none"), QString());
        m_encryption->addItem(tr("TLS, with the server's certificate verified"), QStringLiteral("tls"));
    }
}

/// Shows the fields that the kind of source has, under its own words.
void SourceForm::showRows() {
    const SourceKind kind = this->kind();
    const Way way = this->way();
    const QString encryption = m_encryption->currentData().toString();
    const bool hasFiles = kind == SourceKind::Kafka ? encryption.contains(QLatin1String("ssl"))
                                                          || (encryption.isEmpty() && !m_user->text().isEmpty())
                                                    : !encryption.isEmpty();
    const QWidget* const files[] = {m_authority->parentWidget(), m_certificate->parentWidget(), m_key->parentWidget()};
    for (const Row& row : m_rows) {
        const bool isFile = std::ranges::find(files, row.field) != std::end(files);
        const bool isShown = row.isShown(kind, way) && (hasFiles || !isFile);
        row.label->setVisible(isShown);
        row.field->setVisible(isShown);
    }
    const bool isKafka = kind == SourceKind::Kafka;
    m_hostsLabel->setText(isKafka ? tr("Brokers") : way == Way::Sentinels ? tr("Sentinels") : tr("Server"));
    m_hosts->setPlaceholderText(isKafka                 ? QStringLiteral("localhost:9092, …")
                                : way == Way::Sentinels ? QStringLiteral("localhost:26379, …")
                                                        : QStringLiteral("localhost:6379"));
    m_nameLabel->setText(isKafka                            ? tr("Topic")
                         : kind == SourceKind::RedisList    ? tr("List")
                         : kind == SourceKind::RedisChannel ? tr("Channel")
                         : kind == SourceKind::RedisPattern ? tr("Pattern")
                                                            : tr("Stream"));
    m_name->setPlaceholderText(kind == SourceKind::RedisPattern ? QStringLiteral("orders.*")
                                                                : QStringLiteral("orders"));
    fitHeight(this);
}

void SourceForm::takeFields() {
    if (m_isFollowing)
        return;
    const QScopedValueRollback following(m_isFollowing, true);
    stopTest();
    unsay();
    showEncryptions(kind());
    showRows();
    m_url->setText(urlOfFields().display());
}

void SourceForm::tell(const QString& text, bool isBad) {
    m_result->setText(text);
    m_result->setForegroundRole(isBad ? QPalette::BrightText : QPalette::WindowText);
    m_result->show();
    fitHeight(this);
}

void SourceForm::unsay() {
    m_result->hide();
    fitHeight(this);
}

void SourceForm::test() {
    const auto wanted = url();
    if (!wanted) {
        tell(wanted.error().text, true);
        return;
    }
    stopTest();
    tell(tr("Looking at %1…").arg(wanted->display()), false);
    m_test->setEnabled(false);
    const auto look = [this, number = m_testing](const SourceUrl& complete, const QString& problem) {
        if (number != m_testing) // it was given up meanwhile
            return;
        m_tester.ask(complete, this, [this, complete, problem](const Result<SourceProbe>& probe) {
            m_test->setEnabled(true);
            QStringList texts = probe ? probeTexts(complete, *probe) : QStringList(probe.error().text);
            if (!probe && !probe.error().details.isEmpty())
                texts << probe.error().details.simplified();
            if (!problem.isEmpty())
                texts << problem;
            tell(texts.join(u'\n'), !probe);
        });
    };
    if (m_completion)
        m_completion(*wanted, look);
    else
        look(*wanted, {});
}

void SourceForm::stopTest() {
    ++m_testing;
    m_tester.stop();
    m_test->setEnabled(true);
}

void SourceForm::give() {
    const auto source = url();
    if (!source) {
        refuse(source.error().text);
        return;
    }
    Q_EMIT sourceGiven(*source, m_keep->isChecked());
}

} // namespace portolan
