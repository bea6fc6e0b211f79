#pragma once

#include "storage/transfer/copytarget.h"

#include <QStringList>

namespace portolan {

/// The tables that a copy takes, each after those it depends on. The audit comes first, so that its lines keep their
/// numbers where nothing was done yet.
[[nodiscard]] QStringList copiedTables();

/// Says that a row of `portolan_settings` is one of the place, or a copy's own ledger.
[[nodiscard]] bool isPlacesOwnSetting(const ContentRow& row);

/// Plans a table that both have, and adds to `told` what of it cannot go along. Nothing: it cannot.
[[nodiscard]] Result<std::optional<TablePlan>> planCopied(StoreContent& from, CopyTarget& into, const QString& name,
                                                          QStringList& told);

/// Says that each place makes the rows of this table for itself.
[[nodiscard]] bool isPlacesOwnTable(const QString& table);

/// Says that these tables may be asked for by name. Error NotFound: one is none that a copy takes.
[[nodiscard]] Result<void> checkAsked(const QStringList& only);

/// Adds to `told` the tables of the source that no copy takes, which another program made.
[[nodiscard]] Result<void> noteOthers(StoreContent& from, QStringList& told);

} // namespace portolan
