#include "views/window/noticebar.h"

#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace portolan {

NoticeBar::NoticeBar(const QString& text, const QString& action, QWidget* parent) : QFrame(parent) {
    setAccessibleName(tr("Notice"));
    auto* const said = new WrappedLabel(this);
    said->setText(text);
    said->setAccessibleName(text);
    auto* const act = new QPushButton(action, this);
    auto* const dismiss = new QPushButton(tr("Not now"), this);
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(3 * gridUnit, gridUnit, 2 * gridUnit, gridUnit);
    row->setSpacing(2 * gridUnit);
    row->addWidget(said, 1);
    row->addWidget(act);
    row->addWidget(dismiss);
    connect(act, &QPushButton::clicked, this, [this] {
        hide();
        deleteLater();
        Q_EMIT wanted();
    });
    connect(dismiss, &QPushButton::clicked, this, [this] {
        hide();
        deleteLater();
        Q_EMIT dismissed();
    });
}

void NoticeBar::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.fillRect(rect(), t.alternate);
    painter.fillRect(0, 0, 3, height(), t.accent);
}

} // namespace portolan
