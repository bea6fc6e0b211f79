#include "tests/support/portrows.h"

#include <QByteArrayList>

namespace portolan::test {

namespace {

constexpr const char* portNames[] = {"orders.in",
                                     "orders.out",
                                     "Orders.in",
                                     "billing",
                                     "a_b",
                                     "100%",
                                     "it's",
                                     "gr\xC3\xB6\xC3\x9F"
                                     "e",
                                     "'; DROP TABLE port_messages; --",
                                     "\xF0\x9F\x92\xA5"};
constexpr const char* components[] = {"gateway", "Gateway", "billing-service", "x", "", "\xC3\x84rger"};
constexpr const char* errors[] = {"timeout after 300 ms",
                                  "TIMEOUT",
                                  "50% done_now",
                                  "a\\b c:\\x",
                                  "say \"hi\"'; drop table rows; --",
                                  "GR\xC3\x96SSE gr\xC3\xB6\xC3\x9F"
                                  "e",
                                  "",
                                  "\xEF\xBB\xBF"
                                  "bom",
                                  "1000"};
constexpr const char* names[] = {"a", "b", "s", "big", "\\u00fc", "\xC3\xBC", "odd key", "0", "a\\/b", "nested"};
constexpr const char* scalars[] = {"1",
                                   "1.0",
                                   "10",
                                   "1e1",
                                   "1.50e1",
                                   "-0",
                                   "-0.0",
                                   "0",
                                   "9",
                                   "0.1",
                                   "0.10000000000000000001",
                                   "9007199254740992",
                                   "9007199254740993",
                                   "-9007199254740993",
                                   "18446744073709551615",
                                   "18446744073709551616",
                                   "1e400",
                                   "-1E+3",
                                   "1e-5",
                                   "true",
                                   "false",
                                   "null",
                                   "\"1\"",
                                   "\"10\"",
                                   "\"\"",
                                   "\"timeout\"",
                                   "\"Timeout\"",
                                   "\"100%\"",
                                   "\"gr\\u00f6\\u00dfe\"",
                                   "\"gr\xC3\xB6\xC3\x9F"
                                   "e\"",
                                   "\"q\\\"uote\\\\\\n\\ud83d\\udca5\"",
                                   "\"null\"",
                                   "\"true\"",
                                   "\"a: 1, b\"",
                                   "\"\\u0001\\u007f\\/\""};
constexpr const char* times[] = {"2025-10-16T00:00:00.000Z", "2025-10-16T11:59:59.999Z", "2025-10-16T12:00:00Z",
                                 "2025-10-16T23:59:59.999Z", "2025-10-15T12:00:00Z",     "2024-02-29T12:34:56.789Z",
                                 "0001-01-01T00:00:00Z",     "9999-12-31T23:59:59.999Z"};

QByteArray document(Chance& chance, int depth) {
    static constexpr const char* blanks[] = {"", "", "", " ", "\n", "  "};
    const auto blank = [&] { return chance.pick(blanks); };
    const std::size_t choice = chance.below(depth < 3 ? 10 : 6);
    if (choice < 6 && depth > 0)
        return chance.pick(scalars);
    QByteArray text;
    const bool isObject = choice < 9 || depth == 0;
    text += isObject ? "{" : "[";
    const std::size_t members = chance.below(4);
    for (std::size_t i = 0; i < members; ++i) {
        if (i > 0)
            text += blank() + "," + blank();
        if (isObject)
            text += '"' + chance.pick(names) + '"' + blank() + ":" + blank();
        text += document(chance, depth + 1);
    }
    return blank() + text + blank() + (isObject ? "}" : "]");
}

std::optional<Timestamp> randomTime(Chance& chance) {
    if (chance.below(5) == 0)
        return std::nullopt;
    if (chance.below(3) > 0)
        return parseIsoTime(chance.pick(times));
    return *parseIsoTime("2025-10-16T00:00:00Z") + std::chrono::milliseconds(chance.below(200'000'000));
}

template <class Make>
auto sometimes(Chance& chance, Make make) -> std::optional<decltype(make())> {
    return chance.below(3) == 0 ? std::nullopt : std::optional(make());
}

QByteArray literal(const QByteArray& text) {
    QByteArray quoted = text;
    return '\'' + quoted.replace("'", "''") + '\'';
}

QByteArray literal(const std::optional<QByteArray>& text) {
    return text ? literal(*text) : QByteArray("NULL");
}

QByteArray literal(const std::optional<qint64>& number) {
    return number ? QByteArray::number(*number) : QByteArray("NULL");
}

QByteArray literal(const std::optional<Timestamp>& time) {
    return time ? literal(toIsoTime(*time)) : QByteArray("NULL");
}

} // namespace

QByteArray portMessageId(int number) {
    // Scattered, so that the order of ids is not that of their numbers.
    const quint32 mixed = static_cast<quint32>(number) * 2'654'435'761U;
    return QByteArray::number(mixed, 16).rightJustified(8, '0') + "-0000-4000-8000-"
           + QByteArray::number(number, 16).rightJustified(12, '0');
}

PortMessage randomPortMessage(Chance& chance, int number) {
    static constexpr PortStatus statuses[] = {PortStatus::Pending, PortStatus::Processing, PortStatus::Completed,
                                              PortStatus::Failed, PortStatus::DeadLetter};
    PortMessage message;
    message.id = portMessageId(number);
    message.portName = chance.pick(portNames);
    message.sourceComponent = chance.pick(components);
    message.targetComponent = chance.pick(components);
    message.messageData = document(chance, 0);
    message.messageMetadata = sometimes(chance, [&] { return document(chance, 1); });
    message.status = statuses[chance.below(std::size(statuses))];
    message.retryCount = sometimes(chance, [&] { return static_cast<qint64>(chance.below(5)); });
    message.maxRetries = sometimes(chance, [&] { return static_cast<qint64>(chance.below(4)); });
    message.createdAt = randomTime(chance);
    message.processedAt = randomTime(chance);
    message.completedAt = randomTime(chance);
    message.errorMessage = sometimes(chance, [&] { return chance.pick(errors); });
    message.errorDetails = sometimes(chance, [&] { return document(chance, 0); });
    return message;
}

std::vector<PortMessage> randomPortMessages(quint64 seed, int count) {
    Chance chance(seed);
    std::vector<PortMessage> messages;
    for (int i = 0; i < count; ++i)
        messages.push_back(randomPortMessage(chance, i));
    return messages;
}

QByteArray insertOf(const PortMessage& m) {
    // Tables of other programs have no such column.
    const bool isNoted = m.statusChangedAt.has_value();
    QByteArrayList values{
        literal(m.id),           literal(m.portName),        literal(m.sourceComponent), literal(m.targetComponent),
        literal(m.messageData),  literal(m.messageMetadata), literal(m.statusText()),    literal(m.retryCount),
        literal(m.maxRetries),   literal(m.createdAt),       literal(m.processedAt),     literal(m.completedAt),
        literal(m.errorMessage), literal(m.errorDetails)};
    if (isNoted)
        values << literal(m.statusChangedAt);
    return "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
           "message_metadata, status, retry_count, max_retries, created_at, processed_at, completed_at, "
           "error_message, error_details"
           + QByteArray(isNoted ? ", status_changed_at" : "") + ") VALUES (" + values.join(", ") + ");\n";
}

QByteArray insertOf(const std::vector<PortMessage>& messages) {
    QByteArray sql("BEGIN;\n");
    for (const PortMessage& each : messages)
        sql += insertOf(each);
    return sql + "COMMIT;\n";
}

Timestamp portNow() {
    return *parseIsoTime("2025-10-16T12:00:00Z");
}

QString PortFilterMaker::makePhrase() {
    static constexpr const char* texts[] = {"timeout",
                                            "TIME",
                                            "%",
                                            "_",
                                            "\\",
                                            "'",
                                            "\"",
                                            "\xC3\xB6",
                                            "\xC3\x96",
                                            "gr\xC3\xB6\xC3\x9F"
                                            "e",
                                            "drop table",
                                            "a_b",
                                            "--",
                                            "1",
                                            "x",
                                            "?",
                                            "$1",
                                            "\": 1",
                                            "\":1",
                                            "{}",
                                            ", ",
                                            "true",
                                            "null",
                                            "1e1",
                                            "10",
                                            "000",
                                            "u00",
                                            "\xF0\x9F\x92\xA5",
                                            "\n",
                                            "\\n",
                                            "odd key",
                                            "q\"uote",
                                            "gateway",
                                            "00000000000",
                                            " b"};
    return quoted(chance().pick(texts));
}

QString PortFilterMaker::makeTimeTerm() {
    static constexpr const char* columns[] = {"created_at", "processed_at", "completed_at"};
    static constexpr const char* orders[] = {":", ">", ">=", "<", "<="};
    static constexpr const char* wanted[] = {"2025-10-16",
                                             "2025-10-16T12:00",
                                             "2025-10-16T23:59:59.999Z",
                                             "2025-10-16T11:59:59.9995Z",
                                             "2025-10-15T12:00:00+00:00",
                                             "9999-12-31",
                                             "0001-01-01",
                                             "2024-02-29"};
    static constexpr const char* ages[] = {"age>12h", "age>=1d", "age<1m", "age<0s", "age>0s", "age<=36500d"};
    if (chance().below(4) == 0)
        return QString::fromLatin1(chance().pick(ages));
    return QString::fromUtf8(chance().pick(columns) + chance().pick(orders)) + quoted(chance().pick(wanted));
}

QString PortFilterMaker::makeJsonTerm() {
    static constexpr const char* documents[] = {"data.", "meta.", "details.", "message_data."};
    static constexpr const char* orders[] = {":", ":", ":", ">", ">=", "<", "<=", "~"};
    static constexpr const char* paths[] = {"a", "b",   "s",    "big",      "\xC3\xBC", "\"odd key\"", "\"a/b\"",
                                            "0", "a.b", "a[0]", "nested.a", "a.a.a",    "b[1]",        "b[0].s"};
    static constexpr const char* wanted[] = {"1",
                                             "1.0",
                                             "10",
                                             "1e1",
                                             "15",
                                             "-0",
                                             "0",
                                             "0.1",
                                             "9",
                                             "9007199254740992",
                                             "9007199254740993",
                                             "-9007199254740993",
                                             "18446744073709551615",
                                             "18446744073709551616",
                                             "1e308",
                                             "1e-5",
                                             "-1000",
                                             "true",
                                             "null",
                                             "timeout",
                                             "Timeout",
                                             "100%",
                                             "gr\xC3\xB6\xC3\x9F"
                                             "e",
                                             "x"};
    const QString place = QString::fromUtf8(chance().pick(documents) + chance().pick(paths));
    const QByteArray value = chance().pick(wanted);
    switch (chance().below(6)) {
    case 0:
        return place + QStringLiteral(":*");
    case 1:
        return place + QString::fromLatin1(chance().pick(orders)) + quoted(value);
    case 2:
        return place + u':' + quoted(value) + u',' + QString::fromUtf8(chance().pick(wanted));
    default:
        return place + QString::fromLatin1(chance().pick(orders)) + QString::fromUtf8(value);
    }
}

QString PortFilterMaker::makeTerm() {
    static constexpr const char* orders[] = {":", ":", ">", ">=", "<", "<="};
    static constexpr const char* textOrders[] = {":", ":", ">", ">=", "<", "<=", "~", "~"};
    static constexpr const char* statuses[] = {"pending",     "processing", "completed", "failed",
                                               "dead_letter", "Failed",     ""};
    static constexpr const char* numbers[] = {"0", "1", "2", "3", "-1", "9223372036854775807"};
    static constexpr const char* set[] = {"created_at:*",  "processed_at:*", "error_message:*", "error_details:*",
                                          "max_retries:*", "meta:*",         "data:*",          "port_name:*"};
    static constexpr const char* searched[] = {"data~", "meta~", "details~", "error_message~"};
    switch (chance().below(12)) {
    case 0:
        return QStringLiteral("port_name") + QString::fromLatin1(chance().pick(textOrders))
               + quoted(chance().pick(portNames));
    case 1:
        return QStringLiteral("port_name:") + quoted(chance().pick(portNames)) + u','
               + quoted(chance().pick(portNames));
    case 2:
        return QStringLiteral("status") + QString::fromLatin1(chance().pick(textOrders))
               + quoted(chance().pick(statuses));
    case 3:
        return QStringLiteral("status:failed,") + quoted(chance().pick(statuses));
    case 4:
        return QStringLiteral("retry_count") + QString::fromLatin1(chance().pick(orders))
               + QString::fromLatin1(chance().pick(numbers));
    case 5:
        return makeTimeTerm();
    case 6:
        return QString::fromLatin1(chance().pick(set));
    case 7:
        return QString::fromLatin1(chance().pick(searched)) + makePhrase();
    case 8: {
        const QByteArray id = portMessageId(static_cast<int>(chance().below(40)));
        const QByteArray near = chance().below(3) == 0 ? id.first(9) : chance().below(4) == 0 ? id.toUpper() : id;
        return QStringLiteral("id") + QString::fromLatin1(chance().pick(textOrders)) + quoted(near);
    }
    case 9:
        return QStringLiteral("error_message") + QString::fromLatin1(chance().pick(textOrders))
               + quoted(chance().pick(errors));
    default:
        return makeJsonTerm();
    }
}

} // namespace portolan::test
