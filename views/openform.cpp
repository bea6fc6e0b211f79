#include "views/openform.h"

#include "views/style.h"
#include "views/theme.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

namespace portolan {

OpenForm::OpenForm(QWidget* parent) : QDialog(parent), m_url(new QLineEdit(this)), m_problem(new QLabel(this)) {
    setWindowTitle(tr("Open a store"));
    setMinimumWidth(150 * gridUnit);
    m_url->setAccessibleName(tr("Store"));
    m_url->setPlaceholderText(
        QStringLiteral("file:///data   ·   sqlite:///orders.db   ·   postgresql://user@host/orders"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->setForegroundRole(QPalette::BrightText);
    m_problem->hide();
    auto* label = new QLabel(tr("Store URL"), this);
    label->setBuddy(m_url);
    auto* folder = new QPushButton(tr("Folder…"), this);
    auto* database = new QPushButton(tr("Database…"), this);
    auto* open = new QPushButton(tr("Open"), this);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    setPrimary(open);
    open->setDefault(true);
    for (QPushButton* button : {folder, database, cancel})
        button->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(folder);
    buttons->addWidget(database);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(open);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * gridUnit, 4 * gridUnit, 4 * gridUnit, 4 * gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(label);
    layout->addWidget(m_url);
    layout->addWidget(m_problem);
    layout->addSpacing(2 * gridUnit);
    layout->addLayout(buttons);
    connect(folder, &QPushButton::clicked, this, &OpenForm::chooseFolder);
    connect(database, &QPushButton::clicked, this, &OpenForm::chooseDatabase);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(open, &QPushButton::clicked, this, [this] { Q_EMIT storeGiven(m_url->text().trimmed()); });
}

void OpenForm::ask() {
    m_problem->hide();
    m_url->selectAll();
    show();
    raise();
    activateWindow();
    m_url->setFocus();
}

void OpenForm::refuse(const QString& why) {
    m_problem->setText(why);
    m_problem->show();
    show();
}

void OpenForm::chooseFolder() {
    auto* dialog = new QFileDialog(parentWidget(), tr("Open a folder of batch files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        Q_EMIT storeGiven(QStringLiteral("file://") + QUrl::fromLocalFile(path).path(QUrl::FullyEncoded));
    });
    dialog->open();
}

void OpenForm::chooseDatabase() {
    auto* dialog = new QFileDialog(parentWidget(), tr("Open a database"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("SQLite databases (*.db *.sqlite *.sqlite3)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        Q_EMIT storeGiven(QStringLiteral("sqlite://") + QUrl::fromLocalFile(path).path(QUrl::FullyEncoded));
    });
    dialog->open();
}

} // namespace portolan
