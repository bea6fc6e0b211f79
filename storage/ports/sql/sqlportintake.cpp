#include "storage/ports/sql/sqlportintake.h"

#include "storage/operations/sql/sqlaudit.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/sql/bulkinsert.h"
#include "storage/sql/withtransaction.h"

#include <algorithm>
#include <deque>

namespace portolan {

namespace {

QString noText() {
    return QStringLiteral("PostgreSQL keeps no text that has NUL in it or is no UTF-8");
}

bool isKeptByServer(const Value& value) {
    const auto* const text = std::get_if<QByteArray>(&value);
    return !text || (text->isValidUtf8() && !text->contains('\0'));
}

/// Gives cells to an insert and keeps their texts until it is flushed.
class Cells {
public:
    explicit Cells(BulkInsert& into) : m_into(into) {}
    /// `form`: the one in which the column keeps times.
    void put(const Value& value, StoredTimeForm form = StoredTimeForm::IsoText) {
        if (const auto* number = std::get_if<qint64>(&value))
            m_into.integer(*number);
        else if (const auto* text = std::get_if<QByteArray>(&value))
            m_into.text(m_texts.emplace_back(*text));
        else if (const auto* time = std::get_if<Timestamp>(&value))
            putTime(*time, form);
        else
            m_into.null();
    }

private:
    void putTime(Timestamp time, StoredTimeForm form) {
        if (isNumber(form)) {
            m_into.integer(inForm(form, time).toLongLong());
            return;
        }
        QByteArray& text = m_texts.emplace_back(toExactIsoTime(time));
        if (form == StoredTimeForm::SqlText) {
            text[10] = ' ';
            text.chop(text.endsWith(".000Z") ? 5 : 1);
        }
        m_into.text(text);
    }

    BulkInsert& m_into;
    std::deque<QByteArray> m_texts;
};

AuditEntry entryOf(const IntakeOrder& order, qint64 messages, qint64 audit) {
    AuditEntry entry;
    entry.at = currentTime();
    entry.actor = order.actor;
    entry.action = "import_bundle";
    entry.subjectKind = "bundle";
    entry.subjectId = order.from;
    entry.reason = order.reason;
    entry.after = "{\"messages\":" + QByteArray::number(messages) + ",\"audit\":" + QByteArray::number(audit) + '}';
    return entry;
}

/// Returns the columns that a table keeps; died_at and pending_since follow from them.
std::span<const Column<PortMessage>> keptColumns() {
    return deadLetterColumns().first(deadLetterColumns().size() - 1);
}

} // namespace

Result<void> SqlPortIntake::learn() {
    return m_session.read(m_session.token(), [this](Connection& connection) -> Result<void> {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (const auto lacking = missingPorts(*catalogue))
            return Error{ErrorCode::Unsupported, *lacking};
        if (const auto lacking = SqlAudit::unavailableReason(*catalogue))
            return Error{ErrorCode::Unsupported, *lacking};
        const SchemaInspector::Entry& table = *catalogue->table(QStringLiteral("port_messages"));
        m_columns.clear();
        for (std::size_t i = 0; i < keptColumns().size(); ++i) {
            const QString name = QLatin1String(keptColumns()[i].name);
            if (!table.column(name))
                continue;
            m_columns.push_back({i});
            if (keptColumns()[i].type != ColumnType::Time)
                continue;
            const Result<StoredTimeForm> form = storedTimeForm(connection, *catalogue, QStringLiteral("port_messages"),
                                                               {name, QStringLiteral("created_at")});
            PORTOLAN_TRY(form);
            m_columns.back().form = *form;
        }
        return {};
    });
}

Result<bool> SqlPortIntake::isPresent(const AuditedMessage& message, IntakeOutcome& outcome) {
    const auto there = m_ports.message(message.message.id);
    if (!there && there.error().code == ErrorCode::NotFound)
        return false;
    PORTOLAN_TRY(there);
    if (saysTheSame(*there, message.message))
        ++outcome.present;
    else
        outcome.refused.emplace_back(message.message.id, QStringLiteral("another message has this id here"));
    return true;
}

std::optional<QString> SqlPortIntake::unkept(const PortMessage& message) const {
    const bool isServer = m_session.connection().dialect() == SqlDialect::Postgresql;
    for (std::size_t i = 0; i < keptColumns().size(); ++i) {
        const auto& column = keptColumns()[i];
        const Value value = column.value(message);
        if (isServer && !isKeptByServer(value))
            return noText();
        const bool hasPlace = std::ranges::find(m_columns, i, &KeptColumn::at) != m_columns.end();
        // Tables of other programs do not note it, and do without.
        const bool isNeeded = qstrcmp(column.name, "status_changed_at") != 0;
        if (!hasPlace && isNeeded && !std::holds_alternative<std::monostate>(value))
            return QStringLiteral("the table has no column %1 for what it says").arg(QLatin1String(column.name));
    }
    return std::nullopt;
}

Result<void> SqlPortIntake::insert(Some messages, const IntakeOrder& order, qint64 audit) {
    return withTransaction(m_session, [&]() -> Result<void> {
        std::vector<QByteArray> names;
        for (const KeptColumn& column : m_columns)
            names.emplace_back(portMessageColumns()[column.at].name);
        BulkInsert rows(m_session.connection(), "port_messages", names);
        rows.lookFor("id");
        Cells cells(rows);
        // Every column but the number, which the database gives.
        std::vector<QByteArray> auditNames;
        for (const auto& column : auditColumns().subspan(1))
            auditNames.emplace_back(column.name);
        BulkInsert lines(m_session.connection(), "portolan_audit", auditNames);
        Cells auditCells(lines);
        const auto putEntry = [&](const AuditEntry& entry) {
            for (const auto& column : auditColumns().subspan(1))
                auditCells.put(column.value(entry));
        };
        for (const AuditedMessage* each : messages) {
            for (const KeptColumn& column : m_columns)
                cells.put(portMessageColumns()[column.at].value(each->message), column.form);
            for (const AuditEntry& entry : each->audit)
                putEntry(entry);
        }
        putEntry(entryOf(order, std::ssize(messages), audit));
        const auto written = rows.flush();
        return written ? lines.flush() : written;
    });
}

/// Takes the messages in; what a rule of the database refuses is looked for by halves.
Result<IntakeOutcome> SqlPortIntake::takeSome(Some messages, const IntakeOrder& order) {
    IntakeOutcome outcome;
    if (messages.empty())
        return outcome;
    for (const AuditedMessage* each : messages)
        outcome.audit += std::ssize(each->audit);
    const auto inserted = insert(messages, order, outcome.audit);
    if (inserted) {
        outcome.taken = std::ssize(messages);
        return outcome;
    }
    if (inserted.error().code != ErrorCode::Invalid)
        return inserted.error();
    outcome = {};
    if (messages.size() == 1) { // or somebody else has brought it meanwhile
        const auto isThere = isPresent(*messages.front(), outcome);
        PORTOLAN_TRY(isThere);
        if (!*isThere)
            outcome.refused.emplace_back(messages.front()->message.id, inserted.error().text);
        return outcome;
    }
    for (const Some half : {messages.first(messages.size() / 2), messages.subspan(messages.size() / 2)}) {
        auto taken = takeSome(half, order);
        if (!taken)
            return taken;
        outcome.add(std::move(*taken));
    }
    return outcome;
}

Result<IntakeOutcome> SqlPortIntake::take(std::span<const AuditedMessage> messages, const IntakeOrder& order,
                                          const CancelToken& token) {
    if (m_session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("%1 is open for reading only.").arg(m_session.url().display())};
    PORTOLAN_TRY(learn());
    IntakeOutcome outcome;
    std::vector<const AuditedMessage*> news;
    for (const AuditedMessage& each : messages) {
        if (token.stop_requested())
            return cancelled();
        if (const auto why = unkept(each.message)) {
            outcome.refused.emplace_back(each.message.id, *why);
            continue;
        }
        const auto isThere = isPresent(each, outcome);
        PORTOLAN_TRY(isThere);
        if (!*isThere)
            news.push_back(&each);
    }
    auto taken = takeSome(news, order);
    if (!taken)
        return taken;
    outcome.add(std::move(*taken));
    return outcome;
}

} // namespace portolan
