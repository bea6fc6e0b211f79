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

SchemaStatement::Kind kindOf(const QString& word) {
    if (word == QLatin1String("TABLE"))
        return SchemaStatement::Kind::Table;
    if (word == QLatin1String("INDEX"))
        return SchemaStatement::Kind::Index;
    if (word == QLatin1String("TRIGGER"))
        return SchemaStatement::Kind::Trigger;
    return SchemaStatement::Kind::View;
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
    case SchemaStatement::Kind::View:
        return firstMatch(text, QStringLiteral("\\sFROM\\s+(\\w+)"));
    case SchemaStatement::Kind::Other:
        return {};
    }
    Q_UNREACHABLE();
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
        return Error{ErrorCode::Invalid, QStringLiteral("The last statement of a schema script does not end."),
                     QString::fromUtf8(script.mid(start).left(200))};
    return statements;
}

SchemaStatement describeStatement(const QByteArray& statement) {
    static const QRegularExpression head(
        QStringLiteral("^(?:CREATE|DROP)\\s+(?:UNIQUE\\s+)?(TABLE|INDEX|TRIGGER|VIEW)\\s+(\\w+)"));
    const QString text = withoutComments(statement);
    const QRegularExpressionMatch match = head.match(text);
    if (!match.hasMatch())
        return {};
    const SchemaStatement::Kind kind = kindOf(match.captured(1));
    const QString name = match.captured(2);
    const bool drops = text.startsWith(QLatin1String("DROP"));
    return SchemaStatement{kind, name, drops ? QString() : owningTable(kind, name, text)};
}

} // namespace portolan
