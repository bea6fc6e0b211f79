#include "views/badge.h"

#include <QPainter>

namespace portolan {

Badge::Badge(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setContentsMargins(2 * gridUnit, 2, 2 * gridUnit, 2);
    setFont(smallFont(font()));
}

void Badge::say(StateTone tone, const QString& word) {
    m_tone = tone;
    setText(QString(toneShape(tone)) + u' ' + word);
    setAccessibleName(word);
    update();
}

void Badge::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(t.line);
    painter.setBrush(t.base);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2);
    painter.setPen(toneColor(m_tone, palette()));
    painter.drawText(rect(), Qt::AlignCenter, text());
}

QChar toneShape(StateTone tone) {
    switch (tone) {
    case StateTone::Neutral:
        return u'○';
    case StateTone::Active:
        return u'◐';
    case StateTone::Good:
        return u'●';
    case StateTone::Warning:
        return u'▲';
    case StateTone::Bad:
        return u'✖';
    }
    return u'?';
}

} // namespace portolan
