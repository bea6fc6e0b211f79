#include "storage/export/bundlelines.h"

#include "storage/base/timeforms.h"
#include "storage/export/rowtext.h"
#include "storage/operations/audit.h"

#include <nlohmann/json.hpp>

namespace portolan {

namespace {

/// Times and documents as texts.
template <class Row>
void appendPlainLine(QByteArray& out, std::span<const Column<Row>> columns, const Row& row) {
    std::vector<ExportColumn> names;
    std::vector<Value> values;
    for (const auto& column : columns) {
        const bool isText = column.type == ColumnType::Time || column.type == ColumnType::Json;
        names.push_back({column.name, isText ? ColumnType::Text : column.type});
        Value value = column.value(row);
        if (const auto* const time = std::get_if<Timestamp>(&value))
            value = toExactIsoTime(*time);
        values.push_back(std::move(value));
    }
    appendJsonLine(out, names, values);
}

/// The members of one line. A member that is missing or of another kind is remembered, and the reader goes on.
class LineFields {
public:
    LineFields(QByteArrayView line, const char* what)
        : m_document(nlohmann::json::parse(line.begin(), line.end(), nullptr, false))
        , m_what(what)
        , m_isGood(m_document.is_object()) {}

    std::optional<QByteArray> text(const char* name) {
        const auto* const bytes = found(std::string(name) + "_base64", false);
        const auto* const plain = bytes ? bytes : found(name, true);
        if (!plain || plain->is_null())
            return std::nullopt;
        const auto* const string = plain->get_ptr<const std::string*>();
        if (!string)
            return bad<QByteArray>();
        const QByteArray value(string->data(), static_cast<qsizetype>(string->size()));
        if (!bytes)
            return value;
        auto decoded = QByteArray::fromBase64Encoding(value, QByteArray::AbortOnBase64DecodingErrors);
        return decoded ? std::optional(std::move(*decoded)) : bad<QByteArray>();
    }
    [[nodiscard]] bool has(const char* name) { return found(name, false); }
    /// Null (isNull()) for null.
    QByteArray textOrNull(const char* name) { return text(name).value_or(QByteArray()); }
    /// It is there.
    QByteArray someText(const char* name) {
        auto value = text(name);
        return value ? std::move(*value) : bad<QByteArray>().value_or(QByteArray());
    }
    std::optional<qint64> number(const char* name) {
        const auto* const value = found(name, true);
        if (!value || value->is_null())
            return std::nullopt;
        return value->is_number_integer() ? std::optional(value->get<qint64>()) : bad<qint64>();
    }
    std::optional<Timestamp> time(const char* name) {
        const auto value = text(name);
        if (!value)
            return std::nullopt;
        const auto at = parseDatabaseTime(*value);
        return at ? at : bad<Timestamp>();
    }

    template <class Row>
    Result<Row> result(Row row) const {
        if (m_isGood)
            return row;
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("a line of the data is no %1 as a bundle has them").arg(QLatin1String(m_what))};
    }

private:
    const nlohmann::json* found(const std::string& name, bool isNeeded) {
        if (!m_document.is_object())
            return nullptr;
        const auto member = m_document.find(name);
        if (member != m_document.end())
            return &*member;
        m_isGood = m_isGood && !isNeeded;
        return nullptr;
    }
    template <class T>
    std::optional<T> bad() {
        m_isGood = false;
        return std::nullopt;
    }

    nlohmann::json m_document;
    const char* m_what;
    bool m_isGood;
};

} // namespace

void appendMessageLine(QByteArray& out, const PortMessage& message) {
    // Not died_at and pending_since, which the others tell.
    appendPlainLine(out, deadLetterColumns().first(deadLetterColumns().size() - 1), message);
}

Result<PortMessage> parseMessageLine(QByteArrayView line) {
    LineFields fields(line, "message");
    PortMessage message;
    message.id = fields.someText("id");
    message.portName = fields.textOrNull("port_name");
    message.sourceComponent = fields.textOrNull("source_component");
    message.targetComponent = fields.textOrNull("target_component");
    message.messageData = fields.textOrNull("message_data");
    message.messageMetadata = fields.text("message_metadata");
    QByteArray status = fields.textOrNull("status");
    const auto known = portStatusNamed(status);
    message.status = known.value_or(PortStatus::Other);
    if (!known)
        message.otherStatus = std::move(status);
    message.retryCount = fields.number("retry_count");
    message.maxRetries = fields.number("max_retries");
    message.createdAt = fields.time("created_at");
    message.processedAt = fields.time("processed_at");
    message.completedAt = fields.time("completed_at");
    message.errorMessage = fields.text("error_message");
    message.errorDetails = fields.text("error_details");
    if (fields.has("status_changed_at")) // bundles of before have none
        message.statusChangedAt = fields.time("status_changed_at");
    return fields.result(std::move(message));
}

void appendAuditLine(QByteArray& out, const AuditEntry& entry) {
    appendPlainLine(out, auditColumns().subspan(1), entry);
}

Result<AuditEntry> parseAuditLine(QByteArrayView line) {
    LineFields fields(line, "line of the audit");
    AuditEntry entry;
    entry.at = fields.time("at").value_or(Timestamp());
    entry.actor = fields.someText("actor");
    entry.action = fields.someText("action");
    entry.subjectKind = fields.someText("subject_kind");
    entry.subjectId = fields.text("subject_id");
    entry.reason = fields.text("reason");
    entry.runId = fields.text("run_id");
    entry.before = fields.text("before_image");
    entry.after = fields.text("after_image");
    return fields.result(std::move(entry));
}

} // namespace portolan
