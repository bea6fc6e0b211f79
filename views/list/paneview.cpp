#include "views/list/paneview.h"

#include "views/list/listframe.h"
#include "views/list/pane.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTabWidget>
#include <algorithm>

namespace portolan {

namespace {

QString listKey() {
    return QStringLiteral("list");
}

QString tableKey() {
    return QStringLiteral("table");
}

QString columnsKey() {
    return QStringLiteral("columns");
}

QString nameKey() {
    return QStringLiteral("name");
}

QString widthKey() {
    return QStringLiteral("width");
}

QJsonObject lookIn(const SavedView& view) {
    return QJsonDocument::fromJson(view.columns).object();
}

QJsonArray placesOf(const DataTable& table) {
    QJsonArray places;
    for (const DataTable::ColumnPlace& each : table.arrangement()) {
        QJsonObject place{{nameKey(), QString::fromUtf8(each.name)}};
        if (each.characters > 0)
            place.insert(widthKey(), each.characters);
        places.append(place);
    }
    return places;
}

std::vector<DataTable::ColumnPlace> placesIn(const QJsonObject& look) {
    std::vector<DataTable::ColumnPlace> places;
    for (const auto each : look[columnsKey()].toArray()) {
        const double width = each[widthKey()].toDouble();
        places.push_back({each[nameKey()].toString().toUtf8(), std::clamp(width, 0.0, 1'000.0)});
    }
    return places;
}

/// Turns every tab widget around a list to its page.
void bringForward(QWidget* list, const QWidget& pane) {
    for (QWidget* page = list; page && page != &pane; page = page->parentWidget()) {
        QWidget* const stack = page->parentWidget();
        if (auto* const tabs = qobject_cast<QTabWidget*>(stack ? stack->parentWidget() : nullptr))
            tabs->setCurrentWidget(page);
    }
}

bool fits(const SavedView& view, const ColumnSet* schema) {
    ListQuery query;
    return schema && addView(query, view, *schema, currentTime()).ok();
}

void showListOf(const Pane& pane, const SavedView& view) {
    const QString name = lookIn(view)[listKey()].toString();
    for (ListFrame* list : pane.findChildren<ListFrame*>()) {
        if (name.isEmpty() && fits(view, pane.filterSchema()))
            break;
        const bool isMeant = name.isEmpty() ? fits(view, &list->table()->paged()->listing().schema())
                                            : list->table()->accessibleName() == name;
        if (isMeant)
            bringForward(list, pane);
    }
}

} // namespace

ListFrame* filteredList(const Pane& pane) {
    const std::vector<ListFrame*> lists = pane.lists();
    const auto found = std::ranges::find_if(lists, [&](const ListFrame* each) {
        return &each->table()->paged()->listing().schema() == pane.filterSchema();
    });
    return found == lists.end() ? nullptr : *found;
}

SavedView lookOf(const Pane& pane) {
    SavedView view;
    const ListFrame* const list = filteredList(pane);
    if (!list)
        return view;
    const DataTable& table = *list->table();
    const Sort sort = table.sorting();
    view.sort = (sort.descending ? "-" : "") + sort.column;
    QJsonObject look{{listKey(), table.accessibleName()}, {columnsKey(), placesOf(table)}};
    if (const QByteArray subject = pane.subject(); !subject.isEmpty())
        look.insert(tableKey(), QString::fromUtf8(subject));
    view.columns = QJsonDocument(look).toJson(QJsonDocument::Compact);
    return view;
}

QByteArray subjectOf(const SavedView& view) {
    return lookIn(view)[tableKey()].toString().toUtf8();
}

void takeLook(const Pane& pane, const SavedView& view) {
    showListOf(pane, view);
    ListFrame* const list = filteredList(pane);
    if (!list)
        return;
    DataTable& table = *list->table();
    const Result<Sort> sort = parseSort(view.sort, table.paged()->listing().schema());
    table.setSorting(sort ? *sort : Sort());
    table.arrange(placesIn(lookIn(view)));
}

} // namespace portolan
