#include "storage/health/health.h"

namespace portolan {

namespace {

constexpr Column<HealthFinding> findingTable[] = {
    {"id", ColumnType::Text, [](const HealthFinding& f) { return Value(f.id); }},
    {"urgency", ColumnType::Text, [](const HealthFinding& f) { return Value(QByteArray(urgencyName(f.urgency))); }},
    {"name", ColumnType::Text, [](const HealthFinding& f) { return Value(f.name); }},
    {"subject", ColumnType::Text, [](const HealthFinding& f) { return Value(f.subject.toUtf8()); }},
    {"detail", ColumnType::Text, [](const HealthFinding& f) { return Value(f.detail.toUtf8()); }},
    {"remedy", ColumnType::Text, [](const HealthFinding& f) { return Value(f.remedy.toUtf8()); }},
};

} // namespace

const char* urgencyName(Urgency urgency) {
    switch (urgency) {
    case Urgency::Now:
        return "now";
    case Urgency::Soon:
        return "soon";
    case Urgency::Note:
        return "note";
    }
    Q_UNREACHABLE();
}

HealthFinding notLookedAt(const QByteArray& name, const QString& subject, const Error& error) {
    HealthFinding finding{Urgency::Note, name, subject,
                          QStringLiteral("It was not looked at: %1 %2").arg(error.text, error.details).trimmed(),
                          QStringLiteral("Mend that, and look again: nobody knows until then.")};
    finding.isUnchecked = true;
    return finding;
}

std::span<const Column<HealthFinding>> healthFindingColumns() {
    return findingTable;
}

const ColumnSet& healthFindingSchema() {
    static const ColumnSet schema = schemaOf(healthFindingColumns(), {}, {"name", "subject", "detail", "remedy"});
    return schema;
}

} // namespace portolan
