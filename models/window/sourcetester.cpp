#include "models/window/sourcetester.h"

#include "models/list/format.h"
#include "storage/stores/probesource.h"

#include <QCoreApplication>

namespace portolan {

namespace {

using Holds = SourceProbe::Holds;

/// The words of the form of a source.
class SourceWords {
    Q_DECLARE_TR_FUNCTIONS(SourceWords)

public:
    static QString answer(const SourceProbe& probe) {
        const QString took = measuredFigure(static_cast<double>(probe.answered.count()) / 1000.0,
                                            probe.answered < std::chrono::milliseconds(10) ? 1 : 0);
        return tr("It answers: %1 at %2. Connected in %3 ms, answers in %4 ms.")
            .arg(probe.product, probe.place, groupedNumber(probe.opened.count()), took);
    }
    static QString replica() {
        return tr("This server is a read-only replica: messages can be read here, but not acknowledged. Give the "
                  "master's address, or the sentinels'.");
    }
    static QString missing(const SourceUrl& url) {
        const QString name = visibleText(url.name, longestName);
        if (url.kind == SourceKind::RedisList)
            return tr("There is no list “%1”: it is empty, or nobody has put anything into it yet. The receiver waits "
                      "for it.")
                .arg(name);
        if (url.kind == SourceKind::Kafka)
            return tr("There is no topic “%1” that this user may see.").arg(name);
        return tr("There is no stream “%1” yet. The receiver makes it, empty, with its group.").arg(name);
    }
    static QString otherType(const SourceUrl& url, const QByteArray& type) {
        const QString name = visibleText(url.name, longestName);
        const QString wanted = url.kind == SourceKind::RedisList ? tr("a list") : tr("a stream");
        return type.isEmpty() ? tr("The key “%1” is not %2.").arg(name, wanted)
                              : tr("The key “%1” is not %2 but: %3.").arg(name, wanted, visibleText(type, longestName));
    }
    static QString entries(const SourceUrl& url, const SourceProbe& probe) {
        const QString count = groupedNumber(*probe.entries);
        const QString name = visibleText(url.name, longestName);
        if (url.kind == SourceKind::RedisList)
            return tr("The list “%1” has %2 messages.").arg(name, count);
        if (url.kind == SourceKind::Kafka)
            return tr("The topic “%1” has %2 messages in %n partition(s).", nullptr,
                      static_cast<int>(probe.partitions.value_or(0)))
                .arg(name, count);
        return tr("The stream “%1” has %2 entries.").arg(name, count);
    }
    static QString group(const SourceUrl& url, const SourceProbe& probe) {
        const QString name = visibleText(url.group.toUtf8(), longestName);
        if (!*probe.hasGroup)
            return url.kind == SourceKind::Kafka
                       ? tr("The group “%1” has read nothing of it yet: all of it comes.").arg(name)
                       : tr("There is no group “%1” yet. The receiver makes it, and reads from the beginning.")
                             .arg(name);
        QString text = tr("The group “%1” is there").arg(name);
        if (probe.lag)
            text += tr(", %1 behind").arg(groupedNumber(*probe.lag));
        if (probe.pending)
            text += tr(", %1 handed out and not acknowledged").arg(groupedNumber(*probe.pending));
        return text + u'.';
    }
    static QString channel(const SourceProbe& probe) {
        return tr("Receivers that hear this channel now: %1. Redis keeps nothing for those that come later.")
            .arg(groupedNumber(*probe.listeners));
    }
    static QString pattern(const SourceProbe& probe) {
        return tr("Channels of this pattern that somebody hears now: %1. Redis keeps nothing for those that come "
                  "later.")
            .arg(groupedNumber(*probe.channels));
    }
    static QString denied(const SourceProbe& probe) {
        return tr("This user may not ask by %1, so that is not known.").arg(probe.denied.join(QStringLiteral(", ")));
    }
    static QString sample() { return tr("The sample is built in: there is nothing to be reached."); }
    static QString rejects(const SourceProbe& probe) {
        return probe.holds == Holds::Expected ? tr("The store opens: %1.").arg(probe.product)
                                              : tr("The store opens, but it keeps no rejects.");
    }

private:
    static constexpr int longestName = 60;
};

} // namespace

void SourceTester::ask(const SourceUrl& url, QObject* context, const Reply& reply) {
    stop();
    auto found = std::make_shared<Result<SourceProbe>>(Error{ErrorCode::Cancelled, {}});
    m_worker.post(
        m_asker, context, [url, found](const CancelToken& token) { *found = probeSource(url, token); },
        [found, reply](const Result<void>& ran) { reply(ran ? *found : Result<SourceProbe>(ran.error())); });
}

void SourceTester::stop() {
    m_asker.cancelPending();
}

QStringList probeTexts(const SourceUrl& url, const SourceProbe& probe) {
    if (url.kind == SourceKind::Demo)
        return {SourceWords::sample()};
    if (url.kind == SourceKind::Rejects)
        return {SourceWords::rejects(probe)};
    QStringList texts{SourceWords::answer(probe)};
    if (probe.isReplica)
        texts << SourceWords::replica();
    if (probe.holds == Holds::Nothing)
        texts << SourceWords::missing(url);
    else if (probe.holds == Holds::Other)
        texts << SourceWords::otherType(url, probe.type);
    else if (probe.entries)
        texts << SourceWords::entries(url, probe);
    if (probe.hasGroup && probe.holds != Holds::Nothing)
        texts << SourceWords::group(url, probe);
    if (probe.listeners)
        texts << SourceWords::channel(probe);
    if (probe.channels)
        texts << SourceWords::pattern(probe);
    if (!probe.denied.isEmpty())
        texts << SourceWords::denied(probe);
    return texts;
}

} // namespace portolan
