#include "app/livestore.h"

namespace portolan {

namespace {

constexpr int watchMilliseconds = 250;
constexpr int sampleRate = 100; ///< a second, records of all kinds; two of five are messages

Channel::Opener usualOpener(const StoreUrl& url) {
    return [url](const CancelToken& token) { return openStore(url, Access::Read, token); };
}

/// A sample has nothing to be read before it is made.
Channel::Opener makingOpener(const StoreUrl& url) {
    return [url](const CancelToken& token) -> Result<std::unique_ptr<Store>> {
        if (const auto made = openStore(url, Access::Write, token); !made)
            return made.error();
        return openStore(url, Access::Read, token);
    };
}

} // namespace

LiveStore::LiveStore(StoreUrl url, Opener opener, QObject* parent)
    : QObject(parent)
    , m_url(std::move(url))
    , m_channel(std::make_unique<Channel>(opener ? std::move(opener) : usualOpener(m_url))) {
    m_watch.setInterval(watchMilliseconds);
    connect(&m_watch, &QTimer::timeout, this, &LiveStore::look);
    connect(&m_receiver, &ReceiverControl::stored, this, &LiveStore::look);
}

LiveStore::~LiveStore() {
    m_receiver.stop();
}

std::unique_ptr<LiveStore> LiveStore::sample() {
    auto folder = std::make_unique<QTemporaryDir>();
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = folder->filePath(QStringLiteral("sample.db"));
    auto store = std::make_unique<LiveStore>(url, makingOpener(url));
    store->m_folder = std::move(folder);
    return store;
}

SourceUrl LiveStore::sampleSource() {
    SourceUrl source;
    source.kind = SourceKind::Demo;
    source.rate = sampleRate;
    return source;
}

QString LiveStore::name() const {
    return isSample() ? tr("Sample pipeline") : m_url.name();
}

void LiveStore::open() {
    ask();
}

void LiveStore::ask() {
    m_channel->ask(
        m_asker,
        [](Store& store, const CancelToken&) -> Result<QString> {
            return store.missing(Feature::Receive).value_or(QString());
        },
        this,
        [this](Result<QString> reason) {
            m_known = reason.ok();
            m_cannotReceive = reason ? *reason : QString();
            Q_EMIT opened();
            if (const auto from = std::exchange(m_receiveFrom, {}))
                receive(*from);
        });
}

void LiveStore::receiveWhenOpen(const SourceUrl& from) {
    m_receiveFrom = from;
}

void LiveStore::setWatched(bool watched) {
    if (watched)
        m_watch.start();
    else
        m_watch.stop();
}

/// One look at a time: a slow store is asked less often.
void LiveStore::look() {
    if (std::exchange(m_looking, true))
        return;
    if (m_watch.isActive())
        m_watch.start(); // a receiver's tick was a look as well
    m_channel->ask(
        m_asker, [](Store& store, const CancelToken&) { return store.changeMark(); }, this,
        [this](Result<ChangeMark> mark) {
            m_looking = false;
            if (!mark) {
                m_mark.reset(); // once it answers again, everything is looked at anew
                return;
            }
            if (m_mark == *mark)
                return;
            m_mark = *mark;
            // A store that was found while its schema was being made, or is migrated by another, can receive later.
            if (!m_known || !m_cannotReceive.isEmpty())
                ask();
            Q_EMIT changed();
        });
}

} // namespace portolan
