#pragma once

#include "models/list/listingmodel.h"
#include "storage/base/worker.h"
#include "storage/ports/ports.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace portolan {

class StoreWorker;

using PortModel = ListingModel<Port>;
using PortMessageModel = ListingModel<PortMessage>;

/// Every port with its counts and its last hour; what is not counted to the end reads "≥".
std::shared_ptr<const ListingAdapter> portListing();
std::shared_ptr<const ListingAdapter> portMessageListing();

/// A filter that holds for the rows whose text column has one of these texts; an empty one for none of them.
Filter anyOf(const ColumnSet& schema, QByteArrayView column, const std::vector<QByteArray>& texts);

/// Has a store's port messages counted, a twentieth of a second at a time, so that other questions come in between.
/// A store that others write to all the time is counted again after four times as long as counting took. GUI thread.
class PortCounter : public QObject {
    Q_OBJECT
public:
    explicit PortCounter(QObject* parent = nullptr);

    /// Whose ports; borrowed. Null: nobody's.
    void setChannel(StoreWorker* channel);
    /// The store may have changed: counts() follows soon.
    void wake();

Q_SIGNALS:
    void counts(); ///< the listing of ports knows more than before
    void failed(const portolan::Error& error);

private:
    void ask();
    void adopt(const Result<PortCounting>& counting);

    StoreWorker* m_channel = nullptr;
    RequestScope m_asker;
    bool m_asked = false;
    bool m_again = false; ///< woken while it was counting
    QElapsedTimer m_pass; ///< since the pass began
    bool m_inPass = false;
    QTimer m_rest; ///< until the next pass
};

} // namespace portolan
