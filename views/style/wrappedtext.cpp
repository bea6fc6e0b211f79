#include "views/style/wrappedtext.h"

#include <QTextLayout>
#include <QtMath>
#include <algorithm>

namespace portolan {

QTextOption breaking(Qt::Alignment alignment) {
    QTextOption option(alignment);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return option;
}

int wrappedHeight(QString text, const QFont& font, int width) {
    QTextLayout layout(text.replace(u'\n', QChar::LineSeparator), font);
    layout.setTextOption(breaking());
    qreal height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, width));
        height += line.height();
    }
    layout.endLayout();
    return qCeil(height);
}

} // namespace portolan
