#pragma once

#include "views/style/theme.h"

#include <QAbstractButton>
#include <QFrame>
#include <optional>
#include <vector>

class QVBoxLayout;

namespace portolan {

/// A figure or finding of a card: what it is, and its value at the right. A link where it leads somewhere.
struct CardLine {
    StateTone tone = StateTone::Neutral;
    bool hasShape = false; ///< the tone's shape stands before the text
    QString text;
    QString value;
    std::vector<std::optional<qint64>> figures = {}; ///< drawn as a line in place of the value
    QString pane = {};                               ///< a PanePlace as text; empty: it leads nowhere
    QString filter = {};
    QString help = {}; ///< what else is to be said
    friend bool operator==(const CardLine&, const CardLine&) = default;
};

/// A line of a card on the screen. Accessible name: its text and its value.
class CardLineButton final : public QAbstractButton {
    Q_OBJECT
public:
    explicit CardLineButton(QWidget* parent = nullptr);
    void show(const CardLine& line);
    [[nodiscard]] const CardLine& line() const { return m_line; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return m_line.pane.isEmpty(); }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    CardLine m_line;
};

/// Some figures under a title.
class OverviewCard final : public QFrame {
    Q_OBJECT
public:
    explicit OverviewCard(const QString& title, QWidget* parent = nullptr);
    void show(const std::vector<CardLine>& lines);
    [[nodiscard]] const std::vector<CardLineButton*>& buttons() const { return m_buttons; }

Q_SIGNALS:
    /// As Pane::paneWanted().
    void paneWanted(const QString& id, const QString& filter);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_layout;
    std::vector<CardLineButton*> m_buttons;
};

} // namespace portolan
