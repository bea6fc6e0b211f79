#include "app/commands/commandline.h"
#include "app/commands/commands.h"
#include "app/console/interrupt.h"
#include "app/console/output.h"
#include "app/console/process.h"
#include "app/render/bundlewriting.h"
#include "app/render/chartdrawing.h"
#include "app/render/reportwriting.h"
#include "app/window/application.h"
#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/base/thread.h"
#include "storage/config/passwordfile.h"
#include "views/connect/keychain.h"

#include <QApplication>
#include <QSocketNotifier>
#include <algorithm>
#include <cerrno>
#include <dlfcn.h>
#include <functional>
#include <optional>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

using namespace portolan;

namespace {

QtMessageHandler earlierHandler = nullptr;

/// Returns true for what Qt's platform without a screen says of every window, and which is of no use to anybody.
bool isOfNoScreen(const QString& message) {
    return message == QLatin1String("This plugin does not support propagateSizeHints()");
}

void leaveOutNoScreen(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    if (!isOfNoScreen(message))
        earlierHandler(type, context, message);
}

/// Ends the program where Qt was refused a thread: it only warns, and then waits for that thread for ever (the events
/// of the display, the bus).
void endWithoutThread(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    if (isOfNoScreen(message))
        return;
    if (message.startsWith(QLatin1String("QThread::start: Thread creation error"))) {
        ::_exit(static_cast<int>(fail(noThread({EAGAIN, std::generic_category()}))));
    }
    earlierHandler(type, context, message);
}

/// Ctrl+C in the terminal and SIGTERM close the window as Ctrl+Q does, without a question.
class QuitOnInterrupt {
public:
    explicit QuitOnInterrupt(const CancelToken& interrupted)
        : m_wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
        , m_callback(interrupted, [wake = m_wake] { eventfd_write(wake, 1); }) {}
    ~QuitOnInterrupt() { close(m_wake); }
    QuitOnInterrupt(const QuitOnInterrupt&) = delete;
    QuitOnInterrupt& operator=(const QuitOnInterrupt&) = delete;

    void closeWindowsOf(QApplication& application) {
        m_notifier.emplace(m_wake, QSocketNotifier::Read);
        QObject::connect(&*m_notifier, &QSocketNotifier::activated, &application, [this] {
            m_notifier->setEnabled(false);
            for (QWidget* const each : QApplication::topLevelWidgets()) {
                if (auto* const window = qobject_cast<MainWindow*>(each)) // also one that is hidden
                    window->stopAndClose();
            }
        });
    }

private:
    int m_wake;
    std::stop_callback<std::function<void()>> m_callback;
    std::optional<QSocketNotifier> m_notifier;
};

/// Reads the configuration of the fonts, which the first text waits 5 ms for. Fontconfig comes with Qt where Qt uses
/// it, and what it has read it keeps (https://www.freedesktop.org/software/fontconfig/fontconfig-devel/fcinit.html).
/// Any thread.
void readFontConfiguration() {
    if (const auto read = reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "FcInit")))
        read(); // what it cannot read, Qt will not either: it shows text in what there is
}

std::optional<ThemeChoice> themeNamed(const QString& name) {
    if (name == QLatin1String("light"))
        return ThemeChoice::Light;
    if (name == QLatin1String("dark"))
        return ThemeChoice::Dark;
    if (name == QLatin1String("system"))
        return ThemeChoice::System;
    return std::nullopt;
}

bool isOpenPane(const QString& id) {
    return std::ranges::any_of(
        paneEntries(), [&id](const PaneEntry& entry) { return id == QLatin1String(entry.id) && !entry.pending; });
}

/// The sample as a picture shows it best: its whole story, as fast as it goes, and a group of what died in it.
Result<void> showStory(WindowOptions& options) {
    const auto source = SourceUrl::parse(QStringLiteral("demo:?rate=0&count=3000"));
    PORTOLAN_TRY(source);
    options.receive = *source;
    options.pane = QStringLiteral("dead-letters");
    options.pictureRows = 40;
    options.pictureChosen = QStringLiteral("Dead letter groups");
    return {};
}

Result<WindowOptions> windowOptions(const WindowRequest& request) {
    WindowOptions options;
    options.sample = request.demo;
    options.picture = request.picture;
    options.pane = request.pane;
    options.isAlone = request.isAlone;
    if (!request.pane.isEmpty() && !isOpenPane(request.pane))
        return Error{ErrorCode::Usage, QStringLiteral("There is no pane \"%1\" in this version.").arg(request.pane)};
    if (request.store) {
        const auto url = StoreUrl::parse(*request.store);
        PORTOLAN_TRY(url);
        options.store = *url;
    }
    if (request.demo && request.count > 0) {
        const auto source = SourceUrl::parse(QStringLiteral("demo:?count=%1").arg(request.count));
        PORTOLAN_TRY(source);
        options.receive = *source;
    }
    if (request.demo && !request.picture.isEmpty() && request.pane.isEmpty() && request.count == 0)
        PORTOLAN_TRY(showStory(options));
    else if (request.demo && !request.picture.isEmpty())
        options.pictureRows = 100;
    if (!request.theme.isEmpty()) {
        options.theme = themeNamed(request.theme);
        if (!options.theme)
            return Error{ErrorCode::Usage,
                         QStringLiteral("--theme is light, dark or system, not \"%1\".").arg(request.theme)};
    }
    if (!request.language.isEmpty()) {
        options.language = languageNamed(request.language);
        if (!options.language)
            return Error{ErrorCode::Usage,
                         QStringLiteral("--language is system, en or de, not \"%1\".").arg(request.language)};
    }
    return options;
}

/// For commands, which have no keychain of their own: see keychainWord.
int passwordOf(int argc, char* argv[], const QString& name) {
    QCoreApplication application(argc, argv);
    const auto url = StoreUrl::parse(name); // else it is a source's
    keychain::readNamed(url ? PasswordFile::nameOf(*url) : name, &application,
                        [&application](const Result<std::optional<QString>>& found) {
                            const auto written =
                                found ? writeOut(found->value_or(QString()).toUtf8()) : Result<void>(found.error());
                            const auto code = static_cast<int>(written ? Exit::Done : fail(written.error()));
                            QMetaObject::invokeMethod(
                                &application, [code] { QCoreApplication::exit(code); }, Qt::QueuedConnection);
                        });
    return QCoreApplication::exec();
}

/// Without one Qt would end the program in its own words. A picture needs none.
Result<void> needDisplay(const WindowOptions& options) {
    for (const char* variable : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}) {
        if (!qEnvironmentVariableIsEmpty(variable))
            return {};
    }
    if (options.picture.isEmpty())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("There is no display for the window (neither DISPLAY nor WAYLAND_DISPLAY is set). "
                                    "The commands need none: portolan --help.")};
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return {};
}

int window(int argc, char* argv[], const QStringList& arguments) {
    const auto request = parseWindowRequest(arguments);
    if (!request)
        return static_cast<int>(fail(request.error()));
    const auto options = windowOptions(*request);
    if (!options)
        return static_cast<int>(fail(options.error()));
    if (const auto display = needDisplay(*options); !display)
        return static_cast<int>(fail(display.error()));
    const auto interrupted = interruptToken(); // before any other thread
    if (!interrupted)
        return static_cast<int>(fail(interrupted.error()));
    QuitOnInterrupt interrupt(*interrupted);
    auto fonts = startThread(&readFontConfiguration); // while Qt connects to the display
    if (!fonts)
        return static_cast<int>(fail(fonts.error()));
    QApplication application(argc, argv);
    fonts->join();
    interrupt.closeWindowsOf(application);
    // From the first turn of events on there is work that another message must not end.
    QMetaObject::invokeMethod(
        &application, [] { qInstallMessageHandler(&leaveOutNoScreen); }, Qt::QueuedConnection);
    return runWindow(application, *options);
}

/// A picture of a series, a report, a bundle: no window is opened, so no screen is needed.
int drawing(int argc, char* argv[], const QStringList& arguments) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const Translation english(Language::English); // commands speak no other, but one of a thing is not several
    QLocale::setDefault(QLocale::c());
    CommandSpec spec = isReporting(arguments) ? reportCommand : isBundling(arguments) ? bundleCommand : chartCommand;
    if (isReporting(arguments))
        spec.run = +[](const Invocation& invocation) { return runReport(invocation, &writeReport); };
    else if (isBundling(arguments))
        spec.run = +[](const Invocation& invocation) { return runBundle(invocation, &makePapers); };
    else
        spec.run = +[](const Invocation& invocation) { return runChart(invocation, &drawChart); };
    return static_cast<int>(runCommand(spec, arguments.mid(1)));
}

} // namespace

int main(int argc, char* argv[]) {
    prepareProcess();
    earlierHandler = qInstallMessageHandler(&endWithoutThread);
    const QStringList words = wordsOf(argc, argv);
    if (words.size() == 2 && words.front() == QLatin1String(keychainWord))
        return passwordOf(argc, argv, words.back());
    return isDrawing(words) || isReporting(words) || isBundling(words) ? drawing(argc, argv, words)
                                                                       : window(argc, argv, words);
}
