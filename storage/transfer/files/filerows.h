#pragma once

#include "storage/base/cancel.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/places.h"
#include "storage/store.h"
#include "storage/transfer/storecontent.h"

#include <map>

namespace portolan {

/// Returns a table that a folder can hold, as FileRows has it; nothing where it holds none of this name.
[[nodiscard]] std::optional<ContentTable> folderTable(const QString& name);

/// Returns the same for all spellings of a folder's place.
[[nodiscard]] QByteArray folderIdentity(const StorePlaces& places);

/// A file store as the tables that a database has for the same: batches, messages, rejects, gaps, what came beside
/// messages, and the keys of its sources. A line's row has the number batch · 1,000,000 + line, so that it is the same
/// whenever it is asked for. On the store's thread.
class FileRows final : public StoreContent {
public:
    /// Keys are read before lines: a line without its key comes again at most. Errors:
    /// those of readJournalState() and of reading.
    static Result<std::unique_ptr<StoreContent>> make(std::unique_ptr<Store> store, const StorePlaces& places,
                                                      const CancelToken& token);

    ContentKeeper keeper() const override { return ContentKeeper::Files; }
    QString where() const override { return m_store->url().display(); }
    QStringList tables() const override;
    Result<std::optional<ContentTable>> table(const QString& name) override;
    Result<bool> hasRows(const QString& table) override;
    Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan) override;
    Result<std::unique_ptr<RowStream>> messagesByBatch() override;
    QByteArray identity() const override { return folderIdentity(m_places); }
    Result<QByteArray> lineage() override { return m_lineage; }
    Result<std::optional<qint64>> lastNumber(const QString&) override { return std::optional<qint64>(); }
    Result<void> checkUnmoved() override { return {}; }

private:
    FileRows(std::unique_ptr<Store> store, StorePlaces places, CancelToken token)
        : m_store(std::move(store))
        , m_places(std::move(places))
        , m_token(std::move(token)) {}

    std::unique_ptr<Store> m_store;
    StorePlaces m_places;
    JournalState m_state;
    QByteArray m_lineage; ///< by the folder of its lines
    CancelToken m_token;
    /// The rows of what is in memory, by key; the other tables are read as they are asked for.
    std::map<QString, std::vector<ContentRow>> m_kept;
};

} // namespace portolan
