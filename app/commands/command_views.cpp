#include "app/commands/commands.h"
#include "app/commands/listings.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/export/namedlistings.h"
#include "storage/listing/filter.h"
#include "storage/operations/savedviews.h"
#include "storage/series/sensorevents.h"
#include "storage/series/series.h"
#include "storage/store.h"
#include "storage/versions/versions.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 3> viewsArguments{{
    {"[DO]", "save, rename or remove; without it they are printed"},
    {"[NAME]", "of the view"},
    {"[NEW]", "rename: its name from then on"},
}};
constexpr std::array<OptionSpec, 5> viewsOptions{{
    {"store", "STORE", "the store that keeps them", true},
    {"pane", "ID", "the pane it is of, e.g. dead-letters; printing: those of this pane"},
    {"filter", "F", "save: rows it shows, e.g. 'status:failed age<2h'"},
    {"sort", "[-]COLUMN", "save: order; - is descending"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

struct ListingPane {
    const char* listing;
    const char* pane;
};
/// The panes in which the window shows what `list` prints; of each pane first what its filter is about.
constexpr ListingPane listingPanes[] = {
    {"messages", "batches"},
    {"batches", "batches"},
    {"rejects", "batches"},
    {"gaps", "batches"},
    {"port-messages", "ports"},
    {"ports", "ports"},
    {"port-flows", "ports"},
    {"dead-letters", "dead-letters"},
    {"dead-letter-groups", "dead-letters"},
    {"replays", "dead-letters"},
    {"archive", "dead-letters"},
    {"checkpoints", "checkpoints"},
    {"components", "components"},
    {"health", "components"},
    {"component-health", "components"},
    {"component-metrics", "metrics"},
    {"port-metrics", "metrics"},
    {"metrics", "metrics"},
    {"processed-events", "events"},
    {"tables", "tables"},
    {"rows", "tables"},
    {"sinks", "tables"},
    {"object-models", "tables"},
    {"audit", "audit"},
};

const ColumnSet& checkpointVersionSchema() {
    return pipelineSchema(PipelineTable::CheckpointVersions);
}

const ColumnSet& componentVersionSchema() {
    return pipelineSchema(PipelineTable::ComponentVersions);
}

struct PaneSchema {
    const char* pane;
    const ColumnSet& (*schema)();
};
/// The lists of the window that `list` does not print.
constexpr PaneSchema windowSchemas[] = {
    {"metrics", seriesSchema},
    {"events", sensorEventSchema},
    {"checkpoints", checkpointVersionSchema},
    {"components", componentVersionSchema},
};

/// Schemas of the lists of a pane; null: of a table, which only the store knows.
std::vector<const ColumnSet*> schemasOf(const QString& pane) {
    std::vector<const ColumnSet*> schemas;
    for (const ListingPane& each : listingPanes) {
        if (pane == QLatin1String(each.pane))
            schemas.push_back(*storeListingSchema(QLatin1String(each.listing)));
    }
    for (const PaneSchema& each : windowSchemas) {
        if (pane == QLatin1String(each.pane))
            schemas.push_back(&each.schema());
    }
    return schemas;
}

/// Checks that a view fits a list of its pane. Error Usage, with the words of the first list.
Result<void> checkView(const SavedView& view) {
    const auto schemas = schemasOf(QString::fromUtf8(view.pane));
    if (schemas.empty())
        return Error{ErrorCode::Usage,
                     QStringLiteral("There is no pane \"%1\" with views; there are %2.")
                         .arg(QString::fromUtf8(view.pane), panesWithViews().join(QLatin1String(", ")))};
    Result<void> first;
    for (const ColumnSet* schema : schemas) {
        ListQuery query;
        const Result<void> fits = schema ? addView(query, view, *schema, currentTime()) : Result<void>();
        if (fits)
            return {};
        if (first)
            first = fits;
    }
    return first;
}

Result<void> printViews(SavedViews& views, const Invocation& invocation) {
    const auto format = parseFormat(invocation.value("format"));
    PORTOLAN_TRY(format);
    const auto all = views.list(invocation.interrupted);
    PORTOLAN_TRY(all);
    RowPrinter printer(*format, exportColumns(savedViewColumns()));
    std::vector<Value> values;
    for (const SavedView& each : *all) {
        if (invocation.has("pane") && each.pane != invocation.value("pane").toUtf8())
            continue;
        exportValues(savedViewColumns(), each, values);
        if (const auto printed = printer.print(values); !printed)
            return printed;
    }
    return printer.finish();
}

Result<void> saveView(SavedViews& views, SavedView view, const Invocation& invocation) {
    const auto all = views.list(invocation.interrupted);
    PORTOLAN_TRY(all);
    const SavedView* const there = findView(*all, view.pane, view.name);
    if (there)
        view.columns = there->columns; // the window arranged them
    return views.save(view, there ? std::optional(*there) : std::nullopt, actorName(), invocation.interrupted);
}

Result<void> changeView(SavedViews& views, const QString& what, const SavedView& view, const Invocation& invocation) {
    if (what == QLatin1String("save"))
        return saveView(views, view, invocation);
    const auto all = views.list(invocation.interrupted);
    PORTOLAN_TRY(all);
    const SavedView* const there = findView(*all, view.pane, view.name);
    if (!there)
        return noSuchView(view.pane, view.name, *all);
    if (what == QLatin1String("remove"))
        return views.remove(*there, actorName(), invocation.interrupted);
    return views.rename(*there, invocation.arguments[2].toUtf8(), actorName(), invocation.interrupted);
}

Error wrongUse(const QString& text) {
    return {ErrorCode::Usage, text};
}

/// Checks a request before anything is opened. Gives the view that is meant; without a name: they are to be printed.
Result<SavedView> readViewRequest(const Invocation& invocation) {
    const QString what = invocation.arguments.value(0);
    if (what.isEmpty()) {
        for (const char* option : {"filter", "sort"}) {
            if (invocation.has(option))
                return wrongUse(
                    QStringLiteral("views prints all of them; --%1 belongs to views save.").arg(QLatin1String(option)));
        }
        return SavedView();
    }
    const bool renames = what == QLatin1String("rename");
    PORTOLAN_TRY(
        checkVerb("views", what, {QStringLiteral("save"), QStringLiteral("rename"), QStringLiteral("remove")}));
    if (invocation.arguments.size() != (renames ? 3 : 2))
        return wrongUse(renames ? QStringLiteral("views rename needs a NAME and a NEW one.")
                                : QStringLiteral("views %1 needs one NAME.").arg(what));
    if (!invocation.has("pane"))
        return wrongUse(
            QStringLiteral("views %1 needs --pane: one of %2.").arg(what, panesWithViews().join(QLatin1String(", "))));
    SavedView view;
    view.pane = invocation.value("pane").toUtf8();
    view.name = invocation.arguments[1].toUtf8();
    view.filter = invocation.value("filter").trimmed().toUtf8();
    view.sort = invocation.value("sort").toUtf8();
    if (what != QLatin1String("save") && (invocation.has("filter") || invocation.has("sort")))
        return wrongUse(QStringLiteral("views %1 takes neither --filter nor --sort.").arg(what));
    for (const Result<void>& checked : {checkViewName(view.name), checkView(view)}) {
        PORTOLAN_TRY(checked);
    }
    return view;
}

Result<void> runViews(const Invocation& invocation, const Door& door) {
    const auto view = readViewRequest(invocation);
    PORTOLAN_TRY(view);
    const bool prints = invocation.arguments.isEmpty();
    const auto store = prints ? openedStore(invocation) : door.open();
    PORTOLAN_TRY(store);
    const auto views = keptViews(**store);
    PORTOLAN_TRY(views);
    return prints ? printViews(**views, invocation)
                  : changeView(**views, invocation.arguments.first(), *view, invocation);
}

Exit viewsExit(const Invocation& invocation, const Door& door) {
    const auto done = runViews(invocation, door);
    return done ? Exit::Done : fail(done.error());
}

} // namespace

QStringList panesWithViews() {
    QStringList panes;
    for (const ListingPane& each : listingPanes) {
        if (!panes.contains(QLatin1String(each.pane)))
            panes << QLatin1String(each.pane);
    }
    return panes;
}

Result<SavedViews*> keptViews(Store& store) {
    auto views = savedViewsOf(store);
    if (!views)
        return Error{views.error().code,
                     views.error().text
                         + QStringLiteral(" The window keeps its views of such a store in its own settings.")};
    return views;
}

Error noSuchView(const QByteArray& pane, const QByteArray& name, std::span<const SavedView> all) {
    QStringList names;
    for (const SavedView& each : all) {
        if (each.pane == pane)
            names << QString::fromUtf8(each.name);
    }
    return {ErrorCode::NotFound,
            QStringLiteral("There is no view \"%1\" of the pane %2; %3.")
                .arg(QString::fromUtf8(name), QString::fromUtf8(pane),
                     names.isEmpty() ? QStringLiteral("it has none")
                                     : QStringLiteral("it has ") + names.join(QLatin1String(", ")))};
}

Result<SavedView> viewOfListing(Store& store, const QString& listing, const QString& name, const CancelToken& token) {
    const auto* const known = std::ranges::find_if(
        listingPanes, [&](const ListingPane& each) { return listing == QLatin1String(each.listing); });
    if (known == std::end(listingPanes))
        return Error{ErrorCode::Usage, QStringLiteral("No pane shows %1, so it has no views.").arg(listing)};
    const auto views = keptViews(store);
    PORTOLAN_TRY(views);
    const auto all = (*views)->list(token);
    PORTOLAN_TRY(all);
    const SavedView* const found = findView(*all, known->pane, name.toUtf8());
    return found ? Result<SavedView>(*found) : noSuchView(known->pane, name.toUtf8(), *all);
}

const CommandSpec viewsCommand{
    "views",
    "Prints the saved views of a store, saves, renames or removes one.",
    viewsArguments,
    viewsOptions,
    viewsExit,
    "A view is a filter and a sort under a name, of one pane of the window; `list WHAT --view NAME` applies it. "
    "Saving\n"
    "one of a name that is there replaces it, and leaves the columns as the window arranged them. Every change is in\n"
    "the audit."};

} // namespace portolan
