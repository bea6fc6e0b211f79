#include "models/integrity/checkmodel.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace portolan {

namespace {

using Outcome = CheckController::Outcome;

/// Found before failed before the rest.
int rankOf(Outcome outcome) {
    switch (outcome) {
    case Outcome::Found:
        return 0;
    case Outcome::Failed:
        return 1;
    case Outcome::Waiting:
    case Outcome::Running:
    case Outcome::Ok:
        return 2;
    }
    Q_UNREACHABLE();
}

QString outcomeText(Outcome outcome) {
    switch (outcome) {
    case Outcome::Waiting:
        return CheckModel::tr("○ waiting");
    case Outcome::Running:
        return CheckModel::tr("◐ checking");
    case Outcome::Ok:
        return CheckModel::tr("● ok");
    case Outcome::Found:
        return CheckModel::tr("✖ found");
    case Outcome::Failed:
        return CheckModel::tr("▲ not checked");
    }
    Q_UNREACHABLE();
}

QString tookText(qint64 milliseconds) {
    return milliseconds < 10'000 ? CheckModel::tr("%1 ms").arg(groupedNumber(milliseconds))
                                 : CheckModel::tr("%1 s").arg(groupedNumber(milliseconds / 1000));
}

} // namespace

void CheckModel::setDesk(CheckController* desk) {
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = desk;
    if (m_desk) {
        connect(m_desk, &CheckController::reset, this, &CheckModel::readAll);
        connect(m_desk, &CheckController::entryChanged, this, &CheckModel::take);
    }
    readAll();
}

void CheckModel::readAll() {
    beginResetModel();
    m_rows.clear();
    for (std::size_t i = 0; m_desk && i < m_desk->entries().size(); ++i)
        m_rows.push_back(static_cast<int>(i));
    std::ranges::sort(m_rows, [this](int a, int b) { return comesBefore(a, b); });
    endResetModel();
}

bool CheckModel::comesBefore(int a, int b) const {
    const auto& entries = m_desk->entries();
    return std::pair(rankOf(entries[static_cast<std::size_t>(a)].outcome), a)
           < std::pair(rankOf(entries[static_cast<std::size_t>(b)].outcome), b);
}

/// An entry moves to where it belongs now; all others are in their order.
void CheckModel::take(int entry) {
    const auto found = std::ranges::find(m_rows, entry);
    if (found == m_rows.end())
        return;
    const int from = static_cast<int>(found - m_rows.begin());
    const int to = static_cast<int>(
        std::ranges::count_if(m_rows, [&](int other) { return other != entry && comesBefore(other, entry); }));
    if (from != to) {
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        m_rows.erase(found);
        m_rows.insert(m_rows.begin() + to, entry);
        endMoveRows();
    }
    Q_EMIT dataChanged(index(to, 0), index(to, ColumnCount - 1));
}

void CheckModel::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, CheckedAt), index(rowCount() - 1, CheckedAt));
}

const CheckController::Entry* CheckModel::entryAt(int row) const {
    return row >= 0 && row < rowCount()
               ? &m_desk->entries()[static_cast<std::size_t>(m_rows[static_cast<std::size_t>(row)])]
               : nullptr;
}

/// A batch is shown by its messages, which is what its pane filters.
std::optional<PaneLink> CheckModel::linkFrom(int row) const {
    const CheckController::Entry* entry = entryAt(row);
    if (!entry || entry->outcome != Outcome::Found)
        return std::nullopt;
    const QString place = placeOfListing(entry->result.listing);
    if (place.isEmpty())
        return std::nullopt;
    QString filter = QString::fromUtf8(entry->result.filter);
    if (entry->result.listing == "batches" && filter.startsWith(QLatin1String("id:")))
        filter.prepend(QLatin1String("batch_"));
    return PaneLink{place, filter};
}

QString CheckModel::rowsText(const std::vector<int>& rows, bool withHeader) const {
    QStringList lines;
    const auto lineOf = [](auto cell) {
        QStringList cells;
        for (int column = 0; column < ColumnCount; ++column)
            cells << cell(column);
        return cells.join(u'\t');
    };
    if (withHeader)
        lines << lineOf([this](int column) { return headerData(column, Qt::Horizontal).toString(); });
    for (const int row : rows)
        lines << lineOf([&](int column) { return index(row, column).data().toString(); });
    return lines.join(u'\n') + u'\n';
}

int CheckModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CheckModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QString CheckModel::text(const CheckController::Entry& entry, int column) const {
    const bool isKnown = entry.outcome == Outcome::Ok || entry.outcome == Outcome::Found;
    switch (column) {
    case State:
        return outcomeText(entry.outcome);
    case Name:
        return QString::fromUtf8(entry.check.name);
    case Count:
        return isKnown ? groupedNumber(entry.result.count) : QString();
    case Detail:
        return entry.outcome == Outcome::Failed ? entry.error.text
               : isKnown                        ? visibleText(entry.result.detail)
                                                : entry.check.promise;
    case CheckedAt:
        return isKnown ? timeText(entry.result.checkedAt, m_display).section(u' ', 1).section(u'.', 0, 0) : QString();
    case Took:
        return isKnown ? tookText(entry.result.milliseconds) : QString();
    default:
        return {};
    }
}

QVariant CheckModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const CheckController::Entry& entry = *entryAt(index.row());
    const bool isNumber = index.column() == Count || index.column() == Took;
    switch (role) {
    case Qt::DisplayRole:
        return text(entry, index.column());
    case Qt::ToolTipRole:
        return index.column() == Name ? text(entry, Name) + u'\n' + entry.check.promise
               : index.column() == CheckedAt && !text(entry, CheckedAt).isEmpty()
                   ? timeWithZone(entry.result.checkedAt, m_display)
                   : text(entry, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
    case OutcomeRole:
        return static_cast<int>(entry.outcome);
    default:
        return {};
    }
}

QVariant CheckModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical || section < 0 || section >= ColumnCount)
        return {};
    const bool isNumber = section == Count || section == Took;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    const std::array<QString, ColumnCount> titles{tr("Result"), tr("Check"),   tr("Count"),
                                                  tr("Detail"), tr("Checked"), tr("Took")};
    return titles[static_cast<std::size_t>(section)];
}

Inspection inspect(const CheckController::Entry& entry) {
    const bool isKnown = entry.outcome == Outcome::Ok || entry.outcome == Outcome::Found;
    Inspection inspection;
    inspection.title = CheckModel::tr("Check %1").arg(QString::fromUtf8(entry.check.name));
    inspection.facts = {{CheckModel::tr("Result"), outcomeText(entry.outcome)},
                        {CheckModel::tr("Promise"), entry.check.promise}};
    QByteArray text = isKnown ? entry.result.detail : entry.error.text.toUtf8();
    if (isKnown) {
        inspection.facts.push_back({CheckModel::tr("Count"), entry.result.count});
        inspection.facts.push_back({CheckModel::tr("Checked"), entry.result.checkedAt});
        inspection.facts.push_back({CheckModel::tr("Took"), tookText(entry.result.milliseconds)});
    }
    if (!entry.result.listing.isEmpty() && entry.outcome == Outcome::Found)
        text += "\n\nportolan list " + entry.result.listing
                + (entry.result.filter.isEmpty() ? QByteArray() : " --filter '" + entry.result.filter + '\'');
    inspection.documents = {{CheckModel::tr("Detail"), text,
                             QString::fromUtf8(entry.check.name) + QLatin1String(".txt"), nullptr,
                             CheckModel::tr("This is no JSON document.")}};
    if (isKnown && !entry.result.healing.isEmpty())
        inspection.documents.push_back({CheckModel::tr("Healing"), entry.result.healing,
                                        QString::fromUtf8(entry.check.name) + QLatin1String(".sql"), nullptr,
                                        CheckModel::tr("These are SQL statements.")});
    if (entry.outcome == Outcome::Found) {
        Inspection::Table rows{CheckModel::tr("Rows"), {CheckModel::tr("The first rows")}, {}, {}};
        for (const QByteArray& row : entry.result.rows)
            rows.rows.push_back({visibleText(row)});
        rows.noRows = CheckModel::tr("The check names no rows.");
        inspection.tables.push_back(std::move(rows));
    }
    return inspection;
}

} // namespace portolan
