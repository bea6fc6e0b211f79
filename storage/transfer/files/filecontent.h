#pragma once

#include "storage/base/cancel.h"
#include "storage/store.h"
#include "storage/transfer/storecontent.h"

namespace portolan {

/// The messages of a file store as content: the table `messages`, told apart by batch and number, up to the line that
/// was the last when it was made. On the store's thread.
class FileContent final : public StoreContent {
public:
    static Result<std::unique_ptr<StoreContent>> make(std::unique_ptr<Store> store, const CancelToken& token);

    ContentKeeper keeper() const override { return ContentKeeper::Files; }
    QString where() const override { return m_store->url().display(); }
    QStringList tables() const override;
    Result<std::optional<ContentTable>> table(const QString& name) override;
    Result<bool> hasRows(const QString& table) override;
    Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan) override;
    Result<std::unique_ptr<RowStream>> messagesByBatch() override { return std::unique_ptr<RowStream>(); }
    QByteArray identity() const override { return "files " + m_store->url().path.toUtf8(); }
    Result<std::optional<qint64>> lastNumber(const QString&) override { return std::optional<qint64>(); }
    Result<void> checkUnmoved() override { return {}; }

private:
    FileContent(std::unique_ptr<Store> store, CancelToken token)
        : m_store(std::move(store))
        , m_token(std::move(token)) {}

    std::unique_ptr<Store> m_store;
    CancelToken m_token;
    qint64 m_lastBatch = 0; ///< 0: there is none
    qint64 m_lastLine = 0;  ///< of the last batch
};

} // namespace portolan
