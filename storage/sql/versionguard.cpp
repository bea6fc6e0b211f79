#include "storage/sql/versionguard.h"

#include "storage/ingest/kinds.h"

#include <algorithm>

namespace portolan {

namespace {

QVariant toVariant(const FieldValue& value) {
    struct Variant {
        QVariant operator()(std::monostate) const { return QVariant(QMetaType::fromType<QString>()); }
        QVariant operator()(qint64 number) const { return number; }
        QVariant operator()(double number) const { return number; }
        QVariant operator()(Timestamp time) const { return QString::fromLatin1(toIsoTime(time)); }
        QVariant operator()(const QByteArray& text) const { return QString::fromUtf8(text); }
    };
    return std::visit(Variant(), value);
}

} // namespace

std::size_t fieldIndex(MessageKind kind, const char* field) {
    const auto fields = kindOf(kind).fields;
    const auto at = std::ranges::find_if(fields, [&](const KindField& of) { return qstrcmp(of.name, field) == 0; });
    Q_ASSERT(at != fields.end());
    return static_cast<std::size_t>(at - fields.begin());
}

VersionGuard::VersionGuard(Connection& connection, const Catalogue& catalogue, const RecordPlan& plan)
    : m_connection(connection)
    , m_plan(plan)
    , m_nameField(fieldIndex(plan.kind, plan.key))
    , m_versionField(fieldIndex(plan.kind, "version")) {
    const QString table = QLatin1StringView(plan.tables.front().name);
    const QString name = QLatin1StringView(plan.key);
    const Catalogue::Entry* entry = catalogue.table(table);
    m_marksLatest = plan.latest && entry && entry->column(QLatin1StringView(plan.latest));
    QStringList same;
    for (const char* field : plan.data) {
        if (!entry || !entry->column(QLatin1StringView(field)))
            continue;
        m_dataFields.push_back(fieldIndex(plan.kind, field));
        same << QStringLiteral("\"%1\" IS NOT DISTINCT FROM ?").arg(QLatin1StringView(field));
    }
    m_lastStatement =
        QStringLiteral("SELECT version FROM \"%1\" WHERE \"%2\" = ? ORDER BY version DESC LIMIT 1").arg(table, name);
    m_compareStatement =
        QStringLiteral("SELECT CASE WHEN %1 THEN 1 ELSE 0 END FROM \"%2\" WHERE \"%3\" = ? AND version = ?")
            .arg(same.join(QStringLiteral(" AND ")), table, name);
}

Result<QVariant> VersionGuard::ask(std::optional<QSqlQuery>& query, const QString& sql, const QVariantList& values) {
    const QString doing = QStringLiteral("look up versions in");
    if (query) {
        if (const Result<void> again = m_connection.rerun(*query, values, doing); !again)
            return again.error();
    } else {
        Result<QSqlQuery> first = m_connection.run(sql, values, doing);
        if (!first)
            return first.error();
        query.emplace(std::move(*first));
    }
    const Result<bool> row = m_connection.next(*query);
    const QVariant value = row && *row ? query->value(0) : QVariant();
    query->finish();
    return row ? Result<QVariant>(value) : Result<QVariant>(row.error());
}

Result<VersionGuard::Name*> VersionGuard::nameOf(const QByteArray& name) {
    if (const auto known = m_names.find(name); known != m_names.end())
        return &known->second;
    const Result<QVariant> last = ask(m_lastQuery, m_lastStatement, {QString::fromUtf8(name)});
    if (!last)
        return last.error();
    Name& fresh = m_names[name];
    if (!last->isNull())
        fresh.last = last->toLongLong();
    return &fresh;
}

bool VersionGuard::isSame(const IncomingRecord& a, const IncomingRecord& b) const {
    return std::ranges::all_of(m_dataFields, [&](std::size_t field) { return a.values[field] == b.values[field]; });
}

Result<std::optional<bool>> VersionGuard::compareStored(const IncomingRecord& record, qint64 version) {
    QVariantList values;
    for (const std::size_t field : m_dataFields)
        values << toVariant(record.values[field]);
    values << toVariant(record.values[m_nameField]) << version;
    const Result<QVariant> same = ask(m_compareQuery, m_compareStatement, values);
    if (!same)
        return same.error();
    return same->isNull() ? std::optional<bool>() : std::optional(same->toInt() == 1);
}

Result<VersionGuard::Answer> VersionGuard::check(const IncomingRecord& record) {
    const Result<Name*> found = nameOf(std::get<QByteArray>(record.values[m_nameField]));
    if (!found)
        return found.error();
    Name& name = **found;
    const auto* given = std::get_if<qint64>(&record.values[m_versionField]);
    if (!given && name.last && *name.last >= m_plan.greatestVersion)
        return Answer{Outcome::Exhausted, *name.last};
    const qint64 version = given ? *given : name.last ? *name.last + 1 : 1;
    const auto answer = [&](bool same) { return Answer{same ? Outcome::Same : Outcome::Differs, version}; };
    if (const auto taken = name.taken.find(version); taken != name.taken.end())
        return answer(isSame(record, *taken->second));
    if (name.last && version <= *name.last) {
        const Result<std::optional<bool>> stored = compareStored(record, version);
        if (!stored)
            return stored.error();
        if (*stored)
            return answer(**stored);
    }
    name.last = std::max(name.last.value_or(version), version);
    name.newest = version;
    name.taken.emplace(version, &record);
    return Answer{Outcome::Fresh, version};
}

Result<void> VersionGuard::markLatest() {
    if (!m_marksLatest)
        return {};
    const QString sql = QStringLiteral("UPDATE \"%1\" SET \"%2\" = (1 = 0) WHERE \"%3\" = ? AND \"%2\" = (1 = 1) "
                                       "AND version <> ?")
                            .arg(QLatin1StringView(m_plan.tables.front().name), QLatin1StringView(m_plan.latest),
                                 QLatin1StringView(m_plan.key));
    // The reference's trigger, which sees all rows of a statement, takes the mark from each for the others' sake: the
    // newest gets it back. Last, because a partial unique index allows one.
    const QString restoring = QStringLiteral("UPDATE \"%1\" SET \"%2\" = (1 = 1) WHERE \"%3\" = ? AND version = ? "
                                             "AND \"%2\" IS DISTINCT FROM (1 = 1)")
                                  .arg(QLatin1StringView(m_plan.tables.front().name), QLatin1StringView(m_plan.latest),
                                       QLatin1StringView(m_plan.key));
    for (const auto& [name, state] : m_names) {
        if (state.taken.empty())
            continue;
        for (const QString& statement : {sql, restoring}) {
            const Result<void> marked =
                m_connection.execute(statement, {QString::fromUtf8(name), state.newest}, QStringLiteral("write to"));
            if (!marked)
                return marked;
        }
    }
    return {};
}

} // namespace portolan
