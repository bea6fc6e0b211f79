#include "storage/ingest/sql/recordwriters.h"

#include "storage/base/timeforms.h"
#include "storage/ingest/kinds.h"

#include <QByteArrayList>
#include <algorithm>

namespace portolan {

namespace {

bool isGiven(const FieldValue& value) {
    return !std::holds_alternative<std::monostate>(value);
}

const KindField& fieldOf(MessageKind kind, std::size_t field) {
    return listedKindOf(kind).fields[field];
}

/// Returns true when rows can do without a column that a table does not have: its maker did not want to know.
bool isDispensable(const RecordColumn& column, MessageKind kind) {
    const bool wanted = column.field && fieldOf(kind, fieldIndex(kind, column.field)).need == FieldNeed::Required;
    return !wanted && column.source != CellSource::Version && column.source != CellSource::NewId
           && column.source != CellSource::FieldOrNewId;
}

/// By the defaults of its columns; ours are ISO texts.
bool writesSqlTimes(const SchemaInspector::Entry* table) {
    return table && std::ranges::any_of(table->columns, [](const SchemaInspector::Column& each) {
               return each.usual.contains(QLatin1String("CURRENT_TIMESTAMP"), Qt::CaseInsensitive)
                      || each.usual.contains(QLatin1String("datetime("), Qt::CaseInsensitive);
           });
}

/// A server's own times, but those that were made with fewer digits: they would be rounded. Texts have milliseconds.
QByteArrayList exactTimes(Connection& connection, const QString& table) {
    QByteArrayList names;
    if (connection.dialect() != SqlDialect::Postgresql)
        return names;
    const QString doing = QStringLiteral("read the columns of a table in");
    Result<QSqlQuery> query = connection.run(
        QStringLiteral("SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = "
                       "to_regclass(quote_ident(CAST(? AS text))) AND attnum > 0 AND NOT attisdropped AND atttypid IN "
                       "(CAST('timestamptz' AS regtype), CAST('timestamp' AS regtype)) AND atttypmod NOT IN (0, 1, 2, "
                       "3, 4, 5)"),
        {table}, doing);
    if (!query)
        return names;
    QueryCursor walk(connection, *query, doing);
    while (walk.next())
        names << query->value(0).toString().toUtf8();
    return names;
}

RecordVerdict refused(QString reason) {
    return {RecordVerdict::Outcome::Refused, std::move(reason)};
}

bool isPrimaryKey(const SchemaInspector& catalogue, const char* table, const char* column) {
    const SchemaInspector::Entry* const entry = catalogue.table(QLatin1StringView(table));
    return entry && std::ranges::all_of(entry->columns, [&](const SchemaInspector::Column& each) {
               return (each.keyPosition > 0) == (each.name == QLatin1StringView(column));
           });
}

/// Without reading the whole table.
bool canBeLookedUp(Connection& connection, const SchemaInspector& catalogue, const char* table, const char* column) {
    const QString name = QLatin1StringView(table);
    if (catalogue.lacks(name, {column}))
        return false;
    const Result<bool> hasIndex = SchemaInspector::hasIndex(connection, name, {QLatin1StringView(column)});
    return hasIndex && *hasIndex;
}

/// A server tells that it refused a key, where it is the table's primary one. Of a table with parts each part is looked
/// into, so that the first refusal is waited for there, too.
bool isGuarded(Connection& connection, const SchemaInspector& catalogue, const char* table, const char* column) {
    if (connection.dialect() != SqlDialect::Postgresql || isPrimaryKey(catalogue, table, column))
        return connection.dialect() == SqlDialect::Postgresql;
    const Result<bool> hasParts = SchemaInspector::hasParts(connection, QLatin1StringView(table));
    return !hasParts || *hasParts;
}

} // namespace

void RowTexts::beginGroup() {
    m_arena.clear();
    m_ids.beginGroup();
    m_lastText = {};
}

QByteArrayView RowTexts::newId() {
    char* room = m_arena.take(UuidMaker::textSize);
    m_ids.put(room);
    return {room, UuidMaker::textSize};
}

QByteArrayView RowTexts::word(Timestamp far) {
    const QByteArray text = toIsoTime(far);
    char* room = m_arena.take(text.size());
    std::ranges::copy(text, room);
    return {room, text.size()};
}

QByteArrayView RowTexts::isoTime(Timestamp time) {
    if (!hasFourDigitYear(time))
        return word(time);
    if (m_lastText.isEmpty() || time != m_lastTime) {
        char* room = m_arena.take(isoTimeSize);
        putIsoTime(room, time);
        m_lastTime = time;
        m_lastText = {room, isoTimeSize};
    }
    return m_lastText;
}

QByteArrayView RowTexts::sqlTime(Timestamp time) {
    constexpr qsizetype toTheSecond = 19;
    if (!hasFourDigitYear(time))
        return word(time);
    char* room = m_arena.take(isoTimeSize);
    putIsoTime(room, time);
    room[10] = ' ';
    const QByteArrayView text(room, isoTimeSize - 1); // without the Z
    return text.endsWith(".000") ? text.first(toTheSecond) : text;
}

QByteArrayView RowTexts::exactIsoTime(Timestamp time) {
    if (time == std::chrono::floor<std::chrono::milliseconds>(time))
        return isoTime(time);
    const QByteArray text = toExactIsoTime(time);
    char* room = m_arena.take(text.size());
    std::ranges::copy(text, room);
    return {room, text.size()};
}

RecordKeeper::RecordKeeper(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan,
                           bool isListed, RowTexts& texts, RowMetadata& metadata)
    : m_plan(plan)
    , m_isListed(isListed)
    , m_texts(texts)
    , m_metadata(metadata)
    , m_keepsMetadata(hasRowMetadata(catalogue)) {
    learn(catalogue, connection);
    switch (plan.rule) {
    case RecordRule::Always:
        break;
    case RecordRule::ByKey:
        if (catalogue.lacks(QLatin1StringView(plan.tables.front().name), {plan.key}))
            break; // of another program's table without it: a row that has to have it is refused
        m_key = fieldIndex(plan.kind, plan.key);
        for (const RecordTable& table : plan.tables) {
            if (&table == &plan.tables.front() || canBeLookedUp(connection, catalogue, table.name, plan.key))
                m_lookups.push_back({std::make_unique<KeyLookup>(connection, table.name, plan.key),
                                     isGuarded(connection, catalogue, table.name, plan.key)});
        }
        for (const RecordTable& table : plan.tables)
            m_compares.emplace_back(connection, catalogue, plan.kind, table, plan.data, std::span(&plan.key, 1));
        if (plan.kind == MessageKind::PortMessage && !isListed) // a listing's rows are put where they were, on purpose
            m_archive = ArchivedMessages::make(connection, catalogue, plan);
        break;
    case RecordRule::ByVersion:
        m_versions = std::make_unique<VersionGuard>(connection, catalogue, plan);
        if (isListed && plan.latest && !catalogue.lacks(QLatin1StringView(plan.tables.front().name), {plan.latest}))
            m_latest = std::make_unique<LatestMark>(connection, plan);
        break;
    }
}

/// The columns of the plan that the tables have: a database may be another program's.
void RecordKeeper::learn(const SchemaInspector& catalogue, Connection& connection) {
    for (const RecordTable& table : m_plan.tables) {
        Table& known = m_tables.emplace_back();
        std::vector<QByteArray> names;
        const QString tableName = QLatin1StringView(table.name);
        const QByteArrayList exact = exactTimes(connection, tableName);
        known.writesSqlTimes = connection.dialect() == SqlDialect::Sqlite && writesSqlTimes(catalogue.table(tableName));
        if (!m_lacking)
            m_lacking = catalogue.lacks(tableName, {});
        const MetadataKey* const metadataKey = metadataKeyOf(table.name);
        const QByteArrayView rowKey = metadataKey ? metadataKey->column : "id";
        for (const RecordColumn& column : table.columns) {
            const auto field = column.field ? std::optional(fieldIndex(m_plan.kind, column.field)) : std::nullopt;
            const auto lacking = m_lacking ? std::nullopt : catalogue.lacks(tableName, {column.name});
            if (!lacking) {
                names.emplace_back(column.name);
                known.columns.push_back(
                    {column.source, field, column.fallback, rowKey == column.name, {}, exact.contains(column.name)});
            } else if (!isDispensable(column, m_plan.kind)) {
                m_lacking = lacking;
            } else if (field && !column.isDerived) {
                m_lackingFields.emplace_back(*field, *lacking);
            }
        }
        learnNumbers(catalogue, connection, tableName, known, names);
        const auto isKey = [&](const char* name) {
            return std::ranges::any_of(names, [&](const QByteArray& each) { return each == name; });
        };
        const char* const key = isKey("id") ? "id" : isKey("event_id") ? "event_id" : nullptr;
        known.rows = std::make_unique<BulkInsert>(connection, table.name, std::move(names));
        if (key)
            known.rows->lookFor(key);
    }
}

/// Times of another program's table that are whole numbers are written in the unit that its rows have.
void RecordKeeper::learnNumbers(const SchemaInspector& catalogue, Connection& connection, const QString& tableName,
                                Table& table, const std::vector<QByteArray>& names) {
    const SchemaInspector::Entry* const entry = m_lacking ? nullptr : catalogue.table(tableName);
    QStringList numbers;
    std::vector<Column*> columns;
    for (std::size_t i = 0; entry && i < names.size(); ++i) {
        Column& column = table.columns[i];
        const bool isTime = column.source == CellSource::Arrival
                            || (column.field && fieldOf(kind(), *column.field).type == FieldType::Time);
        const QString name = QString::fromLatin1(names[i]);
        if (!isTime || !isDeclaredNumber(*entry->column(name), connection.dialect()))
            continue;
        numbers << name;
        columns.push_back(&column);
    }
    for (std::size_t i = 0; i < columns.size() && !m_failure; ++i) {
        QStringList order = numbers;
        order.move(static_cast<qsizetype>(i), 0);
        const Result<StoredTimeForm> form = storedTimeForm(connection, catalogue, tableName, order);
        if (form)
            columns[i]->number = *form;
        else
            m_failure = form.error();
    }
}

void RecordKeeper::begin() {
    for (const Table& table : m_tables)
        table.rows->clear();
    m_announced.clear();
    m_known.clear();
    m_taken.clear();
    if (m_archive && *m_archive)
        (*m_archive)->begin();
    if (m_versions)
        m_versions->begin();
    if (m_latest)
        m_latest->begin();
}

void RecordKeeper::announce(const IncomingRecord& record) {
    if (!m_key || m_lacking)
        return;
    if (const auto* key = std::get_if<QByteArray>(&record.values[*m_key]))
        m_announced.push_back(*key);
}

Result<void> RecordKeeper::look(KnownLookup when) {
    for (Lookup& lookup : m_lookups) {
        if (m_announced.empty() || (lookup.waits && when == KnownLookup::WhenRefused))
            continue;
        if (const Result<void> found = lookup.keys->find(m_announced, m_known); !found)
            return found;
    }
    PORTOLAN_TRY(m_archive);
    return *m_archive && !m_announced.empty() ? (*m_archive)->look(m_announced) : Result<void>();
}

std::optional<QString> RecordKeeper::refusal(const IncomingRecord& record) const {
    if (m_lacking)
        return m_lacking;
    if (!record.metadata.isEmpty() && !m_keepsMetadata)
        return QStringLiteral("The database has no place for what came beside it; `portolan migrate up` adds it.");
    const auto lost = std::ranges::find_if(m_lackingFields,
                                           [&](const auto& lacking) { return isGiven(record.values[lacking.first]); });
    return lost == m_lackingFields.end() ? std::nullopt : std::optional(lost->second);
}

/// In all tables that have a row of it: it may be pruned from others; else in the archive.
Result<RecordVerdict> RecordKeeper::checkKey(const IncomingRecord& record, const QByteArray& key) {
    QString difference;
    if (const auto taken = m_taken.constFind(key); taken != m_taken.constEnd()) {
        for (const RecordCompare& compare : m_compares)
            difference = difference.isEmpty() ? compare.between(**taken, record) : difference;
    } else if (m_known.contains(key)) {
        for (RecordCompare& compare : m_compares) {
            const Result<RecordCompare::Answer> stored = compare.withStored(record, {QString::fromUtf8(key)});
            PORTOLAN_TRY(stored);
            if (difference.isEmpty())
                difference = stored->difference;
        }
    } else {
        const auto archived = *m_archive ? (*m_archive)->compare(record, key) : Result(RecordCompare::Answer());
        PORTOLAN_TRY(archived);
        if (!archived->isThere) {
            m_taken.insert(key, &record);
            return RecordVerdict();
        }
        difference = archived->difference;
    }
    if (difference.isEmpty())
        return RecordVerdict{RecordVerdict::Outcome::Duplicate, {}};
    return refused(
        QStringLiteral("%1 %2 is stored already, with other data: %3")
            .arg(QString::fromLatin1(kindOf(kind()).name).replace(u'_', u' '), QString::fromUtf8(key), difference));
}

Result<RecordVerdict> RecordKeeper::checkVersion(const IncomingRecord& record, qint64& version) {
    const Result<VersionGuard::Answer> answer = m_versions->check(record);
    PORTOLAN_TRY(answer);
    version = answer->version;
    const auto name = [&] {
        return QString::fromUtf8(std::get<QByteArray>(record.values[fieldIndex(kind(), m_plan.key)]));
    };
    switch (answer->outcome) {
    case VersionGuard::Outcome::Fresh:
        return RecordVerdict();
    case VersionGuard::Outcome::Same:
        return RecordVerdict{RecordVerdict::Outcome::Duplicate, {}};
    case VersionGuard::Outcome::Differs:
        return refused(QStringLiteral("Version %1 of \"%2\" is stored already, with other data: %3")
                           .arg(version)
                           .arg(name(), answer->difference));
    case VersionGuard::Outcome::Exhausted:
        return refused(
            QStringLiteral("It gives no version, and the last one of \"%1\", %2, is the greatest there can be.")
                .arg(name())
                .arg(version));
    }
    Q_UNREACHABLE();
}

Result<RecordVerdict> RecordKeeper::add(const Delivery& delivery, const IncomingRecord& record) {
    Q_ASSERT(record.values.size() == (m_isListed ? listedKindOf(record.kind) : kindOf(record.kind)).fields.size());
    if (m_failure)
        return *m_failure;
    if (auto reason = refusal(record))
        return refused(std::move(*reason));
    qint64 version = 0;
    if (m_key) {
        const auto* key = std::get_if<QByteArray>(&record.values[*m_key]);
        if (key) {
            Result<RecordVerdict> checked = checkKey(record, *key);
            if (!checked || checked->outcome != RecordVerdict::Outcome::Stored)
                return checked;
        }
    }
    if (m_versions) {
        Result<RecordVerdict> checked = checkVersion(record, version);
        if (!checked || checked->outcome != RecordVerdict::Outcome::Stored)
            return checked;
    }
    PORTOLAN_TRY(m_latest ? m_latest->note(record, version) : Result<void>());
    for (Table& table : m_tables)
        put(table, delivery, record, version);
    return RecordVerdict();
}

void RecordKeeper::putTime(Table& table, const Column& column, Timestamp time) {
    if (column.number && isNumber(*column.number))
        table.rows->integer(inForm(*column.number, time).toLongLong());
    else if (column.isExact)
        table.rows->text(m_texts.exactIsoTime(time));
    else
        table.rows->text(table.writesSqlTimes ? m_texts.sqlTime(time) : m_texts.isoTime(time));
}

void RecordKeeper::put(Table& table, const Column& column, const FieldValue& value) {
    BulkInsert& rows = *table.rows;
    if (const auto* text = std::get_if<QByteArray>(&value))
        rows.text(*text);
    else if (const auto* integer = std::get_if<qint64>(&value))
        rows.integer(*integer);
    else if (const auto* real = std::get_if<double>(&value))
        rows.real(*real);
    else if (const auto* time = std::get_if<Timestamp>(&value))
        putTime(table, column, *time);
    else if (column.fallback)
        rows.integer(*column.fallback);
    else
        rows.null();
}

void RecordKeeper::putKept(Table& table, const Column& column, const FieldValue& value) {
    const auto* time = std::get_if<Timestamp>(&value);
    if (time && !column.number && !table.writesSqlTimes)
        table.rows->text(m_texts.exactIsoTime(*time));
    else
        put(table, column, value);
}

void RecordKeeper::put(Table& table, const Delivery& delivery, const IncomingRecord& record, qint64 version) {
    BulkInsert& rows = *table.rows;
    const bool isLast = &table == &m_tables.back();
    const auto keyed = [&](const Column& column, QByteArrayView key) {
        if (column.isRowKey && isLast && !record.metadata.isEmpty())
            m_metadata.add(m_plan.tables.back().name, key, record.metadata);
        return key;
    };
    for (const Column& column : table.columns) {
        const FieldValue* value = column.field ? &record.values[*column.field] : nullptr;
        switch (column.source) {
        case CellSource::Field:
            put(table, column, *value);
            if (const auto* key = std::get_if<QByteArray>(value))
                keyed(column, *key);
            break;
        case CellSource::FieldOrArrival:
            put(table, column, isGiven(*value) ? *value : FieldValue(delivery.receivedAt));
            break;
        case CellSource::FieldOrNewId:
            if (const auto* given = std::get_if<QByteArray>(value))
                rows.text(keyed(column, *given));
            else
                rows.text(keyed(column, m_texts.newId()));
            break;
        case CellSource::NewId:
            rows.text(keyed(column, m_texts.newId()));
            break;
        case CellSource::Arrival:
            putTime(table, column,
                    table.writesSqlTimes ? std::chrono::floor<std::chrono::seconds>(delivery.receivedAt)
                                         : delivery.receivedAt);
            break;
        case CellSource::Kept:
            putKept(table, column, *value);
            break;
        case CellSource::KeptOrArrival:
            putKept(table, column, isGiven(*value) ? *value : FieldValue(delivery.receivedAt));
            break;
        case CellSource::Version:
            rows.integer(version);
            break;
        case CellSource::Partition:
        case CellSource::Offset:
            if (!delivery.partition)
                rows.null();
            else
                rows.integer(column.source == CellSource::Partition ? *delivery.partition
                                                                    : static_cast<qint64>(delivery.key.minor));
            break;
        }
    }
}

Result<void> RecordKeeper::finish() {
    for (const Table& table : m_tables) {
        if (const Result<void> flushed = table.rows->flush(); !flushed)
            return flushed;
    }
    if (m_latest)
        return m_latest->settle();
    return m_versions ? m_versions->markLatest() : Result<void>();
}

RecordWriters::RecordWriters(Connection& connection, const SchemaInspector& catalogue) : m_metadata(connection) {
    for (const RecordPlan& plan : recordPlans())
        m_keepers.emplace_back(connection, catalogue, plan, false, m_texts, m_metadata);
    for (const RecordPlan& plan : listedPlans())
        m_keepers.emplace_back(connection, catalogue, plan, true, m_texts, m_metadata);
}

RecordKeeper& RecordWriters::keeper(const IncomingRecord& record) {
    const auto found = std::ranges::find_if(m_keepers, [&](const RecordKeeper& each) {
        return each.kind() == record.kind && each.isListed() == record.isListed;
    });
    Q_ASSERT_X(found != m_keepers.end(), "RecordKeepers", "messages have a keeper of their own");
    return *found;
}

void RecordWriters::begin() {
    m_texts.beginGroup();
    m_metadata.clear();
    for (RecordKeeper& keeper : m_keepers)
        keeper.begin();
}

Result<void> RecordWriters::look(KnownLookup when) {
    for (RecordKeeper& keeper : m_keepers) {
        if (const Result<void> looked = keeper.look(when); !looked)
            return looked;
    }
    return {};
}

Result<void> RecordWriters::finish() {
    for (RecordKeeper& keeper : m_keepers) {
        if (const Result<void> finished = keeper.finish(); !finished)
            return finished;
    }
    return m_metadata.flush();
}

} // namespace portolan
