#include "views/inspector/inspector.h"

#include "views/inspector/inspectorpage.h"
#include "views/style/taborder.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QLabel>
#include <QStackedLayout>

namespace portolan {

Inspector::Inspector(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
    , m_hint(new WrappedLabel(this, QPalette::PlaceholderText)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setContentsMargins(4 * gridUnit, 0, 4 * gridUnit, 0);
    m_pages->addWidget(m_hint);
    clear();
}

void Inspector::showEvent(QShowEvent* event) {
    make();
    QWidget::showEvent(event);
}

void Inspector::make() {
    if (m_page)
        return;
    m_page = new InspectorPage(this);
    m_page->setTimeDisplay(m_timeDisplay);
    connect(m_page, &InspectorPage::notice, this, &Inspector::notice);
    m_pages->addWidget(m_page);
    placeInTabOrder(*this, *m_page);
}

void Inspector::show(const Inspection& inspection) {
    make();
    m_page->show(inspection);
    m_pages->setCurrentWidget(m_page);
}

void Inspector::showError(const Error& error) {
    clear();
    m_hint->setText(error.text);
}

void Inspector::clear() {
    if (m_page)
        m_page->clear();
    m_hint->setText(tr("Choose a row to see it whole."));
    m_pages->setCurrentWidget(m_hint);
}

void Inspector::setTimeDisplay(TimeDisplay display) {
    m_timeDisplay = display;
    if (m_page)
        m_page->setTimeDisplay(display);
}

} // namespace portolan
