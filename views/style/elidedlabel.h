#pragma once

#include <QLabel>

namespace portolan {

/// A line of plain text that takes the width it is given; what does not fit ends in "…" and stands in the tooltip.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace portolan
