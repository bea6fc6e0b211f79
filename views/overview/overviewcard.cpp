#include "views/overview/overviewcard.h"

#include "views/style/badge.h"
#include "views/style/sparkline.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int lineHeight = 6 * gridUnit;
constexpr int sideGap = 2 * gridUnit;
constexpr int sparkLength = 28 * gridUnit;
constexpr double cardCorner = 6;

} // namespace

CardLineButton::CardLineButton(QWidget* parent) : QAbstractButton(parent) {
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CardLineButton::show(const CardLine& line) {
    setVisible(true);
    if (line == m_line)
        return;
    m_line = line;
    const bool leads = !line.pane.isEmpty();
    setEnabled(leads);
    setFocusPolicy(leads ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(leads ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setAccessibleName(line.value.isEmpty() ? line.text : line.text + QStringLiteral(": ") + line.value);
    setToolTip(line.help.toHtmlEscaped());
    QSizePolicy policy = sizePolicy();
    policy.setHeightForWidth(!leads);
    policy.setVerticalPolicy(leads ? QSizePolicy::Fixed : QSizePolicy::Preferred);
    setSizePolicy(policy);
    updateGeometry();
    update();
}

QSize CardLineButton::sizeHint() const {
    return {40 * gridUnit, std::max(lineHeight, fontMetrics().height() + gridUnit)};
}

/// Returns the height of the line; one that leads nowhere is a sentence, and may take several lines.
int CardLineButton::heightForWidth(int width) const {
    const QRect room(0, 0, width - 2 * sideGap, QWIDGETSIZE_MAX);
    return std::max(sizeHint().height(),
                    fontMetrics().boundingRect(room, Qt::TextWordWrap, m_line.text).height() + gridUnit);
}

QSize CardLineButton::minimumSizeHint() const {
    return {20 * gridUnit, sizeHint().height()};
}

void CardLineButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeTokens& t = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF ground = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (isEnabled() && (underMouse() || isDown())) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.hover);
        painter.drawRoundedRect(ground, 4, 4);
    }
    if (hasFocus()) {
        painter.setPen(t.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(ground, 4, 4);
    }
    QRect inner = rect().adjusted(sideGap, 0, -sideGap, 0);
    const bool isToned = m_line.tone != StateTone::Neutral;
    if (m_line.hasShape) {
        const QString shape = QString(toneShape(m_line.tone)) + u' ';
        painter.setPen(toneColor(m_line.tone, palette()));
        painter.drawText(inner, Qt::AlignVCenter, shape);
        inner.setLeft(inner.left() + fontMetrics().horizontalAdvance(shape) + 1);
    }
    int taken = 0;
    if (!m_line.figures.empty()) {
        taken = std::min(sparkLength, inner.width() / 2);
        const QRectF place(inner.right() - taken, inner.top() + gridUnit, taken, inner.height() - 2 * gridUnit);
        drawSparkline(&painter, place, m_line.figures, t);
    } else if (!m_line.value.isEmpty()) {
        painter.setFont(dataFont(font()));
        taken = painter.fontMetrics().horizontalAdvance(m_line.value);
        painter.setPen(isToned && !m_line.hasShape ? toneColor(m_line.tone, palette()) : t.text);
        painter.drawText(inner, Qt::AlignVCenter | Qt::AlignRight, m_line.value);
        painter.setFont(font());
    }
    inner.setRight(inner.right() - taken - 2 * gridUnit);
    if (m_line.pane.isEmpty()) {
        painter.setPen(t.muted);
        painter.drawText(inner, Qt::AlignVCenter | Qt::TextWordWrap, m_line.text);
        return;
    }
    painter.setPen(t.text);
    painter.drawText(inner, Qt::AlignVCenter, fontMetrics().elidedText(m_line.text, Qt::ElideRight, inner.width()));
}

OverviewCard::OverviewCard(const QString& title, QWidget* parent) : QFrame(parent), m_layout(new QVBoxLayout(this)) {
    m_layout->setContentsMargins(gridUnit, 2 * gridUnit, gridUnit, 2 * gridUnit);
    m_layout->setSpacing(0);
    auto* label = new QLabel(title, this);
    label->setTextFormat(Qt::PlainText);
    label->setFont(smallFont(font()));
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setContentsMargins(sideGap, 0, sideGap, gridUnit);
    m_layout->addWidget(label);
    m_layout->addStretch(1);
    setAccessibleName(tr("%1 at a glance").arg(title));
}

void OverviewCard::show(const std::vector<CardLine>& lines) {
    while (m_buttons.size() < lines.size()) {
        auto* button = new CardLineButton(this);
        connect(button, &QAbstractButton::clicked, this,
                [this, button] { Q_EMIT paneWanted(button->line().pane, button->line().filter); });
        m_layout->insertWidget(m_layout->count() - 1, button);
        m_buttons.push_back(button);
    }
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        if (i < lines.size())
            m_buttons[i]->show(lines[i]);
        else
            m_buttons[i]->hide();
    }
}

void OverviewCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeTokens& t = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(t.line);
    painter.setBrush(t.base);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), cardCorner, cardCorner);
}

} // namespace portolan
