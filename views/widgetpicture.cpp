#include "views/widgetpicture.h"

#include <QPainter>
#include <QPixmap>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWidget>

namespace portolan {

Result<void> savePicture(QWidget& widget, const QString& path) {
    QSaveFile file(path);
    bool saved = file.open(QIODevice::WriteOnly);
    if (saved && path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator drawing;
        drawing.setOutputDevice(&file);
        drawing.setSize(widget.size());
        drawing.setViewBox(widget.rect());
        QPainter painter;
        saved = painter.begin(&drawing);
        if (saved)
            widget.render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
    } else if (saved) {
        saved = widget.grab().save(&file, "PNG");
    }
    if (saved && file.commit())
        return {};
    return Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(path, file.errorString())};
}

} // namespace portolan
