#include "views/style/progressstrip.h"

#include "views/style/theme.h"

#include <QPainter>

namespace portolan {

namespace {

constexpr int stripThickness = 2 * gridUnit;

} // namespace

ProgressStrip::ProgressStrip(QWidget* parent) : QProgressBar(parent) {
    setTextVisible(false);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize ProgressStrip::sizeHint() const {
    return {60 * gridUnit, 4 * gridUnit};
}

void ProgressStrip::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QRectF strip(0, (height() - stripThickness) / 2.0, width(), stripThickness);
    painter.setBrush(t.line);
    painter.drawRoundedRect(strip, stripThickness / 2.0, stripThickness / 2.0);
    const int range = maximum() - minimum();
    if (range <= 0 || value() <= minimum())
        return;
    strip.setWidth(std::max<double>(stripThickness, strip.width() * (value() - minimum()) / range));
    painter.setBrush(t.accent);
    painter.drawRoundedRect(strip, stripThickness / 2.0, stripThickness / 2.0);
}

} // namespace portolan
