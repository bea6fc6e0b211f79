#include "storage/checks/sql/schemadiff.h"

#include "storage/migrations/sql/migrator.h"
#include "storage/series/sql/hypertables.h"
#include "storage/series/sql/serieslayout.h"
#include "storage/tables/objectmodels.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

using ObjectKind = SchemaObject::Kind;
using What = SchemaDifference::What;

/// Quotes a name that needs it.
QString named(const QString& name) {
    const bool isPlain = !name.isEmpty() && std::ranges::all_of(name, [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'_';
    });
    const Result<QString> quoted = quoteIdentifier(name);
    return isPlain || !quoted ? name : *quoted;
}

bool isSame(const SchemaObject& a, const SchemaObject& b) {
    return a.kind == b.kind && a.table == b.table && a.name == b.name;
}

const SchemaObject* find(const std::vector<SchemaObject>& objects, const SchemaObject& wanted) {
    const auto at = std::ranges::find_if(objects, [&](const SchemaObject& each) { return isSame(each, wanted); });
    return at == objects.end() ? nullptr : &*at;
}

bool hasTable(const std::vector<SchemaObject>& objects, const QString& name) {
    return std::ranges::any_of(objects, [&](const SchemaObject& each) {
        return (each.kind == ObjectKind::Table || each.kind == ObjectKind::View) && each.name == name;
    });
}

/// Returns the parts of a CREATE TABLE of SQLite between its commas, and what comes after them, sorted: a column that
/// came by ALTER TABLE is the last one there.
QStringList partsOf(const QString& statement) {
    const qsizetype begin = statement.indexOf(u'(');
    const qsizetype end = statement.lastIndexOf(u')');
    if (begin < 0 || end < begin)
        return {statement};
    QStringList parts{statement.mid(end + 1).simplified()};
    qsizetype from = begin + 1;
    int depth = 0;
    QChar quote;
    for (qsizetype i = from; i <= end; ++i) {
        const QChar c = statement.at(i);
        if (!quote.isNull()) {
            quote = c == quote ? QChar() : quote; // a doubled one opens again at once
        } else if (c == u'\'' || c == u'"') {
            quote = c;
        } else if (i == end || (c == u',' && depth == 0)) {
            parts << statement.sliced(from, i - from).simplified();
            from = i + 1;
        } else if (c == u'(') {
            ++depth;
        } else if (c == u')') {
            --depth;
        }
    }
    parts.sort();
    return parts;
}

/// Takes casts and brackets out of a CHECK: one that was made again from a server's own words has its casts in other
/// places. Two that differ only in their brackets then read alike.
QString withoutCasts(QString check) {
    static const QRegularExpression casts(
        QStringLiteral("::(?:[a-z_]+(?: varying| precision| with(?:out)? time zone)?)(?:\\(\\d+\\))?(?:\\[\\])?"));
    check.remove(casts).remove(u'(').remove(u')');
    return check.simplified();
}

/// A constraint that rows were not held against has a check of its own ("unchecked-constraints").
QLatin1String unchecked() {
    return QLatin1String(" NOT VALID");
}

bool isMadeAlike(const SchemaObject& a, const SchemaObject& b) {
    if (a.definition == b.definition)
        return true;
    if (a.kind == ObjectKind::Constraint)
        return withoutCasts(a.definition).remove(unchecked()) == withoutCasts(b.definition).remove(unchecked());
    return a.kind == ObjectKind::Table && partsOf(a.definition) == partsOf(b.definition);
}

/// The statements that heal a schema: they make, drop or change an object.
class Healing {
public:
    Healing(const std::vector<SchemaObject>& expected, SqlDialect dialect) : m_expected(expected), m_dialect(dialect) {}

    [[nodiscard]] QString statementFor(What what, const SchemaObject& object) const {
        switch (what) {
        case What::Missing:
            return making(object);
        case What::Extra:
            return dropping(object);
        case What::Different:
            return changing(object);
        }
        Q_UNREACHABLE();
    }

private:
    [[nodiscard]] bool isServer() const { return m_dialect == SqlDialect::Postgresql; }

    [[nodiscard]] QString making(const SchemaObject& object) const {
        switch (object.kind) {
        case ObjectKind::Table:
            return isServer() ? serverTable(object) : object.definition;
        case ObjectKind::Column:
            return addingColumn(object);
        case ObjectKind::View:
            return object.definition;
        case ObjectKind::Constraint:
        case ObjectKind::Index:
        case ObjectKind::Trigger:
        case ObjectKind::Function:
            return object.definition;
        }
        Q_UNREACHABLE();
    }

    /// SQLite adds no column that is NOT NULL without a value, or whose value is computed.
    [[nodiscard]] QString addingColumn(const SchemaObject& object) const {
        const bool isRefused =
            !isServer() && (object.definition.contains(QLatin1String("NOT NULL")) || object.definition.contains(u'('));
        return isRefused ? QString()
                         : QStringLiteral("ALTER TABLE %1 ADD COLUMN %2 %3")
                               .arg(named(object.table), named(object.name), object.definition);
    }

    [[nodiscard]] QString serverTable(const SchemaObject& table) const {
        QStringList columns;
        QStringList constraints;
        const QLatin1String adding(" ADD ");
        for (const SchemaObject& each : m_expected) {
            if (each.table != table.name)
                continue;
            if (each.kind == ObjectKind::Column)
                columns << named(each.name) + u' ' + each.definition;
            else if (each.kind == ObjectKind::Constraint)
                constraints << each.definition.sliced(each.definition.indexOf(adding) + adding.size());
        }
        const QString partitioned =
            table.definition.isEmpty() ? QString() : QStringLiteral(" PARTITION BY ") + table.definition;
        return QStringLiteral("CREATE TABLE %1 (%2)%3")
            .arg(named(table.name), (columns + constraints).join(QLatin1String(", ")), partitioned);
    }

    [[nodiscard]] QString dropping(const SchemaObject& object) const {
        const QString name = named(object.name);
        const QString table = named(object.table);
        switch (object.kind) {
        case ObjectKind::Table:
            return QStringLiteral("DROP TABLE ") + name;
        case ObjectKind::Column:
            return QStringLiteral("ALTER TABLE %1 DROP COLUMN %2").arg(table, name);
        case ObjectKind::Constraint:
            return QStringLiteral("ALTER TABLE %1 DROP CONSTRAINT %2").arg(table, name);
        case ObjectKind::Index:
            return QStringLiteral("DROP INDEX ") + name;
        case ObjectKind::Trigger:
            return isServer() ? QStringLiteral("DROP TRIGGER %1 ON %2").arg(name, table)
                              : QStringLiteral("DROP TRIGGER ") + name;
        case ObjectKind::View:
            return QStringLiteral("DROP VIEW ") + name;
        case ObjectKind::Function:
            return QStringLiteral("DROP FUNCTION %1()").arg(name);
        }
        Q_UNREACHABLE();
    }

    /// Returns the change of an object; nothing where it would lose rows, or needs the table written again: that is
    /// nobody's to run by a click.
    [[nodiscard]] QString changing(const SchemaObject& object) const {
        if (object.kind == ObjectKind::Table || object.kind == ObjectKind::Column)
            return {};
        if (object.kind == ObjectKind::Function)
            return object.definition; // CREATE OR REPLACE
        return dropping(object) + QStringLiteral("; ") + object.definition;
    }

    const std::vector<SchemaObject>& m_expected;
    SqlDialect m_dialect;
};

/// Tables of another program, or that the server keeps in its own way.
Result<QSet<QString>> foreignTables(Connection& connection) {
    QSet<QString> foreign;
    const Result<std::vector<MigrationRecord>> records = MigrationLog(connection).records();
    PORTOLAN_TRY(records);
    for (const MigrationRecord& record : *records)
        foreign += QSet<QString>(record.adopted.begin(), record.adopted.end());
    const Result<std::optional<Timescale>> timescale = findTimescale(connection);
    PORTOLAN_TRY(timescale);
    if (*timescale) {
        for (const SeriesTable& table : seriesTables())
            foreign.insert(QLatin1String(table.table));
    }
    return foreign;
}

/// Lists the expected objects, without indexes that this server cannot have.
Result<std::vector<SchemaObject>> expectedHere(Connection& connection) {
    Result<std::vector<SchemaObject>> expected = expectedSchemaObjects(connection.dialect());
    if (!expected || connection.dialect() == SqlDialect::Sqlite)
        return expected;
    const Result<QVariant> trigrams = connection.value(
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_opclass WHERE opcname = 'gin_trgm_ops')"));
    PORTOLAN_TRY(trigrams);
    if (!trigrams->toBool())
        std::erase_if(*expected, [](const SchemaObject& each) {
            return each.kind == ObjectKind::Index && each.definition.contains(QLatin1String("gin_trgm_ops"));
        });
    return expected;
}

CheckResult told(const QString& what) {
    CheckResult result;
    result.detail = what.toUtf8();
    return result;
}

} // namespace

QByteArray SchemaDifference::said() const {
    const bool isOfTable =
        object.kind != ObjectKind::Table && object.kind != ObjectKind::View && object.kind != ObjectKind::Function;
    const QString on = isOfTable ? QStringLiteral(" of ") + object.table : QString();
    const char* const state = what == What::Missing ? "is missing" : what == What::Extra ? "is too much" : "is another";
    return QStringLiteral("%1 %2%3 %4")
        .arg(QLatin1String(schemaObjectName(object.kind)), object.name, on, QLatin1String(state))
        .toUtf8();
}

QByteArray SchemaDifference::text() const {
    return said() + (statement.isEmpty() ? QByteArray() : ": " + statement.toUtf8());
}

QByteArray SchemaDifference::script() const {
    return healingLines(said(), statement.isEmpty() ? std::vector<QByteArray>() : std::vector{statement.toUtf8()});
}

std::vector<SchemaDifference> schemaDifferences(const std::vector<SchemaObject>& expected,
                                                const std::vector<SchemaObject>& found, const QSet<QString>& foreign,
                                                SqlDialect dialect) {
    const Healing healing(expected, dialect);
    std::vector<SchemaDifference> differences;
    const auto add = [&](What what, const SchemaObject& object) {
        differences.push_back({what, object, healing.statementFor(what, object)});
    };
    for (const SchemaObject& object : expected) {
        if (foreign.contains(object.table) || foreign.contains(object.name))
            continue;
        const SchemaObject* const there = find(found, object);
        const bool isPart = object.kind == ObjectKind::Column || object.kind == ObjectKind::Constraint;
        if (!there && isPart && !hasTable(found, object.table))
            continue; // made with its table
        if (!there)
            add(What::Missing, object);
        else if (!isMadeAlike(*there, object))
            add(What::Different, object);
    }
    for (const SchemaObject& object : found) {
        if (foreign.contains(object.table) || foreign.contains(object.name) || find(expected, object))
            continue;
        if (object.kind == ObjectKind::Constraint && object.definition.endsWith(unchecked()))
            continue;
        const bool isOnOurs = object.kind != ObjectKind::Function && hasTable(expected, object.table);
        const bool isNamedOurs = object.kind == ObjectKind::Table && object.name.startsWith(QLatin1String("portolan_"));
        if (isOnOurs || isNamedOurs)
            add(What::Extra, object);
    }
    // In SQLite the statement of a table is another as soon as a column is.
    std::erase_if(differences, [&](const SchemaDifference& each) {
        return each.object.kind == ObjectKind::Table && each.what == What::Different
               && std::ranges::any_of(differences, [&](const SchemaDifference& other) {
                      return other.object.kind == ObjectKind::Column && other.object.table == each.object.name;
                  });
    });
    return differences;
}

Result<CheckResult> verifySchema(const SqlChecks::CheckContext& place) {
    Result<Migrator> migrator = Migrator::make(place.connection, place.url);
    PORTOLAN_TRY(migrator);
    const Result<SchemaKind> kind = migrator->kind();
    PORTOLAN_TRY(kind);
    if (*kind == SchemaKind::Empty || *kind == SchemaKind::Foreign)
        return told(QStringLiteral("the tables are another program's"));
    if (*kind != SchemaKind::Current)
        return told(QStringLiteral("not compared: the schema is of another version than this program"));
    const Result<std::vector<SchemaObject>> expected = expectedHere(place.connection);
    const Result<std::vector<SchemaObject>> found = readSchemaObjects(place.connection);
    const Result<QSet<QString>> foreign = foreignTables(place.connection);
    if (!expected || !found)
        return expected ? found.error() : expected.error();
    PORTOLAN_TRY(foreign);
    CheckResult result;
    std::vector<QByteArray> explained;
    for (const SchemaDifference& each : schemaDifferences(*expected, *found, *foreign, place.connection.dialect())) {
        auto& rows = place.damaged.contains(each.object.table) ? explained : result.rows;
        rows.push_back(each.text());
        result.healing += each.script();
    }
    result.count = std::ssize(result.rows);
    result.found = result.count > 0;
    if (result.found)
        result.detail =
            detailOf(QStringLiteral("differences from what the migrations make"), result.rows, result.count);
    else if (!explained.empty())
        result.detail = detailOf(QStringLiteral("as the migrations make it, but for what let in the damage that other "
                                                "checks found"),
                                 explained, std::ssize(explained));
    return result;
}

} // namespace portolan
