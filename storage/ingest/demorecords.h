#pragma once

#include "storage/base/clock.h"
#include "storage/base/random.h"

#include <QByteArray>
#include <array>

namespace portolan {

/// The records of the sample pipeline, beside its messages: health and figures of its components and ports, the
/// messages of its ports, and the readings of six sensors of its warehouse. Now and then somebody gives billing a
/// shorter timeout, which a version of its state tells: until it is taken back its messages have a deadline that the
/// slow region eu-3 never meets (SampleFaults). The same seed and times tell the same story, byte for byte.
class DemoRecords {
public:
    explicit DemoRecords(quint64 seed);

    /// The next payload, of a moment; empty when it is a message's turn (two of five times).
    [[nodiscard]] QByteArray next(Timestamp at);

private:
    using Maker = QByteArray (DemoRecords::*)();
    struct Share {
        unsigned ofHundred;
        Maker make; ///< null: a message
    };
    static const std::array<Share, 9> shares;

    [[nodiscard]] QByteArray portMessage();
    [[nodiscard]] QByteArray componentMetric();
    [[nodiscard]] QByteArray sensorEvent();
    [[nodiscard]] QByteArray portMetric();
    [[nodiscard]] QByteArray health();
    [[nodiscard]] QByteArray sinkRecord();
    [[nodiscard]] QByteArray checkpoint();
    [[nodiscard]] QByteArray componentState();
    [[nodiscard]] QByteArray time() const;
    [[nodiscard]] QByteArray orderId() const { return "o-" + QByteArray::number(1000 + m_orders); }
    [[nodiscard]] bool isInStory() const;
    qint64 walk(qint64& value, qint64 least, qint64 most);

    Random m_random;
    Timestamp m_at;
    Timestamp m_begin; ///< of the first; makes the ids of events those of this run
    bool m_begun = false;
    qint64 m_told = 0;        ///< payloads and turns of messages so far
    qint64 m_deadline = 5000; ///< milliseconds that billing's state says, and its messages have
    qint64 m_events = 0;
    qint64 m_orders = 0;
    std::array<qint64, 25> m_figures; ///< of components, five each, in thousandths
    std::array<qint64, 6> m_sensors;  ///< readings, in thousandths
    std::array<qint64, 3> m_sent{};   ///< messages, by port
};

} // namespace portolan
