#include "views/style/icons.h"

#include "views/style/theme.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

/// The drawings lie in a static library: without this the linker leaves them out. Outside of namespaces, as the macro
/// wants it.
static void loadArtwork() {
    Q_INIT_RESOURCE(portolan_artwork);
}

namespace portolan {

namespace {

QColor colorFor(QIcon::Mode mode, QIcon::State state) {
    const ThemeTokens& tokens = tokensOf(QGuiApplication::palette());
    if (mode == QIcon::Disabled)
        return tokens.muted;
    return mode == QIcon::Selected || state == QIcon::On ? tokens.accentText : tokens.text;
}

class ThemedEngine : public QIconEngine {
public:
    explicit ThemedEngine(QString name) : m_name(std::move(name)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const double ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QPixmap scaledPixmap(const QSize& pixels, QIcon::Mode mode, QIcon::State state, qreal ratio) override {
        const QColor color = colorFor(mode, state);
        const QString key =
            QStringLiteral("portolan/%1/%2x%3/%4")
                .arg(m_name, QString::number(pixels.width()), QString::number(pixels.height()), color.name());
        QPixmap drawn;
        if (!QPixmapCache::find(key, &drawn)) {
            drawn = draw(pixels, color);
            QPixmapCache::insert(key, drawn);
        }
        drawn.setDevicePixelRatio(ratio);
        return drawn;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new ThemedEngine(*this); }

private:
    [[nodiscard]] QPixmap draw(const QSize& pixels, const QColor& color) const {
        QPixmap pixmap(pixels);
        if (pixmap.isNull()) // asked for while a widget has no size yet
            return pixmap;
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        QSvgRenderer svg(QStringLiteral(":/icons/%1.svg").arg(m_name));
        svg.render(&painter, QRectF(QPointF(), pixels));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), color);
        return pixmap;
    }

    QString m_name;
};

} // namespace

QIcon themedIcon(const QString& name) {
    loadArtwork(); // registering twice does no harm
    return QIcon(new ThemedEngine(name));
}

} // namespace portolan
