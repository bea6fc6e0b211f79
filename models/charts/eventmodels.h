#pragma once

#include "models/list/listingmodel.h"
#include "storage/series/sensorevents.h"

namespace portolan {

using SensorEventModel = ListingModel<SensorEvent>;
using EventSensorModel = ListingModel<EventSensor>;

/// Returns the listing of what sensors measured, by the time of the event.
std::shared_ptr<const ListingAdapter> sensorEventListing();
/// The sensors with their newest reading, all of them at once.
std::shared_ptr<const ListingAdapter> eventSensorListing();

/// "1 204 in the last minute · newest event 2 s ago · processed 0.4 s after it was measured"
QString flowText(const EventFlow& flow, Timestamp now);

} // namespace portolan
