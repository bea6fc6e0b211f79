#include "views/connect/welcomepage.h"

#include "views/style/icons.h"
#include "views/style/style.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int columnWidth = 110 * gridUnit;
constexpr int recentShown = 5;

QLabel* line(const QString& text, QPalette::ColorRole color, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(color);
    return label;
}

QPushButton* choice(const QString& icon, const QString& text, QWidget* parent) {
    auto* button = new QPushButton(themedIcon(icon), text, parent);
    button->setMinimumHeight(10 * gridUnit);
    return button;
}

} // namespace

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent)
    , m_recent(new QVBoxLayout)
    , m_recentArea(new QWidget(this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* column = new QWidget(this);
    column->setFixedWidth(columnWidth);
    auto* layout = new QVBoxLayout(column);
    layout->setSpacing(2 * gridUnit);
    auto* picture = new QLabel(column);
    picture->setPixmap(QIcon(QStringLiteral(":/icons/portolan.svg")).pixmap(56, 56));
    picture->setFixedSize(56, 56);
    picture->setAccessibleName(QStringLiteral("Portolan"));
    auto* title = line(tr("Welcome to Portolan"), QPalette::WindowText, column);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.7);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    layout->addWidget(picture);
    layout->addWidget(title);
    auto* purpose = new WrappedLabel(column, QPalette::PlaceholderText);
    purpose->setText(tr("A console for message pipelines: what arrived, what failed, and what to do about it. Open a "
                        "store, drop one on this window, or look at a sample first."));
    layout->addWidget(purpose);
    layout->addSpacing(3 * gridUnit);
    auto* sample = choice(QStringLiteral("sample"), tr("Sample pipeline"), column);
    sample->setToolTip(tr("Messages arrive at once; nothing needs to be installed, nothing is kept."));
    auto* folder = choice(QStringLiteral("open"), tr("Open a folder of batch files…"), column);
    auto* database = choice(QStringLiteral("database"), tr("Open a database…"), column);
    auto* server = choice(QStringLiteral("ports"), tr("Connect to a server…"), column);
    auto* url = choice(QStringLiteral("command"), tr("Open a store by its URL…"), column);
    database->setToolTip(tr("A SQLite file, or an incident bundle to read"));
    server->setToolTip(tr("A PostgreSQL or TimescaleDB database"));
    for (QPushButton* button : {sample, folder, database, server, url})
        layout->addWidget(button);
    auto* recentLayout = new QVBoxLayout(m_recentArea);
    recentLayout->setContentsMargins(0, 4 * gridUnit, 0, 0);
    recentLayout->addWidget(line(tr("Recent stores"), QPalette::PlaceholderText, m_recentArea));
    recentLayout->addLayout(m_recent);
    layout->addWidget(m_recentArea);
    setPrimary(sample);
    setFocusProxy(sample);
    auto* middle = new QHBoxLayout; // no alignment: that would not ask the texts how high they are at this width
    middle->addStretch(1);
    middle->addWidget(column);
    middle->addStretch(1);
    auto* page = new QVBoxLayout(this);
    page->addStretch(2);
    page->addLayout(middle);
    page->addStretch(3);
    connect(sample, &QPushButton::clicked, this, &WelcomePage::sampleWanted);
    connect(folder, &QPushButton::clicked, this, &WelcomePage::folderWanted);
    connect(database, &QPushButton::clicked, this, &WelcomePage::databaseWanted);
    connect(server, &QPushButton::clicked, this, &WelcomePage::serverWanted);
    connect(url, &QPushButton::clicked, this, &WelcomePage::urlWanted);
    setRecent({});
}

void WelcomePage::setRecent(const QStringList& urls) {
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& url : urls.mid(0, recentShown)) {
        auto* button =
            new QPushButton(fontMetrics().elidedText(url, Qt::ElideMiddle, columnWidth - 10 * gridUnit), m_recentArea);
        button->setAccessibleName(tr("Open %1").arg(url));
        button->setToolTip(url);
        connect(button, &QPushButton::clicked, this, [this, url] { Q_EMIT recentWanted(url); });
        m_recent->addWidget(button);
    }
    m_recentArea->setVisible(!urls.isEmpty());
}

} // namespace portolan
