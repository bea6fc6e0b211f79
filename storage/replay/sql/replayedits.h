#pragma once

#include "storage/json/jsonedit.h"
#include "storage/replay/replay.h"
#include "storage/replay/sql/archivesql.h"
#include "storage/sql/connection/connection.h"

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace portolan {

/// The part of a replay that edits. In a run that puts back, a frozen row goes to the archive within a step's
/// transaction, and a new one with the edited document and a new id takes its place, linked to it. In a run that sends
/// elsewhere the row stays as it is, and the edited document goes into the outbox. On the connection's thread.
class ReplayEdits {
public:
    using Positions = std::vector<qint64>;
    enum class Goes { Back, Out };

    ReplayEdits(Connection& connection, const ArchiveSql& sql, const QByteArray& run, Goes goes)
        : m_connection(connection)
        , m_sql(sql)
        , m_run(run)
        , m_goes(goes) {}

    /// Reads the edit of a run; nothing for a run without one.
    static Result<std::optional<JsonEdit>> of(Connection& connection, const QByteArray& run);
    /// Parses and checks an edit for so many items. Errors: Usage, it is none, or a whole document for more than one
    /// item; Unsupported, no new messages can be made here.
    [[nodiscard]] Result<JsonEdit> accepted(const QByteArray& edit, qint64 items) const;
    /// Keeps an accepted edit with its run.
    [[nodiscard]] Result<void> keep(const QByteArray& edit, qint64 items);

    struct Outcome {
        Positions edited;
        std::map<QByteArray, Positions> refused; ///< by the reason
    };
    /// Replaces the rows of items, which are locked and as they were frozen.
    [[nodiscard]] Result<Outcome> replace(const JsonEdit& edit, const Positions& positions, const QByteArray& reason,
                                          const QByteArray& actor);
    /// Puts the edited documents of items, which are locked and as they were frozen, into the outbox by `insert`, which
    /// binds a document, the run and a position.
    [[nodiscard]] Result<Outcome> sendOut(const QString& insert, const JsonEdit& edit, const Positions& positions);
    /// Puts the old rows of items in the place of the edited ones, which are untouched.
    [[nodiscard]] Result<void> takeBack(const Positions& positions);
    /// Puts the edited rows of items that were taken back in the place of the old ones again.
    [[nodiscard]] Result<void> putAgain(const Positions& positions) const;

    /// Notes in the preview what the edit would do to the documents that were seen.
    [[nodiscard]] Result<void> describe(const ReplaySql& sql, const JsonEdit& edit, ReplayPreview& preview) const;

private:
    [[nodiscard]] Result<QByteArray> edited(const JsonEdit& edit, const QByteArray& document) const;
    using Keep = std::function<Result<void>(qint64 position, const QByteArray& document)>;
    [[nodiscard]] Result<Outcome> each(const JsonEdit& edit, const Positions& positions, const Keep& keep);
    [[nodiscard]] Result<void> editSome(const JsonEdit& edit, const Positions& positions, const Keep& keep,
                                        Outcome& outcome);
    [[nodiscard]] Result<void> insert(qint64 position, const QByteArray& document);

    Connection& m_connection;
    const ArchiveSql& m_sql;
    QByteArray m_run;
    Goes m_goes;
};

} // namespace portolan
