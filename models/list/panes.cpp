#include "models/list/panes.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array entries{
    PaneEntry{"overview", QT_TRANSLATE_NOOP("Panes", "Overview"), "overview", nullptr, std::nullopt},
    PaneEntry{"batches", QT_TRANSLATE_NOOP("Panes", "Batches"), "batches", nullptr, Feature::Batches},
    PaneEntry{"ports", QT_TRANSLATE_NOOP("Panes", "Ports"), "ports", nullptr, Feature::Ports},
    PaneEntry{"dead-letters", QT_TRANSLATE_NOOP("Panes", "Dead letters"), "dead-letters", nullptr,
              Feature::DeadLetters},
    PaneEntry{"checkpoints", QT_TRANSLATE_NOOP("Panes", "Checkpoints"), "checkpoints", nullptr, Feature::Checkpoints},
    PaneEntry{"components", QT_TRANSLATE_NOOP("Panes", "Components"), "components", nullptr, Feature::Components},
    PaneEntry{"metrics", QT_TRANSLATE_NOOP("Panes", "Metrics"), "metrics", nullptr, Feature::Metrics},
    PaneEntry{"events", QT_TRANSLATE_NOOP("Panes", "Events"), "events", nullptr, Feature::Events},
    PaneEntry{"tables", QT_TRANSLATE_NOOP("Panes", "Tables"), "tables", nullptr, Feature::Tables},
    PaneEntry{"integrity", QT_TRANSLATE_NOOP("Panes", "Integrity"), "integrity", nullptr, Feature::Integrity},
    PaneEntry{"operations", QT_TRANSLATE_NOOP("Panes", "Operations"), "operations", nullptr, std::nullopt},
    PaneEntry{"audit", QT_TRANSLATE_NOOP("Panes", "Audit"), "audit", nullptr, Feature::Audit},
};

struct ListingPlace {
    const char* listing;
    const char* place;
};
constexpr std::array listingPlaces{
    ListingPlace{"archive", "dead-letters/archive"},
    ListingPlace{"audit", "audit"},
    ListingPlace{"backups", "operations/backups"},
    ListingPlace{"batches", "batches"},
    ListingPlace{"checkpoints", "checkpoints"},
    ListingPlace{"component-health", "components/health"},
    ListingPlace{"component-metrics", "metrics"},
    ListingPlace{"components", "components"},
    ListingPlace{"dead-letters", "dead-letters"},
    ListingPlace{"findings", "operations/health"},
    ListingPlace{"gaps", "batches/gaps"},
    ListingPlace{"health", "components/health"},
    ListingPlace{"jobs", "operations/jobs"},
    ListingPlace{"lag", "ports"},
    ListingPlace{"messages", "batches"},
    ListingPlace{"metrics", "events"},
    ListingPlace{"port-messages", "ports"},
    ListingPlace{"port-metrics", "metrics"},
    ListingPlace{"processed-events", "events"},
    ListingPlace{"receiver", "batches"},
    ListingPlace{"rejects", "batches/rejects"},
    ListingPlace{"replays", "dead-letters/replays"},
    ListingPlace{"retention-rules", "operations/retention"},
    ListingPlace{"schedule", "operations/schedule"},
};

} // namespace

std::span<const PaneEntry> paneEntries() {
    return entries;
}

int paneEntryOf(const QString& id) {
    const auto* const found =
        std::ranges::find_if(entries, [&](const PaneEntry& entry) { return id == QLatin1String(entry.id); });
    return found == entries.end() ? -1 : static_cast<int>(found - entries.begin());
}

PanePlace placeOf(const QString& text) {
    const qsizetype slash = text.indexOf(u'/');
    return slash < 0 ? PanePlace{text, {}} : PanePlace{text.first(slash), text.sliced(slash + 1)};
}

QString placeOfListing(const QByteArray& listing) {
    const auto* const found =
        std::ranges::find_if(listingPlaces, [&](const ListingPlace& each) { return listing == each.listing; });
    return found == listingPlaces.end() ? QString() : QLatin1String(found->place);
}

QString paneName(const PaneEntry& entry) {
    return QCoreApplication::translate("Panes", entry.name);
}

QString panePending(const PaneEntry& entry) {
    return entry.pending ? QCoreApplication::translate("Panes", entry.pending) : QString();
}

} // namespace portolan
