#include "storage/sql/sqloperations.h"

#include "storage/sql/boundvalues.h"
#include "storage/sql/inone.h"

namespace portolan {

namespace {

QString usingSettings() {
    return QStringLiteral("use the settings of");
}

/// Why there are no settings, in words; nothing when there are.
Result<std::optional<QString>> lacking(Connection& connection) {
    const Result<Catalogue> catalogue = Catalogue::read(connection);
    if (!catalogue)
        return catalogue.error();
    return catalogue->lacks(QStringLiteral("portolan_settings"), {"key", "value"});
}

Result<std::optional<QString>> readName(Connection& connection) {
    const Result<QVariant> name =
        connection.value(QStringLiteral("SELECT value FROM portolan_settings WHERE key = 'production'"));
    if (!name)
        return name.error();
    return name->isNull() ? std::optional<QString>() : std::optional(name->toString());
}

} // namespace

Result<std::optional<QString>> SqlOperations::productionName() {
    return m_session.read(m_session.token(), [](Connection& connection) -> Result<std::optional<QString>> {
        const Result<std::optional<QString>> lack = lacking(connection);
        if (!lack)
            return lack.error();
        return *lack ? Result<std::optional<QString>>(std::nullopt) : readName(connection);
    });
}

Result<void> SqlOperations::markProduction(const std::optional<QString>& name, const QByteArray& reason,
                                           const QByteArray& actor) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
    if (name && (name->trimmed().isEmpty() || name->trimmed() != *name))
        return Error{ErrorCode::Usage, QStringLiteral("The name of a production store is one that can be typed: not "
                                                      "empty, no blanks around it.")};
    return inOne(m_session, [&]() -> Result<void> {
        Connection& connection = m_session.connection();
        const Result<std::optional<QString>> lack = lacking(connection);
        if (!lack)
            return lack.error();
        if (*lack)
            return Error{ErrorCode::Unsupported,
                         **lack
                             + QStringLiteral(" `portolan migrate up` adds what is Portolan's own, and leaves the "
                                              "others as they are.")};
        const Result<std::optional<QString>> was = readName(connection);
        if (!was)
            return was.error();
        const auto gone = connection.execute(QStringLiteral("DELETE FROM portolan_settings WHERE key = 'production'"),
                                             {}, usingSettings());
        if (!gone)
            return gone;
        if (name) {
            const auto set = connection.execute(
                QStringLiteral("INSERT INTO portolan_settings (key, value) VALUES ('production', ?)"), {*name},
                usingSettings());
            if (!set)
                return set;
        }
        return connection.execute(
            QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason) "
                           "VALUES (?, ?, 'store', ?, ?)"),
            {utf8(actor), name ? QStringLiteral("mark_production") : QStringLiteral("unmark_production"),
             name.value_or(was->value_or(QStringLiteral(""))), utf8(reason)},
            usingSettings());
    });
}

} // namespace portolan
