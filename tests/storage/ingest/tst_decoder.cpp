#include "storage/ingest/decoder.h"

#include "storage/ingest/kinds.h"
#include "storage/ingest/metadataobject.h"

#include <QtTest>
#include <limits>
#include <nlohmann/json.hpp>

using namespace portolan;

namespace {

/// What a payload was found to be, as one text for the tables: "message 5|text", "message ?|text",
/// "record port_message|document", "rejected|reason".
QByteArray described(const Decoded& decoded) {
    struct Words {
        QByteArray operator()(const IncomingMessage& message) const {
            return "message " + (message.number ? QByteArray::number(*message.number) : QByteArray("?")) + '|'
                   + message.content;
        }
        QByteArray operator()(const IncomingRecord& record) const {
            return QByteArray("record ") + kindName(record.kind) + '|' + record.document;
        }
        QByteArray operator()(const GapNews&) const { return "news of a gap"; }
        QByteArray operator()(const Rejection& rejection) const { return "rejected|" + rejection.reason.toUtf8(); }
    };
    return std::visit(Words(), decoded);
}

Decoded decoded(const QByteArray& payload, bool fromFields = false) {
    Delivery delivery;
    delivery.payload = payload;
    delivery.fromFields = fromFields;
    return decode(delivery);
}

QByteArray withKind(const QByteArray& fields) {
    return "{\"kind\":\"message\"," + fields + "}";
}

const QByteArray portMessage = "{\"kind\":\"port_message\",\"port_name\":\"orders\",\"source_component\":\"a\","
                               "\"target_component\":\"b\",\"message_data\":{\"n\":9007199254740993,\"n\":1}}";

} // namespace

class TestDecoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheNumberOfAText_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("number");
        const auto row = [](const char* text, const char* number) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(number);
        };
        row("Message #42: hello", "42");
        row("this is Message N\xc2\xb0 7 being posted", "7");
        row("n\xc2\xb0"
            "8",
            "8");
        row("N\xc2\xb0\xc2\xa0"
            "9",
            "9");
        row("No. 12", "12");
        row("NO.13", "13");
        row("Test message number 3", "3");
        row("Number: 4", "4");
        row("NUMBER=5", "5");
        row("number6", "6");
        row("#-1", "-1");
        row("#+2", "2");
        row("#0007", "7");
        row("# one, #2", "2");
        row("number one #3", "3");
        row("#1 then #2", "1");
        row("#9223372036854775807", "9223372036854775807");
        row("#9223372036854775808", "?");
        row("#-9223372036854775808", "-9223372036854775808");
        row("#18446744073709551616", "?");
        row("numbers 5", "?");
        row("renumber 5", "?");
        row("piano. 5", "?");
        row("no 5", "?");
        row("number of 5", "?");
        row("plain", "?");
        row("42", "?");
        row("#", "?");
        row("#+-5", "?");
        row("no.", "?");
        row("", "?");
        row("   ", "?");
        row("[1,2] #3", "3");
        row("{broken #4", "4");
        row("{\"text\":\"order #5\"}", "?"); // JSON of no kind
        row("\"#5\"", "?");
        row("payment for order #5005 accepted", "5005");
        row("a payment for order #5005 accepted", "?");
        row("this is a Message # 6", "6");
        row("this is a big Message # 6", "?");
        row("this is a message N\xc2\xb0 6", "6");
        row("a b c d #7", "?");
        row("a b c #7", "7");
        row("a\xc2\xa0"
            "b c d #7",
            "?");
        row("  \t a  b\nc   #7", "7");
        row("a b c d:#7", "?");
        row("a b c:#7", "7");
    }
    void findsTheNumberOfAText() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, number);
        QCOMPARE(described(decoded(text)), "message " + number + '|' + text);
    }

    void readsMessages_data() {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<QByteArray>("result");
        QTest::newRow("plain") << QByteArray("\"message_number\":5,\"content\":\"a\\n\\u00e4\"")
                               << QByteArray("message 5|a\n\xc3\xa4");
        QTest::newRow("2^53+1") << QByteArray("\"message_number\":9007199254740993,\"content\":\"\"")
                                << QByteArray("message 9007199254740993|");
        QTest::newRow("negative") << QByteArray("\"message_number\":-1,\"content\":\"\"") << QByteArray("message -1|");
        QTest::newRow("1e3") << QByteArray("\"message_number\":1e3,\"content\":\"\"") << QByteArray("message 1000|");
        QTest::newRow("42.0") << QByteArray("\"message_number\":42.0,\"content\":\"\"") << QByteArray("message 42|");
        QTest::newRow("duplicate: last wins")
            << QByteArray("\"message_number\":1,\"content\":\"a\",\"message_number\":2") << QByteArray("message 2|a");
        QTest::newRow("null is none") << QByteArray("\"message_number\":1,\"content\":\"a\",\"timestamp\":null")
                                      << QByteArray("message 1|a");
        QTest::newRow("other fields") << QByteArray("\"message_number\":1,\"content\":\"a\",\"x\":{\"content\":[1]}")
                                      << QByteArray("message 1|a");
    }
    void readsMessages() {
        QFETCH(QByteArray, fields);
        QFETCH(QByteArray, result);
        QCOMPARE(described(decoded(withKind(fields))), result);
        QCOMPARE(described(decoded(" \r\n{" + fields + "}\n")), result); // the fields tell the kind
    }

    void readsTimes_data() {
        QTest::addColumn<QByteArray>("timestamp");
        QTest::newRow("ISO") << QByteArray("\"2025-10-16T16:56:05+02:00\"");
        QTest::newRow("seconds") << QByteArray("1760626565");
        QTest::newRow("milliseconds") << QByteArray("1760626565000");
        QTest::newRow("fraction") << QByteArray("1760626565.0");
    }
    void readsTimes() {
        QFETCH(QByteArray, timestamp);
        const Decoded found = decoded(withKind("\"message_number\":1,\"content\":\"\",\"timestamp\":" + timestamp));
        QVERIFY2(std::holds_alternative<IncomingMessage>(found), described(found));
        QCOMPARE(toIsoTime(*std::get<IncomingMessage>(found).timestamp), QByteArray("2025-10-16T14:56:05.000Z"));
    }

    void recognisesEveryKind_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("fields");
        const auto row = [](const char* kind, const char* fields) {
            QTest::newRow(qPrintable(QString::fromLatin1(kind) + QString::number(qstrlen(fields))))
                << QByteArray(kind) << QByteArray(fields);
        };
        row("port_message",
            "\"port_name\":\"p\",\"source_component\":\"a\",\"target_component\":\"b\",\"message_data\":[1]");
        row("port_message",
            "\"port_name\":\"p\",\"source_component\":\"a\",\"target_component\":\"b\",\"message_data\":\"t\","
            "\"id\":\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\",\"max_retries\":5,\"message_metadata\":{}");
        row("sensor_event", "\"event_id\":\"e\",\"sensor_id\":\"s\",\"timestamp\":1760626565,\"value\":1.5");
        row("component_metric", "\"component_name\":\"c\",\"metric_name\":\"m\",\"metric_value\":3");
        row("port_metric", "\"port_name\":\"p\",\"messages_sent\":3");
        row("port_metric", "\"port_name\":\"p\",\"buffer_utilization\":0.25,\"timestamp\":\"2025-10-16\"");
        row("health", "\"component_name\":\"c\",\"health_status\":\"degraded\",\"health_details\":{\"x\":1}");
        row("checkpoint", "\"checkpoint_name\":\"n\",\"component_name\":\"c\",\"checkpoint_data\":{}");
        row("component_state", "\"component_name\":\"c\",\"component_type\":\"Sink\",\"state_data\":{},\"version\":2");
        row("sink_record", "\"sink_name\":\"s\",\"data\":[1,2],\"data_type\":\"t\"");
    }
    void recognisesEveryKind() {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, fields);
        const QByteArray bare = '{' + fields + '}';
        const QByteArray named = "{\"kind\":\"" + kind + "\"," + fields + '}';
        QCOMPARE(described(decoded(bare)), "record " + kind + '|' + bare);
        QCOMPARE(described(decoded(named)), "record " + kind + '|' + named);
    }

    void keepsTheDocumentsBytes() { QCOMPARE(described(decoded(portMessage)), "record port_message|" + portMessage); }

    /// The nil and the largest UUID are UUIDs, as they are to PostgreSQL; so are capitals.
    void takesEveryUuid() {
        for (const char* id : {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
                               "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "0123abCD-89ef-0123-4567-89abcdef0123"}) {
            const QByteArray payload = portMessage.chopped(1) + ",\"id\":\"" + id + "\"}";
            QCOMPARE(described(decoded(payload)), "record port_message|" + payload);
        }
    }

    void readsFieldsThatAreText() {
        QCOMPARE(described(decoded("{\"message_number\":\"5\",\"content\":\"7\",\"timestamp\":\"1760626565\"}", true)),
                 QByteArray("message 5|7"));
        QCOMPARE(described(decoded("{\"component_name\":\"1\",\"metric_name\":\"m\",\"metric_value\":\"2.5\"}", true)),
                 QByteArray(
                     "record component_metric|{\"component_name\":\"1\",\"metric_name\":\"m\",\"metric_value\":2.5}"));
        QCOMPARE(described(decoded("{\"sink_name\":\"s\",\"data\":\"{\\\"a\\\":[1]}\"}", true)),
                 QByteArray("record sink_record|{\"sink_name\":\"s\",\"data\":{\"a\":[1]}}"));
        QVERIFY(described(decoded("{\"sink_name\":\"s\",\"data\":\"just text\"}", true)).startsWith("rejected|"));
        QVERIFY(described(decoded("{\"message_number\":\"5x\",\"content\":\"\"}", true)).startsWith("rejected|"));
    }

    void takesOtherObjectsAsText_data() {
        QTest::addColumn<QByteArray>("payload");
        QTest::newRow("no kind") << QByteArray("{\"a\":1}");
        QTest::newRow("unknown kind") << QByteArray("{\"kind\":\"invoice\",\"message_number\":\"x\"}");
        QTest::newRow("kind is a number") << QByteArray("{\"kind\":5}");
        QTest::newRow("empty object") << QByteArray("{}");
        QTest::newRow("broken, no kind") << QByteArray("{\"a\":");
        QTest::newRow("trailing object") << QByteArray("{\"a\":1}{\"b\":2}");
        QTest::newRow("array") << QByteArray("[{\"kind\":\"message\"}]");
        QTest::newRow("kind as a value") << QByteArray("{\"a\":\"kind\",}");
        QTest::newRow("depth 1,100") << "{\"a\":" + QByteArray(1100, '[') + QByteArray(1100, ']') + '}';
        QTest::newRow("depth 1,000,000") << "{\"a\":" + QByteArray(1'000'000, '[') + QByteArray(1'000'000, ']') + '}';
        QTest::newRow("NaN") << QByteArray("{\"a\":NaN}");
        QTest::newRow("1e400") << QByteArray("{\"a\":1e400}");
        QTest::newRow("lone surrogate") << QByteArray("{\"a\":\"\\ud800\"}");
        QTest::newRow("escaped NUL") << QByteArray("{\"a\":\"\\u0000\"}");
    }
    void takesOtherObjectsAsText() {
        QFETCH(QByteArray, payload);
        QCOMPARE(described(decoded(payload)), "message ?|" + payload);
    }

    void rejects_data() {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QByteArray>("reason"); // a part of it
        const auto row = [](const char* name, const QByteArray& payload, const char* reason) {
            QTest::newRow(name) << payload << QByteArray(reason);
        };
        row("no number", withKind("\"content\":\"\""), "\"message_number\"");
        row("null number", withKind("\"message_number\":null,\"content\":\"\""), "missing");
        row("number as text", withKind("\"message_number\":\"5\",\"content\":\"\""), "whole number");
        row("u64 max", withKind("\"message_number\":18446744073709551615,\"content\":\"\""), "18446744073709551615");
        row("2^63", withKind("\"message_number\":9223372036854775808,\"content\":\"\""), "9223372036854775808");
        row("2^64", withKind("\"message_number\":18446744073709551616,\"content\":\"\""), "whole number");
        row("1.5", withKind("\"message_number\":1.5,\"content\":\"\""), "1.5");
        row("content is a number", withKind("\"message_number\":1,\"content\":5"), "must be text, and it is 5");
        row("content is an object", withKind("\"message_number\":1,\"content\":{}"), "an object or array");
        row("no time", withKind("\"message_number\":1,\"content\":\"\",\"timestamp\":\"soon\""), "ISO 8601");
        row("time as text", withKind("\"message_number\":1,\"content\":\"\",\"timestamp\":\"1760626565\""), "ISO 8601");
        row("month 13", withKind("\"message_number\":1,\"content\":\"\",\"timestamp\":\"2025-13-01\""), "2025-13-01");
        row("1e300 s", withKind("\"message_number\":1,\"content\":\"\",\"timestamp\":1e300"), "timestamp");
        row("1e400", withKind("\"message_number\":1e400,\"content\":\"\""), "not one whole JSON object");
        row("NaN", withKind("\"message_number\":NaN,\"content\":\"\""), "not one whole JSON object");
        row("lone surrogate", withKind("\"message_number\":1,\"content\":\"\\ud800\""), "not one whole JSON object");
        row("escaped NUL", withKind("\"message_number\":1,\"content\":\"a\\u0000b\""), "NUL");
        row("torn", "{\"kind\":\"message\",\"content\":\"ab", "not one whole JSON object");
        row("trailing object", withKind("\"message_number\":1,\"content\":\"\"") + "{}", "not one whole JSON object");
        row("comment", "{\"kind\" : \"message\" /* */}", "not one whole JSON object");
        row("no figure", "{\"kind\":\"port_metric\",\"port_name\":\"p\"}", "messages_sent");
        row("health", "{\"kind\":\"health\",\"component_name\":\"c\",\"health_status\":\"fine\"}",
            "one of healthy, degraded");
        row("component type", "{\"component_name\":\"c\",\"component_type\":\"Pump\",\"state_data\":{}}",
            "Transformer");
        row("no UUID", portMessage.chopped(1) + ",\"id\":\"5\"}", "UUID");
        row("no digit of a UUID", portMessage.chopped(1) + ",\"id\":\"00000000-0000-0000-0000-00000000000g\"}", "UUID");
        row("a UUID's digits without hyphens",
            portMessage.chopped(1) + ",\"id\":\"00000000000000000000000000000000abcd\"}", "UUID");
        row("wrong by its fields", "{\"message_number\":\"x\",\"content\":\"y\"}", "message_number");
        row("the first of two", R"({"kind":"sensor_event","event_id":5,"sensor_id":6,"timestamp":1,"value":2})",
            "The field \"event_id\" of a sensor_event must be text, and it is 5.");
        row("year 0", R"({"event_id":"e","sensor_id":"s","timestamp":-62167219200,"value":2})",
            "The time in the field \"timestamp\" lies outside of the years 0001 to 9999.");
        row("year 0 before a wrong type", R"({"event_id":"e","sensor_id":"s","timestamp":-62167219200,"value":"x"})",
            "The field \"value\" of a sensor_event must be a number");
        row("year 0 before too deep",
            R"({"checkpoint_name":"c","component_name":"n","expires_at":-62167219200,)"
            R"("checkpoint_data":)"
                + QByteArray(2100, '[') + QByteArray(2100, ']') + '}',
            "The time in the field \"expires_at\"");
        row("256 characters",
            "{\"event_id\":\"" + QByteArray("\xc3\xa4").repeated(256)
                + "\",\"sensor_id\":\"s\",\"timestamp\":1,\"value\":2}",
            "The field \"event_id\" of a sensor_event has 256 characters; at most 255 fit.");
        row("NUL", QByteArray("a\0b", 3), "NUL");
        row("overlong", "\xc0\xaf", "UTF-8");
        row("surrogate in UTF-8", "\xed\xa0\x80", "UTF-8");
        row("Latin-1", "caf\xe9", "UTF-8");
        row("cut", "\xe2\x82", "UTF-8");
        row("8 MiB + 1", QByteArray(8 * 1024 * 1024 + 1, 'x'), "8 MiB");
        row("100 MB", withKind("\"message_number\":1,\"content\":\"" + QByteArray(100'000'000, 'x') + '"'), "8 MiB");
    }
    void rejects() {
        QFETCH(QByteArray, payload);
        QFETCH(QByteArray, reason);
        const QByteArray found = described(decoded(payload));
        QVERIFY2(found.startsWith("rejected|"), found.first(std::min<qsizetype>(found.size(), 200)));
        QVERIFY2(found.contains(reason), found);
    }

    void whatCameBesideIsMerged_data() {
        QTest::addColumn<QByteArray>("own");
        QTest::addColumn<QByteArray>("beside");
        QTest::addColumn<QByteArray>("merged");
        QTest::newRow("none of its own") << QByteArray() << QByteArray(R"({"a":"1"})") << QByteArray(R"({"a":"1"})");
        QTest::newRow("nothing beside") << QByteArray(R"({ "x" : 1e2 })") << QByteArray()
                                        << QByteArray(R"({ "x" : 1e2 })");
        QTest::newRow("both") << QByteArray(R"({ "x" : 1e2 })") << QByteArray(R"({"a":"1","x":"2"})")
                              << QByteArray(R"({ "x" : 1e2 ,"a":"1","beside":{"x":"2"}})");
        QTest::newRow("the same twice") << QByteArray(R"({"x":"2","y":1})") << QByteArray(R"({"x":"2","y":"1"})")
                                        << QByteArray(R"({"x":"2","y":1,"beside":{"y":"1"}})");
        QTest::newRow("beside is taken") << QByteArray(R"({"beside":1})") << QByteArray(R"({"beside":"2"})")
                                         << QByteArray(R"({"beside":1,"beside+":{"beside":"2"}})");
        QTest::newRow("empty object") << QByteArray("{}") << QByteArray(R"({"a":"1"})") << QByteArray(R"({"a":"1"})");
        QTest::newRow("no object") << QByteArray("[1]") << QByteArray(R"({"a":"1"})") << QByteArray("[1]");
    }
    void whatCameBesideIsMerged() {
        QFETCH(QByteArray, own);
        QFETCH(QByteArray, beside);
        QFETCH(QByteArray, merged);
        struct Case {
            QByteArray document;
            QByteArray field;
        };
        for (const Case& each : {
                 Case{R"("port_name":"p","source_component":"a","target_component":"b","message_data":1)",
                      "message_metadata"},
                 Case{R"("checkpoint_name":"c","component_name":"n","checkpoint_data":1)", "checkpoint_metadata"},
                 Case{R"("component_name":"c","metric_name":"m","metric_value":1)", "metric_metadata"},
                 Case{R"("sink_name":"s","data":1)", "metadata"},
             }) {
            Delivery delivery;
            delivery.payload = '{' + each.document + (own.isEmpty() ? own : ",\"" + each.field + "\":" + own) + '}';
            delivery.metadata = beside;
            const Decoded result = decode(delivery);
            const auto* record = std::get_if<IncomingRecord>(&result);
            QVERIFY2(record, described(result));
            const auto fields = kindOf(record->kind).fields;
            const auto at = std::ranges::find_if(fields, [&](const KindField& of) { return of.name == each.field; });
            QCOMPARE(std::get<QByteArray>(record->values[static_cast<std::size_t>(at - fields.begin())]), merged);
            QCOMPARE(record->metadata, own.startsWith('[') ? beside : QByteArray()); // it has no place in an array
        }
    }

    /// As it is none of a file that is imported.
    void aMarkBeforeAnObjectIsNoPartOfIt() {
        const QByteArray mark = "\xef\xbb\xbf";
        for (const char* before : {"", " \n"}) {
            QCOMPARE(described(decoded(mark + before + portMessage)),
                     QByteArray("record port_message|") + before + portMessage);
            QCOMPARE(described(decoded(mark + before + withKind(R"("message_number":1,"content":"a")"))),
                     QByteArray("message 1|a"));
        }
        QVERIFY(described(decoded(mark + R"({"kind":"port_message","port_name":1})")).startsWith("rejected|"));
        QVERIFY(described(decoded(mark + "{\"kind\":\"port_message\",")).startsWith("rejected|"));
        const QByteArray unknown = mark + R"({"a":"#5"})";
        QCOMPARE(described(decoded(unknown)), "message ?|" + unknown);
        QCOMPARE(described(decoded(mark + "#5 a")), "message 5|" + mark + "#5 a");
    }

    /// Kinds whose tables have no column for it, and messages.
    void whatCameBesideOthersIsTheirs() {
        const QByteArray beside = R"({"trace":"a"})";
        for (const char* payload :
             {R"("kind":"sensor_event","event_id":"e","sensor_id":"s","timestamp":1,"value":2)",
              R"("kind":"port_metric","port_name":"p","messages_sent":1)",
              R"("kind":"health","component_name":"c","health_status":"healthy")",
              R"("kind":"component_state","component_name":"c","component_type":"Sink","state_data":1)"}) {
            Delivery delivery;
            delivery.payload = QByteArray("{") + payload + '}';
            delivery.metadata = beside;
            const Decoded result = decode(delivery);
            const auto* record = std::get_if<IncomingRecord>(&result);
            QVERIFY2(record, described(result));
            QCOMPARE(record->metadata, beside);
            delivery.payload.chop(1);
            delivery.payload += R"(,"metadata":{"own":1}})"; // of a listing's row only
            const Decoded produced = decode(delivery);
            QCOMPARE(std::get<IncomingRecord>(produced).metadata, beside);
            delivery.isListed = true;
            const Decoded listed = decode(delivery);
            QCOMPARE(std::get<IncomingRecord>(listed).metadata, QByteArray(R"({"own":1,"trace":"a"})"));
        }
        for (const char* payload :
             {"plain", R"({"no":"kind"})", R"({"kind":"message","message_number":1,"content":"x"})"}) {
            Delivery delivery;
            delivery.payload = payload;
            delivery.metadata = beside;
            const Decoded result = decode(delivery);
            QCOMPARE(std::get<IncomingMessage>(result).metadata, beside);
        }
    }

    void metadataHoldAnyBytes() {
        MetadataObject object;
        object.add("a", "1");
        object.add("twice", "1");
        object.add("twice", "2");
        object.add("bin", QByteArrayView("\0\xff", 2));
        object.add(QByteArrayView("\xff", 1), "x");
        object.addNull("none");
        object.add("", "empty name");
        const QByteArray json = object.toJson();
        QCOMPARE(json, QByteArray(R"({"a":"1","twice":["1","2"],"bin.base64":"AP8=","base64:/w==":"x","none":null,)"
                                  R"("":"empty name"})"));
        QVERIFY(isJson(json));
        QVERIFY(MetadataObject().toJson().isEmpty());
    }

    /// Texts that are looked at by their first character give the parser's own answer.
    void jsonIsWhatTheParserTakes() {
        for (int first = 0; first < 256; ++first) {
            for (const char* rest :
                 {"",     "1",          "ull",       "rue",      "alse",        "\"",     "}",
                  "]",    "\xbb\xbf[]", "essage #5", " 1",       "rue #5",      ".5e3",   "026-11-27 #5",
                  "e999", "1] #5",      "[1]]",      "\"a\":1}", "\"a\":1} #5", "a\" #5", "#5\""}) {
                for (const char* blanks : {"", " \t\r\n", "\f"}) {
                    const QByteArray text = blanks + QByteArray(1, static_cast<char>(first)) + rest;
                    QCOMPARE(isJson(text), nlohmann::json::accept(text.begin(), text.end()));
                    const QByteArray followed = text + blanks;
                    QCOMPARE(isJson(followed), nlohmann::json::accept(followed.begin(), followed.end()));
                }
            }
        }
        QVERIFY(!isJson("") && !isJson(" \n"));
    }

    void aPatternOfTheSourceFindsTheNumber_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("number");
        QTest::newRow("group") << QStringLiteral("order-(\\d+)") << QByteArray("a long way to order-17 #3")
                               << QByteArray("17");
        QTest::newRow("whole") << QStringLiteral("\\d+") << QByteArray("a 5 b") << QByteArray("5");
        QTest::newRow("none") << QStringLiteral("order-(\\d+)") << QByteArray("#3") << QByteArray("?");
        QTest::newRow("no number") << QStringLiteral("order-(\\w+)") << QByteArray("order-x") << QByteArray("?");
        QTest::newRow("JSON") << QStringLiteral("\"n\":(\\d+)") << QByteArray("{\"n\":4}") << QByteArray("4");
    }
    void aPatternOfTheSourceFindsTheNumber() {
        QFETCH(QString, pattern);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, number);
        const QRegularExpression expression(pattern);
        Delivery delivery;
        delivery.payload = text;
        QCOMPARE(described(decode(delivery, &expression)), "message " + number + '|' + text);
    }

    void acceptsEightMebibytes() {
        const QByteArray largest(8 * 1024 * 1024, 'x');
        QCOMPARE(described(decoded(largest)), "message ?|" + largest);
    }

    void decodesTexts() {
        Delivery delivery;
        delivery.payload = "this is Message N\xc2\xb0 42 being posted into Redis by the sender at 14:56:05";
        QBENCHMARK {
            for (int i = 0; i < 1000; ++i)
                QVERIFY(decode(delivery).index() == 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
