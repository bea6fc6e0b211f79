#include "app/window/application.h"

#include "app/desktop/singleinstance.h"
#include "app/window/mainwindow.h"
#include "app/window/picture.h"
#include "views/style/systemcolorscheme.h"

#include <QApplication>

namespace portolan {

namespace {

void goToPane(MainWindow& window, const QString& pane) {
    if (!pane.isEmpty() && window.pane())
        window.goTo(pane);
}

void openWhatIsAsked(MainWindow& window, const WindowOptions& options) {
    const auto sampleSource = options.receive.value_or(LiveStore::sampleSource());
    if (options.store) {
        const auto receive = options.sample ? std::optional(sampleSource) : options.receive;
        window.openStore(*options.store,
                         [&window, receive, isSample = options.sample, pane = options.pane](LiveStore& store) {
                             if (receive && isSample)
                                 store.sampleWhenOpen(*receive);
                             else if (receive)
                                 store.receiveWhenOpen(*receive);
                             goToPane(window, pane);
                         });
    } else if (options.sample) {
        window.openSample(sampleSource);
        goToPane(window, options.pane);
    }
}

/// A picture and the sample are a program's own, and so is a window that nobody sees.
bool isShared(const WindowOptions& options) {
    return !options.isAlone && !options.sample && options.picture.isEmpty()
           && QGuiApplication::platformName() != QLatin1String("offscreen");
}

void takeWishes(SingleInstance& instance, MainWindow& window) {
    QObject::connect(&instance, &SingleInstance::wished, &window, [&window](const WindowWish& wish) {
        if (wish.store)
            window.openStore(*wish.store, [&window, pane = wish.pane](LiveStore&) { goToPane(window, pane); });
        else
            goToPane(window, wish.pane);
        window.comeForward();
    });
}

} // namespace

int runWindow(QApplication& application, const WindowOptions& options) {
    QApplication::setApplicationName(QStringLiteral("portolan"));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.portolan.portolan"));
    const QString meeting = isShared(options) ? SingleInstance::usualPath() : QString();
    if (!meeting.isEmpty() && SingleInstance::handOver(meeting, {options.store, options.pane}))
        return 0;
    Settings settings;
    const Translation translation(options.language.value_or(settings.language()));
    Theme theme;
    theme.choose(options.theme.value_or(settings.theme()));
    SystemColorScheme desktop;
    QObject::connect(&desktop, &SystemColorScheme::prefersDark, &theme, &Theme::setDesktopPrefersDark);
    desktop.ask();
    QApplication::setFont(interfaceFont(settings.zoom()));

    MainWindow window(settings, theme);
    SingleInstance instance;
    takeWishes(instance, window);
    if (!meeting.isEmpty())
        instance.listen(meeting);
    openWhatIsAsked(window, options);
    if (!options.picture.isEmpty())
        window.takeSize(MainWindow::usualSize); // whatever screen there is, or is not
    window.show();
    if (options.picture.isEmpty())
        return application.exec();
    const Picture picture(window, options.picture, options.pictureRows, options.pictureChosen);
    const int code = application.exec();
    return picture.saved() ? code : 1;
}

} // namespace portolan
