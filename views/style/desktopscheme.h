#pragma once

#include <QObject>

namespace portolan {

/// What the desktop's portal says about light and dark (org.freedesktop.appearance color-scheme), now and whenever it
/// changes. Silent where there is no portal. Never waits for it.
class DesktopScheme : public QObject {
    Q_OBJECT
public:
    explicit DesktopScheme(QObject* parent = nullptr);
    void ask();

Q_SIGNALS:
    void prefersDark(bool dark);
};

} // namespace portolan
