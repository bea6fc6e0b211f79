#pragma once

#include "storage/sql/session.h"
#include "storage/tables/objectmodels.h"

namespace portolan {

/// The object models of a database (`portolan_object_models`). On the session's thread.
class SqlObjectModels final : public ObjectModels {
public:
    explicit SqlObjectModels(Session& session) : m_session(session) {}

    Result<std::vector<ModelDifference>> differences(const CancelToken& token) override;
    Result<qint64> add(const ModelText& model, const QByteArray& reason, const QByteArray& actor,
                       const CancelToken& token) override;
    Result<void> forget(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                        const CancelToken& token) override;
    Result<void> heal(std::span<const QByteArray> confirmed, const QByteArray& reason, const QByteArray& actor,
                      const CancelToken& token) override;

private:
    [[nodiscard]] Result<void> mayChange(const QByteArray& reason);

    Session& m_session;
};

/// Finds where a database's user-defined tables (zone 2) are not as their models.
[[nodiscard]] Result<std::vector<ModelDifference>> readModelDifferences(Connection& connection);

} // namespace portolan
