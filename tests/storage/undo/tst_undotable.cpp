#include "storage/operations/jobs.h"
#include "storage/replay/sql/replayrowmapper.h"
#include "storage/undo/undo.h"
#include "tests/support/sourcetree.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <algorithm>

using namespace portolan;

namespace {

QStringList literalsIn(const QString& expression) {
    static const QRegularExpression literal(QStringLiteral("\"([^\"]+)\""));
    QStringList found;
    for (auto matches = literal.globalMatch(expression); matches.hasNext();)
        found << matches.next().captured(1);
    return found;
}

/// The arguments of a call, whose first begins at `at`.
QStringList argumentsAt(const QString& text, qsizetype at) {
    QStringList arguments{QString()};
    bool isQuoted = false;
    for (int depth = 1; at < text.size(); ++at) {
        const QChar c = text[at];
        isQuoted = isQuoted != (c == u'"');
        depth += isQuoted ? 0 : int(c == u'(' || c == u'{') - int(c == u')' || c == u'}');
        if (depth == 0)
            break;
        if (c == u',' && depth == 1 && !isQuoted)
            arguments << QString();
        else
            arguments.back() += c;
    }
    return arguments;
}

/// The actions that sources write into the audit: what is assigned to an entry's action, what is given to a function
/// that takes one, and what is bound where a statement inserts entries.
QSet<QString> actionsIn(const test::SourceTree& tree) {
    static const QRegularExpression assigned(
        QStringLiteral("(?:\\.action = (?!['?]|\"\\s*\n)|QString action = )([^;]+);"));
    static const QRegularExpression bound(QStringLiteral("entry\\{utf8\\(actor\\),([^;]+);"));
    static const QRegularExpression taking(QStringLiteral("(\\w+)\\(([^()]*)const char\\* action\\b"));
    // Named by a state, which everyActionIsInTheTable() goes through, or the parameter itself.
    static const QStringList handedOn{QStringLiteral("action"), QStringLiteral("const char* action"),
                                      QStringLiteral("actionOf(to)"), QStringLiteral("actionOf(RunState::Frozen)")};
    QSet<QString> actions;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        // bundlelines.cpp reads what another store wrote.
        if (!file->contains(QLatin1String("udit")) || file.key().endsWith(QLatin1String("/bundlelines.cpp")))
            continue;
        for (const QRegularExpression& each : {assigned, bound}) {
            for (auto matches = each.globalMatch(*file); matches.hasNext();) {
                for (const QString& literal : literalsIn(matches.next().captured(1)))
                    actions.insert(literal);
            }
        }
        QMultiMap<QString, qsizetype> places{{QStringLiteral("auditEntry"), 0}}; // of the action among the arguments
        for (auto matches = taking.globalMatch(*file); matches.hasNext();) {
            const auto match = matches.next();
            places.insert(match.captured(1), match.captured(2).count(u','));
        }
        for (const auto& [name, place] : places.asKeyValueRange()) {
            const QRegularExpression call(QStringLiteral("\\b%1\\(").arg(name));
            for (auto calls = call.globalMatch(*file); calls.hasNext();) {
                const QString argument = argumentsAt(*file, calls.next().capturedEnd()).value(place).trimmed();
                const QStringList literals = literalsIn(argument);
                actions.unite(QSet<QString>(literals.begin(), literals.end()));
                if (literals.isEmpty() && !handedOn.contains(argument))
                    actions.insert(argument); // say below what it can be
            }
        }
    }
    return actions;
}

constexpr const char* kinds[] = {"alert",      "backup",     "retention", "schedule",     "bundle",
                                 "checkpoint", "component",  "job",       "object model", "port_message",
                                 "reject",     "replay_run", "schema",    "store",        "view"};

QStringList notInTheTable(const QSet<QString>& actions) {
    QStringList missing;
    for (const QString& action : actions) {
        const auto isOf = [&](const char* kind) { return undoRuleOf(kind, action.toUtf8()) != nullptr; };
        if (action != QLatin1String("undo") && std::ranges::none_of(kinds, isOf))
            missing << action;
    }
    return missing;
}

} // namespace

/// A new action says in storage/undo/undo.cpp how it is undone, or why not.
class TestUndoTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyActionIsInTheTable();
    void everyRefusalSaysWhy();
};

void TestUndoTable::everyRefusalSaysWhy() {
    for (const auto& [kind, action] : {std::pair{"port_message", "take"},
                                       {"port_message", "replay_claimed"},
                                       {"reject", "edit_reject"},
                                       {"schema", "migrate down"},
                                       {"job", "job_failed"}}) {
        const UndoRule* const rule = undoRuleOf(kind, action);
        QVERIFY2(rule && rule->way == UndoWay::Never && QByteArray(rule->why).endsWith('.'), action);
    }
    QVERIFY(!undoRuleOf("alert", "promote"));
}

void TestUndoTable::everyActionIsInTheTable() {
    const QSet<QString> actions = actionsIn(
        test::SourceTree::read({QStringLiteral("storage")}, {QStringLiteral("*.cpp"), QStringLiteral("*.h")}));
    for (const char* known : {"promote", "set expiry", "set", "rename", "heal", "migrate up", "take", "dead_letter",
                              "dismiss_reject", "import_bundle", "recall", "replay_edited", "replay_sent", "discard",
                              "unmark_production", "replay_returned", "confirm"})
        QVERIFY2(actions.contains(QLatin1String(known)), known);
    QCOMPARE(notInTheTable(actions).join(u' '), QString());
    for (const JobState state : {JobState::Queued, JobState::Running, JobState::Paused, JobState::Completed,
                                 JobState::Failed, JobState::Cancelled})
        QVERIFY(undoRuleOf("job", QByteArray("job_") + jobStateName(state)));
    for (const RunState state : {RunState::Frozen, RunState::Running, RunState::Paused, RunState::Completed,
                                 RunState::Cancelled, RunState::Failed, RunState::Recalled})
        QVERIFY(undoRuleOf("replay_run", actionOf(state)));
    test::SourceTree fresh;
    fresh.files[QStringLiteral("storage/x/sql/x.cpp")] =
        QStringLiteral("AuditEntry entry; entry.action = isNew ? \"sing\" : \"set\"; void told(int a, const char* "
                       "action); told(f(1, 2), \"dance\"); told(1, wish()); auditEntry(\"hum\", kind);");
    QCOMPARE(notInTheTable(actionsIn(fresh)).size(), 4);
}

QTEST_GUILESS_MAIN(TestUndoTable)
#include "tst_undotable.moc"
