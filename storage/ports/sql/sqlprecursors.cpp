#include "storage/ports/sql/sqlprecursors.h"

#include "storage/json/jsonplace.h"
#include "storage/ports/sql/sqlversionhistory.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/sql/requiredcolumns.h"

#include <QSet>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int mostOfAKind = 20;         ///< precursors of each kind that are told
constexpr int mostRoutine = 3;          ///< of a subject that changes all the time
constexpr int mostVersions = 5'000;     ///< of either kind, in the span
constexpr int versionsCompared = 300;   ///< of a subject, the newest
constexpr qint64 mostDocuments = 4'000; ///< that are read of either kind
constexpr int mostComponents = 100;
constexpr int mostHeartbeats = 1'000;
constexpr int mostRuns = 200;
constexpr int itemsLookedAt = 1'000;

/// A heartbeat is missed when it is late by so many of the usual intervals, and not only by moments.
constexpr int lateIntervals = 3;
constexpr std::chrono::seconds leastSilence{10};
constexpr std::size_t leastIntervals = 3;

QString lookingForCauses() {
    return QStringLiteral("look for what changed in");
}

/// Writes "12 min", "45 s", "3 h 5 min".
QByteArray lengthText(std::chrono::microseconds length) {
    const auto seconds = std::chrono::round<std::chrono::seconds>(length).count();
    if (seconds < 120)
        return QByteArray::number(seconds) + " s";
    const auto minutes = seconds / 60;
    if (minutes < 120)
        return QByteArray::number(minutes) + " min";
    return QByteArray::number(minutes / 60) + " h " + QByteArray::number(minutes % 60) + " min";
}

class Reader {
public:
    Reader(Connection& connection, const SchemaInspector& catalogue, const DeadLetterGroup& group, Timestamp began)
        : m_connection(connection)
        , m_catalogue(catalogue)
        , m_group(group)
        , m_began(began) {}

    Result<std::vector<Precursor>> read() {
        for (const auto part :
             {&Reader::readFeeders, &Reader::readCheckpoints, &Reader::readStates, &Reader::readSilences,
              &Reader::readReplays, &Reader::readMigrations, &Reader::readPromotions}) {
            PORTOLAN_TRY((this->*part)());
        }
        const Result<std::vector<QByteArray>> errors = readErrors();
        PORTOLAN_TRY(errors);
        for (Precursor& precursor : m_found)
            precursor.isRoutine = precursor.isRoutine || (m_isSetUp && precursor.isFirst() && *precursor.version <= 1);
        rankPrecursors(m_found, m_began, *errors);
        leaveFew();
        return std::move(m_found);
    }

private:
    [[nodiscard]] QString time() const {
        return m_connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)")
                                                                : QStringLiteral("?");
    }
    [[nodiscard]] static QVariant at(Timestamp time) { return QString::fromLatin1(toIsoTime(time)); }
    [[nodiscard]] QVariant from() const { return at(m_began - precursorSpan); }
    /// Times are compared in milliseconds in SQLite: the first letter's own one counts.
    [[nodiscard]] QVariant until() const { return at(m_began + std::chrono::milliseconds(1)); }
    [[nodiscard]] bool feeds(const QByteArray& component) const { return m_feeders.contains(component); }

    /// Calls take(row) for each row of a statement.
    template <class Take>
    Result<void> each(const QString& sql, const QVariantList& bindings, Take take) {
        Result<QSqlQuery> rows = m_connection.run(sql, bindings, lookingForCauses());
        PORTOLAN_TRY(rows);
        QueryCursor walk(m_connection, *rows);
        while (walk.next()) {
            take(*rows);
        }
        if (walk.error())
            return *walk.error();
        return {};
    }

    /// Reads the components that the port's messages come from and go to.
    Result<void> readFeeders() {
        static const ColumnSet schema = namedColumns({{"port_name", ColumnType::Text},
                                                      {"source_component", ColumnType::Text},
                                                      {"target_component", ColumnType::Text}},
                                                     {});
        const auto table = RequiredColumns::find(m_catalogue, "port_messages", schema);
        if (!table)
            return {};
        return each(QStringLiteral("SELECT DISTINCT a, b FROM (SELECT %1 AS a, %2 AS b FROM %3 WHERE %4 = ? LIMIT ?) "
                                   "AS part LIMIT ?")
                        .arg(table->column(1), table->column(2), table->from(), table->column(0)),
                    {utf8(m_group.portName), itemsLookedAt, mostComponents}, [&](const QSqlQuery& row) {
                        m_feeders << row.value(0).toString().toUtf8() << row.value(1).toString().toUtf8();
                    });
    }

    /// Selects the names of a column, from one to the next greater, which an index finds at once.
    [[nodiscard]] static QString names(const RequiredColumns& table) {
        return QStringLiteral("WITH RECURSIVE names(c) AS (SELECT min(%1) FROM %2 UNION ALL SELECT (SELECT min(%1) "
                              "FROM %2 WHERE %1 > names.c) FROM names WHERE names.c IS NOT NULL)")
            .arg(table.column(0), table.from());
    }

    /// Reads the template, and the sample's error with its details.
    Result<std::vector<QByteArray>> readErrors() {
        std::vector<QByteArray> errors{m_group.text, m_group.errorType};
        static const ColumnSet schema =
            namedColumns({{"id", ColumnType::Text}, {"error_message", ColumnType::Text}}, {});
        const auto table = RequiredColumns::find(m_catalogue, "port_messages", schema);
        if (!table || m_group.sampleId.isEmpty())
            return errors;
        const bool isServer = m_connection.dialect() == SqlDialect::Postgresql;
        const SchemaInspector::Column* const id =
            m_catalogue.table(QStringLiteral("port_messages"))->column(QStringLiteral("id"));
        const bool isTyped = isServer && id; // else its index is of no use
        const Result<void> read =
            each(QStringLiteral("SELECT %1 FROM %2 WHERE %3 = %4 LIMIT 1")
                     .arg(table->column(1), table->from(), isTyped ? QStringLiteral("t.id") : table->column(0),
                          isTyped ? QStringLiteral("CAST(? AS %1)").arg(id->type) : QStringLiteral("?")),
                 {utf8(m_group.sampleId)},
                 [&](const QSqlQuery& row) { errors.push_back(row.value(0).toString().toUtf8()); });
        return read ? Result<std::vector<QByteArray>>(std::move(errors)) : read.error();
    }

    /// Keeps the likeliest of each kind, and a few of what changes all the time.
    void leaveFew() {
        std::map<PrecursorKind, int> ofKind;
        std::map<std::pair<PrecursorKind, QByteArray>, int> routine;
        std::erase_if(m_found, [&](const Precursor& precursor) {
            return (precursor.isRoutine && ++routine[{precursor.kind, precursor.subject}] > mostRoutine)
                   || ++ofKind[precursor.kind] > mostOfAKind;
        });
    }

    Result<void> readCheckpoints() {
        static const ColumnSet schema = namedColumns({{"component_name", ColumnType::Text},
                                                      {"checkpoint_name", ColumnType::Text},
                                                      {"version", ColumnType::Integer},
                                                      {"created_at", ColumnType::Time}},
                                                     "created_at");
        const auto table = RequiredColumns::find(m_catalogue, "checkpoints", schema);
        if (!table)
            return {};
        // There is no index by time alone, but one by component and time.
        const QString sql =
            QStringLiteral("%1 SELECT t_time, t_component, t_name, t_version FROM (SELECT %2 AS t_time, "
                           "%3 AS t_component, %4 AS t_name, %5 AS t_version FROM (SELECT c FROM names "
                           "WHERE c IS NOT NULL LIMIT ?) AS known JOIN %6 ON %3 = known.c "
                           "WHERE %2 >= %7 AND %2 < %7) AS found ORDER BY t_time DESC LIMIT ?")
                .arg(names(*table), table->column(3), table->column(0), table->column(1), table->column(2),
                     table->from(), time());
        std::vector<Precursor> found;
        const Result<void> read = each(sql, {mostComponents, from(), until(), mostVersions}, [&](const QSqlQuery& row) {
            const QByteArray component = row.value(1).toString().toUtf8();
            const QByteArray name = row.value(2).toString().toUtf8();
            addVersion(found, row, 0, PrecursorKind::Checkpoint, name, row.value(3),
                       "Version " + row.value(3).toString().toUtf8() + " of the checkpoint " + name + " was stored by "
                           + component + '.',
                       feeds(component));
        });
        return read ? compare(std::move(found), VersionTable::checkpoints(m_catalogue)) : read;
    }

    Result<void> readStates() {
        static const ColumnSet schema = namedColumns(
            {{"component_name", ColumnType::Text}, {"version", ColumnType::Integer}, {"created_at", ColumnType::Time}},
            "created_at");
        const auto table = RequiredColumns::find(m_catalogue, "component_state", schema);
        if (!table)
            return {};
        std::vector<Precursor> found;
        const Result<void> read =
            each(QStringLiteral("SELECT %1, %2, %3 FROM %4 WHERE %1 >= %5 AND %1 < %5 ORDER BY %1 DESC LIMIT ?")
                     .arg(table->column(2), table->column(0), table->column(1), table->from(), time()),
                 {from(), until(), mostVersions}, [&](const QSqlQuery& row) {
                     const QByteArray component = row.value(1).toString().toUtf8();
                     addVersion(found, row, 0, PrecursorKind::ComponentState, component, row.value(2),
                                "Version " + row.value(2).toString().toUtf8() + " of the state of " + component
                                    + " was stored.",
                                feeds(component));
                 });
        return read ? compare(std::move(found), VersionTable::states(m_catalogue)) : read;
    }

    /// Takes the newest versions of each subject alone.
    void addVersion(std::vector<Precursor>& found, const QSqlQuery& row, int timeColumn, PrecursorKind kind,
                    const QByteArray& subject, const QVariant& version, const QByteArray& words, bool feeds) {
        if (const auto at = timeAt(row, timeColumn); at && ++m_versions[{kind, subject}] <= versionsCompared)
            found.push_back({*at, kind, subject, words, feeds, version.toLongLong()});
    }

    /// Notes what each version changed, by the versions around it.
    Result<void> compare(std::vector<Precursor> found, const std::optional<VersionTable>& table) {
        std::map<QByteArray, std::vector<Precursor*>> subjects;
        for (Precursor& precursor : found)
            subjects[precursor.subject].push_back(&precursor);
        for (auto& [subject, versions] : subjects) {
            if (!table || m_documents >= mostDocuments)
                break;
            const auto read = table->around(m_connection, subject,
                                            *(*std::ranges::max_element(versions, {}, &Precursor::version))->version);
            PORTOLAN_TRY(read);
            m_documents += std::ssize(*read);
            noteDifferences(versions, *read, m_began);
        }
        std::ranges::move(found, std::back_inserter(m_found));
        return {};
    }

    Result<void> readSilences() {
        static const ColumnSet schema = namedColumns(
            {{"component_name", ColumnType::Text}, {"last_heartbeat", ColumnType::Time}}, "last_heartbeat");
        const auto table = RequiredColumns::find(m_catalogue, "system_health", schema);
        if (!table)
            return {};
        std::vector<QByteArray> components;
        const Result<void> named = each(
            QStringLiteral("%1 SELECT c FROM names WHERE c IS NOT NULL LIMIT ?").arg(names(*table)), {mostComponents},
            [&](const QSqlQuery& row) { components.push_back(row.value(0).toString().toUtf8()); });
        if (!named)
            return named;
        const QString sql = QStringLiteral("SELECT %1 FROM %2 WHERE %3 = ? AND %1 < %4 ORDER BY %1 DESC LIMIT ?")
                                .arg(table->column(1), table->from(), table->column(0), time());
        for (const QByteArray& component : components) {
            std::vector<Timestamp> beats; // newest first
            const Result<void> read = each(sql, {utf8(component), until(), mostHeartbeats}, [&](const QSqlQuery& row) {
                if (const auto beat = timeAt(row, 0))
                    beats.push_back(*beat);
            });
            if (!read)
                return read;
            addSilence(component, beats);
        }
        return {};
    }

    /// Adds the longest time without a heartbeat that reaches into the span, if it is much longer than the usual one.
    void addSilence(const QByteArray& component, const std::vector<Timestamp>& beats) {
        if (beats.size() <= leastIntervals)
            return;
        std::vector<std::chrono::microseconds> intervals;
        for (std::size_t i = 1; i < beats.size(); ++i)
            intervals.push_back(beats[i - 1] - beats[i]);
        const auto middle = intervals.begin() + std::ssize(intervals) / 2;
        std::ranges::nth_element(intervals, middle);
        const std::chrono::microseconds usual = *middle;
        Timestamp since = beats.front();
        Timestamp ended = m_began;
        for (std::size_t i = 1; i < beats.size() && beats[i - 1] > m_began - precursorSpan; ++i) {
            if (beats[i - 1] - beats[i] > ended - since) {
                since = beats[i];
                ended = beats[i - 1];
            }
        }
        if (ended - since < std::max<std::chrono::microseconds>(lateIntervals * usual, leastSilence))
            return;
        QByteArray words = component + " sent no heartbeat for " + lengthText(ended - since);
        words += ended == m_began ? " until the group began" : " until " + toIsoTime(ended);
        add(since, PrecursorKind::Silence, component, words + "; usual are " + lengthText(usual) + '.',
            feeds(component));
    }

    Result<void> readReplays() {
        const QString table = QStringLiteral("portolan_replay_runs");
        if (m_catalogue.lacks(table, {"id", "started_at", "created_at", "reason", "actor", "frozen"}))
            return {};
        std::vector<Precursor> runs;
        const Result<void> read = each(
            QStringLiteral("SELECT id, started_at, actor, reason, frozen FROM portolan_replay_runs "
                           "WHERE created_at < %1 ORDER BY created_at DESC LIMIT ?")
                .arg(time()),
            {until(), mostRuns}, [&](const QSqlQuery& row) {
                const auto started = timeAt(row, 1);
                if (!started || *started < m_began - precursorSpan || *started > m_began || runs.size() == mostOfAKind)
                    return;
                runs.push_back({*started, PrecursorKind::Replay, row.value(0).toString().toUtf8(),
                                row.value(2).toString().toUtf8() + " replayed " + row.value(4).toString().toUtf8()
                                    + " dead letters: " + row.value(3).toString().toUtf8(),
                                false});
            });
        if (!read)
            return read;
        for (Precursor& run : runs) {
            const Result<bool> concerns = concernsPort(run.subject);
            PORTOLAN_TRY(concerns);
            run.feeds = *concerns;
            m_found.push_back(std::move(run));
        }
        return {};
    }

    /// Returns true when a run put back messages of the group's port, by its first items.
    Result<bool> concernsPort(const QByteArray& run) {
        const bool isServer = m_connection.dialect() == SqlDialect::Postgresql;
        const SchemaInspector::Entry* const messages = m_catalogue.table(QStringLiteral("port_messages"));
        const SchemaInspector::Column* const id = messages ? messages->column(QStringLiteral("id")) : nullptr;
        if (!id)
            return false;
        const QString key =
            isServer ? QStringLiteral("CAST(i.message_id AS %1)").arg(id->type) : QStringLiteral("i.message_id");
        const QString runId = isServer ? QStringLiteral("CAST(? AS uuid)") : QStringLiteral("?");
        const Result<QVariant> found = m_connection.value(
            QStringLiteral("SELECT EXISTS (SELECT 1 FROM (SELECT message_id FROM portolan_replay_items WHERE run_id = "
                           "%1 ORDER BY position LIMIT ?) AS i JOIN port_messages AS m ON m.id = %2 "
                           "WHERE m.port_name = ?)")
                .arg(runId, key),
            {utf8(run), itemsLookedAt, utf8(m_group.portName)});
        return found ? Result<bool>(found->toBool()) : Result<bool>(found.error());
    }

    Result<void> readMigrations() {
        static const ColumnSet schema = namedColumns(
            {{"version", ColumnType::Integer}, {"description", ColumnType::Text}, {"applied_at", ColumnType::Time}},
            "applied_at");
        const auto table = RequiredColumns::find(m_catalogue, "schema_version", schema);
        if (!table)
            return {};
        // A schema that has no step from before was set up then, which broke nothing that worked: all that begins is
        // routine.
        bool isSetUp = true;
        const Result<void> earlier =
            each(QStringLiteral("SELECT 1 FROM %1 WHERE %2 < %3 LIMIT 1").arg(table->from(), table->column(2), time()),
                 {from()}, [&](const QSqlQuery&) { isSetUp = false; });
        PORTOLAN_TRY(earlier);
        return each(QStringLiteral("SELECT %1, %2, %3 FROM %4 WHERE %1 >= %5 AND %1 < %5 ORDER BY %1 DESC LIMIT ?")
                        .arg(table->column(2), table->column(0), table->column(1), table->from(), time()),
                    {from(), until(), mostOfAKind}, [&](const QSqlQuery& row) {
                        m_isSetUp = isSetUp;
                        const QByteArray version = row.value(1).toString().toUtf8();
                        if (add(timeAt(row, 0), PrecursorKind::Migration, version,
                                "The schema became version " + version + ": " + row.value(2).toString().toUtf8() + '.',
                                false))
                            m_found.back().isRoutine = isSetUp;
                    });
    }

    /// Those of the audit's entries about checkpoints, of which there are few, that fall into the span.
    Result<void> readPromotions() {
        if (m_catalogue.lacks(QStringLiteral("portolan_audit"),
                              {"at", "actor", "action", "reason", "subject_kind", "subject_id", "after_image"})
            || m_catalogue.lacks(QStringLiteral("checkpoints"), {"checkpoint_name", "component_name"}))
            return {};
        return each(QStringLiteral(
                        "SELECT a.at, a.subject_id, a.actor, a.reason, CAST(a.after_image AS TEXT), (SELECT "
                        "c.component_name FROM checkpoints AS c WHERE c.checkpoint_name = a.subject_id LIMIT 1) FROM "
                        "portolan_audit AS a WHERE a.subject_kind = 'checkpoint' AND a.action = 'promote' AND a.at "
                        ">= %1 AND a.at < %1 ORDER BY a.at DESC LIMIT ?")
                        .arg(time()),
                    {from(), until(), mostOfAKind}, [&](const QSqlQuery& row) {
                        const QByteArray name = row.value(1).toString().toUtf8();
                        const QByteArray image = row.value(4).toString().toUtf8();
                        const auto version = findJsonPlace(image, {QByteArray("version")});
                        QByteArray words = row.value(2).toString().toUtf8() + " promoted "
                                           + (version ? "version " + version->text() + " of " : QByteArray())
                                           + "the checkpoint " + name;
                        if (const QByteArray reason = row.value(3).toString().toUtf8(); !reason.isEmpty())
                            words += ": " + reason;
                        add(timeAt(row, 0), PrecursorKind::Promotion, name, words,
                            feeds(row.value(5).toString().toUtf8()),
                            version ? std::optional(version->text().toLongLong()) : std::nullopt);
                    });
    }

    bool add(const std::optional<Timestamp>& at, PrecursorKind kind, const QByteArray& subject, const QByteArray& words,
             bool feeds, std::optional<qint64> version = {}) {
        if (at)
            m_found.push_back({*at, kind, subject, words, feeds, version});
        return at.has_value();
    }

    Connection& m_connection;
    const SchemaInspector& m_catalogue;
    const DeadLetterGroup& m_group;
    Timestamp m_began;
    QSet<QByteArray> m_feeders;
    std::map<std::pair<PrecursorKind, QByteArray>, int> m_versions; ///< of each subject, in the span
    bool m_isSetUp = false;                                         ///< the store was made within the span
    qint64 m_documents = 0;                                         ///< that were read
    std::vector<Precursor> m_found;
};

} // namespace

Result<std::vector<Precursor>> readPrecursors(Connection& connection, const DeadLetterGroup& group) {
    if (!group.firstSeen)
        return std::vector<Precursor>();
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    return catalogue ? Reader(connection, *catalogue, group, *group.firstSeen).read()
                     : Result<std::vector<Precursor>>(catalogue.error());
}

} // namespace portolan
