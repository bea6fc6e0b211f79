#include "storage/series/series.h"

#include <QByteArrayList>
#include <array>

namespace portolan {

namespace {

struct KindForm {
    SeriesName::Kind kind;
    QByteArrayView word;
    std::size_t parts;
};
constexpr std::array<KindForm, 4> forms{{
    {SeriesName::Kind::Component, "component", 2},
    {SeriesName::Kind::Port, "port", 2},
    {SeriesName::Kind::Sensor, "sensor", 1},
    {SeriesName::Kind::Table, "table", 3},
}};

const KindForm& formOf(SeriesName::Kind kind) {
    return forms[static_cast<std::size_t>(kind)];
}

bool isWrittenOut(char c) {
    return c == '/' || c == '%' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Error noSeries(QByteArrayView text) {
    return {ErrorCode::Usage,
            QStringLiteral("\"%1\" names no series; a series is component/NAME/METRIC, port/NAME/FIGURE, sensor/ID or "
                           "table/NAME/TIME/VALUE, where %2 stands for a slash inside a name.")
                .arg(QString::fromUtf8(text), QStringLiteral("%2F"))};
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<QByteArray> decoded(QByteArrayView text) {
    QByteArray part;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            part += text[at];
            continue;
        }
        const int high = at + 2 < text.size() ? hexDigit(text[at + 1]) : -1;
        const int low = at + 2 < text.size() ? hexDigit(text[at + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        part += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return part;
}

constexpr std::array<Column<SeriesInfo>, 5> columns{{
    {"series", ColumnType::Text, [](const SeriesInfo& s) { return Value(s.name.toText()); }},
    {"kind", ColumnType::Text, [](const SeriesInfo& s) { return Value(formOf(s.name.kind).word.toByteArray()); }},
    {"unit", ColumnType::Text, [](const SeriesInfo& s) { return s.unit.isEmpty() ? Value() : Value(s.unit); }},
    {"last_value", ColumnType::Real, [](const SeriesInfo& s) { return s.lastValue ? Value(*s.lastValue) : Value(); }},
    {"last_time", ColumnType::Time, [](const SeriesInfo& s) { return s.lastTime ? Value(*s.lastTime) : Value(); }},
}};

constexpr std::array<Column<SeriesBucket>, 8> bucketColumns{{
    {"time", ColumnType::Time, [](const SeriesBucket& b) { return Value(b.begin); }},
    {"min", ColumnType::Real, [](const SeriesBucket& b) { return Value(b.min); }},
    {"max", ColumnType::Real, [](const SeriesBucket& b) { return Value(b.max); }},
    {"avg", ColumnType::Real, [](const SeriesBucket& b) { return Value(b.average()); }},
    {"sum", ColumnType::Real, [](const SeriesBucket& b) { return Value(b.sum); }},
    {"count", ColumnType::Integer, [](const SeriesBucket& b) { return Value(b.count); }},
    {"first", ColumnType::Real, [](const SeriesBucket& b) { return Value(b.first); }},
    {"last", ColumnType::Real, [](const SeriesBucket& b) { return Value(b.last); }},
}};

} // namespace

QByteArray SeriesName::toText() const {
    QByteArray text = formOf(kind).word.toByteArray();
    for (const QByteArray& part : parts) {
        text += '/';
        for (const char c : part) {
            if (isWrittenOut(c))
                text += '%' + QByteArray(1, c).toHex().toUpper();
            else
                text += c;
        }
    }
    return text;
}

Result<SeriesName> SeriesName::parse(QByteArrayView text) {
    const QList<QByteArray> pieces = text.toByteArray().split('/');
    for (const KindForm& form : forms) {
        if (form.word != QByteArrayView(pieces.front()) || pieces.size() != qsizetype(form.parts) + 1)
            continue;
        SeriesName name{form.kind, {}};
        for (const QByteArray& piece : pieces.sliced(1)) {
            const std::optional<QByteArray> part = decoded(piece);
            if (!part)
                return noSeries(text);
            name.parts.push_back(*part);
        }
        return name;
    }
    return noSeries(text);
}

TimeRange allTimes() {
    using namespace std::chrono;
    return {sys_days(year(1) / January / 1), sys_days(year(9999) / December / 31)};
}

QString leftOutText(const SeriesName& name, const LeftOutRows& rows) {
    QStringList reasons;
    const auto add = [&](qint64 count, const char* reason, const QByteArray& example) {
        const char* const form = count == 1 ? "%1 row whose %2, as in \"%3\"" : "%1 rows whose %2, as in \"%3\"";
        if (count > 0)
            reasons << QString::fromLatin1(form).arg(QString::number(count), QLatin1String(reason),
                                                     QString::fromUtf8(example));
    };
    add(rows.times, "time cannot be read", rows.time);
    add(rows.values, "value is no finite number", rows.value);
    if (reasons.isEmpty())
        return {};
    const QString more = rows.all() >= LeftOutRows::most ? QStringLiteral(" (and perhaps more)") : QString();
    return QStringLiteral("Left out of %1: %2%3.")
        .arg(QString::fromUtf8(name.toText()), reasons.join(QStringLiteral("; ")), more);
}

std::span<const Column<SeriesInfo>> seriesColumns() {
    return columns;
}

std::span<const Column<SeriesBucket>> seriesBucketColumns() {
    return bucketColumns;
}

const ColumnSet& seriesSchema() {
    static const ColumnSet schema = schemaOf(seriesColumns(), "last_time", {"series", "unit"});
    return schema;
}

} // namespace portolan
