#include "views/list/listframe.h"

#include "views/list/errorbar.h"
#include "views/list/panecontrols.h"
#include "views/style/icons.h"
#include "views/style/plainlabel.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <utility>

namespace portolan {

ListFrame::ListFrame(const char* name, PagedModel* model, EmptyTexts texts, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_texts(std::move(texts))
    , m_titleRow(new QWidget(this))
    , m_titleLayout(new QHBoxLayout(m_titleRow))
    , m_title(plainLabel(m_titleRow, QPalette::WindowText))
    , m_count(plainLabel(m_titleRow, QPalette::PlaceholderText))
    , m_error(new ErrorBar(this))
    , m_body(new QStackedLayout)
    , m_loading(plainLabel(this, QPalette::PlaceholderText))
    , m_empty(makeEmpty())
    , m_table(new DataTable(QString::fromUtf8(name), model, this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFocusPolicy(Qt::ClickFocus);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setText(QCoreApplication::translate("Lists", name));
    if (m_title->text() != m_table->accessibleName())
        m_table->setAccessibleDescription(m_title->text());
    m_titleLayout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, gridUnit);
    m_titleLayout->setSpacing(2 * gridUnit);
    m_titleLayout->addWidget(m_title);
    m_titleLayout->addStretch(1);
    m_titleLayout->addWidget(m_count);
    m_loading->setText(tr("Loading…"));
    m_loading->setAlignment(Qt::AlignCenter);
    for (QWidget* page : {static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_loading), m_empty})
        m_body->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_titleRow);
    layout->addWidget(m_error);
    layout->addLayout(m_body, 1);

    connect(m_error, &ErrorBar::retryWanted, m_model, &PagedModel::retry);
    connect(m_model, &PagedModel::stateChanged, this, &ListFrame::showState);
    connect(m_model, &PagedModel::totalsChanged, this, [this] {
        showCount();
        chooseWanted();
    });
    showState();
}

QWidget* ListFrame::makeEmpty() {
    auto* page = new QWidget(this);
    auto* picture = new QLabel(page);
    picture->setPixmap(themedIcon(QStringLiteral("empty")).pixmap(QSize(32, 32), QIcon::Disabled));
    picture->setAccessibleName(tr("Nothing here"));
    m_emptyTitle = plainLabel(page, QPalette::WindowText);
    m_emptyAdvice = new WrappedLabel(page, QPalette::PlaceholderText);
    m_emptyAdvice->setAlignment(Qt::AlignCenter);
    m_clear = new QPushButton(tr("Clear the filter"), page);
    m_clear->setProperty(isOfListProperty, true);
    connect(m_clear, &QPushButton::clicked, this, &ListFrame::clearFilterWanted);
    m_setUp = new QPushButton(tr("Set up this database…"), page);
    m_setUp->setToolTip(tr("Shows what is added, and adds it"));
    m_setUp->setProperty(isOfListProperty, true);
    m_setUp->hide();
    connect(m_setUp, &QPushButton::clicked, this, &ListFrame::setUpWanted);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(2 * gridUnit);
    layout->addStretch(2);
    for (QWidget* widget : {static_cast<QWidget*>(picture), static_cast<QWidget*>(m_emptyTitle)})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addWidget(m_emptyAdvice);
    m_receive = new QPushButton(tr("Receive…"), page);
    m_receive->setToolTip(tr("Choose a source to receive from"));
    m_receive->setProperty(isOfListProperty, true);
    m_receive->hide();
    connect(m_receive, &QPushButton::clicked, this, &ListFrame::receiveWanted);
    for (QPushButton* button : {m_clear, m_setUp, m_receive})
        layout->addWidget(button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return page;
}

void ListFrame::focusTable() {
    if (m_body->currentWidget() == m_table)
        m_table->setFocus();
    else
        setFocus();
}

bool ListFrame::holdsFocus() const {
    return window()->focusWidget() == m_table;
}

void ListFrame::chooseOnlyRow() {
    m_choosesOnlyRow = true;
    focusTable();
    chooseWanted();
}

void ListFrame::chooseWanted() {
    if (!m_choosesOnlyRow || m_model->state() == PagedModel::State::Loading || !m_model->isComplete())
        return;
    m_choosesOnlyRow = false;
    if (m_model->state() != PagedModel::State::Data)
        return;
    m_table->setFocus(); // the window need not be active again yet
    if (m_model->rowCount() == 1)
        m_table->selectRow(0);
}

void ListFrame::setTitleVisible(bool visible) {
    m_titleRow->setVisible(visible);
}

QString ListFrame::title() const {
    return m_title->text();
}

void ListFrame::setTitle(const QString& title) {
    m_title->setText(title);
}

void ListFrame::addToTitle(QWidget* widget) {
    m_titleLayout->insertWidget(1, widget);
}

void ListFrame::addBar(QWidget* bar) {
    qobject_cast<QVBoxLayout*>(layout())->insertWidget(1, bar);
}

void ListFrame::showState() {
    const bool filtered = !m_model->filter().isEmpty();
    const auto& error = m_model->error();
    // Nothing failed then, so there is nothing to try again; unless there were rows before.
    const bool isLacking =
        error && error->code == ErrorCode::Unsupported && m_model->state() != PagedModel::State::Data;
    m_error->setVisible(error && !isLacking);
    if (error && !isLacking)
        m_error->show(*error);
    switch (m_model->state()) {
    case PagedModel::State::Loading:
        m_body->setCurrentWidget(m_loading);
        break;
    case PagedModel::State::Data:
        m_body->setCurrentWidget(m_table);
        if (window()->focusWidget() == this) // the window need not be active
            m_table->setFocus();
        break;
    case PagedModel::State::Empty:
    case PagedModel::State::Failed:
        m_emptyTitle->setText(isLacking  ? tr("This store has no such rows.")
                              : error    ? tr("This list could not be read.")
                              : filtered ? m_texts.noMatch
                                         : m_texts.noData);
        m_emptyAdvice->setText(isLacking ? error->text : error || filtered ? QString() : m_texts.advice);
        m_clear->setVisible(filtered && !error);
        m_setUp->setVisible(isLacking && m_canSetUp);
        m_receive->setVisible(m_texts.isReceived && m_canReceive && !filtered && !error);
        m_body->setCurrentWidget(m_empty);
        break;
    }
    showCount();
    chooseWanted();
}

void ListFrame::setOffers(bool canSetUp, bool canReceive) {
    const bool wasSame = canSetUp == m_canSetUp && canReceive == m_canReceive;
    m_canSetUp = canSetUp;
    m_canReceive = canReceive;
    if (!wasSame)
        showState();
}

QString ListFrame::countText() const {
    if (m_model->columnCount() == 0) // there is no listing
        return {};
    if (m_model->state() != PagedModel::State::Data)
        return m_model->state() == PagedModel::State::Empty ? QStringLiteral("0") : QString();
    if (m_counted)
        return groupedNumber(*m_counted);
    const QString rows = groupedNumber(m_model->rowCount());
    return m_model->isComplete() ? rows : QStringLiteral("≥ ") + rows;
}

void ListFrame::setCounted(std::optional<qint64> counted) {
    if (std::exchange(m_counted, counted) != counted)
        showCount();
}

void ListFrame::setCountNote(const QString& note) {
    if (std::exchange(m_note, note) != note)
        showCount();
}

void ListFrame::showCount() {
    m_count->setText(m_note.isEmpty() ? countText() : countText() + QStringLiteral(" · ") + m_note);
    Q_EMIT countChanged(countText());
}

} // namespace portolan
