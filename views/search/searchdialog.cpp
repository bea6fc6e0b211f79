#include "views/search/searchdialog.h"

#include "views/search/searchhitdelegate.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QLayout>
#include <QLineEdit>
#include <QListView>

namespace portolan {

namespace {

constexpr int dialogWidth = 190 * gridUnit;
constexpr int dialogHeight = 130 * gridUnit;
constexpr std::chrono::milliseconds typingTime(150);

} // namespace

SearchDialog::SearchDialog(QWidget* parent)
    : FieldOverList(parent)
    , m_list(new QListView(this))
    , m_note(new WrappedLabel(this, QPalette::PlaceholderText)) {
    setWindowTitle(tr("Search"));
    m_field->setAccessibleName(tr("Search everything"));
    m_field->setPlaceholderText(tr("A text to look for in everything"));
    m_field->setClearButtonEnabled(true);
    m_list->setAccessibleName(tr("Search results"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SearchHitDelegate(m_list));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    setList(m_list);
    layout()->addWidget(m_note);
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingTime);
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

void SearchDialog::ask(const QString& text) {
    if (!text.isEmpty())
        m_field->setText(text);
    const QWidget* window = parentWidget()->window();
    m_tall = std::min(dialogHeight, window->height() - 30 * gridUnit);
    setFixedWidth(std::min(dialogWidth, window->width() - 8 * gridUnit));
    openOverWindow();
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
    const auto link = m_model.linkFrom(index.row());
    if (!link)
        return;
    accept();
    Q_EMIT paneWanted(link->place, link->filter);
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

} // namespace portolan
