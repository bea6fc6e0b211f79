#include "storage/backups/sql/dumpedtable.h"

#include <QRegularExpression>

namespace portolan {

namespace {

/// A name as pg_dump writes it, in quotes or not.
constexpr char dumpedName[] = "(?:\"((?:[^\"]|\"\")+)\"|(\\w+))";

/// Returns the name that the two groups of dumpedName from `quoted` on have caught.
QString nameIn(const QRegularExpressionMatch& match, int quoted) {
    return match.captured(quoted).replace(QLatin1String("\"\""), QLatin1String("\"")) + match.captured(quoted + 1);
}

QRegularExpression dumpedLine(const QString& pattern) {
    return QRegularExpression(QString(pattern).replace(QLatin1String("NAME"), QLatin1String(dumpedName)));
}

} // namespace

std::optional<DumpedTable> dumpedTable(QByteArrayView line) {
    static const QRegularExpression copy = dumpedLine(QStringLiteral("^COPY NAME\\.NAME(?: \\((.*)\\))? FROM stdin;$"));
    static const QRegularExpression column = dumpedLine(QStringLiteral("\\GNAME(?:, |$)"));
    if (!line.startsWith("COPY "))
        return std::nullopt;
    const QRegularExpressionMatch match = copy.match(QString::fromUtf8(line));
    if (!match.hasMatch())
        return std::nullopt;
    DumpedTable table;
    table.schema = nameIn(match, 1);
    table.name = nameIn(match, 3);
    const QString columns = match.captured(5);
    for (QRegularExpressionMatchIterator each = column.globalMatch(columns); each.hasNext();)
        table.columns << nameIn(each.next(), 1);
    return table;
}

std::optional<std::pair<QString, QString>> dumpedPartition(QByteArrayView line) {
    static const QRegularExpression attach =
        dumpedLine(QStringLiteral("^ALTER TABLE ONLY NAME\\.NAME ATTACH PARTITION NAME\\.NAME "));
    if (!line.startsWith("ALTER TABLE ONLY "))
        return std::nullopt;
    const QRegularExpressionMatch match = attach.match(QString::fromUtf8(line));
    return match.hasMatch() ? std::optional(std::pair(nameIn(match, 7), nameIn(match, 3))) : std::nullopt;
}

} // namespace portolan
