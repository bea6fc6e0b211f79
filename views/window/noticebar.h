#pragma once

#include <QFrame>

namespace portolan {

/// A line of the window that says something and offers the one thing to do about it, until it is put away. GUI thread.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    NoticeBar(const QString& text, const QString& action, QWidget* parent);

Q_SIGNALS:
    void wanted();    ///< the action
    void dismissed(); ///< the bar goes then

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace portolan
