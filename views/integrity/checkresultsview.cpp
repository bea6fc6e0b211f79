#include "views/integrity/checkresultsview.h"

#include "models/integrity/checkmodel.h"
#include "views/style/theme.h"

#include <QKeyEvent>
#include <QStyleOptionViewItem>

namespace portolan {

namespace {

/// The widest texts that are usual, in characters of the face; the detail takes what is left.
constexpr int columnCharacters[] = {10, 24, 6, 0, 8, 8};
constexpr int leastDetail = 36;

/// Figures stand under each other; all else is text of ours.
bool isFigure(int column) {
    return column == CheckModel::Count || column == CheckModel::CheckedAt || column == CheckModel::Took;
}

StateTone toneOf(const QModelIndex& index) {
    switch (static_cast<CheckController::Outcome>(index.data(CheckModel::OutcomeRole).toInt())) {
    case CheckController::Outcome::Waiting:
        return StateTone::Neutral;
    case CheckController::Outcome::Running:
        return StateTone::Active;
    case CheckController::Outcome::Ok:
        return StateTone::Good;
    case CheckController::Outcome::Found:
        return StateTone::Bad;
    case CheckController::Outcome::Failed:
        return StateTone::Warning;
    }
    Q_UNREACHABLE();
}

StateTable::Look lookOfCheck(const QStyleOptionViewItem& option, const QModelIndex& index) {
    const ThemeTokens& t = tokensOf(option.palette);
    const StateTone tone = toneOf(index);
    const bool isData = isFigure(index.column());
    if (index.column() == CheckModel::State)
        return {toneColor(tone, option.palette), isData};
    const bool isQuiet = tone == StateTone::Neutral || tone == StateTone::Good || tone == StateTone::Active;
    const bool isNothing = index.column() == CheckModel::Count && index.data().toString() == QLatin1String("0");
    return {(isQuiet && index.column() != CheckModel::Name) || isNothing ? t.muted : t.text, isData};
}

} // namespace

CheckTable::CheckTable(CheckModel* model, QWidget* parent)
    : StateTable(QStringLiteral("Checks"), model, {columnCharacters, leastDetail}, &lookOfCheck, parent) {
    setFrameShape(NoFrame);
    connect(this, &QTableView::doubleClicked, this, &CheckTable::opened);
}

void CheckTable::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && chosenRow() >= 0)
        Q_EMIT opened();
    else
        QTableView::keyPressEvent(event);
}

} // namespace portolan
