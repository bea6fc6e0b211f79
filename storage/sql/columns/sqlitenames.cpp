#include "storage/sql/columns/sqlitenames.h"

namespace portolan {

QString foldedName(const QString& name) {
    QString text = name;
    for (QChar& c : text) {
        if (c >= u'A' && c <= u'Z')
            c = QChar(c.unicode() | 0x20);
    }
    return text;
}

/// Makes a condition for tables that no text index makes for itself: one that is told where its texts are, or to keep
/// no sizes, makes none of that name. A doubtful table is taken: one too many hides nothing.
QString isNoShadowTable(const char* of) {
    QString said = QStringLiteral("lower(v.sql)");
    for (const char* left : {"' '", "char(9)", "char(10)", "char(13)", "''''", "char(34)"})
        said = QStringLiteral("replace(%1, %2, '')").arg(said, QLatin1String(left));
    return QStringLiteral("(%1.type <> 'shadow' OR EXISTS (SELECT 1 FROM (SELECT v.name, %2 AS said FROM sqlite_schema "
                          "AS v WHERE v.type = 'table' AND v.rootpage = 0) AS m WHERE (%1.name = m.name || '_content' "
                          "COLLATE NOCASE AND (m.said LIKE '%(content=%' OR m.said LIKE '%,content=%')) OR (%1.name = "
                          "m.name || '_docsize' COLLATE NOCASE AND (m.said LIKE '%(columnsize=0%' OR m.said LIKE "
                          "'%,columnsize=0%' OR m.said LIKE '%matchinfo=fts3%'))))")
        .arg(QLatin1String(of), said);
}

} // namespace portolan
