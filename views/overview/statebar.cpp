#include "views/overview/statebar.h"

#include "views/style/badge.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr double barCorner = 6;
constexpr double toneWidth = 4; ///< of the edge that has the tone's colour

StateTone toneOf(StateGrade grade) {
    switch (grade) {
    case StateGrade::Neutral:
        return StateTone::Neutral;
    case StateGrade::Good:
        return StateTone::Good;
    case StateGrade::Warning:
        return StateTone::Warning;
    case StateGrade::Bad:
        return StateTone::Bad;
    }
    Q_UNREACHABLE();
}

} // namespace

StateBar::StateBar(QWidget* parent)
    : QFrame(parent)
    , m_text(new WrappedLabel(this))
    , m_row(new QBoxLayout(QBoxLayout::LeftToRight)) {
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_text->setFont(bold);
    m_row->setSpacing(2 * gridUnit);
    m_row->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * gridUnit, 3 * gridUnit, 3 * gridUnit, 3 * gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(m_text);
    layout->addLayout(m_row);
    setAccessibleName(tr("State of the store"));
}

void StateBar::show(const StateSentence& sentence) {
    m_sentence = sentence;
    const QString text = QString(toneShape(toneOf(sentence.grade))) + u' ' + sentence.text;
    if (m_text->text() != text) {
        m_text->setText(text);
        m_text->setAccessibleName(sentence.text);
        setAccessibleDescription(sentence.text);
    }
    m_text->setToolTip(sentence.help.toHtmlEscaped());
    while (m_buttons.size() < sentence.links.size()) {
        auto* button = new QPushButton(this);
        const std::size_t place = m_buttons.size();
        connect(button, &QPushButton::clicked, this, [this, place] {
            if (place < m_sentence.links.size())
                Q_EMIT linkOpened(m_sentence.links[place]);
        });
        m_row->insertWidget(static_cast<int>(place), button);
        m_buttons.push_back(button);
    }
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setVisible(i < sentence.links.size());
        if (i < sentence.links.size() && m_buttons[i]->text() != sentence.links[i].text) {
            m_buttons[i]->setText(sentence.links[i].text);
            m_buttons[i]->setAccessibleName(sentence.links[i].text);
        }
    }
    arrange();
    update();
}

std::vector<QPushButton*> StateBar::buttons() const {
    std::vector<QPushButton*> shown;
    for (QPushButton* button : m_buttons) {
        if (!button->isHidden())
            shown.push_back(button);
    }
    return shown;
}

QSize StateBar::minimumSizeHint() const {
    return {40 * gridUnit, QFrame::minimumSizeHint().height()};
}

/// Puts the buttons side by side where there is room for them, else one below the other.
void StateBar::arrange() {
    const QMargins around = layout()->contentsMargins();
    int wanted = around.left() + around.right();
    for (const QPushButton* button : buttons())
        wanted += button->sizeHint().width() + m_row->spacing();
    const auto direction = wanted > width() ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight;
    if (m_row->direction() != direction)
        m_row->setDirection(direction);
}

void StateBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    arrange();
}

void StateBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeTokens& t = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF ground = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(t.line);
    painter.setBrush(m_sentence.grade == StateGrade::Bad       ? t.barBad
                     : m_sentence.grade == StateGrade::Warning ? t.barWarning
                                                               : t.base);
    painter.drawRoundedRect(ground, barCorner, barCorner);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneColor(toneOf(m_sentence.grade), palette()));
    painter.drawRoundedRect(QRectF(ground.left(), ground.top(), toneWidth, ground.height()), 2, 2);
}

} // namespace portolan
