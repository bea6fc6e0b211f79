#include "views/style/badge.h"

#include "models/list/format.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>

namespace portolan {

Badge::Badge(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setContentsMargins(2 * gridUnit, 2, 2 * gridUnit, 2);
    setFont(smallFont(QApplication::font()));
}

void Badge::say(StateTone tone, const QString& word) {
    say(tone, word, toneShape(tone));
}

void Badge::say(StateTone tone, const QString& word, QChar shape) {
    m_tone = tone;
    setText(QString(shape) + u' ' + word);
    setAccessibleName(word);
    update();
}

/// A size of its own does not follow the zoom by itself.
void Badge::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationFontChange)
        setFont(smallFont(QApplication::font()));
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

StateTone statusTone(QByteArrayView status) {
    const QString written = statusText(status);
    for (const StateTone tone : {StateTone::Active, StateTone::Good, StateTone::Warning, StateTone::Bad}) {
        if (written.startsWith(toneShape(tone)))
            return tone;
    }
    return StateTone::Neutral;
}

} // namespace portolan
