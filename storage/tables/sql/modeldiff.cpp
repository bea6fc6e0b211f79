#include "storage/tables/sql/modeldiff.h"

#include "storage/tables/sql/tabledirectory.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

constexpr char userSchema[] = "analytics_data";

Result<QByteArray> quoted(const QByteArray& name) {
    const Result<QString> identifier = quoteIdentifier(QString::fromUtf8(name));
    return identifier ? Result<QByteArray>(identifier->toUtf8()) : identifier.error();
}

Result<QByteArray> quotedList(const std::vector<QByteArray>& names) {
    QByteArrayList all;
    for (const QByteArray& name : names) {
        Result<QByteArray> one = quoted(name);
        if (!one)
            return one;
        all << *one;
    }
    return all.join(", ");
}

/// A default as far as two databases, or one of two ages, word it alike: without casts, brackets and quotes.
QString plainUsual(const QByteArray& text) {
    static const QRegularExpression cast(QStringLiteral("::[a-z_ ]+(\\(\\d+(,\\d+)?\\))?(\\[\\])?"));
    QString plain = QString::fromUtf8(text).remove(cast).simplified();
    while (plain.startsWith(u'(') && plain.endsWith(u')'))
        plain = plain.sliced(1, plain.size() - 2).trimmed();
    if (plain.compare(QLatin1String("now()"), Qt::CaseInsensitive) == 0)
        return QStringLiteral("current_timestamp");
    if (plain.size() > 1 && plain.startsWith(u'\'') && plain.endsWith(u'\''))
        return plain.sliced(1, plain.size() - 2);
    return plain.toLower();
}

/// Tells what an index is over, by the statement that makes it.
QString indexedColumns(const QByteArray& definition) {
    const QString text = QString::fromUtf8(definition);
    const qsizetype open = text.indexOf(u'(', text.indexOf(QLatin1String(" ON "), 0, Qt::CaseInsensitive));
    return open < 0 ? QString() : text.sliced(open).remove(u'"').remove(u' ').remove(u'\n').toLower();
}

bool isUniqueIndex(const QByteArray& definition) {
    return definition.left(32).toUpper().simplified().startsWith("CREATE UNIQUE");
}

/// The differences between a table and its model, and how they are mended.
class TableComparison {
public:
    TableComparison(const ObjectModel& model, QByteArray path, QByteArray table, QByteArray schema, SqlDialect dialect)
        : m_model(model)
        , m_path(std::move(path))
        , m_table(std::move(table))
        , m_schema(std::move(schema))
        , m_dialect(dialect) {}

    [[nodiscard]] Result<void> missing();
    [[nodiscard]] Result<void> compare(const TableDetail& found);
    std::vector<ModelDifference> differences;

private:
    enum class Loss { None, Some };
    using Reversal = ModelDifference::Reversal;
    void add(const QByteArray& what, std::vector<QByteArray> statements, Loss loss = Loss::None,
             Reversal reversal = {}) {
        const bool losesNothing = loss == Loss::None && !statements.empty();
        differences.push_back({m_model.name, what, std::move(statements), losesNothing, std::move(reversal)});
    }
    [[nodiscard]] bool isServer() const { return m_dialect == SqlDialect::Postgresql; }
    [[nodiscard]] bool isOneName(const QByteArray& a, const QByteArray& b) const {
        return a.compare(b, isServer() ? Qt::CaseSensitive : Qt::CaseInsensitive) == 0;
    }
    [[nodiscard]] bool isInKey(const QByteArray& column) const {
        return std::ranges::any_of(m_model.key, [&](const QByteArray& each) { return isOneName(each, column); });
    }
    /// A statement that must have the table to itself while it is asked whether there is something to lose.
    [[nodiscard]] std::vector<QByteArray> alone(const QByteArray& statement) const {
        return isServer() ? std::vector{"LOCK TABLE " + m_table + " IN ACCESS EXCLUSIVE MODE", statement}
                          : std::vector{statement};
    }
    [[nodiscard]] static Result<QByteArray> columnText(const ObjectModel::Column& column);
    [[nodiscard]] Result<QByteArray> making(const ObjectModel::Index& index) const;
    [[nodiscard]] Result<QByteArray> dropping(const QByteArray& index) const;
    [[nodiscard]] bool mayAdd(const ObjectModel::Column& column) const;
    [[nodiscard]] Result<void> compareColumn(const ObjectModel::Column& wanted, const TableDetail::Column& found);
    [[nodiscard]] Result<void> compareColumns(const TableDetail& found);
    [[nodiscard]] Result<void> compareKey(const TableDetail& found);
    [[nodiscard]] Result<void> compareIndexes(const TableDetail& found);

    const ObjectModel& m_model;
    QByteArray m_path;
    QByteArray m_table; ///< quoted
    QByteArray m_schema;
    SqlDialect m_dialect;
};

Result<QByteArray> TableComparison::columnText(const ObjectModel::Column& column) {
    const Result<QByteArray> name = quoted(column.name);
    if (!name)
        return name;
    return *name + ' ' + column.type + (column.usual.isEmpty() ? QByteArray() : " DEFAULT " + column.usual)
           + (column.notNull ? " NOT NULL" : "");
}

Result<QByteArray> TableComparison::making(const ObjectModel::Index& index) const {
    const Result<QByteArray> name = quoted(index.name);
    const Result<QByteArray> columns = quotedList(index.columns);
    if (!name || !columns)
        return name ? columns : name;
    return QByteArray(index.isUnique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + *name + " ON " + m_table + " ("
           + *columns + ')';
}

Result<QByteArray> TableComparison::dropping(const QByteArray& index) const {
    const Result<QByteArray> name = quoted(index);
    const Result<QByteArray> schema = quoted(m_schema);
    if (!name || !schema)
        return name ? schema : name;
    return "DROP INDEX " + (isServer() ? *schema + '.' : QByteArray()) + *name;
}

Result<void> TableComparison::missing() {
    QByteArrayList parts;
    for (const ObjectModel::Column& column : m_model.columns) {
        const Result<QByteArray> text = columnText(column);
        PORTOLAN_TRY(text);
        parts << *text;
    }
    if (!m_model.key.empty()) {
        const Result<QByteArray> key = quotedList(m_model.key);
        PORTOLAN_TRY(key);
        parts << "PRIMARY KEY (" + *key + ')';
    }
    std::vector<QByteArray> statements{"CREATE TABLE " + m_table + " (" + parts.join(", ") + ')'};
    for (const ObjectModel::Index& index : m_model.indexes) {
        const Result<QByteArray> statement = making(index);
        PORTOLAN_TRY(statement);
        statements.push_back(*statement);
    }
    add("table " + m_path + " is missing", std::move(statements), Loss::None,
        {alone("DROP TABLE " + m_table), "SELECT 1 FROM " + m_table + " LIMIT 1"});
    return {};
}

/// A column without a value for the rows that are there cannot come; SQLite takes no computed one for them.
bool TableComparison::mayAdd(const ObjectModel::Column& column) const {
    const bool isKey = isInKey(column.name);
    const bool isComputed = column.usual == "CURRENT_TIMESTAMP";
    return !isKey && !(column.notNull && column.usual.isEmpty()) && (isServer() || !isComputed);
}

Result<void> TableComparison::compareColumn(const ObjectModel::Column& wanted, const TableDetail::Column& found) {
    const Result<QByteArray> name = quoted(wanted.name);
    PORTOLAN_TRY(name);
    const QByteArray which = "column " + wanted.name + " of " + m_path;
    const QByteArray altering = "ALTER TABLE " + m_table + " ALTER COLUMN " + *name;
    const auto alter = [&](const QByteArray& how) {
        return isServer() ? std::vector<QByteArray>{altering + how} : std::vector<QByteArray>();
    };
    if (found.type.compare(wanted.type, Qt::CaseInsensitive) != 0)
        add(which + " is " + (found.type.isEmpty() ? QByteArray("without a type") : found.type) + ", not "
                + wanted.type,
            alter(" TYPE " + wanted.type + " USING CAST(" + *name + " AS " + wanted.type + ')'), Loss::Some);
    const bool isKey = isInKey(wanted.name); // which says it, too
    if (found.notNull != wanted.notNull && !isKey)
        add(which + (wanted.notNull ? " may be empty" : " may not be empty"),
            alter(wanted.notNull ? " SET NOT NULL" : " DROP NOT NULL"), Loss::None,
            {alter(wanted.notNull ? " DROP NOT NULL" : " SET NOT NULL"), {}});
    if (plainUsual(found.usual) != plainUsual(wanted.usual))
        add(which + " has the default " + (found.usual.isEmpty() ? QByteArray("none") : found.usual) + ", not "
                + (wanted.usual.isEmpty() ? QByteArray("none") : wanted.usual),
            alter(wanted.usual.isEmpty() ? QByteArray(" DROP DEFAULT") : " SET DEFAULT " + wanted.usual), Loss::None,
            {alter(found.usual.isEmpty() ? QByteArray(" DROP DEFAULT") : " SET DEFAULT " + found.usual), {}});
    return {};
}

Result<void> TableComparison::compareColumns(const TableDetail& found) {
    const auto isNamed = [this](const QByteArray& name) {
        return [this, &name](const auto& column) { return isOneName(column.name, name); };
    };
    for (const ObjectModel::Column& wanted : m_model.columns) {
        const auto there = std::ranges::find_if(found.columns, isNamed(wanted.name));
        if (there != found.columns.end()) {
            if (Result<void> compared = compareColumn(wanted, *there); !compared)
                return compared;
            continue;
        }
        const Result<QByteArray> text = columnText(wanted);
        PORTOLAN_TRY(text);
        const Result<QByteArray> name = quoted(wanted.name);
        PORTOLAN_TRY(name);
        const QByteArray usual = wanted.usual.isEmpty() ? QByteArray("NULL") : wanted.usual;
        add("column " + wanted.name + " of " + m_path + " is missing",
            mayAdd(wanted) ? std::vector<QByteArray>{"ALTER TABLE " + m_table + " ADD COLUMN " + *text}
                           : std::vector<QByteArray>(),
            Loss::None,
            {alone("ALTER TABLE " + m_table + " DROP COLUMN " + *name),
             "SELECT 1 FROM " + m_table + " WHERE " + *name + " IS DISTINCT FROM " + usual + " LIMIT 1"});
    }
    for (const TableDetail::Column& column : found.columns) {
        if (std::ranges::any_of(m_model.columns, isNamed(column.name)))
            continue;
        const Result<QByteArray> name = quoted(column.name);
        PORTOLAN_TRY(name);
        add("column " + column.name + " of " + m_path + " is too much",
            {"ALTER TABLE " + m_table + " DROP COLUMN " + *name}, Loss::Some);
    }
    return {};
}

Result<void> TableComparison::compareKey(const TableDetail& found) {
    std::vector<TableDetail::Column> keyed = found.columns;
    std::erase_if(keyed, [](const TableDetail::Column& column) { return column.keyPosition == 0; });
    std::ranges::sort(keyed, {}, &TableDetail::Column::keyPosition);
    const bool isSame = std::ranges::equal(
        keyed, m_model.key, [&](const TableDetail::Column& a, const QByteArray& b) { return isOneName(a.name, b); });
    if (isSame)
        return {};
    const Result<QByteArray> key = quotedList(m_model.key);
    PORTOLAN_TRY(key);
    const bool canAdd = isServer() && keyed.empty();
    add("the primary key of " + m_path + (keyed.empty() ? " is missing" : " is another"),
        canAdd ? std::vector<QByteArray>{"ALTER TABLE " + m_table + " ADD PRIMARY KEY (" + *key + ')'}
               : std::vector<QByteArray>());
    return {};
}

Result<void> TableComparison::compareIndexes(const TableDetail& found) {
    for (const ObjectModel::Index& wanted : m_model.indexes) {
        const Result<QByteArray> statement = making(wanted);
        const Result<QByteArray> drop = dropping(wanted.name);
        if (!statement || !drop)
            return statement ? drop.error() : statement.error();
        const auto there = std::ranges::find_if(
            found.indexes, [&](const TableDetail::Part& index) { return isOneName(index.name, wanted.name); });
        const QByteArray which = "index " + wanted.name + " of " + m_path;
        if (there == found.indexes.end())
            add(which + " is missing", {*statement}, Loss::None, {{*drop}, {}});
        else if (indexedColumns(there->definition) != indexedColumns(*statement)
                 || isUniqueIndex(there->definition) != wanted.isUnique)
            add(which + " is another", {*drop, *statement}, Loss::None,
                there->definition.isEmpty() ? Reversal{} : Reversal{{*drop, there->definition}, {}});
    }
    const Result<QByteArray> key = quotedList(m_model.key);
    PORTOLAN_TRY(key);
    for (const TableDetail::Part& index : found.indexes) {
        if (std::ranges::any_of(m_model.indexes,
                                [&](const ObjectModel::Index& wanted) { return isOneName(wanted.name, index.name); }))
            continue;
        if (index.definition.isEmpty()) // SQLite's own, of a key
            continue;
        const bool isOfKey = isUniqueIndex(index.definition)
                             && indexedColumns(index.definition) == indexedColumns(" ON x (" + *key + ')');
        const Result<QByteArray> drop = dropping(index.name);
        PORTOLAN_TRY(drop);
        if (!isOfKey)
            add("index " + index.name + " of " + m_path + " is too much", {*drop}, Loss::Some);
    }
    return {};
}

Result<void> TableComparison::compare(const TableDetail& found) {
    if (found.info.kind.endsWith("view") || found.info.kind.startsWith("virtual")) {
        add(m_path + " is a " + found.info.kind + ", not a table", {});
        return {};
    }
    for (const auto part :
         {&TableComparison::compareColumns, &TableComparison::compareKey, &TableComparison::compareIndexes}) {
        if (Result<void> compared = (this->*part)(found); !compared)
            return compared;
    }
    return {};
}

} // namespace

Result<TableInfo> modelledTable(const QByteArray& path, SqlDialect dialect) {
    const QByteArray dotted = QByteArray(userSchema) + '.';
    const QByteArray prefixed = QByteArray(userSchema) + '_';
    TableInfo info;
    info.zone = TableInfo::Zone::User;
    info.kind = "table";
    const bool isServer = dialect == SqlDialect::Postgresql;
    if (path.startsWith(dotted) && path.size() > dotted.size()) {
        info.schema = isServer ? userSchema : "main";
        info.isElsewhere = isServer;
        info.name = (isServer ? QByteArray() : prefixed) + path.mid(dotted.size());
    } else if (path.startsWith(prefixed) && path.size() > prefixed.size()) {
        info.schema = isServer ? QByteArray() : "main"; // the pipeline's
        info.name = path;
    }
    constexpr qsizetype longest = 63;
    if (info.name.isEmpty() || info.name.size() > longest || info.name.contains('\0'))
        return Error{
            ErrorCode::Invalid,
            QStringLiteral("\"%1\" is no user-defined table: these are in the schema analytics_data, in SQLite "
                           "with the prefix analytics_data_, and have names of at most 63 bytes.")
                .arg(QString::fromUtf8(path))};
    return info;
}

Result<std::vector<ModelDifference>> modelDifferences(const ObjectModel& model, const TableInfo& table,
                                                      const std::optional<TableDetail>& found, SqlDialect dialect) {
    const Result<QString> name = quotedTable(table, dialect);
    PORTOLAN_TRY(name);
    TableComparison comparison(model, table.path(), name->toUtf8(), table.schema, dialect);
    const Result<void> compared = found ? comparison.compare(*found) : comparison.missing();
    return compared ? Result<std::vector<ModelDifference>>(std::move(comparison.differences)) : compared.error();
}

} // namespace portolan
