#pragma once

#include <QLabel>
#include <QPalette>

namespace portolan {

/// A label that takes no text for markup: what it shows may come from a message.
[[nodiscard]] inline QLabel* plainLabel(QWidget* parent, QPalette::ColorRole color = QPalette::WindowText) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(color);
    return label;
}

} // namespace portolan
