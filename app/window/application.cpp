#include "app/window/application.h"

#include "app/desktop/singleinstance.h"
#include "app/window/mainwindow.h"
#include "views/list/pane.h"
#include "views/style/systemcolorscheme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QPixmap>
#include <QTimer>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr int lookMilliseconds = 100;
constexpr int mostLooks = 300;
constexpr int looksToPaint = 3;   ///< what has just come is painted by then
constexpr int looksToAnswer = 12; ///< and by then what a chosen row leads to

/// Waits until a window has something to show, saves a picture of it and closes it.
class Picture : public QObject {
public:
    /// Waits for so many rows at least, or for a list that is settled when `rows` is 0; half a minute at most. Then
    /// chooses the first row of the table of that name, where there is one.
    Picture(MainWindow& window, QString path, qint64 rows, QString chosen)
        : QObject(&window)
        , m_window(window)
        , m_path(std::move(path))
        , m_rows(rows)
        , m_chosen(std::move(chosen)) {
        connect(&m_timer, &QTimer::timeout, this, &Picture::look);
        m_timer.start(lookMilliseconds);
    }
    [[nodiscard]] bool saved() const { return m_saved; }

private:
    void look() {
        const Pane* pane = m_window.pane();
        const qint64 shown = pane ? pane->rowsShown() : 0;
        const bool isStill =
            m_chosen.isEmpty() || std::exchange(m_shown, shown) == shown; // what is chosen grows no more
        const bool there = !pane || (pane->isSettled() && shown >= m_rows && isStill);
        if (!m_isChosen)
            m_ready = there ? m_ready + 1 : 0;
        else
            ++m_ready;
        const bool isLate = ++m_looks >= mostLooks;
        if (m_ready < (m_isChosen ? looksToAnswer : looksToPaint) && !isLate)
            return;
        if (!m_chosen.isEmpty() && !m_isChosen && !isLate) {
            m_isChosen = choose();
            m_ready = 0;
            return;
        }
        m_timer.stop();
        m_saved = m_window.grab().save(m_path);
        m_window.stopAndClose(); // there is nobody to be asked
    }

    /// Returns false where there is no row yet.
    [[nodiscard]] bool choose() const {
        const auto views = m_window.findChildren<QAbstractItemView*>();
        const auto found = std::ranges::find_if(views, [this](const QAbstractItemView* view) {
            return view->accessibleName() == m_chosen && view->isVisible();
        });
        if (found == views.end() || !(*found)->model() || (*found)->model()->rowCount() == 0)
            return false;
        const QModelIndex first = (*found)->model()->index(0, 0);
        (*found)->setCurrentIndex(first);
        (*found)->selectionModel()->select(first, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        return true;
    }

    MainWindow& m_window;
    QString m_path;
    qint64 m_rows;
    QString m_chosen; ///< a table of which a row is to be chosen; empty: none
    QTimer m_timer;
    int m_looks = 0;
    qint64 m_shown = -1; ///< rows at the last look
    int m_ready = 0;     ///< looks since the window had what it should
    bool m_isChosen = false;
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
    const Picture picture(window, options.picture, options.pictureRows, options.pictureChosen);
    const int code = application.exec();
    return picture.saved() ? code : 1;
}

} // namespace portolan
