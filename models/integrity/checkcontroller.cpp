#include "models/integrity/checkcontroller.h"

#include "storage/store.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <algorithm>

namespace portolan {

namespace {

Result<Checks*> checksOf(Store& store) {
    Checks* const checks = store.checks();
    if (!checks)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Integrity).value_or(QString())};
    return checks;
}

QString keptText(const QByteArray& utf8) {
    return QString::fromUtf8(utf8);
}

QByteArray keptBytes(const QJsonValue& value) {
    return value.toString().toUtf8();
}

QJsonObject kept(const CheckController::Entry& entry) {
    const CheckResult& result = entry.result;
    QJsonArray rows;
    for (const QByteArray& row : result.rows)
        rows.append(keptText(row));
    return {{QStringLiteral("name"), keptText(entry.check.name)},
            {QStringLiteral("promise"), entry.check.promise},
            {QStringLiteral("outcome"), static_cast<int>(entry.outcome)},
            {QStringLiteral("count"), result.count},
            {QStringLiteral("detail"), keptText(result.detail)},
            {QStringLiteral("listing"), keptText(result.listing)},
            {QStringLiteral("filter"), keptText(result.filter)},
            {QStringLiteral("rows"), rows},
            {QStringLiteral("at"), keptText(toIsoTime(result.checkedAt))},
            {QStringLiteral("ms"), result.milliseconds},
            {QStringLiteral("error"), entry.error.text}};
}

/// Healing is not kept: it is proposed for the store as it is.
CheckController::Entry entryOf(const QJsonObject& kept) {
    using Outcome = CheckController::Outcome;
    CheckController::Entry entry;
    entry.check = {keptBytes(kept[QStringLiteral("name")]), kept[QStringLiteral("promise")].toString()};
    const int outcome = kept[QStringLiteral("outcome")].toInt();
    entry.outcome = outcome == static_cast<int>(Outcome::Ok) || outcome == static_cast<int>(Outcome::Found)
                        ? static_cast<Outcome>(outcome)
                        : Outcome::Failed;
    CheckResult& result = entry.result;
    result.name = entry.check.name;
    result.found = entry.outcome == Outcome::Found;
    result.count = kept[QStringLiteral("count")].toInteger();
    result.detail = keptBytes(kept[QStringLiteral("detail")]);
    result.listing = keptBytes(kept[QStringLiteral("listing")]);
    result.filter = keptBytes(kept[QStringLiteral("filter")]);
    for (const QJsonValue& row : kept[QStringLiteral("rows")].toArray())
        result.rows.push_back(keptBytes(row));
    result.checkedAt = parseIsoTime(keptBytes(kept[QStringLiteral("at")])).value_or(Timestamp());
    result.milliseconds = kept[QStringLiteral("ms")].toInteger();
    entry.error.text = kept[QStringLiteral("error")].toString();
    return entry;
}

} // namespace

CheckController::CheckController(StoreWorker::Opener opener, QObject* parent)
    : QObject(parent)
    , m_opener(std::move(opener)) {}

CheckController::~CheckController() = default;

int CheckController::done() const {
    return static_cast<int>(std::ranges::count_if(m_entries, [](const Entry& entry) {
        return entry.outcome != Outcome::Waiting && entry.outcome != Outcome::Running;
    }));
}

int CheckController::found() const {
    return static_cast<int>(std::ranges::count(m_entries, Outcome::Found, &Entry::outcome));
}

QByteArray CheckController::save() const {
    if (m_running || !m_endedAt)
        return {};
    QJsonArray entries;
    for (const Entry& entry : m_entries)
        entries.append(kept(entry));
    return QJsonDocument(QJsonObject{{QStringLiteral("ended_at"), keptText(toIsoTime(*m_endedAt))},
                                     {QStringLiteral("ms"), m_milliseconds},
                                     {QStringLiteral("entries"), entries}})
        .toJson(QJsonDocument::Compact);
}

void CheckController::restore(const QByteArray& kept) {
    const QJsonObject read = QJsonDocument::fromJson(kept).object();
    const auto endedAt = parseIsoTime(keptBytes(read[QStringLiteral("ended_at")]));
    if (m_running || !m_entries.empty() || !endedAt)
        return;
    for (const QJsonValue& entry : read[QStringLiteral("entries")].toArray())
        m_entries.push_back(entryOf(entry.toObject()));
    m_endedAt = endedAt;
    m_milliseconds = read[QStringLiteral("ms")].toInteger();
    Q_EMIT reset();
    Q_EMIT changed();
}

void CheckController::run() {
    if (m_running)
        return;
    m_running = true;
    m_error.reset();
    m_clock.start();
    if (!m_channel)
        m_channel = std::make_unique<StoreWorker>(m_opener);
    m_channel->ask(
        m_asker,
        [](Store& store, const CancelToken& token) -> Result<std::vector<CheckName>> {
            const Result<Checks*> checks = checksOf(store);
            return checks ? (*checks)->begin(token) : checks.error();
        },
        this, [this](Result<std::vector<CheckName>> checks) { begin(std::move(checks)); });
    Q_EMIT changed();
}

void CheckController::begin(Result<std::vector<CheckName>> checks) {
    if (!checks) {
        m_error = checks.error();
        end();
        return;
    }
    m_entries.clear();
    for (CheckName& check : *checks)
        m_entries.push_back({std::move(check)});
    Q_EMIT reset();
    if (m_running)
        next();
}

void CheckController::next() {
    const auto waiting = std::ranges::find(m_entries, Outcome::Waiting, &Entry::outcome);
    if (waiting == m_entries.end()) {
        m_endedAt = currentTime();
        m_milliseconds = m_clock.elapsed();
        end();
        return;
    }
    const auto at = static_cast<std::size_t>(waiting - m_entries.begin());
    waiting->outcome = Outcome::Running;
    Q_EMIT entryChanged(static_cast<int>(at));
    if (!m_running)
        return;
    m_channel->ask(
        m_asker,
        [name = waiting->check.name](Store& store, const CancelToken& token) -> Result<CheckResult> {
            const Result<Checks*> checks = checksOf(store);
            return checks ? (*checks)->run(name, token) : checks.error();
        },
        this, [this, at](Result<CheckResult> result) { adopt(at, std::move(result)); });
}

void CheckController::adopt(std::size_t at, Result<CheckResult> result) {
    Entry& entry = m_entries[at];
    if (result) {
        entry.outcome = result->found ? Outcome::Found : Outcome::Ok;
        entry.result = std::move(*result);
    } else {
        entry.outcome = Outcome::Failed;
        entry.error = result.error();
    }
    Q_EMIT entryChanged(static_cast<int>(at));
    Q_EMIT changed();
    if (m_running) // a receiver of these signals may have cancelled
        next();
}

void CheckController::cancel() {
    if (!m_running)
        return;
    m_asker.cancelPending();
    for (std::size_t at = 0; at < m_entries.size(); ++at) {
        if (m_entries[at].outcome != Outcome::Running)
            continue;
        m_entries[at].outcome = Outcome::Waiting;
        Q_EMIT entryChanged(static_cast<int>(at));
    }
    end();
}

/// The store is closed as soon as its thread has nothing to do, so that nobody waits for it here.
void CheckController::end() {
    m_running = false;
    const auto close = [this] {
        QTimer::singleShot(0, this, [this] {
            if (!m_running)
                m_channel.reset();
        });
    };
    if (m_error) // it is not open, and opening it again would say the same
        close();
    else
        m_channel->ask(
            m_asker, [](Store&, const CancelToken&) { return Result<void>(); }, this,
            [close](const Result<void>&) { close(); });
    Q_EMIT changed();
}

} // namespace portolan
