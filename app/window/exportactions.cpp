#include "app/window/exportactions.h"

#include "app/console/version.h"
#include "app/desktop/settings.h"
#include "app/window/openstores.h"
#include "models/export/exportcontroller.h"
#include "views/export/bundledialog.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/report/reportdialog.h"

#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <QStandardPaths>
#include <algorithm>

namespace portolan {

namespace {

ExportDialog::List described(const ListFrame& frame) {
    const PagedModel& model = *frame.table()->paged();
    ExportDialog::List list;
    list.title = frame.title();
    list.name = frame.table()->accessibleName();
    for (const auto& [first, last] : frame.table()->selectedRuns())
        list.selected += last - first + 1;
    list.shown = model.rowCount();
    list.isCounted = model.isComplete();
    list.isFiltered = !model.filter().isEmpty();
    list.hasJson = std::ranges::any_of(model.listing().storedColumns(),
                                       [](const ExportColumn& column) { return column.type == ColumnType::Json; });
    return list;
}

} // namespace

ExportActions::ExportActions(OpenStores& stores, Settings& settings, QWidget* window)
    : QObject(window)
    , m_stores(stores)
    , m_settings(settings)
    , m_window(window) {}

/// The list with the focus is proposed; without one that which the filter acts on.
void ExportActions::ask(Pane& pane, const QString& filter) {
    std::vector<QPointer<ListFrame>> frames;
    std::vector<ExportDialog::List> lists;
    std::vector<ListFrame*> shown = pane.lists();
    ListFrame* const filtered = pane.filteredList();
    const bool hasFocus = std::ranges::any_of(shown, &ListFrame::holdsFocus);
    if (!hasFocus && filtered) { // std::ranges::stable_partition of g++ 12 is beyond clang 14
        std::stable_partition(shown.begin(), shown.end(), [filtered](ListFrame* each) { return each == filtered; });
    }
    for (ListFrame* frame : shown) {
        if (frame->table()->paged()->listing().storedColumns().empty())
            continue;
        frames.emplace_back(frame);
        lists.push_back(described(*frame));
        if (frame == filtered)
            lists.back().filter = filter;
    }
    const std::optional<FixedList> fixed = pane.fixedList();
    if (fixed) {
        ExportDialog::List list;
        list.title = fixed->title;
        list.name = fixed->name;
        list.selected = fixed->chosen ? 1 : 0;
        list.shown = fixed->count;
        lists.push_back(list);
    }
    if (!m_stores.current())
        return;
    if (lists.empty()) {
        Q_EMIT notice(tr("There is no list here to export; its figures lead to those that there are."));
        return;
    }
    auto* const dialog = new ExportDialog(lists, folder(), m_window);
    connect(dialog, &ExportDialog::exportWanted, this,
            [this, frames, fixed, key = m_stores.current()->key()](const ExportDialog::Choice& choice) {
                const LiveStore* const store = m_stores.current();
                if (!store || store->key() != key)
                    return;
                if (choice.list == frames.size())
                    begin(*fixed, choice);
                else if (ListFrame* const frame = frames[choice.list])
                    begin(*frame, choice);
            });
    dialog->open();
}

void ExportActions::askReport() {
    if (ReportDialog* const dialog = makeReport())
        dialog->open();
}

void ExportActions::askReportOfYesterday() {
    if (ReportDialog* const dialog = makeReport()) {
        dialog->proposeYesterday();
        dialog->open();
    }
}

/// Returns nothing where no store is open.
ReportDialog* ExportActions::makeReport() {
    LiveStore* const store = m_stores.current();
    if (!store)
        return nullptr;
    auto* const dialog = new ReportDialog(store->name(), folder(), m_settings.timeDisplay(), m_window);
    connect(dialog, &ReportDialog::reportWanted, store,
            [this, store](const ReportRequest& request, const QString& path, bool isOpened) {
                m_settings.setExportFolder(QFileInfo(path).absolutePath());
                store->reports().start(request, path, isOpened);
            });
    return dialog;
}

void ExportActions::askBundle(const LetterChoice& choice, const QString& what) {
    LiveStore* const store = m_stores.current();
    if (!store)
        return;
    auto* const dialog = new BundleDialog(what, folder(), m_window);
    connect(dialog, &BundleDialog::bundleWanted, store,
            [this, store, choice](const QString& path, bool hasReport, const QString& title) {
                m_settings.setExportFolder(QFileInfo(path).absolutePath());
                BundleRequest request{choice, QByteArray("Portolan ") + version(), hasReport};
                request.report.title = title;
                store->reports().startBundle(request, path);
            });
    dialog->open();
}

/// Returns the folder where files went last, or where the desktop keeps documents.
QString ExportActions::folder() const {
    for (const QString& each :
         {m_settings.exportFolder(), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)}) {
        if (QFileInfo(each).isDir())
            return each;
    }
    return QDir::homePath();
}

void ExportActions::begin(const FixedList& list, const ExportDialog::Choice& choice) {
    m_settings.setExportFolder(QFileInfo(choice.path).absolutePath());
    const bool isChosen = choice.scope == ExportDialog::Scope::Selected;
    ExportOrder order;
    order.listing = isChosen ? list.chosen : list.rows;
    order.expected = isChosen ? 1 : list.count;
    order.title = list.name;
    order.path = choice.path;
    order.options = choice.options;
    m_stores.current()->exports().start(std::move(order));
}

void ExportActions::begin(ListFrame& frame, const ExportDialog::Choice& choice) {
    PagedModel& model = *frame.table()->paged();
    m_settings.setExportFolder(QFileInfo(choice.path).absolutePath());
    auto order = std::make_shared<ExportOrder>();
    order->listing = model.sharedListing();
    order->query.sort = model.sorting();
    if (choice.scope != ExportDialog::Scope::All)
        order->query.filter = measuredAt(model.filter(), currentTime());
    order->expected = model.rowCount();
    order->title = frame.table()->accessibleName();
    order->path = choice.path;
    order->options = choice.options;
    const QPointer<ExportController> desk = &m_stores.current()->exports();
    if (choice.scope != ExportDialog::Scope::Selected) {
        desk->start(std::move(*order));
        return;
    }
    order->expected = described(frame).selected;
    model.askChoice(frame.table()->selectedRuns(), desk, [this, desk, order](Result<RowChoice> chosen) {
        if (!chosen) {
            Q_EMIT notice(chosen.error().text);
            return;
        }
        order->chosen = std::move(*chosen);
        desk->start(std::move(*order));
    });
}

} // namespace portolan
