#include "views/style/widgetpicture.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QPainter>
#include <QPixmap>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWidget>

namespace portolan {

QByteArray svgOf(QWidget& widget) {
    QBuffer buffer;
    QSvgGenerator drawing;
    drawing.setOutputDevice(&buffer);
    drawing.setSize(widget.size());
    drawing.setViewBox(widget.rect());
    {
        QPainter painter(&drawing);
        widget.render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
    }
    return buffer.data();
}

Result<void> savePicture(QWidget& widget, const QString& path) {
    QSaveFile file(path);
    bool saved = file.open(QIODevice::WriteOnly);
    if (saved && path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        const QByteArray drawing = svgOf(widget);
        saved = file.write(drawing) == drawing.size();
    } else if (saved) {
        saved = widget.grab().save(&file, "PNG");
    }
    if (saved && file.commit())
        return {};
    return Error{ErrorCode::Io,
                 QCoreApplication::translate("Errors", "Cannot write %1: %2.").arg(path, file.errorString())};
}

} // namespace portolan
