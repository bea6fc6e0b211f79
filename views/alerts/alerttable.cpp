#include "views/alerts/alerttable.h"

#include "models/alerts/alertmodel.h"
#include "views/style/theme.h"

#include <QStyleOptionViewItem>
#include <algorithm>

namespace portolan {

namespace {

/// The widest texts that are usual, in characters of the face; the filter takes what is left.
constexpr int alertColumnCharacters[] = {14, 22, 10, 15, 8, 16, 0};
constexpr int leastAlertFilter = 26;

StateTone toneOfRank(int rank) {
    constexpr StateTone tones[] = {StateTone::Bad, StateTone::Warning, StateTone::Neutral, StateTone::Good,
                                   StateTone::Neutral};
    return tones[std::clamp(rank, 0, 4)];
}

StateTable::Look lookOfAlert(const QStyleOptionViewItem& option, const QModelIndex& index) {
    const ThemeTokens& t = tokensOf(option.palette);
    const int column = index.column();
    const bool isData = column == AlertModel::Value || column >= AlertModel::Listing;
    if (column == AlertModel::State)
        return {toneColor(toneOfRank(index.data(AlertModel::RankRole).toInt()), option.palette), isData};
    const bool isQuiet = column != AlertModel::Name && column != AlertModel::Value;
    return {isQuiet ? t.muted : t.text, isData};
}

} // namespace

AlertTable::AlertTable(AlertModel* model, QWidget* parent)
    : StateTable(QStringLiteral("Alerts"), model, {alertColumnCharacters, leastAlertFilter}, &lookOfAlert, parent) {}

} // namespace portolan
