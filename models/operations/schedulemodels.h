#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/config/urls.h"
#include "storage/schedule/schedule.h"

#include <QStringList>
#include <vector>

namespace portolan {

using ScheduleModel = ListingModel<ScheduleEntry>;

/// Lists the commands that a store wants run at their times. In cells a command is as it is typed, and a runner is told
/// while it has the entry.
std::shared_ptr<const ListingAdapter> scheduleListing();

/// Reads an entry whole. Query thread. Errors: NotFound, Unsupported, and as RowSource.
[[nodiscard]] Result<ScheduleEntry> readWholeEntry(Store& store, const QByteArray& name, const CancelToken& token);
/// The command, and the end of what it printed.
Inspection inspect(const ScheduleEntry& entry);

/// Writes words as a line from which QProcess::splitCommand() reads them again; it knows no empty ones.
[[nodiscard]] QString commandLineOf(const QStringList& words);

/// Says what is wrong with a time that is typed; empty: nothing.
[[nodiscard]] QString scheduleMistake(const QByteArray& spec);

/// An entry that a store may want.
struct ScheduleOffer {
    QString title;
    QByteArray name;
    QStringList words;
    QByteArray spec;
};
/// Returns what is offered; none of it runs before it is added.
[[nodiscard]] std::vector<ScheduleOffer> scheduleOffers(const StoreUrl& store);

} // namespace portolan
