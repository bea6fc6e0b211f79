#pragma once

#include <QObject>

namespace portolan {

/// The choice of light or dark by the desktop's portal (org.freedesktop.appearance color-scheme), now and whenever it
/// changes. Silent where there is no portal. Never waits for it.
class SystemColorScheme : public QObject {
    Q_OBJECT
public:
    explicit SystemColorScheme(QObject* parent = nullptr);
    void ask();

Q_SIGNALS:
    void prefersDark(bool dark);
};

} // namespace portolan
