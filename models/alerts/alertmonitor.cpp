#include "models/alerts/alertmonitor.h"

#include "models/window/storecontroller.h"
#include "storage/operations/operations.h"
#include "storage/store.h"

#include <QElapsedTimer>
#include <QPointer>
#include <algorithm>

namespace portolan {

namespace {

using std::chrono::milliseconds;

constexpr auto shortestAlertRest = milliseconds(15'000);
constexpr auto longestAlertRest = milliseconds(600'000);
constexpr qint64 restsAnAlertLook = 200; ///< times as long as it took
constexpr qint64 nanosecondsAMillisecond = 1'000'000;
constexpr auto usualPatience = milliseconds(100);
/// The most patience: an alert that is not counted in time gets twice as much the next time, up to this.
constexpr auto mostPatience = milliseconds(1'600);

/// An answer, and how long it took.
template <class Answer>
struct TimedAlerts {
    Answer answer;
    qint64 nanoseconds = 0;
};

template <class Ask>
auto timedAlerts(Ask ask) -> TimedAlerts<std::invoke_result_t<Ask>> {
    QElapsedTimer clock;
    clock.start();
    auto answer = ask();
    return {std::move(answer), clock.nsecsElapsed()};
}

} // namespace

int alertRank(const AlertReading& reading) {
    if (!reading.alert.rule.enabled)
        return 4;
    if (reading.state == AlertState::Ok)
        return reading.problem ? 2 : 3;
    return reading.state == AlertState::Firing ? 0 : 1;
}

AlertMonitor::AlertMonitor(StoreWorker& channel, StoreController& writer, QObject* parent)
    : QObject(parent)
    , m_channel(channel)
    , m_writer(writer) {
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, &AlertMonitor::look);
}

void AlertMonitor::start() {
    if (!std::exchange(m_started, true))
        look();
}

void AlertMonitor::refresh() {
    if (!m_started)
        return;
    if (m_looking)
        m_again = true;
    else
        look();
}

void AlertMonitor::setReceiverFailed(bool failed) {
    if (std::exchange(m_receiverFailed, failed) != failed && m_settled)
        judge();
}

const AlertReading* AlertMonitor::readingOf(const QByteArray& name) const {
    const auto found =
        std::ranges::find_if(m_readings, [&](const AlertReading& each) { return each.alert.rule.name == name; });
    return found == m_readings.end() ? nullptr : &*found;
}

int AlertMonitor::firing() const {
    return static_cast<int>(
        std::ranges::count_if(m_readings, [](const AlertReading& each) { return alertRank(each) == 0; }));
}

milliseconds AlertMonitor::untilNextLook() const {
    return m_rest.isActive() ? m_rest.remainingTimeAsDuration() : milliseconds::zero();
}

// Looking

void AlertMonitor::look() {
    if (std::exchange(m_looking, true))
        return;
    m_rest.stop();
    m_spent = 0;
    using Rules = TimedAlerts<Result<std::vector<Alert>>>;
    m_channel.ask(
        m_asker,
        [](Store& store, const CancelToken& token) -> Result<Rules> {
            return timedAlerts([&] { return alertRules(store, token); });
        },
        this,
        [this](Result<Rules> answer) {
            const Result<std::vector<Alert>> rules = answer ? std::move(answer->answer) : answer.error();
            m_spent = answer ? answer->nanoseconds : 0;
            begin(rules);
        });
}

void AlertMonitor::begin(const Result<std::vector<Alert>>& rules) {
    m_error = rules ? std::nullopt : std::optional(rules.error());
    if (m_error) {
        m_looking = false;
        Q_EMIT changed();
        rest();
        return;
    }
    m_rules = *rules;
    m_next = 0;
    m_found.clear();
    lookAtNext();
}

/// Each rule is a question of its own, so that others come in between.
void AlertMonitor::lookAtNext() {
    if (m_next == m_rules.size()) {
        finish();
        return;
    }
    const Alert& alert = m_rules[m_next++];
    const auto known = m_patience.find(alert.rule.name);
    const milliseconds patience = known == m_patience.end() ? usualPatience : known->second;
    m_channel.ask(
        m_asker,
        [alert, patience](Store& store, const CancelToken& token) -> Result<TimedAlerts<AlertReading>> {
            return timedAlerts([&] { return checkAlert(store, alert, patience, token); });
        },
        this,
        [this, alert, patience](Result<TimedAlerts<AlertReading>> answer) {
            AlertReading reading = answer ? std::move(answer->answer) : AlertReading{alert, alert.state};
            if (answer)
                m_spent += answer->nanoseconds;
            else
                reading.problem = answer.error();
            if (reading.problem && reading.problem->code == ErrorCode::Timeout)
                m_patience[alert.rule.name] = std::min(mostPatience, 2 * patience);
            const auto told = m_states.find(alert.rule.name); // an alert that fires fires until a look says otherwise
            const bool isKnown = told != m_states.end() && told->second != AlertState::Ok;
            if (isKnown || !isOutOfPlace(reading))
                m_found.push_back(std::move(reading));
            lookAtNext();
        });
}

void AlertMonitor::finish() {
    m_looking = false;
    m_settled = true;
    m_looked = std::move(m_found);
    judge();
    remember();
    rest();
}

void AlertMonitor::rest() {
    if (std::exchange(m_again, false)) {
        look();
        return;
    }
    const milliseconds earned(m_spent * restsAnAlertLook / nanosecondsAMillisecond);
    m_rest.start(std::clamp(earned, shortestAlertRest, longestAlertRest));
}

// Its meaning

void AlertMonitor::judge() {
    m_readings = m_looked;
    std::vector<AlertReading> begun;
    std::vector<AlertReading> ended;
    std::map<QByteArray, AlertState> states;
    for (AlertReading& reading : m_readings) {
        judgeOne(reading);
        const QByteArray& name = reading.alert.rule.name;
        const auto told = m_states.find(name);
        const AlertState before = told == m_states.end() ? reading.alert.state : told->second;
        states[name] = reading.state;
        if (before == AlertState::Ok && reading.state == AlertState::Firing)
            begun.push_back(reading);
        else if (before != AlertState::Ok && reading.state == AlertState::Ok && reading.alert.rule.enabled)
            ended.push_back(reading);
    }
    m_states = std::move(states);
    std::ranges::stable_sort(m_readings, std::less(), alertRank);
    Q_EMIT changed();
    for (const AlertReading& each : begun)
        Q_EMIT fired(each);
    for (const AlertReading& each : ended)
        Q_EMIT cleared(each);
}

void AlertMonitor::judgeOne(AlertReading& reading) {
    const AlertRule& rule = reading.alert.rule;
    const auto told = m_states.find(rule.name);
    const bool isReceiver = rule.listing == receiverListing;
    if (isReceiver && rule.enabled)
        reading.value = m_receiverFailed ? 1 : 0;
    if (!reading.alert.isStored || isReceiver) { // only the desk knows how it stood
        reading.alert.state = told == m_states.end() ? AlertState::Ok : told->second;
        reading.state =
            reading.value ? alertStateAfter(reading.alert.state, firesAt(rule, *reading.value)) : reading.alert.state;
    }
    if (!rule.enabled)
        reading.state = AlertState::Ok;
    if (reading.state == AlertState::Ok)
        m_known.erase(rule.name);
    else if (m_known.contains(rule.name))
        reading.state = AlertState::Acknowledged;
}

/// Records the transitions, so that the next program that opens the store finds since when an alert fires.
void AlertMonitor::remember() {
    std::vector<AlertTransition> transitions = transitionsIn(m_looked);
    if (transitions.empty() || m_cannotRecord)
        return;
    m_channel.ask(
        m_recording, [](Store& store, const CancelToken&) { return productionName(store); }, this,
        [this, transitions = std::move(transitions)](const Result<std::optional<QString>>& name) {
            if (!name || *name)
                return;
            m_writer.recordAlerts(transitions, this, [this](const Result<int>& recorded) {
                m_cannotRecord = !recorded && !isTransient(recorded.error().code);
            });
        });
}

// The operator's acts

AlertMonitor::Reply AlertMonitor::andLook(QObject* context, Reply reply) {
    return [this, context = QPointer<QObject>(context), reply = std::move(reply)](const Result<void>& done) {
        if (done)
            refresh();
        if (context)
            reply(done);
    };
}

void AlertMonitor::save(const AlertRule& rule, const std::optional<AlertRule>& expected, const QByteArray& reason,
                        QObject* context, Reply reply) {
    m_patience.erase(rule.name);
    m_writer.saveAlert(rule, expected, reason, this, andLook(context, std::move(reply)));
}

void AlertMonitor::remove(const QByteArray& name, const QByteArray& reason, QObject* context, Reply reply) {
    m_writer.removeAlert(name, reason, this, andLook(context, std::move(reply)));
}

void AlertMonitor::acknowledge(const QByteArray& name, const QByteArray& reason, QObject* context, Reply reply) {
    const auto keepHere = [this, name] {
        m_known.insert(name);
        judge();
    };
    const AlertReading* const reading = readingOf(name);
    if (reading && reading->alert.rule.listing == receiverListing) {
        keepHere();
        reply({});
        return;
    }
    m_writer.acknowledgeAlert(
        name, reason, this, andLook(context, [keepHere, reply = std::move(reply)](const Result<void>& done) {
            const bool isKept =
                done || (done.error().code != ErrorCode::Unsupported && done.error().code != ErrorCode::ReadOnly);
            if (!isKept)
                keepHere();
            reply(isKept ? done : Result<void>());
        }));
}

} // namespace portolan
