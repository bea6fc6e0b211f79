#include "storage/undo/sql/rowundo.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/operations/sql/sqloperations.h"

#include <algorithm>

namespace portolan {

/// A table whose rows entries have kept. `live` and `scope`: at most one row for which the condition holds has the same
/// values there.
struct RowUndo::Table {
    const char* subjectKind;
    const char* table;
    QStringList key;
    QStringList scope = {};
    const char* live = nullptr;
    QStringList ignored = {}; ///< others change them in the course of things
};

namespace {

QByteArray member(const char* name, const QByteArray& value) {
    QByteArray text = "\"" + QByteArray(name) + "\":";
    appendJsonString(text, value);
    return text;
}

std::optional<QByteArray> textIn(const std::optional<QByteArray>& image, const char* name) {
    const auto place = image ? findJsonPlace(*image, {QByteArray(name)}) : std::nullopt;
    return place && place->kind != JsonPlace::Kind::Null ? std::optional(place->text()) : std::nullopt;
}

/// Makes the row of a setting; none where it was not set. Its entry keeps the value as a JSON text.
std::vector<QByteArray> settingRow(const QByteArray& key, const std::optional<QByteArray>& image) {
    if (!image)
        return {};
    return {"{" + member("key", key) + ",\"value\":" + *image + "}"};
}

RowUndo::Images settingImages(const AuditEntry& entry) {
    const QByteArray key = entry.subjectKind == "store"
                               ? QByteArray("production")
                               : SqlOperations::silentAfterKey + entry.subjectId.value_or(QByteArray());
    return {settingRow(key, entry.before), settingRow(key, entry.after)};
}

/// Makes the marks of a promotion, the one that it took first.
RowUndo::Images promotionImages(const AuditEntry& entry, bool isServer) {
    RowUndo::Images images;
    const auto mark = [&](const std::optional<QByteArray>& image, bool was) {
        const auto version = textIn(image, "version");
        if (!version)
            return;
        for (const bool isBefore : {true, false}) {
            const bool isLatest = isBefore ? was : !was;
            (isBefore ? images.before : images.after)
                .push_back("{" + member("checkpoint_name", entry.subjectId.value_or(QByteArray()))
                           + ",\"version\":" + *version + ",\"is_latest\":"
                           + (isServer ? (isLatest ? "true" : "false") : (isLatest ? "1" : "0")) + "}");
        }
    };
    mark(entry.before, true);
    mark(entry.after, false);
    return images;
}

RowUndo::Images expiryImages(const AuditEntry& entry) {
    const auto row = [&](const std::optional<QByteArray>& image) {
        const auto expires = textIn(image, "expires_at");
        return std::vector<QByteArray>{"{" + member("checkpoint_name", entry.subjectId.value_or(QByteArray()))
                                       + ",\"version\":" + textIn(image, "version").value_or("null") + ","
                                       + (expires ? member("expires_at", *expires) : "\"expires_at\":null") + "}"};
    };
    return {row(entry.before), row(entry.after)};
}

std::vector<QByteArray> reversed(const std::vector<QByteArray>& images) {
    return {images.rbegin(), images.rend()};
}

QStringList columnsIn(const QByteArray& image) {
    QStringList columns;
    for (const JsonMember& each : jsonMembersAt(image, 0).members)
        columns << QString::fromUtf8(each.name);
    return columns;
}

} // namespace

const RowUndo::Table* RowUndo::tableOf(const AuditEntry& entry) {
    const QStringList id{QStringLiteral("id")};
    const QStringList name{QStringLiteral("name")};
    static const Table tables[] = {
        {"alert",
         "portolan_alerts",
         id,
         name,
         "m.deleted_at IS NULL",
         {QStringLiteral("state"), QStringLiteral("last_value"), QStringLiteral("changed_at"),
          QStringLiteral("updated_at")}},
        {"view", "portolan_saved_views", id, {QStringLiteral("pane"), QStringLiteral("name")}, "m.deleted_at IS NULL"},
        {"object model", "portolan_object_models", id, name, "m.deleted_at IS NULL"},
        {"store", "portolan_settings", {QStringLiteral("key")}},
        {"component", "portolan_settings", {QStringLiteral("key")}},
        {"checkpoint", "checkpoints", {QStringLiteral("checkpoint_name"), QStringLiteral("version")}},
        {"reject", "portolan_rejects", id},
    };
    const auto* const found =
        std::ranges::find_if(tables, [&](const Table& table) { return entry.subjectKind == table.subjectKind; });
    return found == std::end(tables) ? nullptr : found;
}

Result<std::unique_ptr<UndoPart>> RowUndo::make(Session& session, const AuditEntry& entry) {
    const Table* const table = tableOf(entry);
    Q_ASSERT(table);
    std::unique_ptr<RowUndo> part(new RowUndo(session, *table, entry));
    PORTOLAN_TRY(part->imagesOf(entry));
    Result<SchemaInspector> catalogue = SchemaInspector::read(session.connection());
    PORTOLAN_TRY(catalogue);
    part->m_catalogue = std::move(*catalogue);
    return std::unique_ptr<UndoPart>(std::move(part));
}

Result<RowUndo::Images> RowUndo::imagesOf(const AuditEntry& entry) const {
    auto before = rowsIn(entry.before);
    auto after = rowsIn(entry.after);
    if (before || after)
        return Images{before.value_or(std::vector<QByteArray>()), after.value_or(std::vector<QByteArray>())};
    if (qstrcmp(m_table.table, "portolan_settings") == 0)
        return settingImages(entry);
    if (entry.action == "promote")
        return promotionImages(entry, connection().dialect() == SqlDialect::Postgresql);
    if (entry.action == "set expiry")
        return expiryImages(entry);
    return Error{
        ErrorCode::Unsupported,
        undoText(QT_TRANSLATE_NOOP(
                     "Undo", "An older version of Portolan wrote the audit's %1, and did not keep in it what the row "
                             "was. Change it back by hand; the entry says what it was about."))
            .arg(entryName(entry))};
}

Result<RowStates*> RowUndo::statesOf(Page& page, const Images& images) {
    const QStringList columns = columnsIn(images.after.empty() ? images.before.front() : images.after.front());
    if (const auto known = page.states.find(columns); known != page.states.end())
        return &known->second;
    Result<RowStates> states =
        RowStates::of(connection(), *m_catalogue, QLatin1String(m_table.table), m_table.key, columns);
    PORTOLAN_TRY(states);
    return &page.states.emplace(columns, std::move(*states)).first->second;
}

/// Says in words that there is another live row in the place of one of the act; nothing when there is none.
Result<QString> RowUndo::another(RowStates& states, const Images& images) {
    const bool isMarked = states.columns().contains(QStringLiteral("is_latest"));
    if (!m_table.live && !isMarked)
        return QString();
    const QStringList scope = isMarked ? QStringList(QStringLiteral("checkpoint_name")) : m_table.scope;
    const QString live = isMarked ? QStringLiteral("m.is_latest") : QLatin1String(m_table.live);
    for (const std::vector<QByteArray>* const side : {&images.before, &images.after}) {
        for (const QByteArray& image : *side) {
            const Result<std::vector<QByteArray>> there = states.keysLike(image, scope, live);
            PORTOLAN_TRY(there);
            for (const QByteArray& key : *there) {
                const auto isOfAct = [&](const QByteArray& row) { return states.keyOf(row) == states.keyOf(key); };
                if (std::ranges::none_of(images.after, isOfAct))
                    return undoText(QT_TRANSLATE_NOOP("Undo", "another one is in its place since: %1"))
                        .arg(QString::fromUtf8(states.keyOf(key)));
            }
        }
    }
    return QString();
}

/// Says in words how somebody touched the rows since; nothing when they are as the act left them.
Result<QString> RowUndo::touchedBy(RowStates& states, const Images& images, const AuditEntry& entry) {
    // A look notes state and value; only an acknowledgement is about them.
    const bool isLook = entry.action == "acknowledge" || doneBy(entry) == "acknowledge";
    const QStringList ignored = isLook ? QStringList(QStringLiteral("updated_at")) : m_table.ignored;
    for (const QByteArray& image : images.after) {
        const Result<bool> same = states.isAs(image, ignored);
        PORTOLAN_TRY(same);
        if (*same)
            continue;
        const Result<std::optional<QByteArray>> row = states.now(image);
        PORTOLAN_TRY(row);
        return *row ? undoText(QT_TRANSLATE_NOOP("Undo", "it was changed since"))
                    : undoText(QT_TRANSLATE_NOOP("Undo", "it is gone"));
    }
    for (const QByteArray& image : images.before) {
        const auto isSame = [&](const QByteArray& row) { return states.keyOf(row) == states.keyOf(image); };
        if (std::ranges::any_of(images.after, isSame))
            continue;
        const Result<std::optional<QByteArray>> row = states.now(image);
        PORTOLAN_TRY(row);
        if (*row)
            return undoText(QT_TRANSLATE_NOOP("Undo", "it is there again"));
    }
    return another(states, images);
}

Result<UndoUnit> RowUndo::unitOf(Page& page, const AuditEntry& entry) {
    const Result<Images> images = imagesOf(entry);
    PORTOLAN_TRY(images);
    UndoUnit unit;
    unit.place = entry.id;
    unit.entry = entry;
    unit.step.table = m_table.table;
    unit.step.key = entry.subjectId.value_or(QByteArray());
    for (const QByteArray& image : images->before)
        unit.step.change += (unit.step.change.isEmpty() ? "" : " ") + image;
    if (images->before.empty())
        unit.step.change = "removed";
    const Result<std::optional<AuditEntry>> undo = standingUndo(page.statements, entry);
    PORTOLAN_TRY(undo);
    if (*undo) {
        unit.step.state = UndoState::Undone;
        unit.step.detail = undoText(QT_TRANSLATE_NOOP("Undo", "undone by %1")).arg(entryName(**undo));
        return unit;
    }
    if (images->before.empty() && images->after.empty())
        return unit;
    const Result<RowStates*> states = statesOf(page, *images);
    PORTOLAN_TRY(states);
    const Result<QString> touched = touchedBy(**states, *images, entry);
    PORTOLAN_TRY(touched);
    if (!touched->isEmpty()) {
        unit.step.state = UndoState::Touched;
        unit.step.detail = *touched;
    }
    return unit;
}

Result<std::vector<UndoUnit>> RowUndo::page(qint64 after, int most) {
    const Result<std::vector<AuditEntry>> entries = SqlAudit::ofAct(connection(), m_act, after, most);
    PORTOLAN_TRY(entries);
    std::vector<UndoUnit> units;
    Page statements{PreparedStatements(connection())};
    for (const AuditEntry& entry : *entries) {
        Result<UndoUnit> unit = unitOf(statements, entry);
        PORTOLAN_TRY(unit);
        units.push_back(std::move(*unit));
    }
    return units;
}

Result<void> RowUndo::lock() {
    if (connection().dialect() == SqlDialect::Sqlite)
        return {};
    return connection().execute(
        QStringLiteral("LOCK TABLE %1 IN SHARE ROW EXCLUSIVE MODE").arg(QLatin1String(m_table.table)), {},
        QStringLiteral("undo a change in"));
}

/// Changes the rows in the opposite order, so that a mark is taken off before it is put on another.
Result<void> RowUndo::restore(RowStates& states, const Images& images) {
    const auto isIn = [&](const std::vector<QByteArray>& rows, const QByteArray& image) {
        return std::ranges::any_of(rows,
                                   [&](const QByteArray& row) { return states.keyOf(row) == states.keyOf(image); });
    };
    for (const QByteArray& image : reversed(images.after)) {
        if (!isIn(images.before, image)) {
            PORTOLAN_TRY(states.remove(image));
        }
    }
    for (const QByteArray& image : reversed(images.before)) {
        PORTOLAN_TRY(isIn(images.after, image) ? states.put(image) : states.add(image));
    }
    return {};
}

Result<void> RowUndo::restoreUnit(Page& page, const UndoUnit& unit, const UndoAuthor& author) {
    const Result<Images> images = imagesOf(unit.entry);
    PORTOLAN_TRY(images);
    const QByteArray does = doneBy(unit.entry);
    AuditEntry told = undoEntry(unit.entry, author, does.isEmpty() ? unit.entry.action.constData() : does.constData());
    if (unit.entry.runId)
        told.runId = author.act;
    if (!images->before.empty() || !images->after.empty()) {
        const Result<RowStates*> states = statesOf(page, *images);
        PORTOLAN_TRY(states);
        std::vector<QByteArray> were; // what is not compared may be another by now
        for (const QByteArray& image : reversed(images->after)) {
            const Result<std::optional<QByteArray>> row = (*states)->now(image);
            PORTOLAN_TRY(row);
            if (*row)
                were.push_back(**row);
        }
        PORTOLAN_TRY(restore(**states, *images));
        told.before = withRows(std::nullopt, were);
        told.after = withRows(told.after, reversed(images->before));
    }
    return write(page.statements, told);
}

Result<void> RowUndo::apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) {
    Page statements{PreparedStatements(connection())};
    for (const UndoUnit& unit : ready) {
        PORTOLAN_TRY(restoreUnit(statements, unit, author));
    }
    return {};
}

} // namespace portolan
