#include "views/style/theme.h"

#include "views/style/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPalette>
#include <algorithm>
#include <cmath>

namespace portolan {

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = [share](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
    return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

namespace {

/// `color`, moved towards `text` until it reads on all grounds.
QColor readable(const QColor& color, const QColor& text, std::initializer_list<QColor> grounds) {
    for (double share = 0; share < 1; share += 0.02) {
        const QColor tried = mixed(color, text, share);
        if (std::all_of(grounds.begin(), grounds.end(), [&](const QColor& g) { return contrast(tried, g) >= 4.5; }))
            return tried;
    }
    return text;
}

ThemeTokens completed(ThemeTokens tokens) {
    tokens.alternate = mixed(tokens.base, tokens.window, 0.55);
    tokens.hover = mixed(tokens.base, tokens.accent, 0.07);
    tokens.selection = mixed(tokens.base, tokens.accent, 0.16);
    tokens.selectionDim = mixed(tokens.base, tokens.muted, 0.16);
    tokens.accentText = readable(tokens.accent, tokens.text, {tokens.window, tokens.base, tokens.selection});
    tokens.onAccent =
        contrast(Qt::white, tokens.accent) >= 4.5 ? QColor(Qt::white) : mixed(tokens.window, Qt::black, 0.3);
    tokens.barBad = mixed(tokens.base, tokens.bad, 0.10);
    tokens.barWarning = mixed(tokens.base, tokens.warning, 0.12);
    return tokens;
}

/// Of a channel of 0 to 255.
double linear(int value) {
    const double channel = value / 255.0;
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c) {
    return 0.2126 * linear(c.red()) + 0.7152 * linear(c.green()) + 0.0722 * linear(c.blue());
}

QString firstInstalled(const QStringList& families) {
    const QStringList known = QFontDatabase::families();
    const auto found =
        std::find_if(families.begin(), families.end(), [&](const QString& f) { return known.contains(f); });
    return found == families.end() ? QString() : *found;
}

} // namespace

const ThemeTokens& lightTokens() {
    static const ThemeTokens tokens =
        completed({.window = QColor(0xF5, 0xF6, 0xF8),
                   .base = QColor(0xFF, 0xFF, 0xFF),
                   .text = QColor(0x1B, 0x1F, 0x24),
                   .muted = QColor(0x5B, 0x64, 0x70),
                   .line = QColor(0xDA, 0xDF, 0xE6),
                   .accent = QColor(0x1F, 0x6F, 0xEB),
                   .good = QColor(0x1A, 0x7A, 0x38),
                   .warning = QColor(0x8F, 0x5A, 0x00),
                   .bad = QColor(0xC4, 0x23, 0x2C),
                   .series = {QColor(0x1F, 0x6F, 0xEB), QColor(0x9B, 0x35, 0x5B), QColor(0x14, 0xAB, 0x59),
                              QColor(0x46, 0x1A, 0x70), QColor(0x75, 0xA2, 0x14), QColor(0xA5, 0x72, 0xB9),
                              QColor(0x20, 0x5F, 0x18), QColor(0x1D, 0x19, 0xB9)}});
    return tokens;
}

const ThemeTokens& darkTokens() {
    static const ThemeTokens tokens =
        completed({.window = QColor(0x14, 0x17, 0x1B),
                   .base = QColor(0x1B, 0x1F, 0x24),
                   .text = QColor(0xE6, 0xE9, 0xED),
                   .muted = QColor(0x9A, 0xA4, 0xB0),
                   .line = QColor(0x2B, 0x31, 0x3A),
                   .accent = QColor(0x5B, 0x9D, 0xFF),
                   .good = QColor(0x4F, 0xC3, 0x71),
                   .warning = QColor(0xE0, 0xA9, 0x3A),
                   .bad = QColor(0xFF, 0x7B, 0x76),
                   .series = {QColor(0x5B, 0x9D, 0xFF), QColor(0xDA, 0x4F, 0x46), QColor(0xEA, 0xBD, 0x46),
                              QColor(0x46, 0xEE, 0xEC), QColor(0x98, 0xBA, 0x90), QColor(0x72, 0x5F, 0x9F),
                              QColor(0xEE, 0xEE, 0x9E), QColor(0x91, 0x5D, 0x6F)}});
    return tokens;
}

QPalette paletteOf(const ThemeTokens& t) {
    QPalette palette;
    const auto all = [&palette](QPalette::ColorRole role, const QColor& color) { palette.setColor(role, color); };
    all(QPalette::Window, t.window);
    all(QPalette::WindowText, t.text);
    all(QPalette::Base, t.base);
    all(QPalette::AlternateBase, t.alternate);
    all(QPalette::Text, t.text);
    all(QPalette::PlaceholderText, t.muted);
    all(QPalette::Button, t.base);
    all(QPalette::ButtonText, t.text);
    all(QPalette::BrightText, t.bad);
    all(QPalette::ToolTipBase, t.base);
    all(QPalette::ToolTipText, t.text);
    all(QPalette::Link, t.accentText);
    all(QPalette::LinkVisited, t.accentText);
    all(QPalette::Highlight, t.selection);
    all(QPalette::HighlightedText, t.text);
    all(QPalette::Light, t.base);
    all(QPalette::Midlight, t.hover);
    all(QPalette::Mid, t.line);
    all(QPalette::Dark, t.muted);
    all(QPalette::Shadow, t.line);
    palette.setColor(QPalette::Inactive, QPalette::Highlight, t.selectionDim);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, t.muted);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, t.selectionDim);
    return palette;
}

double contrast(const QColor& a, const QColor& b) {
    const auto [dark, bright] = std::minmax({luminance(a), luminance(b)});
    return (bright + 0.05) / (dark + 0.05);
}

const ThemeTokens& tokensOf(const QPalette& palette) {
    return luminance(palette.color(QPalette::Base)) < 0.5 ? darkTokens() : lightTokens();
}

QColor toneColor(StateTone tone, const QPalette& palette) {
    const ThemeTokens& t = tokensOf(palette);
    switch (tone) {
    case StateTone::Neutral:
        return t.muted;
    case StateTone::Active:
        return t.accentText;
    case StateTone::Good:
        return t.good;
    case StateTone::Warning:
        return t.warning;
    case StateTone::Bad:
        return t.bad;
    }
    return t.muted;
}

Theme::Theme(QObject* parent) : QObject(parent) {
    const QPalette desktop = QGuiApplication::palette();
    m_desktopDark = luminance(desktop.color(QPalette::WindowText)) > luminance(desktop.color(QPalette::Window));
    QApplication::setStyle(new PortolanStyle);
    wear();
}

void Theme::choose(ThemeChoice choice) {
    m_choice = choice;
    wear();
}

void Theme::setDesktopPrefersDark(bool dark) {
    m_desktopDark = dark;
    wear();
}

void Theme::wear() {
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_desktopDark);
    QApplication::setPalette(paletteOf(dark ? darkTokens() : lightTokens()));
    Q_EMIT changed();
}

QFont interfaceFont(int zoom) {
    constexpr double designedPoints = 10.0;
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (const QString inter = firstInstalled({QStringLiteral("Inter")}); !inter.isEmpty())
        font.setFamilies({inter, font.family()});
    font.setPointSizeF(designedPoints * zoom / 100.0);
    return font;
}

QFont smallFont(const QFont& base) {
    QFont font = base;
    font.setPointSizeF(base.pointSizeF() * 0.88);
    return font;
}

QFont dataFont(const QFont& base) {
    static const QString installed = firstInstalled({QStringLiteral("JetBrains Mono")});
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (!installed.isEmpty())
        font.setFamilies({installed, font.family()});
    font.setPointSizeF(base.pointSizeF() * 0.95);
    font.setStyleStrategy(QFont::PreferNoShaping); // ">=" is two signs; scripts that need shaping still have it
    font.setFixedPitch(true);
    return font;
}

} // namespace portolan
