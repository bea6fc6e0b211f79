#include "app/window/application.h"

#include "app/desktop/singleinstance.h"
#include "app/window/mainwindow.h"
#include "views/list/pane.h"
#include "views/style/systemcolorscheme.h"

#include <QApplication>
#include <QPixmap>
#include <QTimer>

namespace portolan {

namespace {

constexpr int lookMilliseconds = 100;
constexpr int mostLooks = 300;
constexpr int looksToPaint = 3; ///< what has just come is painted by then

/// Waits until a window has something to show, saves a picture of it and closes it.
class Picture : public QObject {
public:
    /// Waits for so many rows at least, or for a list that is settled when `rows` is 0; half a minute at most.
    Picture(MainWindow& window, QString path, qint64 rows)
        : QObject(&window)
        , m_window(window)
        , m_path(std::move(path))
        , m_rows(rows) {
        connect(&m_timer, &QTimer::timeout, this, &Picture::look);
        m_timer.start(lookMilliseconds);
    }
    [[nodiscard]] bool saved() const { return m_saved; }

private:
    void look() {
        const Pane* pane = m_window.pane();
        const bool there = !pane || (pane->isSettled() && pane->rowsShown() >= m_rows);
        m_ready = there ? m_ready + 1 : 0;
        if (m_ready < looksToPaint && ++m_looks < mostLooks)
            return;
        m_timer.stop();
        m_saved = m_window.grab().save(m_path);
        m_window.stopAndClose(); // there is nobody to be asked
    }

    MainWindow& m_window;
    QString m_path;
    qint64 m_rows;
    QTimer m_timer;
    int m_looks = 0;
    int m_ready = 0; ///< looks since the window had what it should
    bool m_saved = false;
};

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
        window.setFound(instance.listen(meeting));
    openWhatIsAsked(window, options);
    if (!options.picture.isEmpty())
        window.takeSize(MainWindow::usualSize); // whatever screen there is, or is not
    if (options.picture.isEmpty())
        window.offerToGoOn();
    window.show();
    if (options.picture.isEmpty())
        return application.exec();
    const Picture picture(window, options.picture, options.pictureRows);
    const int code = application.exec();
    return picture.saved() ? code : 1;
}

} // namespace portolan
