#include "views/list/errorbar.h"

#include "views/style/icons.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>

namespace portolan {

ErrorBar::ErrorBar(QWidget* parent)
    : QFrame(parent)
    , m_text(new WrappedLabel(this))
    , m_detailsButton(new QPushButton(tr("Details"), this))
    , m_details(new QPlainTextEdit(this)) {
    setAccessibleName(tr("Error"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_details->setReadOnly(true);
    m_details->setAccessibleName(tr("Error details"));
    m_details->setMaximumHeight(30 * gridUnit);
    m_detailsButton->setCheckable(true);
    auto* copy = new QPushButton(tr("Copy"), this);
    copy->setAccessibleName(tr("Copy the error"));
    auto* retry = new QPushButton(tr("Retry"), this);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * gridUnit);
    row->addWidget(m_text, 1);
    for (QPushButton* button : {m_detailsButton, copy, retry})
        row->addWidget(button, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(9 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    layout->addLayout(row);
    layout->addWidget(m_details);
    m_details->hide();
    connect(m_detailsButton, &QPushButton::toggled, m_details, &QWidget::setVisible);
    connect(retry, &QPushButton::clicked, this, &ErrorBar::retryWanted);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText((m_error.text + u'\n' + m_error.details).trimmed()); });
}

void ErrorBar::show(const Error& error) {
    m_error = error;
    m_text->setText(error.text);
    m_text->setAccessibleName(error.text);
    m_details->setPlainText(error.details);
    m_detailsButton->setVisible(!error.details.isEmpty());
    if (error.details.isEmpty())
        m_detailsButton->setChecked(false);
    setVisible(true);
}

void ErrorBar::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.fillRect(rect(), t.barBad);
    painter.fillRect(0, 0, 3, height(), t.bad);
    themedIcon(QStringLiteral("error")).paint(&painter, QRect(3 * gridUnit, 4 * gridUnit - 2, 16, 16));
}

} // namespace portolan
