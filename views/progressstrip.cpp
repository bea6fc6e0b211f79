#include "views/progressstrip.h"

#include "views/theme.h"

#include <QPainter>

namespace portolan {

namespace {

constexpr int thickness = 2 * gridUnit;

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
    QRectF strip(0, (height() - thickness) / 2.0, width(), thickness);
    painter.setBrush(t.line);
    painter.drawRoundedRect(strip, thickness / 2.0, thickness / 2.0);
    const int range = maximum() - minimum();
    if (range <= 0 || value() <= minimum())
        return;
    strip.setWidth(std::max<double>(thickness, strip.width() * (value() - minimum()) / range));
    painter.setBrush(t.accent);
    painter.drawRoundedRect(strip, thickness / 2.0, thickness / 2.0);
}

} // namespace portolan
