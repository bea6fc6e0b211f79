#pragma once

#include "storage/ingest/delivery.h"
#include "storage/ingest/sql/recordschema.h"
#include "storage/sql/connection/connection.h"

#include <QSqlQuery>
#include <map>
#include <optional>

namespace portolan {

/// Puts the mark of the latest version where the rows of a listing say that it was, whatever order they come in. A name
/// has exactly one after each group: while the row that has it is still to come, its greatest version. A name that the
/// store had before keeps its own mark, unless a greater version brings one. Must be gone before its connection.
class LatestMark {
public:
    LatestMark(Connection& connection, const RecordPlan& plan);

    /// To be called first in a transaction.
    void begin() { m_noted.clear(); }
    /// Takes note of a row that will be written; before any row of the group is.
    [[nodiscard]] Result<void> note(const IncomingRecord& record, qint64 version);
    /// After the rows are written, in their transaction.
    [[nodiscard]] Result<void> settle();

private:
    struct Noted {
        std::optional<qint64> before; ///< the version that had the mark when the group began
        qint64 greatest = 0;
        std::optional<qint64> latest; ///< the one whose row says that it has it
    };
    [[nodiscard]] Result<std::optional<qint64>> marked(const QByteArray& name);
    [[nodiscard]] qint64 wanted(const QByteArray& name, const Noted& noted);

    Connection& m_connection;
    QString m_askStatement;
    QString m_takeStatement;
    QString m_giveStatement;
    std::optional<QSqlQuery> m_askQuery;
    std::size_t m_nameField;
    std::size_t m_markField;
    std::map<QByteArray, Noted> m_noted;
    /// Names whose mark an earlier group of this import put, for want of the row that has it.
    std::map<QByteArray, qint64> m_provisional;
};

} // namespace portolan
