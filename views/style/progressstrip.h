#pragma once

#include <QProgressBar>

namespace portolan {

/// A progress bar in the theme's own shape: a slim rounded strip.
class ProgressStrip : public QProgressBar {
    Q_OBJECT
public:
    explicit ProgressStrip(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace portolan
