#pragma once

#include "storage/ingest/delivery.h"
#include "storage/sources/files/importreading.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <map>
#include <optional>
#include <set>
#include <span>

namespace portolan {

/// A listing (CONTRACT §5) whose rows somebody imports.
struct ListedRows {
    const char* what;                ///< WHAT of `list WHAT`
    std::optional<MessageKind> kind; ///< what each row is stored as; nothing: `instead` says what takes them
    const char* instead;
};

/// The listing that has these columns, those of other versions included; null: none. Pure; any thread.
[[nodiscard]] const ListedRows* listingWith(std::span<const QByteArray> columns);

/// Why rows of the listing are not imported, in words.
[[nodiscard]] QString refusalOf(const ListedRows& listing, const QString& fileName);

/// The tally of what the rows of a file were found to be. Filled on the thread that reads it.
struct ImportTally {
    QByteArray listing;                    ///< the last one that was recognised; empty: none
    QStringList leftOut;                   ///< sheets of a workbook that were not read
    ImportReading reading;                 ///< how it was understood
    qint64 comments = 0;                   ///< lines that were passed over
    qint64 missing = 0;                    ///< cells of wide tables that have no value
    std::set<QByteArray> strangers;        ///< fields of later JSON objects that the first ones do not have
    std::map<QByteArray, qint64> states;   ///< of port messages that bring their state: how many are in which
    [[nodiscard]] qint64 finished() const; ///< completed, failed or dead letters
    [[nodiscard]] qint64 all() const;
};

/// "3,996 port messages keep their state: 3,946 completed, 50 pending." Empty where none brings one.
[[nodiscard]] QString statesKept(const ImportTally& tally);

} // namespace portolan
