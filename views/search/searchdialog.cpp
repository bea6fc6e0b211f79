#include "views/search/searchdialog.h"

#include "views/search/searchhitdelegate.h"
#include "views/style/plainlabel.h"
#include "views/style/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int dialogWidth = 190 * gridUnit;
constexpr int dialogHeight = 130 * gridUnit;
constexpr int rowsAStep = 8; ///< of Page Up and Page Down
constexpr std::chrono::milliseconds typingTime(150);

} // namespace

SearchDialog::SearchDialog(QWidget* parent)
    : QDialog(parent)
    , m_field(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_note(plainLabel(this, QPalette::PlaceholderText)) {
    setWindowTitle(tr("Search"));
    setWindowFlag(Qt::FramelessWindowHint);
    m_field->setAccessibleName(tr("Search everything"));
    m_field->setPlaceholderText(tr("A text to look for in everything"));
    m_field->setClearButtonEnabled(true);
    m_list->setAccessibleName(tr("Search results"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SearchHitDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_note->setWordWrap(true);
    m_list->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->addWidget(m_field);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_note);
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingTime);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, [this] {
        m_model.cancel();
        m_typing.start();
    });
    connect(&m_typing, &QTimer::timeout, this, [this] { m_model.search(m_field->text()); });
    connect(m_field, &QLineEdit::returnPressed, this, [this] { show(m_list->currentIndex()); });
    connect(m_list, &QListView::clicked, this, &SearchDialog::show);
    connect(&m_model, &SearchModel::changed, this, &SearchDialog::showNote);
    showNote();
}

void SearchDialog::ask() {
    const QWidget* window = parentWidget()->window();
    m_tall = std::min(dialogHeight, window->height() - 30 * gridUnit);
    setFixedWidth(std::min(dialogWidth, window->width() - 8 * gridUnit));
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, 20 * gridUnit)));
    open();
    m_field->setFocus();
    m_field->selectAll();
    m_model.search(m_field->text()); // the store may have changed since
}

/// Ends the search: what is not looked at is not searched for.
void SearchDialog::hideEvent(QHideEvent* event) {
    m_typing.stop();
    m_model.cancel();
    QDialog::hideEvent(event);
}

void SearchDialog::show(const QModelIndex& index) {
    if (m_typing.isActive()) // the results are of another text
        return;
    const auto way = m_model.wayOf(index.row());
    if (!way)
        return;
    accept();
    Q_EMIT paneWanted(way->pane, way->filter);
}

void SearchDialog::showNote() {
    m_note->setText(m_model.note());
    // It stays as it is while a next text is searched for.
    const bool hasList = m_model.rowCount() > 0 || (m_model.isSearching() && !m_list->isHidden());
    m_list->setVisible(hasList);
    setFixedHeight(hasList ? m_tall : layout()->totalMinimumSize().height() + m_note->heightForWidth(width()));
    if (!m_list->currentIndex().isValid() && m_model.rowCount() > 1)
        m_list->setCurrentIndex(m_model.index(1)); // the first under its heading
}

void SearchDialog::moveBy(int rows) {
    const int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(m_model.rowCount() - 1, 0));
    m_list->setCurrentIndex(m_model.index(row));
}

void SearchDialog::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.fillRect(rect(), t.base);
    painter.setPen(t.accent);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

/// The arrows move through the results while the field keeps the focus.
bool SearchDialog::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
        moveBy(1);
        return true;
    case Qt::Key_Up:
        moveBy(-1);
        return true;
    case Qt::Key_PageDown:
        moveBy(rowsAStep);
        return true;
    case Qt::Key_PageUp:
        moveBy(-rowsAStep);
        return true;
    default:
        return QDialog::eventFilter(watched, event);
    }
}

} // namespace portolan
