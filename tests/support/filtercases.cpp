#include "tests/support/filtercases.h"

#include <limits>

namespace portolan::test {

namespace {

template <class T>
Value valueOf(const std::optional<T>& value) {
    return value ? Value(*value) : Value();
}

constexpr Column<FilterRow> columnTable[] = {
    {"id", ColumnType::Integer, [](const FilterRow& r) { return Value(r.id); }},
    {"port_name", ColumnType::Text, [](const FilterRow& r) { return valueOf(r.portName); }},
    {"number", ColumnType::Integer, [](const FilterRow& r) { return valueOf(r.number); }},
    {"weight", ColumnType::Real, [](const FilterRow& r) { return valueOf(r.weight); }},
    {"created_at", ColumnType::Time, [](const FilterRow& r) { return valueOf(r.createdAt); }},
    {"processed_at", ColumnType::Time, [](const FilterRow& r) { return valueOf(r.processedAt); }},
    {"is_latest", ColumnType::Boolean, [](const FilterRow& r) { return valueOf(r.isLatest); }},
    {"message_data", ColumnType::Json, [](const FilterRow& r) { return valueOf(r.messageData); }},
    {"error_message", ColumnType::Text, [](const FilterRow& r) { return valueOf(r.errorMessage); }},
    {"payload", ColumnType::Text, [](const FilterRow& r) { return valueOf(r.payload); }},
    {"key", ColumnType::Text, [](const FilterRow& r) { return valueOf(r.key); }},
};

constexpr qint64 least = std::numeric_limits<qint64>::min();
constexpr qint64 most = std::numeric_limits<qint64>::max();

FilterRow withData(qint64 id, const char* document) {
    FilterRow row{id};
    row.messageData = document;
    return row;
}

std::vector<FilterRow> rowsWithTexts() {
    const auto time = [](const char* text) { return parseIsoTime(text); };
    const auto day = time("2025-10-16");
    const auto night = time("2025-10-16T23:59:59.999Z");
    const QByteArray bytes("\xff\0TimeOut", 9);
    return {
        {1, "orders", 1, 1.5, day, day, true, R"({"a":1,"b":{"c":[10,20,"x"]},"s":"timeout"})", "timeout after 300 ms",
         "abc", 120},
        {2, "Orders", -1, 0.0, night, night, false, R"({ "a" : 1.0, "s" : "Timeout" })", "TIMEOUT", bytes, 121},
        {3, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}},
        {4, "", 0, {}, {}, {}, {}, R"({"a":"1","s":null})", "", "", 0},
        {5, "100%", {}, {}, {}, {}, {}, R"({"a":"x","s":"100%"})", "50% done_now", {}, {}},
        {6, "a_b", {}, {}, {}, {}, {}, {}, "a\\b c:\\x", {}, {}},
        {7, "it's", {}, {}, {}, {}, {}, {}, "say \"hi\"'; drop table rows; --", {}, {}},
        {8, "größe", {}, {}, {}, {}, {}, R"({"ü":1,"odd key":{"x":true}})", "GRÖSSE größe", {}, {}},
    };
}

std::vector<FilterRow> rowsWithNumbersAndTimes() {
    std::vector<FilterRow> rows{withData(9, R"({"\u00fc":2,"a":9007199254740993,"big":18446744073709551615})"),
                                withData(10, R"({"a":9007199254740992,"big":18446744073709551614})"),
                                withData(11, R"({"a":-9007199254740993,"big":1e400})"), withData(12, R"([1,{"a":5}])"),
                                withData(13, R"({"a":1} not json)")};
    rows[1].number = 9'007'199'254'740'993;
    rows[2].number = 9'007'199'254'740'992;
    rows[3].number = most;
    rows[4].number = least;
    FilterRow last{25};
    last.errorMessage = "💥 boom";
    last.createdAt = last.processedAt = parseIsoTime("9999-12-31T23:59:59.999Z");
    FilterRow first{26};
    first.createdAt = first.processedAt = parseIsoTime("0001-01-01");
    FilterRow marked{31};
    marked.errorMessage = "\uFEFFbom";
    rows.push_back(marked);
    rows.push_back(last);
    rows.push_back(first);
    return rows;
}

std::vector<FilterRow> rowsWithDocuments() {
    return {
        withData(14, R"({"a":true,"t":"2025-10-16T11:30:00Z"})"),
        withData(15, R"({"a":false,"t":"2025-10-16 21:00:00+10:00"})"),
        withData(16, R"({"a":null,"t":"2025-10-16T10:00:00.000Z"})"),
        withData(17, R"({"a":[1],"t":"2025-10-15"})"),
        withData(18, R"({"a":{"a":1},"t":1760610600})"),
        withData(19, "5"),
        withData(20, R"({"a":"10","t":1760610600000})"),
        withData(21, R"({"a":10,"t":"soon"})"),
        withData(22, R"({"a":9,"t":null})"),
        withData(23, R"({"a":"9","t":"2025-10-16T12:30:00Z"})"),
        withData(24, R"({"a":1e1,"t":"-1h"})"),
        withData(27, R"({"a\/b":1})"),
        withData(28, "{\"a\":\"q\\\"uote\\\\\\n\\ud83d\\udca5\"}"),
        withData(29, ""),
        withData(30, R"({"a":-0,"a":7})"),
    };
}

constexpr FilterCase caseTable[] = {
    {"", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
    // words
    {"timeout", "1 2"},
    {"not timeout", "3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
    {"\"drop table\"", "7"},
    {"\"\\\"hi\\\"'\"", "7"},
    {"💥", "25"},
    {"%", "5"},
    {"_", "5 6"},
    {"\\", "6"},
    // texts
    {"port_name:orders", "1"},
    {"port_name:Orders,\"\"", "2 4"},
    {"not port_name:orders,Orders", "3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
    {"port_name:*", "1 2 4 5 6 7 8"},
    {"port_name:* not error_message:*", ""},
    {"port_name~ORD", "1 2"},
    {"port_name~%", "5"},
    {"port_name~_", "6"},
    {"port_name~\"\"", "1 2 4 5 6 7 8"},
    {"port_name>a", "1 6 7 8"},
    {"port_name<=Orders", "2 4 5"},
    {"port_name:it's", "7"},
    {"error_message~\\", "6"},
    {"error_message~50%", "5"},
    {"error_message~größe", "8"},
    {"error_message~grÖsse", "8"},
    {"error_message~GRÖßE", ""},
    {"error_message~\"'; DROP TABLE\"", "7"},
    {"error_message:\"\uFEFFbom\"", "31"},
    {"error_message:bom", ""},
    {"error_message>=\"\uFEFFa\"", "25 31"},
    // numbers
    {"number:9007199254740993", "10"},
    {"number>9007199254740992", "10 12"},
    {"number<0", "2 13"},
    {"number:-9223372036854775808,9223372036854775807", "12 13"},
    {"not number>=-1", "3 5 6 7 8 9 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
    {"weight:0", "2"},
    {"weight>1", "1"},
    {"is_latest:true", "1"},
    {"is_latest:FALSE", "2"},
    // times
    {"created_at:2025-10-16", "1 2"},
    {"created_at>2025-10-16", "25"},
    {"created_at<2025-10-16", "26"},
    {"created_at>9999-12-31", ""},
    {"created_at<=9999-12-31", "1 2 25 26"},
    {"created_at>=9999-12-31T23:59:59.9999Z", ""},
    {"processed_at:2025-10-16T00:00", "1"},
    {"processed_at:2025-10-16T23:59:59.999", "2"},
    {"processed_at>2025-10-16T23:59", "25"},
    {"processed_at<0001-01-02", "26"},
    {"age>12h", "26"},
    {"age>=12h", "1 26"},
    {"age<0s", "2 25"},
    // documents
    {"data.a:1", "1 2 4"},
    {"data.a:\"1\"", "1 4"},
    {"data.a:1.0", "1 2"},
    {"data.a:10", "20 21 24"},
    {"data.a:9007199254740993", "9"},
    {"data.a:9007199254740992", "10"},
    {"data.a>9007199254740992", "5 9 28"},
    {"data.a<-9007199254740992", "11"},
    {"data.a>=-9007199254740993 data.a<0", "11"},
    {"data.a:0", ""},
    {"data.a:7", "30"}, // of equal names the last counts
    {"data.a>9.5", "5 9 10 21 24 28"},
    {"data.a<0 not data.a:*", ""},
    {"data.a>=false", "5 14 15 28"},
    {"data.a~ul", ""},
    {"data.a:null data.a~null", ""},
    {"data.big:18446744073709551615", "9"},
    {"data.big>18446744073709551614", "9 11"},
    {"data.a:true", "14"},
    {"data.a:null", "16"},
    {"data.a:*", "1 2 4 5 9 10 11 14 15 17 18 20 21 22 23 24 28 30"},
    {"data.s:*", "1 2 5"},
    {"not data.a:1 data.a:*", "5 9 10 11 14 15 17 18 20 21 22 23 24 28 30"},
    {"data.a[0]:1", "17"},
    {"data.a.a:1", "18"},
    {"data.a.0:1", ""},
    {"data[1].a:5", "12"},
    {"data.b.c[2]:x", "1"},
    {"data.b.c[1]>=20", "1"},
    {"data.b.c[3]:*", ""},
    {"data.b.c~1", ""},
    {"data.b.c:*", "1"},
    {"data.ü:1,2", "8 9"},
    {"data.\"odd key\".x:true", "8"},
    {"data.\"a/b\":1", "27"},
    {"data.s~TIME", "1 2"},
    {"data.s~%", "5"},
    {"data.a~\"\\\"UOTE\\\\\"", "28"},
    {"data.a~💥", "28"},
    {"data~json", "13"},
    {"data:* not data.a:*", "8 12 13 16 19 27 29"},
    // times in documents
    {"data.t>-2h", "14 15 18 20 23"},
    {"data.t>=-2h", "14 15 16 18 20 23"},
    {"data.t<-2h", "17"},
    {"data.t<=-2h", "16 17"},
    {"data.t<+1h", "14 15 16 17 18 20 23"},
    {"data.t:* not data.t>-2h", "16 17 21 24"},
    {"data.t:-1h", "24"},
    {"data.t>\"-2h\"", "14 15 16 17 18 20 21 23"},
    {"data[1].t>-2h", ""},
    // bytes, and texts kept as numbers
    {"payload~timeout", "2"},
    {"payload:abc", "1"},
    {"payload:\"\"", "4"},
    {"payload>b", "2"},
    {"key:120", "1"},
    {"key:0120", ""},
    {"key>120", "2"},
    {"key>x", ""},
    {"key~12", "1 2"},
    {"key<99999999999999999999", "1 2 4"},
    {"key>-99999999999999999999", "1 2 4"},
    // together
    {"(port_name:orders or number:-1) not is_latest:false", "1"},
    {"not (not port_name:orders)", "1"},
    {"not (port_name:orders or number:0) port_name:*", "2 5 6 7 8"},
    {"port_name:orders or port_name:it's timeout", "1"},
};

} // namespace

std::span<const Column<FilterRow>> filterColumns() {
    return columnTable;
}

const ColumnSet& filterSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made;
        for (const auto& column : columnTable) {
            const QByteArray name = column.name;
            const bool searched = name == "port_name" || name == "error_message" || name == "payload";
            made.columns.push_back({name, column.type, searched});
        }
        made.timeColumn = "created_at";
        made.jsonAliases = {{"data", "message_data"}};
        return made;
    }();
    return schema;
}

Timestamp filterNow() {
    return *parseIsoTime("2025-10-16T12:00:00Z");
}

std::vector<FilterRow> filterRows() {
    std::vector<FilterRow> rows = rowsWithTexts();
    for (const auto& more : {rowsWithNumbersAndTimes(), rowsWithDocuments()})
        rows.insert(rows.end(), more.begin(), more.end());
    return rows;
}

std::span<const FilterCase> filterCases() {
    return caseTable;
}

QString FilterMaker::makePhrase() {
    static constexpr const char* texts[] = {"timeout",
                                            "TIME",
                                            "%",
                                            "_",
                                            "\\",
                                            "'",
                                            "\"",
                                            "ö",
                                            "Ö",
                                            "ß",
                                            "💥",
                                            "drop table rows",
                                            "a_b",
                                            "done_",
                                            "c:\\x say",
                                            "--",
                                            "x\xEF\xBB\xBF",
                                            "orders",
                                            "1",
                                            "x",
                                            "?",
                                            "$1"};
    return quoted(chance().pick(texts));
}

QString FilterMaker::makeTerm() {
    static constexpr const char* orders[] = {":", ":", ">", ">=", "<", "<="};
    static constexpr const char* textOrders[] = {":", ":", ">", ">=", "<", "<=", "~", "~"};
    static constexpr const char* texts[] = {"orders", "Orders", "", "100%", "a_b", "it's", "größe", "a", "zz", "*"};
    static constexpr const char* integers[] = {
        "0", "1", "-1", "9007199254740992", "9007199254740993", "9223372036854775807", "-9223372036854775808"};
    static constexpr const char* reals[] = {"0", "1.5", "-1", "1e300"};
    static constexpr const char* times[] = {
        "2025-10-16", "2025-10-16T00:00", "2025-10-16T23:59:59.999Z", "2025-10-16T23:59:59.9995Z",
        "9999-12-31", "0001-01-01"};
    static constexpr const char* keys[] = {"120", "121", "0", "-0", "x", "12", "99999999999999999999", "0120"};
    static constexpr const char* paths[] = {
        "a", "s", "t", "t", "a[0]", "a.a", "b.c[1]", "b.c", "ü", "\"odd key\".x", "big", "\"a/b\"", "0"};
    static constexpr const char* scalars[] = {"1",
                                              "1.0",
                                              "10",
                                              "9",
                                              "-0",
                                              "0",
                                              "1e1",
                                              "true",
                                              "null",
                                              "x",
                                              "timeout",
                                              "9007199254740992",
                                              "9007199254740993",
                                              "-9007199254740993",
                                              "18446744073709551615",
                                              "18446744073709551614",
                                              "1e308",
                                              "-2h",
                                              "+1h",
                                              "-1d",
                                              "100%"};
    switch (chance().below(10)) {
    case 0:
        return QStringLiteral("number") + pick(orders) + pick(integers);
    case 1:
        return QStringLiteral("weight") + pick(orders) + pick(reals);
    case 2:
        return QStringLiteral("created_at") + pick(orders) + quoted(chance().pick(times));
    case 3:
        return QStringLiteral("processed_at") + pick(orders) + quoted(chance().pick(times));
    case 4:
        return QStringLiteral("key") + pick(textOrders) + quoted(chance().pick(keys));
    case 5:
        return QStringLiteral("payload") + pick(textOrders) + quoted(chance().pick(texts));
    case 6:
        return QStringLiteral("port_name") + pick(textOrders) + quoted(chance().pick(texts));
    case 7:
        return pick({"is_latest:true", "is_latest:false", "number:*", "data:*", "data.a:*", "data.s:*", "weight:*"});
    default: {
        const QByteArray scalar = chance().pick(scalars);
        return QStringLiteral("data.") + pick(paths) + pick(textOrders)
               + (chance().below(3) == 0 ? quoted(scalar) : QString::fromUtf8(scalar));
    }
    }
}

} // namespace portolan::test
