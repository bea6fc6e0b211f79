#include "storage/operations/savedviews.h"

#include "storage/listing/filter.h"
#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype longestViewName = 100;

constexpr Column<SavedView> viewColumns[] = {
    {"pane", ColumnType::Text, [](const SavedView& v) { return Value(v.pane); }},
    {"name", ColumnType::Text, [](const SavedView& v) { return Value(v.name); }},
    {"filter", ColumnType::Text, [](const SavedView& v) { return Value(v.filter); }},
    {"sort", ColumnType::Text, [](const SavedView& v) { return Value(v.sort); }},
    {"updated_at", ColumnType::Time, [](const SavedView& v) { return optionalValue(v.updated); }},
};

Error doesNotFit(const SavedView& view, const Error& error) {
    return {
        ErrorCode::Usage,
        QStringLiteral("The view \"%1\" does not fit these rows. %2").arg(QString::fromUtf8(view.name), error.text)};
}

} // namespace

std::span<const Column<SavedView>> savedViewColumns() {
    return viewColumns;
}

const SavedView* findView(std::span<const SavedView> views, const QByteArray& pane, const QByteArray& name) {
    const auto found =
        std::ranges::find_if(views, [&](const SavedView& each) { return each.pane == pane && each.name == name; });
    return found == views.end() ? nullptr : &*found;
}

Result<void> checkViewName(const QByteArray& name) {
    const QString text = QString::fromUtf8(name);
    if (text.isEmpty() || text.trimmed() != text)
        return Error{ErrorCode::Usage,
                     QStringLiteral("The name of a view is one that can be typed: not empty, no blanks around it.")};
    if (text.size() > longestViewName)
        return Error{ErrorCode::Usage,
                     QStringLiteral("The name of a view has at most %1 characters.").arg(longestViewName)};
    if (std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; }))
        return Error{ErrorCode::Usage, QStringLiteral("The name of a view is one line.")};
    return {};
}

Result<void> addView(ListQuery& query, const SavedView& view, const ColumnSet& schema, Timestamp now) {
    const Result<Filter> filter = parseFilter(QString::fromUtf8(view.filter), schema, now);
    if (!filter)
        return doesNotFit(view, filter.error());
    if (query.sort.column.isEmpty() && !view.sort.isEmpty()) {
        const Result<Sort> sort = parseSort(view.sort, schema);
        if (!sort)
            return doesNotFit(view, sort.error());
        query.sort = *sort;
    }
    query.filter = both(*filter, query.filter);
    return {};
}

Result<SavedViews*> savedViewsOf(Store& store) {
    if (SavedViews* const views = store.savedViews())
        return views;
    if (store.url().kind == StoreKind::Bundle)
        return Error{ErrorCode::Unsupported, QStringLiteral("An incident bundle is for reading.")};
    return Error{ErrorCode::Unsupported, QStringLiteral("Batch files have no place for views.")};
}

} // namespace portolan
