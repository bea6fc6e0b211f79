#include "tests/support/madelogs.h"

#include <QHash>
#include <QRandomGenerator>
#include <QUuid>
#include <cmath>
#include <cstring>
#include <map>

namespace portolan::test {

namespace {

constexpr int messagesOfASet = 2000;

/// A slot is a word in braces: see valueOf().
const std::map<QByteArray, std::vector<const char*>>& formsOfSets() {
    static const std::map<QByteArray, std::vector<const char*>> forms{
        {"database",
         {"duplicate key value violates unique constraint \"orders_pkey\": Key (id)=({n}) already exists.",
          "deadlock detected: process {n} waits for ShareLock on transaction {n}; blocked by process {n}",
          "could not connect to server {host} port {port}: Connection refused",
          "canceling statement due to statement timeout after {ms}",
          "null value in column \"{word}\" of relation \"customers\" violates not-null constraint",
          "could not write block {n} in file \"{path}\": No space left on device",
          "relation {n} of database {n} is being vacuumed since {time}",
          "terminating connection {uuid} due to administrator command",
          "checkpoint complete: wrote {n} buffers ({n} %) in {ms}", "password authentication failed for user {user}",
          "invalid byte sequence for encoding UTF8: {hex} at offset {n}", "replication slot {word} is {n} bytes behind",
          "out of memory: failed on request of size {n}", "lock timeout"}},
        {"network",
         {"connection to {ip}:{port} timed out after {ms}", "connection to {ip}:{port} reset by peer",
          "TLS handshake with {host} failed: certificate expired on {time}",
          "TLS handshake with {host} failed: unknown authority",
          "HTTP 503 from https://{host}/v{n}/{word}?id={n}: service unavailable",
          "HTTP 404 from https://{host}/v{n}/{word}?id={n}: not found", "no route to host {ip}",
          "DNS lookup of {host} failed with SERVFAIL ({n} tries)",
          "dropped {n} packets on interface eth{n}, {n} errors", "session {hex} of user {user} closed from {ip}",
          "rate limit exceeded for {user}: {n} requests in {ms}", "upstream {ip}:{port} answered in {ms}, limit {ms}",
          "retry {n} of {n} for request {uuid}"}},
        {"orders",
         {"order {n} rejected: no stock of item {hex}", "order {n} rejected: payment declined by {word}",
          "order {n} rejected: address of customer {user} is incomplete",
          "cannot parse amount '{n}.{n}' of invoice {uuid}", "tariff for zone {n} is missing",
          "billing: no such tariff {word}", "shipment {uuid} lost contact near {ip}",
          "customer {user} has {n} open invoices, limit {n}", "mail to {user}@{host} bounced: mailbox full",
          "mail to {user}@{host} bounced: no such user", "file {path} has {n} lines, expected {n}",
          "worker {n} gave up on batch {n} after {ms}"}}};
    return forms;
}

class Values {
public:
    explicit Values(const char* set) : m_random(static_cast<quint32>(qChecksum(QByteArrayView(set)))) {}

    double chance() { return m_random.generateDouble(); }

    QByteArray of(const QByteArray& slot) {
        if (slot == "n")
            return number(100'000);
        if (slot == "port")
            return number(65'536);
        if (slot == "ms")
            return number(30'000) + "ms";
        if (slot == "ip")
            return "10." + number(256) + '.' + number(256) + '.' + number(256);
        if (slot == "host")
            return word() + '-' + number(20) + ".example.com";
        if (slot == "path")
            return "/var/lib/" + word() + '/' + number(9999) + ".dat";
        if (slot == "user")
            return word() + number(50);
        if (slot == "word")
            return word();
        if (slot == "hex")
            return "0x" + QByteArray::number(m_random.generate(), 16);
        if (slot == "time")
            return "2026-11-" + QByteArray::number(10 + m_random.bounded(19)) + 'T'
                   + QByteArray::number(10 + m_random.bounded(14)) + ':' + QByteArray::number(10 + m_random.bounded(50))
                   + ":00Z";
        if (slot == "uuid") {
            std::array<quint32, 4> bits{};
            m_random.fillRange(bits.data(), 4);
            return QUuid::fromRfc4122(QByteArray(reinterpret_cast<const char*>(bits.data()), 16))
                .toByteArray(QUuid::WithoutBraces);
        }
        qFatal("no slot %s", slot.constData());
    }

private:
    QByteArray number(quint32 below) { return QByteArray::number(m_random.bounded(below)); }
    QByteArray word() {
        static constexpr const char* syllables[] = {"ba", "ko", "ri", "ten", "sul", "mar", "ve", "lo", "dan", "fi"};
        QByteArray text;
        for (quint32 i = 2 + m_random.bounded(2); i > 0; --i)
            text += syllables[m_random.bounded(quint32(std::size(syllables)))];
        return text;
    }

    QRandomGenerator m_random;
};

QByteArray filled(const QByteArray& form, Values& values) {
    QByteArray text;
    for (qsizetype at = 0; at < form.size(); ++at) {
        if (form[at] != '{') {
            text += form[at];
            continue;
        }
        const qsizetype end = form.indexOf('}', at);
        text += values.of(form.mid(at + 1, end - at - 1));
        at = end;
    }
    return text;
}

} // namespace

std::vector<LabelledMessage> madeLog(const char* set) {
    const std::vector<const char*>& forms = formsOfSets().at(set);
    Values values(set);
    std::vector<LabelledMessage> messages;
    for (int i = 0; i < messagesOfASet; ++i) {
        const double rank = std::pow(values.chance(), 1.7);
        const auto chosen = static_cast<std::size_t>(rank * static_cast<double>(forms.size()));
        messages.push_back({filled(forms[chosen], values), QByteArray::number(qulonglong(chosen))});
    }
    return messages;
}

} // namespace portolan::test
