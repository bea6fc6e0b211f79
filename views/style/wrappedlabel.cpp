#include "views/style/wrappedlabel.h"

#include "views/style/wrappedtext.h"

#include <QPainter>
#include <QRegularExpression>
#include <QStyle>
#include <algorithm>

namespace portolan {

namespace {

constexpr int usualCharacters = 60; ///< of a line, where nothing else says how wide it is

} // namespace

WrappedLabel::WrappedLabel(QWidget* parent, QPalette::ColorRole color) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setForegroundRole(color);
    setWordWrap(true);
}

QSize WrappedLabel::sizeHint() const {
    const QMargins around = contentsMargins();
    const int usual = usualCharacters * fontMetrics().averageCharWidth();
    int longest = 0;
    for (const QStringView line : QStringView(text()).split(u'\n'))
        longest = std::max(longest, fontMetrics().horizontalAdvance(line.left(4 * usualCharacters).toString()));
    const int width = std::min(longest + 1, usual);
    return {width + around.left() + around.right(),
            wrappedHeight(text(), font(), width) + around.top() + around.bottom()};
}

QSize WrappedLabel::minimumSizeHint() const {
    return {0, fontMetrics().height()};
}

int WrappedLabel::heightForWidth(int width) const {
    const QMargins around = contentsMargins();
    return wrappedHeight(text(), font(), width - around.left() - around.right()) + around.top() + around.bottom();
}

/// Returns true when no word is longer than a line, so that QLabel breaks the text as this does, and shows what is
/// chosen of it.
bool WrappedLabel::hasOnlyShortWords() const {
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    const int room = contentsRect().width();
    const QStringList words = text().split(blanks, Qt::SkipEmptyParts);
    return std::ranges::all_of(words, [&](const QString& word) {
        return word.size() * fontMetrics().maxWidth() <= room || fontMetrics().horizontalAdvance(word) <= room;
    });
}

void WrappedLabel::paintEvent(QPaintEvent* event) {
    if (textInteractionFlags().testFlag(Qt::TextSelectableByMouse) && hasOnlyShortWords()) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(QRectF(contentsRect()), text(), breaking(QStyle::visualAlignment(layoutDirection(), alignment())));
}

} // namespace portolan
