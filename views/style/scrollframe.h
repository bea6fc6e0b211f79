#pragma once

#include <QScrollArea>

namespace portolan {

/// A frame that shows its content as large as the room is, and scrolls what wants more: whatever is in it, its own
/// least size is small. It has no border, no background and no focus of its own; what gets the focus in it is scrolled
/// into view.
class ScrollFrame : public QScrollArea {
    Q_OBJECT
public:
    explicit ScrollFrame(QWidget* parent);

    /// Takes what it shows, with the background that this has.
    void setContent(QWidget* content);

    /// As large as the content wants to be: Qt's own would stop at some lines.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace portolan
