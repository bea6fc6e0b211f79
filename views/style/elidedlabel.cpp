#include "views/style/elidedlabel.h"

#include <QPainter>
#include <QTextBoundaryFinder>
#include <algorithm>

namespace portolan {

namespace {

/// Returns how many characters from `at` on fit the width, at least one: whole ones, as a reader sees them.
qsizetype fitting(const QFontMetrics& metrics, const QString& text, qsizetype at, int width) {
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    finder.setPosition(at);
    qsizetype end = finder.toNextBoundary();
    const qsizetype first = end < 0 ? text.size() : end;
    qsizetype fits = first;
    while (end > 0 && metrics.horizontalAdvance(text.sliced(at, end - at)) <= width) {
        fits = end;
        end = finder.toNextBoundary();
    }
    return fits - at;
}

} // namespace

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const {
    return {0, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), static_cast<int>(alignment() | Qt::AlignVCenter) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

QString elidedParent(const QFontMetrics& metrics, const QString& name, qsizetype leaf, int width, int most) {
    if (metrics.horizontalAdvance(name) <= width)
        return name;
    const QString end = name.sliced(std::clamp<qsizetype>(leaf, 0, name.size()));
    const QString least = leaf > 0 ? u'…' + end : end;
    const int needed = metrics.horizontalAdvance(least);
    if (needed > most)
        return metrics.elidedText(end, Qt::ElideMiddle, most);
    return needed >= width ? least : metrics.elidedText(name, Qt::ElideLeft, width);
}

QStringList brokenName(const QFontMetrics& metrics, const QString& name, int width, int lines) {
    const auto broken = [&](const QString& text) {
        QStringList made;
        for (qsizetype at = 0; at < text.size();) {
            const qsizetype length = fitting(metrics, text, at, width);
            made << text.sliced(at, length);
            at += length;
        }
        return made;
    };
    QStringList made = broken(name);
    for (int room = width * lines; made.size() > lines && room > 0; room -= width / 4)
        made = broken(metrics.elidedText(name, Qt::ElideMiddle, room));
    return made;
}

} // namespace portolan
