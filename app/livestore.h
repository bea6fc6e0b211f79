#pragma once

#include "app/receivercontrol.h"
#include "storage/base/worker.h"
#include "storage/channel.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTimer>
#include <memory>
#include <optional>

namespace portolan {

/// An open store: its channel, its receiver, and the watch over its changes. GUI thread.
class LiveStore : public QObject {
    Q_OBJECT
public:
    /// How the channel opens it; the default is openStore() for reading.
    using Opener = Channel::Opener;
    explicit LiveStore(StoreUrl url, Opener opener = {}, QObject* parent = nullptr);
    ~LiveStore() override;

    /// The sample pipeline: a store in a temporary folder that goes away with it.
    static std::unique_ptr<LiveStore> sample();
    static SourceUrl sampleSource();

    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] QString name() const;
    [[nodiscard]] bool isSample() const { return m_folder != nullptr; }
    [[nodiscard]] Channel& channel() { return *m_channel; }
    [[nodiscard]] ReceiverControl& receiver() { return m_receiver; }

    /// Begins to ask: first what the store can, then, while watched, whether it has changed.
    void open();
    void setWatched(bool watched);
    /// Why the store cannot receive, in words; empty when it can or has not said yet.
    [[nodiscard]] QString cannotReceive() const { return m_cannotReceive; }
    /// Receives as soon as the store has been opened (or found missing: then the receiver makes it).
    void receiveWhenOpen(const SourceUrl& from);
    void receive(const SourceUrl& from) { m_receiver.start(from, m_url); }

Q_SIGNALS:
    void opened();  ///< cannotReceive() is known
    void changed(); ///< rows may have come or gone

private:
    void ask();
    void look();

    StoreUrl m_url;
    std::unique_ptr<QTemporaryDir> m_folder; ///< outlives what works in it
    std::unique_ptr<Channel> m_channel;
    ReceiverControl m_receiver;
    Asker m_asker;
    QTimer m_watch;
    bool m_looking = false;
    bool m_known = false;
    std::optional<ChangeMark> m_mark;
    QString m_cannotReceive;
    std::optional<SourceUrl> m_receiveFrom;
};

} // namespace portolan
