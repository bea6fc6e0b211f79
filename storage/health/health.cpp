#include "storage/health/health.h"

namespace portolan {

namespace {

constexpr Column<HealthFinding> findingTable[] = {
    {"id", ColumnType::Text, [](const HealthFinding& f) { return Value(f.id); }},
    {"urgency", ColumnType::Text, [](const HealthFinding& f) { return Value(QByteArray(urgencyName(f.urgency))); }},
    {"name", ColumnType::Text, [](const HealthFinding& f) { return Value(f.name); }},
    {"subject", ColumnType::Text, [](const HealthFinding& f) { return Value(f.subject.english().toUtf8()); }},
    {"detail", ColumnType::Text, [](const HealthFinding& f) { return Value(f.detail.english().toUtf8()); }},
    {"remedy", ColumnType::Text, [](const HealthFinding& f) { return Value(f.remedy.english().toUtf8()); }},
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

HealthFinding notLookedAt(const QByteArray& name, const Phrase& subject, const Error& error) {
    const QString why = QStringLiteral("%1 %2").arg(error.text, error.details).trimmed();
    HealthFinding finding{Urgency::Note,
                          name,
                          subject,
                          {QT_TRANSLATE_NOOP("Findings", "It was not looked at: %1"), {why}},
                          {QT_TRANSLATE_NOOP("Findings", "Mend that, and look again: nobody knows until then.")}};
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
