#include "storage/tables/sql/servermoments.h"

#include "storage/sql/rowreader.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

namespace portolan {

namespace {

QString readingMoments() {
    return QStringLiteral("read the definition of a view in");
}

/// Kinds of a query's entries that rows come from, as the server numbers them.
enum class Entry { Relation, Subquery, Join, Function, TableFunction, Values, Cte };

/// The end of what begins with a bracket, as trees are written: a backslash takes the next character's meaning.
qsizetype endOf(QByteArrayView text, qsizetype begin) {
    int depth = 0;
    for (qsizetype i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\')
            ++i;
        else if (c == '{' || c == '(')
            ++depth;
        else if ((c == '}' || c == ')') && --depth == 0)
            return i + 1;
    }
    return text.size();
}

/// A field of a node, without looking into the nodes in it; empty: there is none.
QByteArrayView fieldOf(QByteArrayView node, QByteArrayView name) {
    for (qsizetype i = 1; i < node.size(); ++i) {
        if (node[i] == '\\') {
            ++i;
        } else if (node[i] == '{' || node[i] == '(') {
            i = endOf(node, i) - 1;
        } else if (node[i] == ':' && node.sliced(i + 1).startsWith(name) && i + 1 + name.size() < node.size()
                   && node[i + 1 + name.size()] == ' ') {
            const qsizetype begin = i + name.size() + 2;
            if (begin >= node.size())
                return {};
            if (node[begin] == '{' || node[begin] == '(')
                return node.sliced(begin, endOf(node, begin) - begin);
            qsizetype end = begin;
            while (end < node.size() && node[end] != ' ' && node[end] != '}')
                ++end;
            return node.sliced(begin, end - begin);
        }
    }
    return {};
}

/// The nodes of a list.
std::vector<QByteArrayView> nodesOf(QByteArrayView list) {
    std::vector<QByteArrayView> nodes;
    for (qsizetype i = 1; i < list.size(); ++i) {
        if (list[i] == '\\') {
            ++i;
        } else if (list[i] == '{' || list[i] == '(') {
            const qsizetype end = endOf(list, i);
            nodes.push_back(list.sliced(i, end - i));
            i = end - 1;
        }
    }
    return nodes;
}

/// All numbers that follow a name in a tree.
std::set<qint64> numbersAfter(QByteArrayView tree, const QString& pattern) {
    std::set<qint64> numbers;
    const QRegularExpression wanted(pattern);
    for (auto found = wanted.globalMatch(QString::fromLatin1(tree)); found.hasNext();)
        numbers.insert(found.next().captured(1).toLongLong());
    return numbers;
}

std::set<qint64> viewsIn(QByteArrayView tree) {
    return numbersAfter(tree, QStringLiteral(":relid (\\d+)(?: :inh (?:true|false))? :relkind v"));
}

std::set<qint64> functionsIn(QByteArrayView tree) {
    return numbersAfter(tree, QStringLiteral(":(?:op)?funcid (\\d+)"));
}

QString asArray(const std::set<qint64>& numbers) {
    QStringList texts;
    for (const qint64 number : numbers)
        texts << QString::number(number);
    return u'{' + texts.join(u',') + u'}';
}

/// Looks through the trees of a view, and of those that it reads.
class Moments {
public:
    Moments(std::map<qint64, QByteArray> trees, std::set<qint64> functions)
        : m_trees(std::move(trees))
        , m_functions(std::move(functions)) {}

    /// The columns of a view; of one that is not known, all.
    bool isColumnOf(qint64 view, int column) {
        const auto tree = m_trees.find(view);
        if (tree == m_trees.end())
            return true;
        const auto queries = nodesOf(tree->second);
        return std::ranges::any_of(queries, [&](QByteArrayView query) {
            const std::set<int>& columns = columnsOf(query);
            return column == 0 ? !columns.empty() : columns.contains(column);
        });
    }

    /// The columns of a query.
    const std::set<int>& columnsOf(QByteArrayView query) {
        if (const auto known = m_known.find(query.data()); known != m_known.end())
            return known->second;
        static const std::set<int> none; // a view stands among its own entries, too
        if (!m_open.insert(query.data()).second)
            return none;
        std::set<int> columns;
        const auto entries = nodesOf(fieldOf(query, "rtable"));
        for (const QByteArrayView entry : nodesOf(fieldOf(query, "targetList"))) {
            if (isOfMoment(fieldOf(entry, "expr"), query, entries))
                columns.insert(fieldOf(entry, "resno").toInt());
        }
        if (const QByteArrayView sets = fieldOf(query, "setOperations"); sets.startsWith('{')) {
            for (const QByteArrayView entry : entries) {
                if (kindOf(entry) == Entry::Subquery)
                    columns.merge(std::set<int>(columnsOf(fieldOf(entry, "subquery"))));
            }
        }
        m_open.erase(query.data());
        return m_known.emplace(query.data(), std::move(columns)).first->second;
    }

private:
    static Entry kindOf(QByteArrayView entry) { return static_cast<Entry>(fieldOf(entry, "rtekind").toInt()); }

    /// A function, or a word as CURRENT_DATE, in a tree itself.
    bool calls(QByteArrayView tree) const {
        if (tree.contains("{NEXTVALUEEXPR"))
            return true;
        static const QRegularExpression timeWord(QStringLiteral("\\{SQLVALUEFUNCTION :op [0-8] "));
        if (tree.contains("{SQLVALUEFUNCTION") && QString::fromLatin1(tree).contains(timeWord))
            return true;
        return std::ranges::any_of(functionsIn(tree), [&](qint64 each) { return m_functions.contains(each); });
    }

    /// Also through the views that it reads.
    bool reaches(QByteArrayView tree) {
        return calls(tree) || std::ranges::any_of(viewsIn(tree), [&](qint64 view) { return isColumnOf(view, 0); });
    }

    bool isOfMoment(QByteArrayView expression, QByteArrayView query, const std::vector<QByteArrayView>& entries) {
        if (calls(expression))
            return true;
        // A count of rows changes with the rows that a condition lets through.
        const bool isGathered = expression.contains("{AGGREF") || expression.contains("{WINDOWFUNC");
        if (isGathered && calls(query))
            return true;
        if (expression.contains("{SUBLINK")) // whose numbers are its own entries'
            return reaches(query);
        static const QRegularExpression variable(
            QStringLiteral("\\{VAR :varno (\\d+) :varattno (-?\\d+)[^{}]*?:varlevelsup (\\d+)"));
        for (auto found = variable.globalMatch(QString::fromLatin1(expression)); found.hasNext();) {
            const QRegularExpressionMatch each = found.next();
            const auto number = each.captured(1).toUInt();
            const bool isOwn = each.captured(3) == u'0' && number >= 1 && number <= entries.size();
            if (!isOwn || isVariable(entries[number - 1], each.captured(2).toInt(), query, entries))
                return true;
        }
        return false;
    }

    bool isVariable(QByteArrayView entry, int column, QByteArrayView query,
                    const std::vector<QByteArrayView>& entries) {
        const auto isAmong = [&](const std::set<int>& columns) {
            return column == 0 ? !columns.empty() : columns.contains(column);
        };
        switch (kindOf(entry)) {
        case Entry::Relation:
            return fieldOf(entry, "relkind") == "v" && isColumnOf(fieldOf(entry, "relid").toLongLong(), column);
        case Entry::Subquery:
            return isAmong(columnsOf(fieldOf(entry, "subquery")));
        case Entry::Join: {
            const auto columns = nodesOf(fieldOf(entry, "joinaliasvars"));
            if (column < 1 || column > std::ssize(columns))
                return reaches(query);
            return isOfMoment(columns[static_cast<std::size_t>(column - 1)], query, entries);
        }
        case Entry::Cte:
            for (const QByteArrayView cte : nodesOf(fieldOf(query, "cteList"))) {
                const bool isIt = fieldOf(cte, "ctename") == fieldOf(entry, "ctename");
                if (isIt && fieldOf(cte, "cterecursive") != "true")
                    return isAmong(columnsOf(fieldOf(cte, "ctequery")));
            }
            return reaches(query); // of a query around this one, or one that asks itself
        case Entry::Function:
        case Entry::TableFunction:
        case Entry::Values:
            break;
        }
        return isOfMoment(entry, query, entries); // also groups, whose expressions later servers keep in an entry
    }

    std::map<qint64, QByteArray> m_trees;
    std::set<qint64> m_functions;
    std::map<const char*, std::set<int>> m_known; ///< by the query's beginning in its tree
    std::set<const char*> m_open;                 ///< being looked through
};

/// Adds the trees of some views to those that are known.
Result<void> readTrees(Connection& connection, const std::set<qint64>& views, std::map<qint64, QByteArray>& trees) {
    Result<QSqlQuery> query = connection.run(
        QStringLiteral("SELECT CAST(r.ev_class AS bigint), CAST(r.ev_action AS text) FROM pg_catalog.pg_rewrite AS r "
                       "WHERE r.ev_type = '1' AND r.ev_class = ANY (CAST(? AS oid[]))"),
        {asArray(views)}, readingMoments());
    PORTOLAN_TRY(query);
    QueryCursor walk(connection, *query, readingMoments());
    while (walk.next())
        trees[query->value(0).toLongLong()] = bytesAt(*query, 1);
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

/// Those that give another value a statement later: a function that promises nothing, those of the time and of what the
/// server is doing, and an operator's own that says it stays but asks for the time.
Result<std::set<qint64>> readMomentFunctions(Connection& connection, const std::set<qint64>& functions) {
    Result<QSqlQuery> query = connection.run(
        QStringLiteral(
            "SELECT CAST(p.oid AS bigint) FROM pg_catalog.pg_proc AS p WHERE p.oid = ANY (CAST(? AS oid[])) "
            "AND (p.provolatile = 'v' OR (p.provolatile = 's' AND (p.proname IN ('now', "
            "'transaction_timestamp', 'statement_timestamp', 'txid_current', 'txid_current_snapshot', "
            "'pg_current_xact_id', 'pg_current_snapshot', 'cursor_to_xml') OR (p.proname = 'age' AND "
            "p.pronargs = 1) OR p.proname LIKE 'pg\\_stat\\_%' OR (p.oid >= 16384 AND (p.prosrc = '' OR "
            "p.prosrc ~* '\\mnow\\M|current_|localtime|_timestamp|random|clock|timeofday|\\mage *[(]|txid|xact')))))"),
        {asArray(functions)}, readingMoments());
    PORTOLAN_TRY(query);
    std::set<qint64> found;
    QueryCursor walk(connection, *query, readingMoments());
    while (walk.next())
        found.insert(query->value(0).toLongLong());
    return walk.error() ? Result<std::set<qint64>>(*walk.error()) : Result<std::set<qint64>>(std::move(found));
}

} // namespace

Result<std::set<int>> readMomentColumns(Connection& connection, qint64 view) {
    std::map<qint64, QByteArray> trees;
    std::set<qint64> asked;
    std::set<qint64> wanted{view};
    while (!wanted.empty()) {
        PORTOLAN_TRY(readTrees(connection, wanted, trees));
        asked.merge(std::set<qint64>(wanted));
        std::set<qint64> next;
        for (const auto& [oid, tree] : trees)
            std::ranges::set_difference(viewsIn(tree), asked, std::inserter(next, next.end()));
        wanted = std::move(next);
    }
    std::set<qint64> functions;
    for (const auto& [oid, tree] : trees)
        functions.merge(functionsIn(tree));
    const auto ofMoment = readMomentFunctions(connection, functions);
    PORTOLAN_TRY(ofMoment);
    const auto tree = trees.find(view);
    if (tree == trees.end())
        return std::set<int>();
    const QByteArray own = tree->second;
    Moments moments(std::move(trees), *ofMoment);
    std::set<int> columns;
    for (const QByteArrayView query : nodesOf(own))
        columns.merge(std::set<int>(moments.columnsOf(query)));
    return columns;
}

} // namespace portolan
