#pragma once

#include "storage/ingest/sql/recordcompare.h"

#include <map>
#include <optional>

namespace portolan {

/// The facts known of the versions of a name: which are stored, with what data, and which comes next. Looks again in
/// every transaction. Must be gone before its connection.
class VersionGuard {
public:
    VersionGuard(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan);

    /// To be called first in a transaction.
    void begin() { m_names.clear(); }

    enum class Outcome {
        Fresh,    ///< it is now taken for stored, as `version`
        Same,     ///< this version is stored with the same data
        Differs,  ///< this version is stored with other data
        Exhausted ///< it gives no version, and the last one is the greatest that there can be
    };
    struct Answer {
        Outcome outcome = Outcome::Fresh;
        qint64 version = 0;
        QString difference = {}; ///< Differs: the first one, as RecordCompare says it
    };
    /// `record` must live until the transaction ends.
    [[nodiscard]] Result<Answer> check(const IncomingRecord& record);

    /// Leaves the mark of the latest with the version taken last, and no other, of every name that check() took one of.
    /// After the rows are written. Our own schema has a trigger for it; a table that another program made may have
    /// none, or one that takes it from all rows of a statement.
    [[nodiscard]] Result<void> markLatest();

private:
    struct Name {
        std::optional<qint64> last; ///< the greatest that is stored or taken
        qint64 newest = 0;          ///< taken last
        std::map<qint64, const IncomingRecord*> taken;
    };
    [[nodiscard]] Result<Name*> nameOf(const QByteArray& name);
    [[nodiscard]] Result<QVariant> ask(std::optional<QSqlQuery>& query, const QString& sql, const QVariantList& values);

    Connection& m_connection;
    const RecordPlan& m_plan;
    std::size_t m_nameField;
    std::size_t m_versionField;
    RecordCompare m_compare;
    bool m_marksLatest;
    QString m_lastStatement;
    std::optional<QSqlQuery> m_lastQuery;
    std::map<QByteArray, Name> m_names;
};

} // namespace portolan
