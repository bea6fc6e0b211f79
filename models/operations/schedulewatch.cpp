#include "models/operations/schedulewatch.h"

#include "storage/operations/operations.h"
#include "storage/operations/savedviews.h"
#include "storage/schedule/trustedentries.h"
#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::chrono::seconds lookEvery{15};
/// An entry that is due still after it was handed out (its job was stopped, or failed before it took it) waits so long.
constexpr std::chrono::minutes againAfter{5};

bool mayNotWrite(ErrorCode code) {
    return code == ErrorCode::ReadOnly || code == ErrorCode::Auth || code == ErrorCode::Unsupported;
}

} // namespace

ScheduleWatch::ScheduleWatch(StoreWorker& channel, OperationsController& desk, QObject* parent)
    : QObject(parent)
    , m_channel(channel)
    , m_desk(desk) {
    m_clock.setInterval(lookEvery);
    connect(&m_clock, &QTimer::timeout, this, &ScheduleWatch::look);
    connect(&m_desk, &OperationsController::failed, this, [this](OperationJob::Kind kind, const Error& error) {
        if (kind == OperationJob::Kind::Schedule && mayNotWrite(error.code))
            m_refused = error.text;
    });
    connect(&m_desk, &OperationsController::schemaChanged, this, [this] {
        m_refused.clear();
        if (m_clock.isActive())
            look();
    });
}

void ScheduleWatch::start() {
    if (m_clock.isActive())
        return;
    m_clock.start();
    look();
}

void ScheduleWatch::stop() {
    m_clock.stop();
    m_asker.cancelPending();
    m_isAsking = false;
}

void ScheduleWatch::allow() {
    m_allowed = m_production;
    Q_EMIT changed();
    look();
}

std::optional<QString> ScheduleWatch::nameToType() const {
    return m_production != m_allowed ? m_production : std::nullopt;
}

bool ScheduleWatch::isRunning() const {
    return std::ranges::any_of(
        m_desk.jobs(), [](const OperationJob& job) { return job.kind == OperationJob::Kind::Schedule && !job.ended; });
}

/// The rights to write are asked for as those to another of our tables.
Result<ScheduleWatch::Look> ScheduleWatch::lookAt(Store& store, const CancelToken& token) {
    Look seen;
    if (const auto schedule = scheduleIn(store); !schedule) {
        seen.whyNot = schedule.error().text + u' '
                      + tr("Put its commands into cron (0 2 * * * portolan backup --store %1), or bring it into a "
                           "database with `portolan copy`.")
                            .arg(store.url().display());
        return seen;
    }
    seen.whyNot = store.unavailableReason(Feature::Receive).value_or(QString());
    if (SavedViews* const views = store.savedViews(); views && seen.whyNot.isEmpty()) {
        auto refused = views->cannotSave(token);
        PORTOLAN_TRY(refused);
        seen.whyNot = refused->value_or(QString());
    }
    if (!seen.whyNot.isEmpty())
        return seen;
    auto all = allEntries(store, token);
    if (!all && all.error().code == ErrorCode::Unsupported) {
        seen.whyNot = all.error().text;
        return seen;
    }
    PORTOLAN_TRY(all);
    const auto trusted = TrustedEntries::read(store.url());
    if (!trusted) {
        seen.whyNot = trusted.error().text;
        return seen;
    }
    const Timestamp now = currentTime();
    for (ScheduleEntry& entry : *all) {
        if (!trusted->has(entry))
            seen.untrusted.push_back(std::move(entry));
        else if (isDue(entry, now))
            seen.due.push_back(std::move(entry));
    }
    auto name = productionName(store);
    PORTOLAN_TRY(name);
    seen.production = std::move(*name);
    return seen;
}

/// Asks what is due, and asks a store that cannot be read now again later.
void ScheduleWatch::look() {
    if (!m_clock.isActive() || m_isAsking || isRunning())
        return;
    m_isAsking = true;
    m_channel.ask(m_asker, &ScheduleWatch::lookAt, this, [this](const Result<Look>& seen) {
        m_isAsking = false;
        if (seen)
            adopt(*seen);
    });
}

void ScheduleWatch::adopt(Look seen) {
    const QString whyNot = seen.whyNot.isEmpty() ? m_refused : seen.whyNot;
    const bool isNew =
        !m_isKnown || m_whyNot != whyNot || m_production != seen.production
        || !std::ranges::equal(m_untrusted, seen.untrusted, {}, &ScheduleEntry::name, &ScheduleEntry::name);
    m_isKnown = true;
    m_whyNot = whyNot;
    m_untrusted = std::move(seen.untrusted);
    m_production = seen.production;
    if (isNew)
        Q_EMIT changed();
    if (!m_whyNot.isEmpty() || nameToType() || isRunning())
        return;
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(seen.due, [&](const ScheduleEntry& entry) {
        const auto handed = m_handed.constFind(entry.name);
        return handed != m_handed.cend() && handed->due == entry.nextRunAt && now - handed->at < againAfter;
    });
    if (seen.due.empty())
        return;
    std::vector<QByteArray> names;
    for (const ScheduleEntry& entry : seen.due) {
        m_handed.insert(entry.name, {entry.nextRunAt, now});
        names.push_back(entry.name);
    }
    m_desk.runDueEntries(names);
}

} // namespace portolan
