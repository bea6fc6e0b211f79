#include "storage/sql/sqlscript.h"

#include <QRegularExpression>
#include <sqlite3.h>

namespace portolan {

namespace {

QString withoutComments(const QByteArray& statement) {
    static const QRegularExpression comment(QStringLiteral("--[^\n]*|/\\*.*?\\*/"),
                                            QRegularExpression::DotMatchesEverythingOption);
    return QString::fromUtf8(statement).remove(comment).trimmed();
}

struct KindWord {
    const char* word;
    SchemaStatement::Kind kind;
};
constexpr KindWord kindWords[] = {
    {"TABLE", SchemaStatement::Kind::Table},         {"INDEX", SchemaStatement::Kind::Index},
    {"TRIGGER", SchemaStatement::Kind::Trigger},     {"VIEW", SchemaStatement::Kind::View},
    {"FUNCTION", SchemaStatement::Kind::Function},   {"SCHEMA", SchemaStatement::Kind::Schema},
    {"EXTENSION", SchemaStatement::Kind::Extension},
};

SchemaStatement::Kind kindOf(const QString& word) {
    for (const KindWord& each : kindWords) {
        if (word == QLatin1String(each.word))
            return each.kind;
    }
    return SchemaStatement::Kind::Other;
}

QString firstMatch(const QString& text, const QString& pattern) {
    return QRegularExpression(pattern).match(text).captured(1);
}

QString owningTable(SchemaStatement::Kind kind, const QString& name, const QString& text) {
    switch (kind) {
    case SchemaStatement::Kind::Table:
        return name;
    case SchemaStatement::Kind::Index:
    case SchemaStatement::Kind::Trigger:
        return firstMatch(text, QStringLiteral("\\sON\\s+(\\w+)"));
    case SchemaStatement::Kind::Partition:
        return firstMatch(text, QStringLiteral("\\sPARTITION\\s+OF\\s+(\\w+)"));
    case SchemaStatement::Kind::View:
        return firstMatch(text, QStringLiteral("\\sFROM\\s+(\\w+)"));
    case SchemaStatement::Kind::Function:
    case SchemaStatement::Kind::Schema:
    case SchemaStatement::Kind::Extension:
    case SchemaStatement::Kind::Other:
        return {};
    }
    Q_UNREACHABLE();
}

Error unended(const QByteArray& rest) {
    return Error{ErrorCode::Invalid, QStringLiteral("The last statement of a schema script does not end."),
                 QString::fromUtf8(rest.left(200))};
}

/// Returns the position after the token that begins at `at`: a quoted text or name, a comment, a dollar quote, else one
/// character.
qsizetype afterToken(const QByteArray& script, qsizetype at) {
    const auto after = [&](const QByteArray& end, qsizetype from) {
        const qsizetype found = script.indexOf(end, from);
        return found < 0 ? script.size() : found + end.size();
    };
    const char c = script[at];
    if (c == '\'' || c == '"')
        return after(QByteArray(1, c), at + 1);
    if (script.mid(at, 2) == "--")
        return after("\n", at);
    if (script.mid(at, 2) == "/*")
        return after("*/", at + 2);
    if (c != '$')
        return at + 1;
    static const QRegularExpression dollar(QStringLiteral("^\\$\\w*\\$"));
    const QString tag = dollar.match(QString::fromLatin1(script.mid(at, 64))).captured(0);
    return tag.isEmpty() ? at + 1 : after(tag.toLatin1(), at + tag.size());
}

} // namespace

Result<std::vector<QByteArray>> splitSqliteScript(const QByteArray& script) {
    std::vector<QByteArray> statements;
    qsizetype start = 0;
    for (qsizetype at = script.indexOf(';'); at >= 0; at = script.indexOf(';', at + 1)) {
        const QByteArray candidate = script.mid(start, at + 1 - start);
        if (sqlite3_complete(candidate.constData()) == 0)
            continue;
        statements.push_back(candidate.trimmed());
        start = at + 1;
    }
    if (!withoutComments(script.mid(start)).isEmpty())
        return unended(script.mid(start));
    return statements;
}

Result<std::vector<QByteArray>> splitPostgresqlScript(const QByteArray& script) {
    std::vector<QByteArray> statements;
    qsizetype start = 0;
    for (qsizetype at = 0; at < script.size();) {
        if (script[at] == ';') {
            statements.push_back(script.mid(start, at + 1 - start).trimmed());
            start = at + 1;
        }
        at = afterToken(script, at);
    }
    if (!withoutComments(script.mid(start)).isEmpty())
        return unended(script.mid(start));
    return statements;
}

Result<std::vector<QByteArray>> splitScript(const QByteArray& script, SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return splitSqliteScript(script);
    case SqlDialect::Postgresql:
        return splitPostgresqlScript(script);
    }
    Q_UNREACHABLE();
}

SchemaStatement describeStatement(const QByteArray& statement) {
    static const QRegularExpression head(
        QStringLiteral("^(?:CREATE|DROP)\\s+(?:UNIQUE\\s+|MATERIALIZED\\s+|VIRTUAL\\s+)?"
                       "(TABLE|INDEX|TRIGGER|VIEW|FUNCTION|SCHEMA|EXTENSION)\\s+"
                       "(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(?:\"([^\"]+)\"|(\\w+))"));
    static const QRegularExpression alter(
        QStringLiteral("^(?:ALTER\\s+TABLE\\s+(?:ONLY\\s+)?|UPDATE\\s+)(?:\"([^\"]+)\"|(\\w+))"));
    const QString text = withoutComments(statement);
    if (const QRegularExpressionMatch altered = alter.match(text); altered.hasMatch()) {
        const QString table = altered.captured(1) + altered.captured(2);
        return SchemaStatement{SchemaStatement::Kind::Other, table, table, {}};
    }
    const QRegularExpressionMatch match = head.match(text);
    if (!match.hasMatch())
        return {};
    SchemaStatement::Kind kind = kindOf(match.captured(1));
    QString name = match.captured(2) + match.captured(3);
    if (kind == SchemaStatement::Kind::Function)
        name += QLatin1String("()");
    if (kind == SchemaStatement::Kind::Table && text.contains(QLatin1String(" PARTITION OF ")))
        kind = SchemaStatement::Kind::Partition;
    const bool drops = text.startsWith(QLatin1String("DROP"));
    const QString needs =
        firstMatch(QString::fromUtf8(statement), QStringLiteral("--\\s*requires operator class (\\w+)"));
    return SchemaStatement{kind, name, drops ? QString() : owningTable(kind, name, text), needs};
}

} // namespace portolan
