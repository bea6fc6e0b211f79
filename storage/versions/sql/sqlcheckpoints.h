#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/session.h"
#include "storage/versions/versions.h"

namespace portolan {

/// The checkpoints of a SQL store, also where another program made their table. On the session's thread.
class SqlCheckpoints final : public Checkpoints {
public:
    explicit SqlCheckpoints(Session& session) : m_session(session) {}

    Result<Promotion> promote(const QByteArray& name, qint64 version, std::optional<qint64> expectedLatest,
                              const QByteArray& reason, const QByteArray& actor, const CancelToken& token) override;
    Result<void> setExpiry(const QByteArray& name, qint64 version, Expiry expires,
                           const std::optional<Expiry>& expected, const QByteArray& reason, const QByteArray& actor,
                           const CancelToken& token) override;

private:
    /// Checks what has to be so before anything is changed; returns the catalogue.
    [[nodiscard]] Result<SchemaInspector> mayChange(std::initializer_list<const char*> columns,
                                                    const QByteArray& reason);
    [[nodiscard]] Error notFound(const QByteArray& name, qint64 version) const;
    [[nodiscard]] Error thereTwice(const QByteArray& name, qint64 version) const;

    Session& m_session;
};

} // namespace portolan
