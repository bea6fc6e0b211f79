#include "views/style/style.h"

#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <QStyleOptionButton>
#include <QStyleOptionHeader>
#include <QStyleOptionSlider>
#include <QStyleOptionTab>
#include <QStyleOptionToolButton>
#include <QWidget>

namespace portolan {

namespace {

constexpr double cornerRadius = 5.0;
constexpr int barWidth = 12;
constexpr const char* primaryProperty = "portolanPrimary";

bool has(const QStyleOption* option, QStyle::StateFlag flag) {
    return option->state.testFlag(flag);
}

void fillRounded(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& line, double lineWidth = 1.0) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(line.isValid() ? QPen(line, lineWidth) : QPen(Qt::NoPen));
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    const double inset = line.isValid() ? lineWidth / 2 : 0;
    painter->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), cornerRadius, cornerRadius);
    painter->restore();
}

void drawButton(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const ThemeTokens& t = tokensOf(option->palette);
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool primary = enabled && widget && widget->property(primaryProperty).toBool();
    const bool pressed = has(option, QStyle::State_Sunken);
    const bool hovered = enabled && has(option, QStyle::State_MouseOver);
    const bool focused = enabled && has(option, QStyle::State_HasFocus);
    QColor fill = primary ? t.accent : enabled ? t.base : t.window;
    if (pressed || has(option, QStyle::State_On))
        fill = primary ? t.accent.darker(115) : t.selection;
    else if (hovered)
        fill = primary ? t.accent.darker(108) : t.hover;
    fillRounded(painter, option->rect, fill, primary ? fill : t.line);
    if (focused)
        fillRounded(painter,
                    option->rect.adjusted(primary ? 2 : 0, primary ? 2 : 0, primary ? -2 : 0, primary ? -2 : 0), {},
                    primary ? t.onAccent : t.accent, primary ? 1.0 : 1.5);
}

void drawToolButton(const QStyleOption* option, QPainter* painter) {
    const ThemeTokens& t = tokensOf(option->palette);
    if (has(option, QStyle::State_Enabled) && has(option, QStyle::State_HasFocus))
        fillRounded(painter, option->rect, {}, t.accent, 1.5);
    if (has(option, QStyle::State_Sunken) || has(option, QStyle::State_On))
        fillRounded(painter, option->rect, t.selection, {});
    else if (has(option, QStyle::State_Enabled) && has(option, QStyle::State_MouseOver))
        fillRounded(painter, option->rect, t.hover, {});
}

void drawField(const QStyleOption* option, QPainter* painter) {
    const ThemeTokens& t = tokensOf(option->palette);
    const bool focused = has(option, QStyle::State_HasFocus);
    fillRounded(painter, option->rect, has(option, QStyle::State_Enabled) ? t.base : t.window,
                focused ? t.accent : t.line, focused ? 1.5 : 1.0);
}

void drawHeaderSection(const QStyleOption* option, QPainter* painter) {
    const ThemeTokens& t = tokensOf(option->palette);
    painter->fillRect(option->rect, has(option, QStyle::State_MouseOver) ? t.hover : t.base);
    painter->setPen(t.line);
    painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
}

void drawHeaderLabel(const QStyleOptionHeader* header, QPainter* painter) {
    const ThemeTokens& t = tokensOf(header->palette);
    painter->setPen(header->sortIndicator == QStyleOptionHeader::None ? t.muted : t.accentText);
    const QString arrow = header->sortIndicator == QStyleOptionHeader::SortDown ? QStringLiteral(" ▾")
                          : header->sortIndicator == QStyleOptionHeader::SortUp ? QStringLiteral(" ▴")
                                                                                : QString();
    const QString text = header->fontMetrics.elidedText(
        header->text, Qt::ElideRight, header->rect.width() - header->fontMetrics.horizontalAdvance(arrow));
    painter->drawText(header->rect, static_cast<int>(header->textAlignment | Qt::AlignVCenter), text + arrow);
}

void drawTab(const QStyleOptionTab* tab, QPainter* painter) {
    const ThemeTokens& t = tokensOf(tab->palette);
    const bool chosen = has(tab, QStyle::State_Selected);
    QRect line = tab->rect;
    if (chosen) {
        line.setTop(line.bottom() - 1);
        painter->fillRect(line.adjusted(2 * gridUnit, 0, -2 * gridUnit, 0), t.accent);
    } else if (has(tab, QStyle::State_MouseOver) && has(tab, QStyle::State_Enabled)) {
        fillRounded(painter, tab->rect.adjusted(2, 2, -2, -4), t.hover, {});
    }
    if (has(tab, QStyle::State_HasFocus))
        fillRounded(painter, tab->rect.adjusted(2, 2, -2, -4), {}, t.accent, 1.5);
}

QIcon tinted(const QIcon& icon, const QSize& size, const QColor& color, double ratio) {
    QPixmap pixmap = icon.pixmap(size, ratio);
    if (pixmap.isNull()) // a button without one
        return pixmap;
    QPainter painter(&pixmap);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    return QIcon(pixmap);
}

void drawScrollBar(const QStyleOptionSlider* bar, QPainter* painter, const QRect& slider) {
    const ThemeTokens& t = tokensOf(bar->palette);
    painter->fillRect(bar->rect, t.base);
    const bool active = bar->activeSubControls.testFlag(QStyle::SC_ScrollBarSlider);
    const QColor color = mixed(t.base, t.muted, has(bar, QStyle::State_Sunken) && active ? 0.85 : active ? 0.65 : 0.40);
    const bool upright = bar->orientation == Qt::Vertical;
    const QRect thumb = slider.adjusted(upright ? 3 : 2, upright ? 2 : 3, upright ? -3 : -2, upright ? -2 : -3);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color);
    const double round = (upright ? thumb.width() : thumb.height()) / 2.0;
    painter->drawRoundedRect(thumb, round, round);
    painter->restore();
}

/// A tick in a rounded box, filled with the accent when it is set.
void drawCheckBox(const QStyleOption* option, QPainter* painter) {
    const ThemeTokens& t = tokensOf(option->palette);
    const bool on = option->state.testFlag(QStyle::State_On);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(option->rect).adjusted(1, 1, -1, -1);
    painter->setPen(QPen(on || option->state.testFlag(QStyle::State_HasFocus) ? t.accent : t.muted, 1.2));
    painter->setBrush(on ? t.accent : t.base);
    painter->drawRoundedRect(box, 3, 3);
    if (on) {
        painter->setPen(QPen(t.onAccent, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
        const auto at = [&box](double x, double y) {
            return box.topLeft() + QPointF(x * box.width(), y * box.height());
        };
        painter->drawPolyline(QPolygonF({at(0.22, 0.52), at(0.43, 0.72), at(0.78, 0.3)}));
    }
    painter->restore();
}

void drawRadioButton(const QStyleOption* option, QPainter* painter) {
    const ThemeTokens& t = tokensOf(option->palette);
    const bool on = option->state.testFlag(QStyle::State_On);
    const QRectF ring = QRectF(option->rect).adjusted(1, 1, -1, -1);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(on || option->state.testFlag(QStyle::State_HasFocus) ? t.accent : t.muted, 1.2));
    painter->setBrush(on ? t.accent : t.base);
    painter->drawEllipse(ring);
    if (on) {
        const double inset = ring.width() * 0.3;
        painter->setPen(Qt::NoPen);
        painter->setBrush(t.onAccent);
        painter->drawEllipse(ring.adjusted(inset, inset, -inset, -inset));
    }
    painter->restore();
}

/// Draws an arrow, as a spin box has two.
void drawStepArrow(const QRect& rect, bool up, const QColor& color, QPainter* painter) {
    constexpr double half = 3.5;
    const QPointF middle = QRectF(rect).center();
    const double tip = up ? -2 : 2;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(
        QPolygonF({middle + QPointF(-half, -tip), middle + QPointF(0, tip), middle + QPointF(half, -tip)}));
    painter->restore();
}

} // namespace

PortolanStyle::PortolanStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

/// The list of a combo box is called like the box.
void PortolanStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (!qobject_cast<QAbstractItemView*>(widget) || !widget->accessibleName().isEmpty())
        return;
    const QWidget* const popup = widget->parentWidget();
    if (const auto* const box = popup ? qobject_cast<QComboBox*>(popup->parentWidget()) : nullptr)
        widget->setAccessibleName(box->accessibleName());
}

int PortolanStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (static_cast<int>(metric)) { // every other metric is Fusion's
    case PM_ScrollBarExtent:
        return barWidth;
    case PM_ScrollView_ScrollBarSpacing:
    case PM_ToolBarFrameWidth:
    case PM_MenuPanelWidth:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarBaseOverlap:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_ToolBarItemSpacing:
        return gridUnit;
    case PM_ToolBarItemMargin:
        return gridUnit;
    case PM_DockWidgetTitleMargin:
        return gridUnit;
    case PM_DockWidgetTitleBarButtonMargin:
        return gridUnit / 2;
    case PM_HeaderMargin:
        return 2 * gridUnit;
    case PM_SplitterWidth:
    case PM_DockWidgetSeparatorExtent:
        return 1 * gridUnit;
    case PM_SmallIconSize:
    case PM_ListViewIconSize:
    case PM_ButtonIconSize:
    case PM_ToolBarIconSize:
    case PM_TabBarIconSize:
        return 16;
    case PM_FocusFrameHMargin:
        return gridUnit;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int PortolanStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                             QStyleHintReturn* data) const {
    switch (static_cast<int>(hint)) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ScrollBar_Transient:
    case SH_UnderlineShortcut:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_Table_GridLineColor:
        return static_cast<int>(tokensOf(option ? option->palette : QApplication::palette()).line.rgba());
    case SH_ToolTip_WakeUpDelay:
        return 400;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QIcon PortolanStyle::standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const {
    switch (static_cast<int>(icon)) {
    case SP_LineEditClearButton:
    case SP_TitleBarCloseButton:
    case SP_DockWidgetCloseButton:
        return themedIcon(QStringLiteral("clear"));
    case SP_TitleBarNormalButton:
        return themedIcon(QStringLiteral("float"));
    default:
        return QProxyStyle::standardIcon(icon, option, widget);
    }
}

QSize PortolanStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                      const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int control = (option ? option->fontMetrics.height() : 16) + 3 * gridUnit;
    if (type == CT_PushButton)
        return {size.width() + 6 * gridUnit, control};
    if (type == CT_LineEdit || type == CT_ComboBox || type == CT_SpinBox)
        return {result.width(), control};
    if (type == CT_ToolButton)
        return {result.width() + gridUnit, std::max(control, size.height())};
    if (type == CT_TabBarTab)
        return {result.width() + gridUnit, control + gridUnit};
    if (type == CT_MenuItem)
        return {result.width() + 2 * gridUnit, result.height() + 2};
    return result;
}

QRect PortolanStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    if (element == SE_LineEditContents)
        return option->rect.adjusted(gridUnit, 2, -gridUnit, -2);
    if (element == SE_HeaderLabel)
        return option->rect.adjusted(2 * gridUnit, 0, -2 * gridUnit, 0);
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect PortolanStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                                    const QWidget* widget) const {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (control != CC_ScrollBar || !bar)
        return QProxyStyle::subControlRect(control, option, part, widget);
    // No arrow buttons: the whole length is the groove.
    const bool upright = bar->orientation == Qt::Vertical;
    const int length = upright ? bar->rect.height() : bar->rect.width();
    const qint64 range = qint64{bar->maximum} - bar->minimum;
    const int thumb =
        range <= 0 ? length
                   : std::max(6 * gridUnit, static_cast<int>(qint64{length} * bar->pageStep / (range + bar->pageStep)));
    const int at =
        sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - thumb, bar->upsideDown);
    const auto along = [&](int from, int size) {
        return upright ? QRect(bar->rect.x(), bar->rect.y() + from, bar->rect.width(), size)
                       : QRect(bar->rect.x() + from, bar->rect.y(), size, bar->rect.height());
    };
    if (part == SC_ScrollBarGroove)
        return bar->rect;
    if (part == SC_ScrollBarSlider)
        return along(at, thumb);
    if (part == SC_ScrollBarSubPage)
        return along(0, at);
    if (part == SC_ScrollBarAddPage)
        return along(at + thumb, length - at - thumb);
    return {};
}

void PortolanStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                  const QWidget* widget) const {
    const ThemeTokens& t = tokensOf(option->palette);
    switch (static_cast<int>(element)) { // every other element is Fusion's
    case PE_PanelButtonCommand:
        drawButton(option, painter, widget);
        return;
    case PE_PanelButtonTool:
        drawToolButton(option, painter);
        return;
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            drawField(option, painter);
        return;
    case PE_IndicatorCheckBox:
        drawCheckBox(option, painter);
        return;
    case PE_IndicatorRadioButton:
        drawRadioButton(option, painter);
        return;
    case PE_PanelScrollAreaCorner:
        painter->fillRect(option->rect, t.base);
        return;
    case PE_Frame:
    case PE_FrameTabWidget:
    case PE_FrameDockWidget:
    case PE_FrameTabBarBase:
    case PE_FrameStatusBarItem:
    case PE_FrameFocusRect:
    case PE_FrameDefaultButton:
        return;
    case PE_PanelTipLabel:
    case PE_FrameMenu:
        painter->fillRect(option->rect, t.base);
        painter->setPen(t.line);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void PortolanStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                                const QWidget* widget) const {
    const ThemeTokens& t = tokensOf(option->palette);
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        drawHeaderSection(option, painter);
    } else if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
               element == CE_HeaderLabel && header) {
        drawHeaderLabel(header, painter);
    } else if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
               element == CE_TabBarTabShape && tab) {
        drawTab(tab, painter);
    } else if (const auto* dock = qstyleoption_cast<const QStyleOptionDockWidget*>(option);
               element == CE_DockWidgetTitle && dock) {
        painter->fillRect(dock->rect, t.window);
        painter->setPen(t.muted);
        const QRect text = dock->rect.adjusted(3 * gridUnit, 0, -12 * gridUnit, 0);
        painter->drawText(text, Qt::AlignVCenter,
                          dock->fontMetrics.elidedText(dock->title, Qt::ElideRight, text.width()));
    } else if (element == CE_ToolBar) {
        painter->fillRect(option->rect, t.window);
        painter->setPen(t.line);
        painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
    } else if (element == CE_Splitter) {
        painter->fillRect(option->rect, t.window);
    } else if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
               element == CE_PushButtonLabel && button && widget && widget->property(primaryProperty).toBool()
               && has(option, State_Enabled)) {
        QStyleOptionButton filled = *button;
        filled.palette.setColor(QPalette::ButtonText, t.onAccent);
        filled.icon = tinted(button->icon, button->iconSize, t.onAccent, painter->device()->devicePixelRatioF());
        QProxyStyle::drawControl(element, &filled, painter, widget);
    } else {
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void PortolanStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                       const QWidget* widget) const {
    if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option); control == CC_ScrollBar && bar) {
        drawScrollBar(bar, painter, subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget));
        return;
    }
    if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option); control == CC_SpinBox && spin) {
        drawField(option, painter);
        const ThemeTokens& t = tokensOf(option->palette);
        for (const bool up : {true, false}) {
            const bool can =
                spin->stepEnabled.testFlag(up ? QAbstractSpinBox::StepUpEnabled : QAbstractSpinBox::StepDownEnabled);
            drawStepArrow(subControlRect(CC_SpinBox, option, up ? SC_SpinBoxUp : SC_SpinBoxDown, widget), up,
                          can ? t.text : t.line, painter);
        }
        return;
    }
    // A field that opens a calendar, too.
    if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
        control == CC_ComboBox && combo && combo->editable) {
        drawField(option, painter);
        const ThemeTokens& t = tokensOf(option->palette);
        drawStepArrow(subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget), false,
                      has(option, State_Enabled) ? t.text : t.line, painter);
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void setPrimary(QWidget* button, bool primary) {
    button->setProperty(primaryProperty, primary);
    button->update();
}

} // namespace portolan
