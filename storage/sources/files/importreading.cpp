#include "storage/sources/files/importreading.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

QString separatorText(char separator) {
    return separator == '\t' ? QStringLiteral("a tab") : QStringLiteral("\"%1\"").arg(QLatin1Char(separator));
}

QString namesText(const QByteArrayList& names, const QString& more) {
    constexpr qsizetype shown = 8;
    QStringList texts;
    for (const QByteArray& name : names.first(std::min(names.size(), shown)))
        texts << QString::fromUtf8(name);
    QString text = texts.join(QStringLiteral(", "));
    if (names.size() > shown)
        text += u' ' + more.arg(names.size() - shown);
    return text;
}

QString readingText(const ImportReading& reading) {
    const auto named = [](const QByteArrayList& names) { return namesText(names, QStringLiteral("(and %1 more)")); };
    QStringList parts;
    if (reading.isInflux)
        parts << QStringLiteral("InfluxDB's annotated CSV");
    if (reading.isPacked)
        parts << QStringLiteral("gzip");
    if (reading.encoding != TextEncoding::Utf8)
        parts << QLatin1String(encodingName(reading.encoding));
    if (reading.separator && *reading.separator != ',')
        parts << QStringLiteral("separator %1").arg(separatorText(*reading.separator));
    if (reading.comment)
        parts << QStringLiteral("lines with %1 are comments").arg(QLatin1Char(*reading.comment));
    if (reading.decimal == ',')
        parts << QStringLiteral("decimal comma");
    if (!reading.number.isEmpty())
        parts << QStringLiteral("%1 is the number %2")
                     .arg(QString::fromUtf8(reading.number), QString::fromUtf8(reading.numberMeant));
    if (!reading.hasNames)
        parts << QStringLiteral("no names above the columns");
    if (reading.areDoubtfulTimes)
        parts << QStringLiteral("times as seconds since 1970, though few are of the years 1973 to 2074 (--times says "
                                "another form)");
    else if (reading.times && *reading.times != TimeForm::Plain)
        parts << QStringLiteral("times as %1").arg(QLatin1String(timeFormText(*reading.times)));
    if (reading.isSeries()) {
        parts << QStringLiteral("time %1").arg(named(reading.timeColumns));
        if (!reading.clock.isEmpty())
            parts << QStringLiteral("times of day as %1").arg(QString::fromLatin1(reading.clock));
        parts << (reading.values.size() == 1 ? QStringLiteral("value ") : QStringLiteral("a series a column of "))
                     + named(reading.values);
        if (!reading.sensor.isEmpty())
            parts << QStringLiteral("sensors named by %1").arg(QString::fromUtf8(reading.sensor));
    }
    if (!reading.leftOut.isEmpty())
        parts << QStringLiteral("left out %1").arg(named(reading.leftOut));
    return parts.isEmpty() ? QString() : QStringLiteral("Read as: %1.").arg(parts.join(QStringLiteral("; ")));
}

} // namespace portolan
