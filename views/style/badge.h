#pragma once

#include "views/style/theme.h"

#include <QLabel>

namespace portolan {

/// A word in a rounded frame, with the shape of its state before it: "● live", "◌ paused", "▲ read-only".
class Badge : public QLabel {
    Q_OBJECT
public:
    explicit Badge(QWidget* parent = nullptr);
    void say(StateTone tone, const QString& word);
    void say(StateTone tone, const QString& word, QChar shape); ///< of its own, which no state has

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    StateTone m_tone = StateTone::Neutral;
};

/// The shape that goes with a tone: ○ ◐ ● ▲ ✖.
QChar toneShape(StateTone tone);

/// Of a status (statusText()), by its shape.
StateTone statusTone(QByteArrayView status);

} // namespace portolan
