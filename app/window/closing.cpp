#include "app/window/closing.h"

#include "app/desktop/settings.h"
#include "app/window/openstores.h"
#include "app/window/receiveactions.h"
#include "app/window/storeopening.h"
#include "models/list/format.h"
#include "models/window/jobdisplay.h"
#include "views/window/closingdialog.h"
#include "views/window/jobsdock.h"
#include "views/window/noticebar.h"
#include "views/window/topbar.h"

#include <QGuiApplication>
#include <QSet>
#include <QWidget>
#include <iterator>
#include <utility>

namespace portolan {

namespace {

constexpr int backgroundMilliseconds = 1'000; ///< between two looks whether anything still runs without the window

const QString storeField = QStringLiteral("store");
const QString sourceField = QStringLiteral("source");
const QString runsField = QStringLiteral("runs");
const QString lostField = QStringLiteral("cancelled");

std::vector<JobDisplay> workingJobs(LiveStore& store) {
    std::vector<JobDisplay> jobs = jobsOf(store.context());
    std::erase_if(jobs, [](const JobDisplay& job) { return !job.isWorking(); });
    return jobs;
}

/// Returns false of a receiver, too, that the operator has stopped and that only ends still.
bool isReceiving(LiveStore& store) {
    return store.receiver().isRunning() && !store.receiver().isStopping();
}

/// Returns a line for each thing that runs in a store.
QStringList runningIn(LiveStore& store) {
    QStringList lines;
    if (store.isSample())
        return lines;
    const QString name = visibleText(store.name().toUtf8(), 60);
    if (isReceiving(store))
        lines << Closing::tr("Receiving from %1 into %2").arg(store.receiver().source(), name);
    for (const JobDisplay& job : workingJobs(store)) {
        const bool rests = job.desk == JobDisplay::Desk::Replay;
        const QString what = job.name + QStringLiteral(" (") + job.text + QStringLiteral(")");
        lines << (rests ? Closing::tr("%1 in %2: rests where it is") : Closing::tr("%1 in %2: is cancelled"))
                     .arg(what, name);
    }
    return lines;
}

QStringList runningInAll(const OpenStores& stores) {
    QStringList lines;
    for (LiveStore* const store : stores.all())
        lines << runningIn(*store);
    return lines;
}

/// Returns the receiver and jobs of a store that end with the window; empty: it has none.
QVariantMap stoppedOf(LiveStore& store) {
    QStringList runs;
    QStringList lost;
    for (const JobDisplay& job : workingJobs(store)) {
        if (job.desk == JobDisplay::Desk::Replay)
            runs << QString::fromLatin1(job.id);
        else
            lost << job.name + QStringLiteral(" (") + job.text + QStringLiteral(")");
    }
    const bool receives = isReceiving(store);
    if (store.isSample() || (!receives && runs.isEmpty() && lost.isEmpty()))
        return {};
    return {{storeField, store.url().display()},
            {sourceField, receives ? store.receiver().source() : QString()},
            {runsField, runs},
            {lostField, lost}};
}

QString sentenceOf(const QVariantMap& stopped) {
    const QString store = stopped.value(storeField).toString();
    const QString source = stopped.value(sourceField).toString();
    const qsizetype runs = stopped.value(runsField).toStringList().size();
    const QString lost = stopped.value(lostField).toStringList().join(QStringLiteral(", "));
    QStringList parts;
    if (!source.isEmpty())
        parts << Closing::tr("receiving from %1").arg(source);
    if (runs > 0)
        parts << Closing::tr("%n replay(s)", nullptr, static_cast<int>(runs));
    if (!lost.isEmpty())
        parts << lost;
    return Closing::tr("Stopped when the window was closed, in %1: %2.").arg(store, parts.join(QStringLiteral(", ")));
}

} // namespace

Closing::Closing(const Parts& parts, QWidget* window) : QObject(window), m_parts(parts), m_window(window) {
    m_look.setInterval(backgroundMilliseconds);
    connect(&m_look, &QTimer::timeout, this, &Closing::lookWhetherAnythingRuns);
}

bool Closing::mayClose() {
    const QStringList running = runningInAll(m_parts.stores);
    if (m_isDecided || running.isEmpty())
        return true;
    if (m_dialog && m_dialog->isVisible()) {
        m_dialog->activateWindow();
        return false;
    }
    m_dialog = new ClosingDialog(tr("Something is still running"), running,
                                 m_isFound ? ClosingDialog::Background::Offered : ClosingDialog::Background::NotFound,
                                 m_window);
    connect(m_dialog, &ClosingDialog::stopWanted, this, &Closing::decideToStop);
    connect(m_dialog, &ClosingDialog::backgroundWanted, this, &Closing::goIntoBackground);
    m_dialog->open();
    return false;
}

void Closing::decideToStop() {
    m_isDecided = true;
    Q_EMIT decided();
}

void Closing::askStore() {
    LiveStore* const store = m_parts.stores.current();
    if (!store)
        return;
    const QStringList running = runningIn(*store);
    if (running.isEmpty()) {
        m_parts.stores.closeCurrent();
        return;
    }
    auto* const dialog = new ClosingDialog(tr("Something is still running in this store"), running,
                                           ClosingDialog::Background::No, m_window);
    connect(dialog, &ClosingDialog::stopWanted, store, [this, store] {
        if (m_parts.stores.current() == store)
            m_parts.stores.closeCurrent();
    });
    dialog->open();
}

void Closing::keepStopped() {
    QVariantList all;
    for (LiveStore* const store : m_parts.stores.all()) {
        if (const QVariantMap stopped = stoppedOf(*store); !stopped.isEmpty())
            all << stopped;
    }
    m_kept = all;
    setStopped(all);
}

/// Keeps these, and the offers that nobody has answered yet for stores that are not among them.
void Closing::setStopped(QVariantList now) {
    QSet<QString> stores;
    for (const QVariant& each : std::as_const(now))
        stores.insert(each.toMap().value(storeField).toString());
    for (const QVariant& each : m_parts.settings.stopped()) {
        if (!stores.contains(each.toMap().value(storeField).toString()))
            now << each;
    }
    m_parts.settings.setStopped(now);
}

void Closing::forgetKept() {
    for (const QVariant& each : std::exchange(m_kept, {}))
        forget(each.toMap());
}

/// Kept for the next start at once: a session that ends takes the program with it.
void Closing::goIntoBackground() {
    keepStopped();
    m_parts.settings.flush();
    m_isInBackground = true;
    m_look.start();
    if (QGuiApplication::platformName() != QLatin1String("offscreen"))
        m_desktop.tell("background", tr("Portolan goes on in the background"),
                       runningInAll(m_parts.stores).join(u'\n') + u'\n' + tr("Start Portolan again to see it."));
    Q_EMIT backgroundWanted();
}

/// A receiver that has failed is offered at the next start; all else has come to its own end.
void Closing::lookWhetherAnythingRuns() {
    if (!runningInAll(m_parts.stores).isEmpty())
        return;
    m_look.stop();
    QVariantList failed;
    for (LiveStore* const store : m_parts.stores.all()) {
        const ReceiverStatus* const status = store->receiver().status();
        if (status && status->state == ReceiverState::Failed && !store->isSample())
            failed << QVariantMap{{storeField, store->url().display()}, {sourceField, store->receiver().source()}};
    }
    forgetKept();
    setStopped(failed);
    m_isInBackground = false;
    decideToStop();
}

void Closing::comeBack() {
    m_look.stop();
    if (std::exchange(m_isInBackground, false))
        forgetKept();
}

void Closing::offerToGoOn(TopBar& bar, JobsDock& jobs) {
    for (const QVariant& each : m_parts.settings.stopped()) {
        const QVariantMap stopped = each.toMap();
        const bool canGoOn =
            !stopped.value(sourceField).toString().isEmpty() || !stopped.value(runsField).toStringList().isEmpty();
        auto* const notice = new NoticeBar(sentenceOf(stopped), canGoOn ? tr("Go on") : tr("Open the store"), &bar);
        connect(notice, &NoticeBar::wanted, this, [this, stopped, &jobs] { goOn(stopped, jobs); });
        connect(notice, &NoticeBar::dismissed, this, [this, stopped] { forget(stopped); });
        bar.addNotice(notice);
    }
}

/// Through the same doors as the operator: passwords from the keychain, and the gate of a production store.
void Closing::goOn(const QVariantMap& stopped, JobsDock& jobs) {
    forget(stopped);
    m_parts.opening.openUrl(stopped.value(storeField).toString(), [this, stopped, &jobs](LiveStore& store) {
        const auto begin = [this, stopped, &jobs, which = &store] {
            if (m_parts.stores.current() != which)
                return;
            const QString source = stopped.value(sourceField).toString();
            if (!source.isEmpty() && !which->receiver().isRunning())
                m_parts.receiving.startFrom(source);
            for (const QString& run : stopped.value(runsField).toStringList())
                jobs.resume(run.toLatin1());
        };
        if (store.isOpen())
            begin();
        else
            connect(&store, &LiveStore::opened, this, begin, Qt::SingleShotConnection);
    });
}

void Closing::forget(const QVariantMap& stopped) {
    QVariantList all = m_parts.settings.stopped();
    all.removeIf([&](const QVariant& each) { return each.toMap().value(storeField) == stopped.value(storeField); });
    m_parts.settings.setStopped(all);
}

} // namespace portolan
