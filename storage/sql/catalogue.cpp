#include "storage/sql/catalogue.h"

namespace portolan {

namespace {

Catalogue::Kind kindOf(const QString& type) {
    if (type == QLatin1String("view"))
        return Catalogue::Kind::View;
    return type == QLatin1String("virtual") ? Catalogue::Kind::Virtual : Catalogue::Kind::Table;
}

Result<std::vector<Catalogue::Column>> columnsOf(Connection& connection, const QString& table) {
    Result<QSqlQuery> query =
        connection.run(QStringLiteral("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?)"), {table},
                       QStringLiteral("read"));
    if (!query)
        return query.error();
    std::vector<Catalogue::Column> columns;
    while (true) {
        const Result<bool> row = connection.next(*query);
        if (!row)
            return row.error();
        if (!*row)
            return columns;
        columns.push_back({query->value(0).toString(), query->value(1).toString(), query->value(2).toBool(),
                           query->value(3).toInt()});
    }
}

Result<std::vector<std::pair<QString, QString>>> namesAndTypes(Connection& connection) {
    Result<QSqlQuery> query =
        connection.run(QStringLiteral("SELECT name, type FROM pragma_table_list WHERE schema = 'main' "
                                      "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND type <> 'shadow'"),
                       {}, QStringLiteral("read"));
    if (!query)
        return query.error();
    std::vector<std::pair<QString, QString>> names;
    while (true) {
        const Result<bool> row = connection.next(*query);
        if (!row)
            return row.error();
        if (!*row)
            return names;
        names.emplace_back(query->value(0).toString(), query->value(1).toString());
    }
}

} // namespace

const Catalogue::Column* Catalogue::Entry::column(const QString& name) const {
    for (const Column& column : columns) {
        if (column.name.compare(name, Qt::CaseInsensitive) == 0)
            return &column;
    }
    return nullptr;
}

Result<Catalogue> Catalogue::read(Connection& connection) {
    const auto names = namesAndTypes(connection);
    if (!names)
        return names.error();
    Catalogue catalogue;
    for (const auto& [name, type] : *names) {
        Entry entry{kindOf(type), {}};
        // The columns of a view or virtual table are its program's word; asking runs that program.
        if (entry.kind == Kind::Table) {
            Result<std::vector<Column>> columns = columnsOf(connection, name);
            if (!columns)
                return columns.error();
            entry.columns = std::move(*columns);
        }
        catalogue.m_entries.emplace(name.toLower(), std::move(entry));
    }
    return catalogue;
}

const Catalogue::Entry* Catalogue::find(const QString& name) const {
    const auto found = m_entries.find(name.toLower());
    return found == m_entries.end() ? nullptr : &found->second;
}

const Catalogue::Entry* Catalogue::table(const QString& name) const {
    const Entry* entry = find(name);
    return entry && entry->kind == Kind::Table ? entry : nullptr;
}

std::optional<QString> Catalogue::lacks(const QString& name, std::initializer_list<const char*> columns) const {
    const Entry* entry = find(name);
    if (!entry)
        return QStringLiteral("The database has no table %1.").arg(name);
    if (entry->kind != Kind::Table)
        return QStringLiteral("%1 is not a table of this database but a view or virtual table, which is not trusted "
                              "in its place.")
            .arg(name);
    for (const char* column : columns) {
        if (!entry->column(QLatin1String(column)))
            return QStringLiteral("The table %1 has no column %2.").arg(name, QLatin1String(column));
    }
    return std::nullopt;
}

} // namespace portolan
