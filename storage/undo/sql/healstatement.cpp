#include "storage/undo/sql/healstatement.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

QRegularExpression whole(QString form) {
    const auto put = [&form](const char* word, const char* meaning) {
        form.replace(QLatin1String(word), QLatin1String(meaning));
    };
    put("COLUMNS", "COLUMN(?:, ?COLUMN)*");
    put("COLUMN", "NAME(?: (?:ASC|DESC))?(?: NULLS (?:FIRST|LAST))?");
    put("DEFINED", "NAME TYPE(?: DEFAULT LITERAL)?(?: NOT NULL)?");
    put("TABLE_",
        R"((?:"?analytics_data"?\.NAME|(?:NAME\.)?(?:"analytics_data_(?:[^"]|"")+"|analytics_data_[A-Za-z0-9_]+)))");
    put("NAME", R"((?:"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*))");
    // Without a backslash, which some servers take for an escape.
    put("LITERAL", R"((?:NULL|TRUE|FALSE|true|false|CURRENT_TIMESTAMP|now\(\)|-?[0-9][0-9.eE+-]*|)"
                   R"('(?:[^'\\]|'')*')(?:::[a-z_]+(?: [a-z_]+)*(?:\([0-9]+(?:,[0-9]+)?\))?)?)");
    put("TYPE",
        R"([A-Za-z_][A-Za-z0-9_]*(?: (?!DEFAULT\b|NOT\b)[A-Za-z_][A-Za-z0-9_]*)*(?:\([0-9]{1,4}(?:, ?-?[0-9]{1,4})?\))?)"
        R"((?: (?!DEFAULT\b|NOT\b)[A-Za-z_][A-Za-z0-9_]*)*(?:\[\])?)");
    return QRegularExpression(QRegularExpression::anchoredPattern(form),
                              QRegularExpression::UseUnicodePropertiesOption);
}

/// Returns true when it is one of the statements that make or take back what a model asks for.
bool isHealing(const QString& statement) {
    static const QRegularExpression forms[] = {
        whole(QStringLiteral("LOCK TABLE TABLE_ IN ACCESS EXCLUSIVE MODE")),
        whole(QStringLiteral("DROP TABLE TABLE_")),
        whole(
            QStringLiteral("CREATE TABLE TABLE_ \\(DEFINED(?:, DEFINED)*(?:, PRIMARY KEY \\(NAME(?:, NAME)*\\))?\\)")),
        whole(QStringLiteral("ALTER TABLE TABLE_ DROP COLUMN NAME")),
        whole(QStringLiteral("ALTER TABLE TABLE_ ADD COLUMN DEFINED")),
        whole(QStringLiteral("ALTER TABLE TABLE_ ADD PRIMARY KEY \\(NAME(?:, NAME)*\\)")),
        whole(QStringLiteral(
            "ALTER TABLE TABLE_ ALTER COLUMN NAME (?:SET NOT NULL|DROP NOT NULL|DROP DEFAULT|SET DEFAULT "
            "LITERAL)")),
        whole(QStringLiteral("DROP INDEX (?:NAME\\.)?NAME")),
        whole(QStringLiteral("CREATE (?:UNIQUE )?INDEX NAME ON (?:ONLY )?TABLE_ (?:USING [a-z]+ )?\\(COLUMNS\\)")),
    };
    return std::ranges::any_of(forms, [&](const QRegularExpression& form) { return form.match(statement).hasMatch(); });
}

/// Returns the question whether a statement takes data with it; empty: it takes none.
QString questionOf(const QString& statement, const QStringList& asked) {
    static const QRegularExpression table = whole(QStringLiteral("DROP TABLE (TABLE_)"));
    static const QRegularExpression column = whole(QStringLiteral("ALTER TABLE (TABLE_) DROP COLUMN (NAME)"));
    if (const auto match = table.match(statement); match.hasMatch())
        return QStringLiteral("SELECT 1 FROM %1 LIMIT 1").arg(match.captured(1));
    const auto match = column.match(statement);
    if (!match.hasMatch())
        return {};
    const QString start = QStringLiteral("SELECT 1 FROM %1 WHERE %2 IS ").arg(match.captured(1), match.captured(2));
    static const QRegularExpression distinct = whole(QStringLiteral("DISTINCT FROM LITERAL LIMIT 1"));
    for (const QString& question : asked) { // its rows have the default that healing gave them
        if (question.startsWith(start) && distinct.match(question.sliced(start.size())).hasMatch())
            return question;
    }
    return start + QStringLiteral("NOT NULL LIMIT 1");
}

} // namespace

std::optional<HealStatements> HealStatements::from(std::vector<QByteArray> statements,
                                                   const std::vector<QByteArray>& asked) {
    QStringList questions;
    for (const QByteArray& question : asked)
        questions << QString::fromUtf8(question);
    HealStatements all;
    for (const QByteArray& each : statements) {
        const QString statement = QString::fromUtf8(each);
        if (!isHealing(statement))
            return std::nullopt;
        if (const QString question = questionOf(statement, questions); !question.isEmpty())
            all.m_questions.push_back(question.toUtf8());
    }
    all.m_statements = std::move(statements);
    return all;
}

} // namespace portolan
