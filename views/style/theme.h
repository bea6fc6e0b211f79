#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <array>

namespace portolan {

/// The palette that is worn; System follows the desktop.
enum class ThemeChoice { System, Light, Dark };

/// A state as the operator sees it: always a shape or word besides the colour.
enum class StateTone { Neutral, Active, Good, Warning, Bad };

/// The colours of one palette. Nothing else in the program names a colour.
struct ThemeTokens {
    QColor window, base, text, muted, line, accent;
    QColor good, warning, bad;
    /// Lines of charts. They stay apart for colour-blind eyes: 25 and more in CIE 1976 by Machado, Oliveira and
    /// Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009).
    std::array<QColor, 8> series;
    // Computed from the above:
    QColor alternate{};            ///< every second row, bars over a table
    QColor accentText{};           ///< the accent as far towards text as reading needs
    QColor hover{};                ///< under the mouse
    QColor selection{};            ///< chosen rows; text stays `text`
    QColor selectionDim{};         ///< chosen, while the focus is elsewhere
    QColor onAccent{};             ///< text on a filled accent
    QColor barBad{}, barWarning{}; ///< backgrounds of bars in a pane
};

const ThemeTokens& lightTokens();
const ThemeTokens& darkTokens();
QPalette paletteOf(const ThemeTokens& tokens);

/// Returns `a` under so much of `b` (0 to 1), opaque. Qt fills tall shapes in a translucent colour on threads of its
/// own, and waits for ever where the system starts no more: what is always in sight is painted opaque.
QColor mixed(const QColor& a, const QColor& b, double share);

/// WCAG 2.1 contrast of two opaque colours, 1 to 21.
double contrast(const QColor& a, const QColor& b);

/// The tokens that a palette was made of.
const ThemeTokens& tokensOf(const QPalette& palette);
QColor toneColor(StateTone tone, const QPalette& palette);

/// Dresses the application: style and palette. Made once, at the start.
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QObject* parent = nullptr);

    void choose(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    /// Takes what the desktop prefers, when it says so.
    void setDesktopPrefersDark(bool dark);

Q_SIGNALS:
    void changed();

private:
    void wear();

    ThemeChoice m_choice = ThemeChoice::System;
    bool m_desktopDark = false;
};

/// 4-pixel grid: distances are multiples of it.
inline constexpr int gridUnit = 4;

/// Text sizes in points: running text and small print. `zoom` in percent, 100 is as designed.
QFont interfaceFont(int zoom);
QFont smallFont(const QFont& base);
/// The fixed-pitch face for data.
QFont dataFont(const QFont& base);

} // namespace portolan
