#include "app/application.h"

#include "app/mainwindow.h"
#include "app/picture.h"
#include "views/desktopscheme.h"

#include <QApplication>

namespace portolan {

namespace {

void openWhatIsAsked(MainWindow& window, const WindowOptions& options) {
    const auto sampleSource = options.receive.value_or(LiveStore::sampleSource());
    if (options.store) {
        window.openStore(*options.store, options.sample ? std::optional(sampleSource) : options.receive);
        if (options.sample)
            window.stores().current()->workOnSample();
    } else if (options.sample)
        window.openSample(sampleSource);
}

} // namespace

int runWindow(QApplication& application, const WindowOptions& options) {
    QApplication::setApplicationName(QStringLiteral("portolan"));
    QGuiApplication::setDesktopFileName(QStringLiteral("portolan"));
    Settings settings;
    Theme theme;
    theme.choose(options.theme.value_or(settings.theme()));
    DesktopScheme desktop;
    QObject::connect(&desktop, &DesktopScheme::prefersDark, &theme, &Theme::setDesktopPrefersDark);
    desktop.ask();
    QApplication::setFont(interfaceFont(settings.zoom()));

    MainWindow window(settings, theme);
    openWhatIsAsked(window, options);
    if (!options.pane.isEmpty() && window.pane())
        window.goTo(options.pane);
    if (!options.picture.isEmpty())
        window.takeSize(MainWindow::usualSize); // whatever screen there is, or is not
    window.show();
    if (options.picture.isEmpty())
        return application.exec();
    const Picture picture(window, options.picture, options.pictureRows);
    const int code = application.exec();
    return picture.saved() ? code : 1;
}

} // namespace portolan
