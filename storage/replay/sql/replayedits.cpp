#include "storage/replay/sql/replayedits.h"

#include "storage/json/jsonplace.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"

#include <QUuid>
#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t atOnce = 16; ///< documents in memory, which may have megabytes each
constexpr std::size_t shownMessages = 3;
constexpr std::size_t shownChanges = 20;

} // namespace

Result<std::optional<JsonEdit>> ReplayEdits::of(Connection& connection, const QByteArray& run) {
    const Result<QVariant> options = connection.value(
        QStringLiteral("SELECT CAST(options AS text) FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
    PORTOLAN_TRY(options);
    const QByteArray text = options->toString().toUtf8();
    const auto edit = findJsonPlace(text, {QByteArray("edit")});
    if (!edit)
        return std::optional<JsonEdit>();
    Result<JsonEdit> parsed = JsonEdit::parse(edit->text());
    return parsed ? Result<std::optional<JsonEdit>>(std::move(*parsed)) : parsed.error();
}

Result<JsonEdit> ReplayEdits::accepted(const QByteArray& edit, qint64 items) const {
    Result<JsonEdit> parsed = JsonEdit::parse(edit);
    if (!parsed)
        return parsed;
    if (const auto& missing = m_sql.missingEdit(); missing && m_goes == Goes::Back)
        return Error{ErrorCode::Unsupported, *missing};
    if (!parsed->isPatch() && items > 1)
        return Error{ErrorCode::Usage,
                     QStringLiteral("The edit is a whole document, which can stand for one message; %1 are in the "
                                    "set. A JSON Patch can change many.")
                         .arg(items)};
    return parsed;
}

Result<void> ReplayEdits::keep(const QByteArray& edit, qint64 items) {
    PORTOLAN_TRY(accepted(edit, items));
    QByteArray options = "{\"edit\":";
    appendJsonString(options, edit);
    options += '}';
    return m_connection.execute(QStringLiteral("UPDATE portolan_replay_runs SET options = ? WHERE id = ?"),
                                {utf8(options), utf8(m_run)}, doingReplay());
}

/// Returns the document after the edit. Error Invalid: the database's jsonb cannot hold it.
Result<QByteArray> ReplayEdits::edited(const JsonEdit& edit, const QByteArray& document) const {
    Result<QByteArray> after = edit.apply(document);
    if (!after || m_goes == Goes::Out || !m_sql.keepsJsonb())
        return after;
    const QString why = whyNotJsonb(*after);
    return why.isEmpty() ? std::move(after) : Result<QByteArray>(Error{ErrorCode::Invalid, why});
}

Result<void> ReplayEdits::insert(qint64 position, const QByteArray& document) {
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    // SQLite gets bytes, which it keeps whatever they are; a server's documents are valid text.
    const QVariant data = m_connection.dialect() == SqlDialect::Sqlite ? QVariant(document) : QVariant(utf8(document));
    if (const auto inserted =
            executeExpecting(m_connection, m_sql.insertEdited(), {id, data, utf8(m_run), position}, 1, doingReplay());
        !inserted)
        return inserted;
    return executeExpecting(
        m_connection,
        QStringLiteral("UPDATE portolan_replay_items SET replaced_by = ? WHERE run_id = ? AND position = ?"),
        {id, utf8(m_run), position}, 1, doingReplay());
}

Result<void> ReplayEdits::editSome(const JsonEdit& edit, const Positions& positions, const Keep& keep,
                                   Outcome& outcome) {
    std::vector<std::pair<qint64, QByteArray>> documents;
    {
        Result<QSqlQuery> rows = m_connection.run(m_sql.documents(), {utf8(m_run), jsonOf(positions)}, doingReplay());
        PORTOLAN_TRY(rows);
        QueryCursor walk(m_connection, *rows);
        while (walk.next()) {
            documents.emplace_back(rows->value(0).toLongLong(), rows->value(1).toByteArray());
        }
        if (walk.error())
            return *walk.error();
    }
    for (const auto& [position, document] : documents) {
        const Result<QByteArray> after = edited(edit, document);
        if (!after) {
            outcome.refused["not edited: " + after.error().text.toUtf8()].push_back(position);
            continue;
        }
        if (const auto kept = keep(position, *after); !kept)
            return kept;
        outcome.edited.push_back(position);
    }
    return {};
}

Result<ReplayEdits::Outcome> ReplayEdits::each(const JsonEdit& edit, const Positions& positions, const Keep& keep) {
    Outcome outcome;
    for (std::size_t begin = 0; begin < positions.size(); begin += atOnce) {
        const auto from = positions.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto to = from + static_cast<std::ptrdiff_t>(std::min(atOnce, positions.size() - begin));
        PORTOLAN_TRY(editSome(edit, Positions(from, to), keep, outcome));
    }
    return outcome;
}

Result<ReplayEdits::Outcome> ReplayEdits::sendOut(const QString& insert, const JsonEdit& edit,
                                                  const Positions& positions) {
    return each(edit, positions, [&](qint64 position, const QByteArray& document) {
        return executeExpecting(m_connection, insert, {document, utf8(m_run), position}, 1, doingReplay());
    });
}

Result<ReplayEdits::Outcome> ReplayEdits::replace(const JsonEdit& edit, const Positions& positions,
                                                  const QByteArray& reason, const QByteArray& actor) {
    Result<Outcome> outcome = each(
        edit, positions, [this](qint64 position, const QByteArray& document) { return insert(position, document); });
    if (!outcome)
        return outcome;
    const QString items = jsonOf(outcome->edited);
    const std::size_t count = outcome->edited.size();
    PORTOLAN_TRY(executeExpecting(m_connection, m_sql.archiveEdited(), {utf8(reason), utf8(actor), utf8(m_run), items},
                                  count, doingReplay()));
    const auto removed = executeExpecting(m_connection, m_sql.removeOld(), {utf8(m_run), items}, count, doingReplay());
    return removed ? std::move(outcome) : Result<Outcome>(removed.error());
}

Result<void> ReplayEdits::takeBack(const Positions& positions) {
    const QVariantList items{utf8(m_run), jsonOf(positions)};
    for (const QString& sql : {m_sql.removeEdited(), m_sql.restoreOld()}) {
        if (const auto done = executeExpecting(m_connection, sql, items, positions.size(), doingReplay()); !done)
            return done;
    }
    const Result<QVariant> same = m_connection.value(m_sql.countRestored(), items);
    PORTOLAN_TRY(same);
    if (same->toLongLong() != std::ssize(positions))
        return Error{ErrorCode::Invalid,
                     QStringLiteral("Messages did not come back to %1 as they were; a trigger of its tables changes "
                                    "them. Nothing was changed.")
                         .arg(m_connection.where())};
    return m_connection.execute(m_sql.noteRestored(), {timeNow(), utf8(m_run), jsonOf(positions)}, doingReplay());
}

Result<void> ReplayEdits::putAgain(const Positions& positions) const {
    const QVariantList items{utf8(m_run), jsonOf(positions)};
    for (const QString& sql : {m_sql.removeOld(), m_sql.editAgain(), m_sql.noteGone()}) {
        PORTOLAN_TRY(executeExpecting(m_connection, sql, items, positions.size(), doingReplay()));
    }
    return {};
}

Result<void> ReplayEdits::describe(const ReplaySql& sql, const JsonEdit& edit, ReplayPreview& preview) const {
    const QString statement = m_sql.seenDocuments(sql.isOneOf());
    qint64 place = 0;
    while (true) {
        const auto letters = preview.seen->read(place, static_cast<int>(atOnce));
        PORTOLAN_TRY(letters);
        if (letters->empty())
            return {};
        std::vector<QByteArray> ids;
        for (const SeenLetters::Letter& letter : *letters)
            ids.push_back(letter.id);
        Result<QSqlQuery> rows = m_connection.run(statement, {jsonOf(ids)}, doingReplay());
        PORTOLAN_TRY(rows);
        std::map<QByteArray, QByteArray> documents;
        QueryCursor walk(m_connection, *rows);
        while (walk.next()) {
            documents[rows->value(0).toString().toUtf8()] = rows->value(1).toByteArray();
        }
        if (walk.error())
            return *walk.error();
        for (const QByteArray& id : ids) {
            const QByteArray& document = documents[id];
            const Result<QByteArray> after = edited(edit, document);
            if (!after && preview.notEditable++ == 0)
                preview.whyNotEditable = after.error().text;
            if (after && preview.edits.size() < shownMessages)
                preview.edits.push_back({id, jsonDifferences(document, *after, shownChanges)});
        }
    }
}

} // namespace portolan
